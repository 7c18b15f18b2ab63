// One file after the other; a growing range until the header is whole.
#include "app/downloads/header_fetcher.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QTimer>
#include <QUuid>
#include <QtEndian>

#include "app/downloads/hub_get.h"
#include "app/downloads/safe_path.h"
#include "app/storage/durable_file.h"

namespace app::downloads {

namespace {

using Kind = Problem::Kind;
constexpr qint64 kFirst = 256 * 1024, kMost = 4 * 1024 * 1024; // asked for at once
constexpr qint64 kLongestHeader = 128 * 1024 * 1024;
constexpr qint64 kLongestJson = 32 * 1024 * 1024;
constexpr int kAttempts = 3;
constexpr qint64 kLongestWaitMs = 60'000; // longer than this the person is told instead
constexpr qsizetype kKept = 300;          // headers of so many variants

bool isSafetensors(const QString& path) {
    return path.endsWith(QLatin1String(".safetensors"));
}

// What a plan needs of a folder: weights' headers, their index and the configuration.
bool isNeeded(const RepoFile& file) {
    return isSafetensors(file.path) || file.path.endsWith(QLatin1String(".gguf"), Qt::CaseInsensitive) ||
           file.path == QLatin1String("config.json") || file.path.endsWith(QLatin1String(".index.json"));
}

QString keyOf(const QString& repo, const QString& revision, const RepoVariant& variant) {
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(repo.toUtf8() + '\0');
    for (const RepoFile& file : variant.files) {
        const QString content = !file.sha256.isEmpty()   ? file.sha256
                                : !file.blobId.isEmpty() ? file.blobId
                                                         : revision;
        hash.addData(QStringLiteral("%1:%2:%3;").arg(file.path).arg(file.bytes).arg(content).toUtf8());
    }
    return QString::fromLatin1(hash.result().toHex().left(32));
}

QString nameOf(const RepoFile& file) {
    return file.path.section(QLatin1Char('/'), -1);
}

void forgetOldest(const QString& folder) {
    const QFileInfoList kept = QDir(folder).entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Time);
    for (qsizetype i = kKept; i < kept.size(); ++i)
        QDir(kept[i].filePath()).removeRecursively();
}

// The work for one variant; lives on the network thread and deletes itself.
class Fetch : public QObject {
 public:
    HubAccess access;
    QString repo, revision, folder;
    RepoVariant variant;
    bridge::ProbeHeader probe;
    std::function<void(const Answer<QString>&)> deliver;

    ~Fetch() override {
        if (!m_work.isEmpty()) QDir(m_work).removeRecursively();
    }

    void start(QNetworkAccessManager& network) {
        m_network = &network;
        variant.files.removeIf([](const RepoFile& file) { return !isNeeded(file); });
        // Others may fetch the same at this moment.
        m_work = folder + QLatin1Char('.') + QUuid::createUuid().toString(QUuid::Id128).left(8);
        if (QDir(folder).exists()) return end({});
        if (const QString why = whyUnsafe(names()); !why.isEmpty())
            return end({Kind::badName, why, tr("Choose another variant or repository.")});
        if (variant.files.isEmpty() || !QDir().mkpath(m_work))
            return end({Kind::notWritable, tr("The folder %1 cannot be made.").arg(m_work), {}});
        next();
    }

 private:
    const RepoFile& file() const { return variant.files[m_file]; }

    QStringList names() const {
        QStringList names;
        for (const RepoFile& each : variant.files)
            names.append(nameOf(each));
        return names;
    }

    void next() {
        m_bytes.clear();
        m_attempt = 0;
        if (m_file == variant.files.size()) return end(finish());
        if (file().bytes <= 0) return end(unreadable(tr("its size is not known")));
        ask(isSafetensors(file().path) || !file().path.endsWith(QLatin1String(".json")) ? kFirst
                                                                                        : kLongestJson);
    }

    // On to `wanted` bytes from the beginning.
    void ask(qint64 wanted) {
        const HubUrls urls(access.endpoint);
        m_wanted = qMin(wanted, file().bytes);
        GetRequest request;
        request.url = urls.file(repo, revision, file().path);
        request.endpoint = urls.endpoint();
        request.token = access.token;
        request.begin = m_bytes.size();
        request.end = m_wanted;
        request.bufferBytes = 1024 * 1024;
        request.where = file().path;
        if (!request.url.isValid())
            return end({Kind::badAnswer, tr("There is no valid address of a hub."), {}});
        m_get = new HubGet(*m_network, request, this);
        connect(m_get, &HubGet::headArrived, this, &Fetch::takeHead);
        connect(m_get, &HubGet::readyRead, this, [this] {
            m_bytes += m_get->read(m_wanted - m_bytes.size());
            if (m_bytes.size() >= m_wanted) judge(); // a server without ranges would send all of it
        });
        connect(m_get, &HubGet::finished, this, [this] {
            m_bytes += m_get->read(m_wanted - m_bytes.size());
            const Problem problem = m_get->problem();
            if (m_bytes.size() >= m_wanted) return judge();
            drop();
            if (problem && (!problem.passes() || problem.isOfHub())) return end(problem);
            const qint64 wait = qMax<qint64>(problem.retryAfterMs, 500LL << m_attempt);
            if (++m_attempt >= kAttempts || wait > kLongestWaitMs)
                return end(problem ? problem : unreadable(tr("the connection was cut off")));
            QTimer::singleShot(wait, this, [this] { ask(m_wanted); });
        });
    }

