// Reading the portal: one blocking call with a short limit at the start, so that the first frame has the
// right colours.
#include "ui/theme/system_look_portal.h"

#include <QDBusArgument>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>

namespace ui::theme {
namespace {

const QString kService = QStringLiteral("org.freedesktop.portal.Desktop");
const QString kPath = QStringLiteral("/org/freedesktop/portal/desktop");
const QString kInterface = QStringLiteral("org.freedesktop.portal.Settings");
const QString kAppearance = QStringLiteral("org.freedesktop.appearance");
const QString kGnomeInterface = QStringLiteral("org.gnome.desktop.interface");

// A portal that must first be started can need seconds; the window does not wait for it longer than this, the
// answer is taken when it comes.
constexpr int kFirstAnswerMs = 200;

QDBusMessage readAllCall() {
    QDBusMessage call =
        QDBusMessage::createMethodCall(kService, kPath, kInterface, QStringLiteral("ReadAll"));
    call << QStringList{kAppearance, kGnomeInterface};
    return call;
}

// ReadAll answers a{sa{sv}}.
QMap<QString, QVariantMap> groupsOf(const QDBusMessage& reply) {
    QMap<QString, QVariantMap> groups;
    if (reply.type() != QDBusMessage::ReplyMessage || reply.arguments().isEmpty()) return groups;
    if (reply.signature() != QLatin1String("a{sa{sv}}")) return groups;
    const auto argument = reply.arguments().constFirst().value<QDBusArgument>();
    argument >> groups;
    return groups;
}

// Older portals wrap the value in a second variant.
QVariant unwrapped(QVariant value) {
    while (value.canConvert<QDBusVariant>())
        value = value.value<QDBusVariant>().variant();
    return value;
}

} // namespace

PortalLookSource::PortalLookSource(const QDBusConnection& bus, QObject* parent)
    : SystemLookSource(parent), m_bus(bus) {
    if (!m_bus.isConnected()) return;
    m_bus.connect(kService, kPath, kInterface, QStringLiteral("SettingChanged"), this,
                  SLOT(settingChanged(QString, QString, QDBusVariant)));
    readAll();
}

void PortalLookSource::readAll() {
    const auto takeAll = [this](const QDBusMessage& reply) {
        const auto groups = groupsOf(reply);
        for (auto group = groups.begin(); group != groups.end(); ++group)
            for (auto entry = group->begin(); entry != group->end(); ++entry)
                take(group.key(), entry.key(), entry.value());
        setLook(m_read);
    };
    const QDBusMessage first = m_bus.call(readAllCall(), QDBus::Block, kFirstAnswerMs);
    takeAll(first);
    if (first.type() == QDBusMessage::ReplyMessage) return;
    auto* watcher = new QDBusPendingCallWatcher(m_bus.asyncCall(readAllCall()), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [takeAll](QDBusPendingCallWatcher* done) {
        takeAll(done->reply());
        done->deleteLater();
    });
}

void PortalLookSource::settingChanged(const QString& group, const QString& key, const QDBusVariant& value) {
    take(group, key, value.variant());
    setLook(m_read);
}

void PortalLookSource::take(const QString& group, const QString& key, const QVariant& raw) {
    const QVariant value = unwrapped(raw);
    if (group == kAppearance) {
        // color-scheme: 0 no preference, 1 dark, 2 light. contrast: 1 more. reduced-motion: 1 less.
        if (key == QLatin1String("color-scheme")) m_read.dark = value.toUInt() == 1;
        if (key == QLatin1String("contrast")) m_read.highContrast = value.toUInt() == 1;
        if (key == QLatin1String("reduced-motion")) m_read.reducedMotion = value.toUInt() == 1;
    } else if (group == kGnomeInterface && key == QLatin1String("enable-animations")) {
        m_read.reducedMotion = !value.toBool();
    }
}

SystemLookSource* createSystemLookSource(QObject* parent) {
    return new PortalLookSource(QDBusConnection::sessionBus(), parent);
}

} // namespace ui::theme
