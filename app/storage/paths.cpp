// Finds and makes the folders.
#include "app/storage/paths.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QStandardPaths>
#include <QUrl>

namespace app::storage {

Paths Paths::standard() {
    const QString root = qEnvironmentVariable("TANDEM_DATA_DIR");
    if (!root.isEmpty()) return Paths(QDir(root).absolutePath());
    const auto folder = [](QStandardPaths::StandardLocation where) {
        return QStandardPaths::writableLocation(where) + QStringLiteral("/tandem");
    };
    return {folder(QStandardPaths::GenericDataLocation), folder(QStandardPaths::GenericConfigLocation)};
}

Paths::Paths(const QString& root) : m_data(root), m_config(root) {}

QString Paths::tokenFile(const QString& hub) const {
    return m_config + QStringLiteral("/hub_token-") + QString::fromLatin1(QUrl::toPercentEncoding(hub));
}

Outcome<void> Paths::create() const {
    for (const QString& folder : {m_data, m_config, instancesFolder()}) {
        if (QDir(folder).exists()) continue;
        if (!QDir().mkpath(folder))
            return Failure{Failure::Kind::readOnly,
                           QCoreApplication::translate("Paths", "The folder %1 cannot be made.").arg(folder)};
        QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }
    return {};
}

} // namespace app::storage