    void takeHead() {
        const ResponseHead& head = m_get->head();
        const bool compressed = !head.contentEncoding.isEmpty() && head.contentEncoding != "identity";
        const qint64 total = head.status == 206 ? head.total : head.length;
        const bool other = head.status == 206 && head.rangeBegin != m_bytes.size();
        if (head.status == 200) m_bytes.clear(); // all of it comes
        if (!compressed && !other && (total < 0 || total == file().bytes)) return;
        drop();
        end({Kind::badAnswer,
             tr("%1: the server sends something else than the hub lists.").arg(file().path),
             {}});
    }

    void judge() {
        drop();
        if (file().path.endsWith(QLatin1String(".json"))) return keep();
        if (isSafetensors(file().path)) {
            const qint64 length = m_bytes.size() < 8 ? -1 : qFromLittleEndian<qint64>(m_bytes.constData());
            if (length < 2 || length > kLongestHeader || length + 8 > file().bytes)
                return end(unreadable(tr("its header is damaged")));
            if (m_bytes.size() < 8 + length) return ask(8 + length);
            m_bytes.truncate(8 + length);
            return keep();
        }
        if (!probe) return end(unreadable(tr("its header cannot be read here")));
        const bridge::HeaderProbe found = probe(m_bytes, file().bytes);
        if (found.state == bridge::HeaderProbe::State::whole) return keep();
        if (found.state == bridge::HeaderProbe::State::bad) return end(unreadable(found.why));
        if (m_bytes.size() >= qMin(kLongestHeader, file().bytes))
            return end(unreadable(tr("its header has no end")));
        ask(m_bytes.size() + qMin(m_bytes.size() * 3, kMost));
    }

    void keep() {
        storage::DurableFile local;
        auto kept = storage::DurableFile::open(local, m_work + QLatin1Char('/') + nameOf(file()),
                                               storage::DurableFile::Mode::readWrite);
        if (kept.ok()) kept = local.setSize(file().bytes);
        if (kept.ok()) kept = local.writeAt(0, m_bytes.constData(), m_bytes.size());
        if (!kept.ok()) return end(fromFailure(kept.failure()));
        ++m_file;
        next();
    }

    Problem finish() {
        forgetOldest(QFileInfo(folder).absolutePath());
        if (QDir().rename(m_work, folder)) {
            m_work.clear();
            return {};
        }
        if (QDir(folder).exists()) return {}; // somebody else was quicker
        return {Kind::notWritable, tr("The folder %1 cannot be made.").arg(folder), {}};
    }

    Problem unreadable(const QString& why) const {
        return {Kind::badAnswer, QStringLiteral("%1: %2").arg(file().path, why), {}};
    }

    void drop() {
        m_get->disconnect();
        m_get->deleteLater();
    }

    void end(const Problem& problem) {
        const bool gguf = variant.format == RepoVariant::Format::gguf;
        const QString path = gguf && !variant.files.isEmpty()
                                 ? folder + QLatin1Char('/') + nameOf(variant.files.first())
                                 : folder;
        deliver({problem ? QString() : path, problem});
        deleteLater();
    }

    QNetworkAccessManager* m_network = nullptr;
    HubGet* m_get = nullptr;
    QString m_work;
    qsizetype m_file = 0;
    QByteArray m_bytes;
    qint64 m_wanted = 0;
    int m_attempt = 0;
};

} // namespace

HeaderFetcher::HeaderFetcher(QString cacheFolder, bridge::ProbeHeader probe)
    : m_folder(std::move(cacheFolder)), m_probe(std::move(probe)) {}
HeaderFetcher::~HeaderFetcher() = default;

void HeaderFetcher::setAccess(const HubAccess& access) {
    m_access = access;
}

void HeaderFetcher::fetch(const QString& repo, const QString& revision, const RepoVariant& variant,
                          QObject* receiver, Done done) {
    auto* fetch = new Fetch;
    fetch->access = m_access;
    fetch->repo = repo;
    fetch->revision = revision;
    fetch->folder = m_folder + QLatin1Char('/') + keyOf(repo, revision, variant);
    fetch->variant = variant;
    fetch->probe = m_probe;
    fetch->deliver = [guard = QPointer<QObject>(receiver),
                      done = std::move(done)](const Answer<QString>& answer) {
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [guard, done, answer] {
                if (guard) done(answer);
            },
            Qt::QueuedConnection);
    };
    m_thread.send(fetch, receiver, [this, fetch] { fetch->start(m_thread.network()); });
}

} // namespace app::downloads
