// Reads the desktop's look from org.freedesktop.portal.Settings and follows its SettingChanged signal.
#pragma once

#include <QDBusConnection>
#include <QDBusVariant>
#include <QVariantMap>

#include "ui/theme/system_look.h"

namespace ui::theme {

class PortalLookSource : public SystemLookSource {
    Q_OBJECT
 public:
    PortalLookSource(const QDBusConnection& bus, QObject* parent);

 private Q_SLOTS:
    void settingChanged(const QString& group, const QString& key, const QDBusVariant& value);

 private:
    void readAll();
    void take(const QString& group, const QString& key, const QVariant& value);

    QDBusConnection m_bus;
    SystemLook m_read;
};

} // namespace ui::theme
