// FakeHub: a Hugging Face hub on this computer that first does everything right and then, on demand,
// everything wrong. Runs on a thread of its own; speaks as much HTTP/1.1 as clients of a hub need.
#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QMap>
#include <QMutex>
#include <QString>
#include <QThread>
#include <memory>
#include <optional>

namespace tests {

// How a path misbehaves. Each value stands for itself; what is not set is as it should be.
struct HubFault {
    int status = 0;             // answers with this and no content
    QByteArray retryAfter = {}; // beside it
    int times = -1;             // only for so many requests; -1: for all
    bool noRanges = false;      // sends all with 200
    bool noEtag = false;
    bool weakEtag = false;
    bool gzip = false;         // says that the content is compressed
    qint64 cutAfter = -1;      // closes after so many bytes of the body
    qint64 stallAfter = -1;    // sends nothing more after so many bytes, and keeps the connection
    qint64 lieAboutLength = 0; // added to Content-Length (or the total of Content-Range)
    qint64 wrongAt = -1;       // this byte of the file is another one
    bool endless = false;      // no length, and never an end
    qint64 bytesPerSecond = 0; // 0: as fast as it goes
    bool wrongRange = false;   // another range than the one asked for
    QByteArray redirect = {};  // to this address; "loop": to itself
    bool chunked = false;      // no length, and the end marked
    bool newEtags = false;     // another one with each answer, weak and strong by turns
    bool noContentRange = false;
    bool capitalUnits = false; // "Bytes 0-99/100", as a server may
    bool halfRanges = false;   // less than was asked for, as a server may
    QByteArray instead = {};   // with 200 and all signs of success, whatever was asked for
    QByteArray linked = {};    // the X-Linked-ETag beside it
    bool rangeEnds = false;    // 416 with the size of the file
    QByteArray link = {};      // the Link header of a tree
};

// A request as it came, for tests to look at.
struct HubRequest {
    QByteArray method, path;
    QMap<QByteArray, QByteArray> headers; // names in lower case
};

class FakeHub {
 public:
    FakeHub(); // listens at once
    ~FakeHub();
    FakeHub(const FakeHub&) = delete;
    FakeHub& operator=(const FakeHub&) = delete;

    QString endpoint() const; // "http://127.0.0.1:PORT"
    // Where large files are kept: other port, so another host as far as tokens go.
    QString storage() const;

    // `inGit`: a small file without a SHA-256, as the hub keeps README and JSON.
    void addFile(const QString& repo, const QString& path, const QByteArray& content, bool inGit = false);
    // A large file of which only the listing is there.
    void addListed(const QString& repo, const QString& path, qint64 bytes);
    void removeFile(const QString& repo, const QString& path);
    void setPageSize(int files);            // of a tree, 0: all on one page
    void setRedirects(bool toStorage);      // large files: 302 to storage(), as the real one does
    void setToken(const QByteArray& token); // without it: 401
    void setGated(const QString& repo, bool gated);
    void setTags(const QString& repo, const QStringList& tags); // instead of the usual ones
    void setLicence(const QString& repo, const QString& licence);

    void setFault(const QString& path, const HubFault& fault); // of a file, or "api" for all of the API
    void clearFaults();
    // The content of a file is another one after so many bytes of it were sent.
    void changeAfter(const QString& path, qint64 bytes, const QByteArray& content);

    QList<HubRequest> requests() const;
    void clearRequests();
    qint64 sentBytes() const; // of files
    int openConnections() const;

    struct State; // see fake_hub_state.h

 private:
    class Server;
    std::shared_ptr<State> m_state;
    QThread m_thread;
    Server* m_hub = nullptr;
    Server* m_storage = nullptr;
};

// Bytes that do not repeat with any power of two.
QByteArray pattern(qint64 bytes, int seed = 1);

} // namespace tests
