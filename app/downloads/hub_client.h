// HubClient: questions to a Hugging Face hub: search, a repository with its files and description.
//
// Answers come on the thread of `receiver`; when it goes, what was asked for it is given up. Sending, paging,
// waiting after a 429 and reading the JSON happen on a thread of its own. That nobody is there is told at
// once.
#pragma once

#include <QObject>
#include <QPointer>
#include <functional>
#include <memory>

#include "app/downloads/hub_address.h"
#include "app/downloads/network_thread.h"
#include "app/downloads/problem.h"
#include "app/downloads/repo_listing.h"

namespace app::downloads {

struct HubAccess {
    QString endpoint = QLatin1String(kDefaultEndpoint);
    QByteArray token;
    bool operator==(const HubAccess&) const = default;
};

template <typename T>
struct Answer {
    T value;
    Problem problem; // kind none: `value` holds
};

class HubClient {
 public:
    HubClient();
    ~HubClient();

    void setAccess(const HubAccess& access); // for what is asked from now on
    HubAccess access() const { return m_access; }

    using Hits = std::function<void(const Answer<QList<ModelHit>>&)>;
    // Most downloaded first. `filters` are the hub's tags, "gguf".
    void search(const QString& words, const QStringList& filters, QObject* receiver, Hits done);
    using Listing = std::function<void(const Answer<RepoListing>&)>;
    // All pages of the tree. `description`: also the first paragraph of the model card.
    void list(const QString& repo, const QString& revision, QObject* receiver, Listing done,
              bool description = false);

 private:
    HubAccess m_access;
    NetworkThread m_thread;
};

} // namespace app::downloads
