// One connection first, to learn which content it is; the others when its head has come.
#include "app/downloads/file_transfer.h"

#include <QRandomGenerator>
#include <algorithm>

namespace app::downloads {

namespace {

using Kind = Problem::Kind;
constexpr qint64 kChunk = 1024 * 1024;
constexpr int kWatchMs = 250;
constexpr int kMostRestarts = 3; // a server whose every answer is another content

void later(HubGet* get) {
    get->disconnect();
    get->deleteLater();
}

} // namespace

FileTransfer::FileTransfer(QNetworkAccessManager& network, RateLimiter& limiter, const Tuning& tuning,
                           Source source, std::shared_ptr<storage::DurableFile> part, FileProgress progress,
                           QObject* parent)
    : QObject(parent),
      m_network(network),
      m_limiter(limiter),
      m_tuning(tuning),
      m_source(std::move(source)),
      m_part(std::move(part)),
      m_progress(std::move(progress)) {
    m_retry.setSingleShot(true);
    m_watch.setInterval(qMin(kWatchMs, qMax(1, m_tuning.stalledAfterMs / 4)));
    connect(&m_retry, &QTimer::timeout, this, &FileTransfer::openMore);
    connect(&m_watch, &QTimer::timeout, this, &FileTransfer::watch);
    connect(&limiter, &RateLimiter::refilled, this, &FileTransfer::pumpAll);
}

FileTransfer::~FileTransfer() {
    stop();
}

void FileTransfer::start() {
    m_running = true;
    m_silent.start();
    if (m_progress.segments.isEmpty() ||
        (m_progress.received() > 0 && m_progress.etag.isEmpty() && m_source.file.sha256.isEmpty()))
        m_progress.restart(m_source.file.bytes, m_tuning.segments, m_tuning.smallestSegment);
    if (finishIfComplete()) return;
    m_watch.start();
    openMore();
}

void FileTransfer::stop() {
    m_running = false;
    m_retry.stop();
    m_watch.stop();
    for (const auto& connection : m_connections)
        drop(*connection);
}

bool FileTransfer::isOpen(qsizetype segment) const {
    return std::any_of(m_connections.begin(), m_connections.end(),
                       [&](const auto& c) { return c->segment == segment && c->get; });
}

bool FileTransfer::finishIfComplete() {
    if (!m_progress.complete()) return false;
    stop();
    QMetaObject::invokeMethod(this, &FileTransfer::complete, Qt::QueuedConnection);
    return true;
}

// Until a head has told which content it is there is one connection only.
void FileTransfer::openMore() {
    if (!m_running || m_retry.isActive()) return;
    const bool first = !std::any_of(m_connections.begin(), m_connections.end(),
                                    [](const auto& c) { return c->get && c->accepted; });
    for (qsizetype i = 0; i < m_progress.segments.size(); ++i) {
        if (first && std::any_of(m_connections.begin(), m_connections.end(),
                                 [](const auto& c) { return c->get != nullptr; }))
            return;
        if (!m_progress.segments[i].complete() && !isOpen(i)) open(i);
    }
}

void FileTransfer::open(qsizetype segment) {
    const Segment& part = m_progress.segments[segment];
    GetRequest request;
    request.url = m_source.url;
    request.endpoint = m_source.endpoint;
    request.token = m_source.token;
    request.bufferBytes = m_tuning.bufferBytes;
    request.where = m_source.file.path;
    if (m_progress.ranges && m_source.file.bytes > 0) {
        request.begin = part.begin + part.done;
        request.end = part.end;
        request.ifRange = m_progress.rangeValidator;
    }
    auto get = std::unique_ptr<HubGet, void (*)(HubGet*)>(new HubGet(m_network, request, this), later);
    HubGet* raw = get.get();
    std::erase_if(m_connections, [](const auto& c) { return c->get == nullptr; });
    m_connections.push_back(
        std::make_unique<Connection>(Connection{segment, std::move(get), {}, false, false}));
    Connection* connection = m_connections.back().get();
    connection->silent.start();
    connect(raw, &HubGet::headArrived, this, [this, connection] { takeHead(*connection); });
    connect(raw, &HubGet::readyRead, this, [this, connection] { pump(*connection); });
    connect(raw, &HubGet::finished, this, [this, connection] { takeEnd(*connection); });
}

Problem FileTransfer::otherSize(qint64 bytes) const {
    return {Kind::badAnswer,
            tr("%1: the server says that it has %2 bytes; the hub lists %3.")
                .arg(m_source.file.path)
                .arg(bytes)
                .arg(m_source.file.bytes),
            tr("The file may just have been replaced. Retry asks the hub again.")};
}

void FileTransfer::takeHead(Connection& connection) {
    const ResponseHead head = connection.get->head();
    const GetRequest& request = connection.get->request();
    if (!head.contentEncoding.isEmpty() && head.contentEncoding != "identity")
        return fail(
            {Kind::badAnswer,
             tr("%1: the server sent it compressed, against the request.").arg(m_source.file.path),
             tr("A proxy or mirror may be in the way. Choose another address of the hub in the settings.")});
    const bool other = !m_progress.etag.isEmpty() && head.etag != m_progress.etag;
    if (head.status == 206) {
        if (request.begin < 0 || head.rangeBegin != request.begin || head.rangeEnd > request.end)
            return fail({Kind::badAnswer,
                         tr("%1: the server sent another range than was asked for.").arg(m_source.file.path),
                         {}});
        if (other) return restart(true);
        if (head.total >= 0 && head.total != m_source.file.bytes) return fail(otherSize(head.total));
    } else {
        if (head.length >= 0 && head.length != m_source.file.bytes) return fail(otherSize(head.length));
        if (request.begin > 0) return restart(other); // other: changed; else it does not know ranges
        if (m_wholes >= m_tuning.attempts)
            return fail(
                {Kind::badAnswer,
                 tr("%1: the connection breaks each time, and the server cannot go on where it broke.")
                     .arg(m_source.file.path),
                 tr("Retry later, or choose another address of the hub in the settings.")});
        takeWhole(connection, other);
    }
    if (m_progress.etag.isEmpty()) {
        m_progress.etag = head.etag;
        m_progress.rangeValidator = head.rangeValidator;
    }
    connection.accepted = true;
    m_connected = true;
    if (head.status == 206) openMore();
}

// The whole file comes although a range was asked for, or because none was.
void FileTransfer::takeWhole(Connection& connection, bool changed) {
    for (const auto& other : m_connections)
        if (other.get() != &connection) drop(*other);
    if (m_progress.received() > 0) ++m_wholes;
    ++m_generation;
    if (connection.get->request().begin >= 0 && !changed) m_progress.ranges = false;
    m_progress.restart(m_source.file.bytes, 1, m_source.file.bytes);
    connection.segment = 0;
}

void FileTransfer::pumpAll() {
    for (size_t i = 0; i < m_connections.size(); ++i)
        if (m_connections[i]->get && m_connections[i]->ended)
            takeEnd(*m_connections[i]);
        else if (m_connections[i]->get)
            pump(*m_connections[i]);
}

void FileTransfer::pump(Connection& connection) {
    while (connection.get && connection.accepted) {
        Segment& segment = m_progress.segments[connection.segment];
        const qint64 room = segment.end - segment.begin - segment.done;
        const qint64 waiting = connection.get->available();
        if (waiting > 0 && room == 0 && m_source.file.sha256.isEmpty())
            return fail({Kind::badAnswer,
                         tr("%1: the server sends more than it announced.").arg(m_source.file.path),
                         {}});
        if (room == 0) return drop(connection); // what comes after the end is judged by the hash
        const qint64 most = m_limiter.take(std::min({waiting, room, kChunk}));
        if (most <= 0) return;
        const QByteArray bytes = connection.get->read(most);
        if (bytes.isEmpty()) return;
        const auto written = m_part->writeAt(segment.begin + segment.done, bytes.constData(), bytes.size());
        if (!written.ok()) return fail(fromFailure(written.failure()));
        segment.done += bytes.size();
        connection.silent.restart();
        m_silent.restart();
        m_failures = m_restarts = 0;
        m_last = {};
        Q_EMIT advanced(bytes.size());
        if (!m_running || finishIfComplete()) return;
    }
}

void FileTransfer::takeEnd(Connection& connection) {
    if (!connection.get) return;
    connection.ended = true;
    pump(connection);
    // What a limit on the speed still holds back is read as the limit allows.
    if (!m_running || !connection.get || connection.get->available() > 0) return;
    const Problem problem = connection.get->problem();
    const bool whole = m_progress.segments[connection.segment].complete();
    drop(connection);
    if (whole) return openMore();
    if (problem.kind == Kind::changed) return restart(true); // 416: it is shorter now
    if (problem && !problem.passes()) return fail(problem);
    retryLater(
        problem ? problem
                : Problem{Kind::offline, tr("%1: the connection was cut off.").arg(m_source.file.path), {}});
}

void FileTransfer::drop(Connection& connection) {
    connection.get.reset(); // the Connection itself stays until the next open(): we may be inside its signal
}

void FileTransfer::restart(bool ranges) {
    for (const auto& connection : m_connections)
        drop(*connection);
    if (++m_restarts > kMostRestarts)
        return fail({Kind::changed, tr("%1 changes on the server with every answer.").arg(m_source.file.path),
                     tr("Retry later, or choose another address of the hub in the settings.")});
    ++m_generation;
    m_connected = false;
    m_progress.ranges = ranges;
    m_progress.restart(m_source.file.bytes, m_tuning.segments, m_tuning.smallestSegment);
    Q_EMIT advanced(0);
    QMetaObject::invokeMethod(this, &FileTransfer::openMore, Qt::QueuedConnection);
}

void FileTransfer::retryLater(const Problem& problem) {
    m_last = problem;
    if (m_retry.isActive()) return;
    if (++m_failures >= m_tuning.attempts) return fail(problem);
    const qint64 doubled = static_cast<qint64>(m_tuning.firstRetryMs) << qMin(m_failures - 1, 16);
    const qint64 wait = qMin<qint64>(doubled, m_tuning.longestRetryMs);
    // Up to a fifth more, so that many clients do not come back together.
    const qint64 spread = wait + QRandomGenerator::global()->bounded(static_cast<int>(wait / 5) + 1);
    m_connected = std::any_of(m_connections.begin(), m_connections.end(),
                              [](const auto& c) { return c->get && c->accepted; });
    m_retry.start(static_cast<int>(qMax(spread, problem.retryAfterMs)));
}

void FileTransfer::fail(const Problem& problem) {
    if (!m_running) return;
    m_running = false;
    m_retry.stop();
    m_watch.stop();
    for (const auto& connection : m_connections)
        drop(*connection);
    QMetaObject::invokeMethod(
        this, [this, problem] { Q_EMIT failed(problem); }, Qt::QueuedConnection);
}

// Connections that went silent are given up; the others go on.
void FileTransfer::watch() {
    for (size_t i = 0; i < m_connections.size(); ++i) {
        Connection& connection = *m_connections[i];
        if (!connection.get || connection.silent.elapsed() < m_tuning.abandonAfterMs) continue;
        if (connection.get->available() > 0) continue; // held back by a limit on the speed
        drop(connection);
        retryLater({Kind::offline, tr("%1: the server sends nothing any more.").arg(m_source.file.path), {}});
        if (!m_running) return;
    }
}

} // namespace app::downloads
