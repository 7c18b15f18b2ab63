// What the person set about the hub and downloads, read and followed.
#pragma once

#include <QObject>

#include "app/downloads/download_manager.h"
#include "app/downloads/hub_client.h"
#include "app/settings/credentials.h"
#include "app/settings/settings.h"
#include "app/storage/paths.h"

namespace app::downloads {

// Keeps client and manager at the settings' address, token and limits. Each hub has its own token: after a
// change of the address there is none until that hub's was read. It comes from the keychain on a thread that
// may wait; ready() tells when it is there.
class HubSettings : public QObject {
    Q_OBJECT
 public:
    HubSettings(settings::Settings& settings, const storage::Paths& paths, HubClient& client,
                DownloadManager& manager, QObject* parent = nullptr);

    void useEndpoint(const QString& endpoint); // instead of the settings', for this run of the program
    void readToken();                          // again; ready() follows
    // Keep a token of the hub, or forget it. tokenStored() and tokenRemoved() tell how that went; then it is
    // read again.
    void storeToken(const QByteArray& token, bool fileWillDo);
    void removeToken();
    settings::Credentials::Place tokenPlace() const { return m_place; } // where it was read from
    const HubAccess& access() const { return m_access; }
    QString hubName() const; // "huggingface.co", for people
    // The folder of a repository's files below the models folder.
    QString folderOf(const QString& repo) const;
    // Downloads a variant to there; its id.
    QString download(const QString& repo, const QString& revision, const RepoVariant& variant);

 Q_SIGNALS:
    void ready();
    void tokenStored(app::settings::Credentials::Stored stored);
    void tokenRemoved(const QString& whyNot); // empty: it is gone
    void accessChanged(const app::downloads::HubAccess& access);

 private:
    void apply();
    template <typename Work, typename Answer>
    void ask(Work work, Answer answer);        // on a thread that may wait
    settings::Credentials credentials() const; // of the hub that is set now

    settings::Settings& m_settings;
    storage::Paths m_paths;
    QString m_endpoint; // empty: the settings'
    HubClient& m_client;
    DownloadManager& m_manager;
    HubAccess m_access;
    settings::Credentials::Place m_place = settings::Credentials::Place::none;
    int m_reads = 0; // grows with each; late answers to earlier ones are dropped
};

} // namespace app::downloads
