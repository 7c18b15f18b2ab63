// Settings to setters.
#include "app/downloads/hub_settings.h"

#include <QtConcurrent>

namespace app::downloads {

HubSettings::HubSettings(settings::Settings& settings, const storage::Paths& paths, HubClient& client,
                         DownloadManager& manager, QObject* parent)
    : QObject(parent), m_settings(settings), m_paths(paths), m_client(client), m_manager(manager) {
    connect(&settings, &settings::Settings::changed, this, &HubSettings::apply);
    apply();
}

settings::Credentials HubSettings::credentials() const {
    const QString hub = originOf(QUrl(m_access.endpoint));
    return settings::Credentials(hub, m_paths.tokenFile(hub));
}

QString HubSettings::hubName() const {
    return QUrl(m_access.endpoint).authority();
}

void HubSettings::useEndpoint(const QString& endpoint) {
    m_endpoint = endpoint;
    apply();
}

// QFuture::then() calls at once when the work is done by then: inside the key press that asked for it, say.
// Here the answer always comes later.
template <typename Work, typename Answer>
void HubSettings::ask(Work work, Answer answer) {
    QtConcurrent::run(std::move(work)).then(this, [this, answer](const std::invoke_result_t<Work>& result) {
        QMetaObject::invokeMethod(
            this, [answer, result] { answer(result); }, Qt::QueuedConnection);
    });
}

void HubSettings::readToken() {
    ask([credentials = credentials()] { return credentials.read(); },
        [this, read = ++m_reads](const settings::Credentials::Found& found) {
            if (read != m_reads) return;
            m_access.token = found.token;
            m_place = found.place;
            apply();
            Q_EMIT ready();
        });
}

void HubSettings::storeToken(const QByteArray& token, bool fileWillDo) {
    ask([credentials = credentials(), token, fileWillDo] { return credentials.store(token, fileWillDo); },
        [this](settings::Credentials::Stored stored) {
            Q_EMIT tokenStored(stored);
            readToken();
        });
}

void HubSettings::removeToken() {
    ask([credentials = credentials()] { return credentials.remove(); },
        [this](const QString& whyNot) {
            Q_EMIT tokenRemoved(whyNot);
            readToken();
        });
}

void HubSettings::apply() {
    const HubAccess before = m_client.access();
    m_access.endpoint = m_endpoint.isEmpty() ? m_settings.value(settings::kHubEndpoint) : m_endpoint;
    const bool otherHub = originOf(QUrl(m_access.endpoint)) != originOf(QUrl(before.endpoint));
    if (otherHub) {
        m_access.token.clear(); // it was made for another hub
        m_place = settings::Credentials::Place::none;
    }
    m_client.setAccess(m_access);
    m_manager.setAccess(m_access);
    m_manager.setActive(m_settings.value(settings::kDownloadsAtOnce));
    m_manager.setSpeedLimit(qint64{m_settings.value(settings::kDownloadLimit)} * 1000);
    if (!(before == m_access)) Q_EMIT accessChanged(m_access);
    if (otherHub && m_reads > 0) readToken();
}

QString HubSettings::folderOf(const QString& repo) const {
    const QString chosen = m_settings.value(settings::kModelsFolder);
    return (chosen.isEmpty() ? m_paths.modelsFolder() : chosen) + QLatin1Char('/') + repo;
}

QString HubSettings::download(const QString& repo, const QString& revision, const RepoVariant& variant) {
    return m_manager.add(specOf(repo, revision, variant, folderOf(repo)));
}

} // namespace app::downloads
