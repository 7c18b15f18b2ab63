// Credentials: the person's access token of one model hub, in the desktop's keychain where there is one; else
// in a file that only this person may read, and only when they agreed to that.
#pragma once

#include <QByteArray>
#include <QString>

namespace app::settings {

class Credentials {
 public:
    enum class Place { none, environment, keychain, file };
    struct Found {
        QByteArray token;
        Place place = Place::none;
    };
    enum class Stored {
        inKeychain,
        inFile,
        needsConsent, // there is no keychain: ask whether a file will do
        failed,
    };

    // `hub`: its scheme, host and port; `file`: where its token goes when there is no keychain. The
    // environment's HF_TOKEN, which is for whichever hub is set, wins over both.
    Credentials(QString hub, QString file) : m_hub(std::move(hub)), m_file(std::move(file)) {}

    // Any thread; these wait for the keychain, up to some seconds.
    Found read() const;
    Stored store(const QByteArray& token, bool fileWillDo) const;
    QString remove() const; // from both; why not, or nothing

    // A token has no white space and no control characters; empty: it cannot be one.
    static QByteArray cleaned(const QString& typed);

 private:
    bool writeFile(const QByteArray& token) const;

    QString secretName() const;

    QString m_hub, m_file;
};

} // namespace app::settings
