// The INI file behind Settings.
#include "app/settings/settings.h"

namespace app::settings {

Settings::Settings(const QString& file, QObject* parent)
    : QObject(parent), m_file(file, QSettings::IniFormat) {
    m_file.setFallbacksEnabled(false);
}

bool Settings::isWritable() const {
    return m_file.isWritable() && m_file.status() != QSettings::AccessError;
}

void Settings::store(const char* name, const QVariant& value) {
    const QString key = QLatin1String(name);
    if (m_file.value(key) == value) return;
    m_file.setValue(key, value);
    Q_EMIT changed(key);
}

} // namespace app::settings
