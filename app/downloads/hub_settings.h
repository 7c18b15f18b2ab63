// What the person set about the hub and downloads, read and followed.
#pragma once

#include <QObject>

#include "app/downloads/download_manager.h"
#include "app/downloads/hub_client.h"
#include "app/settings/credentials.h"
#include "app/settings/settings.h"
#include "app/storage/paths.h"

namespace app::downloads {

// Keeps client and manager at the settings' address, token and limits. The token comes from the keychain on a
// thread that may wait; ready() tells when it is there.
class HubSettings : public QObject {
    Q_OBJECT
 public:
    HubSettings(settings::Settings& settings, const storage::Paths& paths, HubClient& client,
                DownloadManager& manager, QObject* parent = nullptr);

    void readToken(); // again; ready() follows
    // Keep a token, or forget it. tokenStored() tells how that went; then it is read again.
    void storeToken(const QByteArray& token, bool fileWillDo);
    void removeToken();
    settings::Credentials::Place tokenPlace() const { return m_place; } // where it was read from
    const HubAccess& access() const { return m_access; }
    const settings::Credentials& credentials() const { return m_credentials; }
    // The folder of a repository's files below the models folder.
    QString folderOf(const QString& repo) const;
    // Downloads a variant to there; its id.
    QString download(const QString& repo, const QString& revision, const RepoVariant& variant);

 Q_SIGNALS:
    void ready();
    void tokenStored(app::settings::Credentials::Stored stored);
    void accessChanged(const app::downloads::HubAccess& access);

 private:
    void apply();

    settings::Settings& m_settings;
    storage::Paths m_paths;
    settings::Credentials m_credentials;
    HubClient& m_client;
    DownloadManager& m_manager;
    HubAccess m_access;
    settings::Credentials::Place m_place = settings::Credentials::Place::none;
    int m_reads = 0; // grows with each; late answers to earlier ones are dropped
};

} // namespace app::downloads
