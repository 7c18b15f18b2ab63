// Keychain first, file second.
#include "app/settings/credentials.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include "app/settings/secret_service.h"

namespace app::settings {

namespace {
constexpr qint64 kLongest = 4096;

QString tr(const char* text) {
    return QCoreApplication::translate("Credentials", text);
}
} // namespace

QString Credentials::secretName() const {
    return QStringLiteral("hub-token ") + m_hub;
}

QByteArray Credentials::cleaned(const QString& typed) {
    const QByteArray token = typed.trimmed().toUtf8();
    if (token.size() > kLongest) return {};
    for (const char c : token)
        if (c <= ' ' || c > '~') return {};
    return token;
}

Credentials::Found Credentials::read() const {
    const QByteArray given = cleaned(qEnvironmentVariable("HF_TOKEN"));
    if (!given.isEmpty()) return {given, Place::environment};
    if (const auto secret = readSecret(secretName()); secret && !secret->isEmpty())
        return {cleaned(QString::fromUtf8(*secret)), Place::keychain};
    QFile file(m_file);
    if (!file.open(QIODevice::ReadOnly)) return {};
    const QByteArray token = cleaned(QString::fromUtf8(file.read(kLongest)));
    return {token, token.isEmpty() ? Place::none : Place::file};
}

Credentials::Stored Credentials::store(const QByteArray& token, bool fileWillDo) const {
    if (storeSecret(secretName(), QStringLiteral("Tandem: access token of ") + m_hub, token)) {
        QFile::remove(m_file); // one place only
        return Stored::inKeychain;
    }
    if (!fileWillDo) return Stored::needsConsent;
    return writeFile(token) ? Stored::inFile : Stored::failed;
}

// The permissions are set before the token is in it.
bool Credentials::writeFile(const QByteArray& token) const {
    QDir().mkpath(QFileInfo(m_file).absolutePath());
    QSaveFile file(m_file);
    return file.open(QIODevice::WriteOnly) && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) &&
           file.write(token) == token.size() && file.commit();
}

QString Credentials::remove() const {
    const QString keychain = removeSecret(secretName());
    QFile file(m_file);
    if (file.exists() && !file.remove())
        return tr("The token's file %1 could not be deleted: %2.").arg(m_file, file.errorString());
    return keychain.isEmpty() ? QString() : tr("The keychain has not removed the token: %1").arg(keychain);
}

} // namespace app::settings
