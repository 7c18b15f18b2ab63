// HeaderFetcher: the headers of a model that is not on this disk, as a file or folder that looks like the
// model: of full size, with the header's bytes in place and a hole for the rest. So a variant can be planned
// before it is downloaded.
#pragma once

#include <QObject>
#include <functional>

#include "app/bridge/header_probe.h"
#include "app/downloads/hub_client.h"
#include "app/downloads/repo_variant.h"

namespace app::downloads {

class HeaderFetcher {
 public:
    // `cacheFolder` keeps them by content. `probe` says when a GGUF header is whole.
    HeaderFetcher(QString cacheFolder, bridge::ProbeHeader probe);
    ~HeaderFetcher();

    void setAccess(const HubAccess& access); // for what is asked from now on

    // The path to plan with: the file, the first of its parts, or the folder. `done` comes on the
    // application's thread; when `receiver` goes, what was asked for it is given up.
    using Done = std::function<void(const Answer<QString>& path)>;
    void fetch(const QString& repo, const QString& revision, const RepoVariant& variant, QObject* receiver,
               Done done);

 private:
    QString m_folder;
    bridge::ProbeHeader m_probe;
    HubAccess m_access;
    NetworkThread m_thread;
};

} // namespace app::downloads
