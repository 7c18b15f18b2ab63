// FileTransfer: gets the bytes of one file into its .part: several ranges at once, again after a pause when a
// connection breaks, and from the beginning when the content changed.
//
// Where the hub has told a hash, that alone decides at the end which content it is, and nothing that came is
// given up before: servers of one file differ in their ETags. Where it has not, ranges have to carry the same
// strong validator, so that two contents are never mixed.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <memory>
#include <optional>
#include <vector>

#include "app/downloads/file_progress.h"
#include "app/downloads/hub_get.h"
#include "app/downloads/rate_limiter.h"
#include "app/downloads/repo_listing.h"
#include "app/downloads/tuning.h"
#include "app/storage/durable_file.h"

namespace app::downloads {

class FileTransfer : public QObject {
    Q_OBJECT
 public:
    struct Source {
        QUrl url, endpoint;
        QByteArray token;
        RepoFile file; // `bytes` is known
    };
    // `part` is open for writing and has the file's size; `progress` is what it holds already.
    FileTransfer(QNetworkAccessManager& network, RateLimiter& limiter, const Tuning& tuning, Source source,
                 std::shared_ptr<storage::DurableFile> part, FileProgress progress, QObject* parent);
    ~FileTransfer() override;

    void start();
    void stop();   // no signal comes any more; progress() stays
    void tryNow(); // instead of waiting for the next try
    const FileProgress& progress() const { return m_progress; }
    // Grows each time the content is begun anew, so that work on an older one is recognised.
    int generation() const { return m_generation; }
    void takeHash(const storage::Sha256& hash) { m_progress.hash = hash; } // of bytes that this part holds

    bool isConnected() const { return m_connected; }
    qint64 silentMs() const { return m_silent.elapsed(); } // since the last byte
    qint64 nextTryMs() const { return m_retry.isActive() ? m_retry.remainingTime() : -1; }
    const Problem& waitsFor() const { return m_last; } // why it tries again

 Q_SIGNALS:
    void advanced(qint64 bytes);
    void complete();                                     // every byte is in the .part
    void failed(const app::downloads::Problem& problem); // it does not go on by itself

 private:
    struct Connection {
        qsizetype segment;
        std::unique_ptr<HubGet, void (*)(HubGet*)> get;
        qint64 at = 0;         // where in the file its next byte belongs
        qint64 came = 0;       // of what was missing
        bool whole = false;    // all of the file comes, whatever of it is here
        bool accepted = false; // its head belongs to our content
        bool ended = false;    // all has come, perhaps not all is read
        // Nobody said how long it is: what it brings counts when all of it has come. Until then: how it was.
        std::optional<FileProgress> before = {};
    };
    void open(qsizetype segment);
    void openMore();
    void takeHead(Connection& connection);
    Problem objectionTo(const Connection& connection) const;
    bool isOurs(const ResponseHead& head) const;
    void pump(Connection& connection);
    void pumpAll();
    bool take(Connection& connection, Segment& segment, const QByteArray& bytes);
    void takeEnd(Connection& connection);
    void drop(Connection& connection);
    void dropAll();
    void startOver();
    void retryLater(const Problem& problem);
    void fail(const Problem& problem);
    bool hasHash() const { return m_source.file.hasHash(); }
    bool isOpen(qsizetype segment) const;
    bool finishIfComplete();
    Problem otherSize(qint64 bytes) const;

    QNetworkAccessManager& m_network;
    RateLimiter& m_limiter;
    const Tuning m_tuning;
    const Source m_source;
    std::shared_ptr<storage::DurableFile> m_part;
    FileProgress m_progress;
    std::vector<std::unique_ptr<Connection>> m_connections;
    QElapsedTimer m_silent;
    QTimer m_retry;
    Problem m_last;
    int m_failures = 0;   // in a row, without a byte between them
    int m_startOvers = 0; // for other content
    int m_generation = 0;
    bool m_ranges = true; // false: the server sends all of it or cannot be trusted with less
    bool m_connected = false;
    bool m_running = false;
};

} // namespace app::downloads
