// Access tokens in the desktop's keychain: a make-believe one on a bus of its own.
#include <QDBusArgument>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusObjectPath>
#include <QDBusVariant>
#include <QDBusVirtualObject>
#include <QMutex>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include "app/settings/credentials.h"

using app::settings::Credentials;

using Attributes = QMap<QString, QString>;
using Paths = QList<QDBusObjectPath>;

// The service's struct (oayays).
struct WireSecret {
    QDBusObjectPath session;
    QByteArray parameters, value;
    QString type;
};
Q_DECLARE_METATYPE(WireSecret)

static QDBusArgument& operator<<(QDBusArgument& to, const WireSecret& secret) {
    to.beginStructure();
    to << secret.session << secret.parameters << secret.value << secret.type;
    to.endStructure();
    return to;
}
static const QDBusArgument& operator>>(const QDBusArgument& from, WireSecret& secret) {
    from.beginStructure();
    from >> secret.session >> secret.parameters >> secret.value >> secret.type;
    from.endStructure();
    return from;
}

// What org.freedesktop.secrets does with items, as far as it is asked here.
struct Keychain {
    struct Item {
        Attributes attributes;
        QByteArray value;
    };
    QMutex mutex;
    QMap<QString, Item> items; // by path
    bool locked = false, refuses = false;
    int made = 0;
};

class KeychainObject : public QDBusVirtualObject {
 public:
    explicit KeychainObject(Keychain& keychain) : m_keychain(keychain) {}
    QString introspect(const QString&) const override { return {}; }
    bool handleMessage(const QDBusMessage& message, const QDBusConnection& bus) override {
        const QMutexLocker lock(&m_keychain.mutex);
        bus.send(answer(message));
        return true;
    }

 private:
    QDBusMessage answer(const QDBusMessage& message) {
        const QString member = message.member();
        const QVariantList arguments = message.arguments();
        const auto path = [](const QString& text) { return QVariant::fromValue(QDBusObjectPath(text)); };
        if (member == QLatin1String("OpenSession"))
            return message.createReply({QVariant::fromValue(QDBusVariant(QString())),
                                        path(QStringLiteral("/org/freedesktop/secrets/session/1"))});
        if (member == QLatin1String("SearchItems")) {
            Paths found;
            const auto wanted = qdbus_cast<Attributes>(arguments.at(0));
            for (auto it = m_keychain.items.cbegin(); it != m_keychain.items.cend(); ++it)
                if (it->attributes == wanted) found.append(QDBusObjectPath(it.key()));
            return message.createReply({QVariant::fromValue(m_keychain.locked ? Paths() : found),
                                        QVariant::fromValue(m_keychain.locked ? found : Paths())});
        }
        if (member == QLatin1String("CreateItem")) {
            const QVariant attributes = qdbus_cast<QVariantMap>(
                arguments.at(0))[QStringLiteral("org.freedesktop.Secret.Item.Attributes")];
            const QString made =
                QStringLiteral("/org/freedesktop/secrets/collection/c/%1").arg(++m_keychain.made);
            m_keychain.items.insert(
                made, {qdbus_cast<Attributes>(attributes), qdbus_cast<WireSecret>(arguments.at(1)).value});
            return message.createReply({path(made), path(QStringLiteral("/"))});
        }
        if (member == QLatin1String("GetSecret"))
            return message.createReply(
                QVariant::fromValue(WireSecret{arguments.at(0).value<QDBusObjectPath>(),
                                               {},
                                               m_keychain.items.value(message.path()).value,
                                               QStringLiteral("text/plain")}));
        if (member == QLatin1String("Delete") && !m_keychain.refuses) {
            m_keychain.items.remove(message.path());
            return message.createReply(path(QStringLiteral("/")));
        }
        return message.createErrorReply(QDBusError::AccessDenied, QStringLiteral("not today"));
    }

    Keychain& m_keychain;
};

class KeychainTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void initTestCase() {
        qunsetenv("HF_TOKEN");
        m_daemon.start(
            QStringLiteral("dbus-daemon"),
            {QStringLiteral("--session"), QStringLiteral("--nofork"), QStringLiteral("--print-address"),
             QStringLiteral("--address=unix:dir=") + m_folder.path()});
        if (!m_daemon.waitForStarted()) QSKIP("there is no dbus-daemon here");
        QVERIFY(QTest::qWaitFor([&] { return m_daemon.canReadLine(); }));
        qputenv("DBUS_SESSION_BUS_ADDRESS", m_daemon.readLine().trimmed());
        qDBusRegisterMetaType<Attributes>();
        qDBusRegisterMetaType<WireSecret>();
        m_thread.start();
        bool there = false;
        auto* object = new KeychainObject(m_keychain);
        object->moveToThread(&m_thread);
        connect(&m_thread, &QThread::finished, object, &QObject::deleteLater);
        QMetaObject::invokeMethod(
            object,
            [object, &there] {
                QDBusConnection bus =
                    QDBusConnection::connectToBus(QDBusConnection::SessionBus, QStringLiteral("keychain"));
                there = bus.registerVirtualObject(QStringLiteral("/"), object, QDBusConnection::SubPath) &&
                        bus.registerService(QStringLiteral("org.freedesktop.secrets"));
            },
            Qt::BlockingQueuedConnection);
        QVERIFY(there);
    }
    void cleanupTestCase() {
        QDBusConnection::disconnectFromBus(QStringLiteral("keychain"));
        m_thread.quit();
        m_thread.wait();
        m_daemon.kill();
        m_daemon.waitForFinished();
    }
    void init() {
        const QMutexLocker lock(&m_keychain.mutex);
        m_keychain.items.clear();
        m_keychain.locked = m_keychain.refuses = false;
    }

    void eachHubHasItsOwn() {
        const Credentials hub = of("https://hub.example:443"), mirror = of("https://mirror.example:443");
        QCOMPARE(hub.store("hf_one", false), Credentials::Stored::inKeychain);
        QCOMPARE(hub.read().token, "hf_one");
        QCOMPARE(hub.read().place, Credentials::Place::keychain);
        QVERIFY(mirror.read().token.isEmpty());
        QCOMPARE(mirror.store("other", false), Credentials::Stored::inKeychain);
        QCOMPARE(hub.remove(), QString());
        QVERIFY(hub.read().token.isEmpty());
        QCOMPARE(mirror.read().token, "other");
    }

    void saysWhyItCannotBeRemoved() {
        const Credentials hub = of("https://hub.example:443");
        QCOMPARE(hub.store("hf_one", false), Credentials::Stored::inKeychain);
        set(&Keychain::refuses);
        QVERIFY2(hub.remove().contains(QStringLiteral("not today")), qPrintable(hub.remove()));
        set(&Keychain::locked);
        QVERIFY2(hub.remove().contains(QStringLiteral("locked")), qPrintable(hub.remove()));
        QVERIFY(hub.read().token.isEmpty()); // a locked one counts as none
    }

 private:
    Credentials of(const char* hub) const {
        return {QLatin1String(hub), m_folder.filePath(QStringLiteral("token"))};
    }
    void set(bool Keychain::*what) {
        const QMutexLocker lock(&m_keychain.mutex);
        m_keychain.*what = true;
    }

    QTemporaryDir m_folder;
    QProcess m_daemon;
    Keychain m_keychain;
    QThread m_thread;
};

QTEST_GUILESS_MAIN(KeychainTest)
#include "keychain_test.moc"
