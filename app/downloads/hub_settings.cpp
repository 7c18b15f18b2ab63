// Settings to setters.
#include "app/downloads/hub_settings.h"

#include <QtConcurrent>

namespace app::downloads {

HubSettings::HubSettings(settings::Settings& settings, const storage::Paths& paths, HubClient& client,
                         DownloadManager& manager, QObject* parent)
    : QObject(parent),
      m_settings(settings),
      m_paths(paths),
      m_credentials(paths.tokenFile()),
      m_client(client),
      m_manager(manager) {
    connect(&settings, &settings::Settings::changed, this, &HubSettings::apply);
    apply();
}

void HubSettings::readToken() {
    QtConcurrent::run([credentials = m_credentials] {
        return credentials.read();
    }).then(this, [this, read = ++m_reads](const settings::Credentials::Found& found) {
        if (read != m_reads) return;
        m_access.token = found.token;
        m_place = found.place;
        apply();
        Q_EMIT ready();
    });
}

void HubSettings::storeToken(const QByteArray& token, bool fileWillDo) {
    QtConcurrent::run([credentials = m_credentials, token, fileWillDo] {
        return credentials.store(token, fileWillDo);
    }).then(this, [this](settings::Credentials::Stored stored) {
        Q_EMIT tokenStored(stored);
        readToken();
    });
}

void HubSettings::removeToken() {
    QtConcurrent::run([credentials = m_credentials] { credentials.remove(); }).then(this, [this] {
        readToken();
    });
}

void HubSettings::apply() {
    const HubAccess before = m_client.access();
    m_access.endpoint = m_settings.value(settings::kHubEndpoint);
    m_client.setAccess(m_access);
    m_manager.setAccess(m_access);
    m_manager.setActive(m_settings.value(settings::kDownloadsAtOnce));
    m_manager.setSpeedLimit(qint64{m_settings.value(settings::kDownloadLimit)} * 1000);
    if (!(before == m_access)) Q_EMIT accessChanged(m_access);
}

QString HubSettings::folderOf(const QString& repo) const {
    const QString chosen = m_settings.value(settings::kModelsFolder);
    return (chosen.isEmpty() ? m_paths.modelsFolder() : chosen) + QLatin1Char('/') + repo;
}

QString HubSettings::download(const QString& repo, const QString& revision, const RepoVariant& variant) {
    return m_manager.add(specOf(repo, revision, variant, folderOf(repo)));
}

} // namespace app::downloads
