// org.freedesktop.secrets (GNOME Keyring, KWallet, KeePassXC) over the session bus, without encryption on the
// bus: whoever can listen there can ask for the secret itself.
#include <QCoreApplication>
#include <QDBusArgument>
#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusObjectPath>
#include <QDBusVariant>
#include <QMap>

#include "app/settings/secret_service.h"

namespace app::settings {

// The service's struct (oayays).
struct Secret {
    QDBusObjectPath session;
    QByteArray parameters, value;
    QString type;
};

static QDBusArgument& operator<<(QDBusArgument& to, const Secret& secret) {
    to.beginStructure();
    to << secret.session << secret.parameters << secret.value << secret.type;
    to.endStructure();
    return to;
}
static const QDBusArgument& operator>>(const QDBusArgument& from, Secret& secret) {
    from.beginStructure();
    from >> secret.session >> secret.parameters >> secret.value >> secret.type;
    from.endStructure();
    return from;
}

} // namespace app::settings

Q_DECLARE_METATYPE(app::settings::Secret)

namespace app::settings {

namespace {

using Attributes = QMap<QString, QString>;
using Paths = QList<QDBusObjectPath>;

const QString kService = QStringLiteral("org.freedesktop.secrets");
const QString kRoot = QStringLiteral("/org/freedesktop/secrets");
const QString kDefault = QStringLiteral("/org/freedesktop/secrets/aliases/default");
constexpr int kAnswerMs = 3000; // a keychain that wants to be unlocked first counts as none for now

QDBusMessage call(const QString& path, const char* interface, const char* method,
                  const QVariantList& arguments) {
    qDBusRegisterMetaType<Attributes>();
    qDBusRegisterMetaType<Secret>();
    QDBusMessage message = QDBusMessage::createMethodCall(
        kService, path, QStringLiteral("org.freedesktop.Secret.") + QLatin1String(interface),
        QLatin1String(method));
    message.setArguments(arguments);
    return QDBusConnection::sessionBus().call(message, QDBus::Block, kAnswerMs);
}

bool succeeded(const QDBusMessage& reply, int values) {
    return reply.type() == QDBusMessage::ReplyMessage && reply.arguments().size() >= values;
}

QDBusObjectPath openSession() {
    const QDBusMessage reply = call(kRoot, "Service", "OpenSession",
                                    {QStringLiteral("plain"), QVariant::fromValue(QDBusVariant(QString()))});
    return succeeded(reply, 2) ? reply.arguments().at(1).value<QDBusObjectPath>() : QDBusObjectPath();
}

Attributes attributesOf(const QString& name) {
    return {{QStringLiteral("application"), QStringLiteral("tandem")}, {QStringLiteral("name"), name}};
}

struct Items {
    Paths open, locked;
    QString problem; // of asking for them
};

Items itemsOf(const QString& name) {
    const QDBusMessage reply =
        call(kRoot, "Service", "SearchItems", {QVariant::fromValue(attributesOf(name))});
    if (!succeeded(reply, 2)) return {{}, {}, reply.errorMessage()};
    return {qdbus_cast<Paths>(reply.arguments().at(0)), qdbus_cast<Paths>(reply.arguments().at(1)), {}};
}

} // namespace

bool keychainIsThere() {
    const QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) return false;
    return !openSession().path().isEmpty(); // also starts one that waits to be started
}

std::optional<QByteArray> readSecret(const QString& name) {
    if (!QDBusConnection::sessionBus().isConnected()) return std::nullopt;
    const QDBusObjectPath session = openSession();
    if (session.path().isEmpty()) return std::nullopt;
    const Items items = itemsOf(name);
    for (const QDBusObjectPath& item : items.open) {
        const QDBusMessage reply = call(item.path(), "Item", "GetSecret", {QVariant::fromValue(session)});
        if (succeeded(reply, 1)) return qdbus_cast<Secret>(reply.arguments().at(0)).value;
    }
    return std::nullopt;
}

bool storeSecret(const QString& name, const QString& label, const QByteArray& secret) {
    if (!QDBusConnection::sessionBus().isConnected()) return false;
    const QDBusObjectPath session = openSession();
    if (session.path().isEmpty()) return false;
    const QVariantMap properties{
        {QStringLiteral("org.freedesktop.Secret.Item.Label"), label},
        {QStringLiteral("org.freedesktop.Secret.Item.Attributes"), QVariant::fromValue(attributesOf(name))}};
    const Secret value{session, {}, secret, QStringLiteral("text/plain")};
    const QDBusMessage reply =
        call(kDefault, "Collection", "CreateItem", {properties, QVariant::fromValue(value), true});
    return succeeded(reply, 1) && reply.arguments().at(0).value<QDBusObjectPath>().path().size() > 1;
}

QString removeSecret(const QString& name) {
    if (!keychainIsThere()) return {};
    const QString locked =
        QCoreApplication::translate("Credentials", "it is locked. Unlock it, then try again.");
    const Items items = itemsOf(name);
    if (!items.problem.isEmpty()) return items.problem;
    for (const QDBusObjectPath& item : items.open) {
        const QDBusMessage reply = call(item.path(), "Item", "Delete", {});
        if (!succeeded(reply, 1)) return reply.errorMessage();
        if (reply.arguments().at(0).value<QDBusObjectPath>().path() != QLatin1String("/"))
            return locked; // it asks
    }
    return items.locked.isEmpty() ? QString() : locked;
}

} // namespace app::settings
