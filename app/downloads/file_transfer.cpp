// One connection first, to learn which content it is; the others when its head has come.
#include "app/downloads/file_transfer.h"

#include <QRandomGenerator>
#include <algorithm>

namespace app::downloads {

namespace {

using Kind = Problem::Kind;
constexpr qint64 kChunk = 1024 * 1024;
constexpr int kMostStartOvers = 3; // a server whose every answer is another content

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
    connect(&m_retry, &QTimer::timeout, this, &FileTransfer::openMore);
    connect(&limiter, &RateLimiter::refilled, this, &FileTransfer::pumpAll);
}

FileTransfer::~FileTransfer() {
    stop();
}

void FileTransfer::start() {
    m_running = true;
    m_silent.start();
    if (m_progress.segments.isEmpty())
        m_progress.restart(m_source.file.bytes, m_tuning.segments, m_tuning.smallestSegment);
    if (finishIfComplete()) return;
    openMore();
}

void FileTransfer::stop() {
    m_running = false;
    m_retry.stop();
    dropAll();
}

void FileTransfer::tryNow() {
    if (!m_retry.isActive()) return;
    m_retry.stop();
    openMore();
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

// Until a head has told which content it is there is one connection only, and no more where it sends all.
void FileTransfer::openMore() {
    if (!m_running || m_retry.isActive()) return;
    const auto any = [this](const auto& is) {
        return std::any_of(m_connections.begin(), m_connections.end(),
                           [&](const auto& c) { return c->get && is(*c); });
    };
    const bool several = m_ranges && any([](const Connection& c) { return c.accepted && !c.whole; });
    for (qsizetype i = 0; i < m_progress.segments.size(); ++i) {
        if (!several && any([](const Connection&) { return true; })) return;
        if (!m_progress.segments[i].complete() && !isOpen(i)) open(i);
    }
}

void FileTransfer::open(qsizetype segment) {
    if (!hasHash() && m_progress.rangeValidator.isEmpty() && m_progress.received() > 0) {
        ++m_generation; // nothing tells that what comes belongs to what is here
        m_progress.restart(m_source.file.bytes, 1, 1);
        segment = 0;
    }
    const Segment& part = m_progress.segments[segment];
    GetRequest request;
    request.url = m_source.url;
    request.endpoint = m_source.endpoint;
    request.token = m_source.token;
    request.bufferBytes = m_tuning.bufferBytes;
    request.silentMs = m_tuning.abandonAfterMs;
    request.where = m_source.file.path;
    if (m_ranges && m_source.file.bytes > 0) {
        request.begin = part.begin + part.done;
        request.end = part.end;
        if (!hasHash()) request.ifRange = m_progress.rangeValidator;
    }
    auto get = std::unique_ptr<HubGet, void (*)(HubGet*)>(new HubGet(m_network, request, this), later);
    HubGet* raw = get.get();
    std::erase_if(m_connections, [](const auto& c) { return c->get == nullptr; });
    m_connections.push_back(std::make_unique<Connection>(Connection{segment, std::move(get)}));
    Connection* connection = m_connections.back().get();
    connect(raw, &HubGet::headArrived, this, [this, connection] { takeHead(*connection); });
    connect(raw, &HubGet::readyRead, this, [this, connection] { pump(*connection); });
    connect(raw, &HubGet::finished, this, [this, connection] { takeEnd(*connection); });
}

Problem FileTransfer::otherSize(qint64 bytes) const {
    return {
        Kind::changed,
        tr("%1: the server has %2 bytes of it; the hub lists %3.")
            .arg(m_source.file.path)
            .arg(bytes)
            .arg(m_source.file.bytes),
        tr("Choose the model again to ask the hub what it has now. With a mirror, check its address in the "
           "settings.")};
}

// What cannot be the file that was asked for.
Problem FileTransfer::objectionTo(const Connection& connection) const {
    const ResponseHead& head = connection.get->head();
    const GetRequest& request = connection.get->request();
    const QString& path = m_source.file.path;
    if (!head.contentEncoding.isEmpty() && head.contentEncoding != "identity")
        return {
            Kind::badAnswer, tr("%1: the server sent it compressed, against the request.").arg(path),
            tr("A proxy or mirror may be in the way. Choose another address of the hub in the settings.")};
    if (head.contentType.startsWith("text/html") && !path.endsWith(QLatin1String(".html")))
        return {Kind::badAnswer, tr("%1: a web page came in its place.").arg(path),
                tr("The network may want you to sign in first: open any page in a browser, then retry.")};
    const QByteArray sha256 = m_source.file.sha256.toLatin1();
    if (!sha256.isEmpty() && head.linked.size() == sha256.size() && head.linked != sha256)
        return {Kind::changed, tr("%1: the hub has another file by this name now.").arg(path),
                tr("Choose the model again to ask the hub what it has.")};
    if (head.status == 200)
        return head.length >= 0 && head.length != m_source.file.bytes ? otherSize(head.length) : Problem();
    if (request.begin < 0 || head.rangeBegin != request.begin || head.rangeEnd > request.end)
        return {Kind::badAnswer, tr("%1: the server sent another range than was asked for.").arg(path),
                tr("Retry later, or choose another address of the hub in the settings.")};
    return head.total >= 0 && head.total != m_source.file.bytes ? otherSize(head.total) : Problem();
}

bool FileTransfer::isOurs(const ResponseHead& head) const {
    if (hasHash() || m_progress.received() == 0) return true;
    return !head.rangeValidator.isEmpty() && head.rangeValidator == m_progress.rangeValidator;
}

void FileTransfer::takeHead(Connection& connection) {
    const ResponseHead head = connection.get->head();
    if (const Problem problem = objectionTo(connection)) return fail(problem);
    if (!isOurs(head)) return startOver();
    if (!hasHash() && head.status == 206 && head.rangeValidator.isEmpty()) {
        m_ranges = false; // a range of what, nobody says
        return startOver();
    }
    m_progress.rangeValidator = head.rangeValidator;
    if (head.status == 200) {
        if (connection.get->request().begin >= 0) m_ranges = false;
        for (const auto& other : m_connections)
            if (other.get() != &connection) drop(*other);
        connection.whole = true;
        connection.segment = 0;
        if (head.length < 0) connection.before = m_progress;
    } else {
        connection.at = head.rangeBegin;
    }
    connection.accepted = true;
    m_connected = true;
    openMore();
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
        const qint64 room = segment.end - connection.at;
        if (room == 0 && connection.whole && connection.segment + 1 < m_progress.segments.size()) {
            ++connection.segment;
            continue;
        }
        const qint64 waiting = connection.get->available();
        if (waiting > 0 && room == 0 && !hasHash())
            return fail({Kind::badAnswer,
                         tr("%1: the server sends more than it announced.").arg(m_source.file.path),
                         tr("Retry later, or choose another address of the hub in the settings.")});
        if (room == 0) return drop(connection); // what comes after the end is judged by the hash
        const qint64 known = segment.begin + segment.done - connection.at; // comes again
        const qint64 most = m_limiter.take(std::min({waiting, known > 0 ? known : room, kChunk}));
        if (most <= 0) return;
        const QByteArray bytes = connection.get->read(most);
        if (bytes.isEmpty()) return;
        m_silent.restart();
        if (known <= 0 && !take(connection, segment, bytes)) return;
        connection.at += bytes.size();
        if (!m_running || finishIfComplete()) return;
    }
}

bool FileTransfer::take(Connection& connection, Segment& segment, const QByteArray& bytes) {
    const auto written = m_part->writeAt(connection.at, bytes.constData(), bytes.size());
    if (!written.ok()) {
        fail(fromFailure(written.failure()));
        return false;
    }
    segment.done += bytes.size();
    connection.came += bytes.size();
    if (connection.came >= kNextToNothing && !connection.before) m_failures = 0;
    m_last = {};
    Q_EMIT advanced(bytes.size());
    return true;
}

void FileTransfer::takeEnd(Connection& connection) {
    if (!connection.get) return;
    connection.ended = true;
    pump(connection);
    // What a limit on the speed still holds back is read as the limit allows.
    if (!m_running || !connection.get || connection.get->available() > 0) return;
    const Problem problem = connection.get->problem();
    const ResponseHead head = connection.get->head();
    const bool done =
        !connection.whole && (m_progress.segments[connection.segment].complete() ||
                              (!problem && connection.at == head.rangeEnd && connection.came > 0));
    const qint64 marked = connection.whole && head.chunked && !problem ? connection.at : -1;
    drop(connection);
    if (done) return openMore(); // or all that was announced: a server may give less than is asked for
    if (marked >= 0) return fail(otherSize(marked));
    if (problem.kind == Kind::changed && head.total >= 0 && head.total != m_source.file.bytes)
        return fail(otherSize(head.total)); // 416
    if (problem && !problem.passes() && problem.kind != Kind::changed) return fail(problem);
    retryLater(problem ? problem
                       : Problem{Kind::cutOff, tr("%1: the connection was cut off.").arg(m_source.file.path),
                                 tr("Check the connection, then retry.")});
}

void FileTransfer::drop(Connection& connection) {
    connection.get.reset(); // the Connection itself stays until the next open(): we may be inside its signal
    if (connection.before && !m_progress.complete()) { // it came to no good end: it may have been anything
        ++m_generation;
        m_progress = *connection.before;
    }
    connection.before.reset();
}

void FileTransfer::dropAll() {
    for (const auto& connection : m_connections)
        drop(*connection);
}

// Other content, and no hash that would tell at the end which it is.
void FileTransfer::startOver() {
    dropAll();
    if (++m_startOvers > kMostStartOvers)
        return fail({Kind::changed, tr("%1 changes on the server with every answer.").arg(m_source.file.path),
                     tr("Retry later, or choose another address of the hub in the settings.")});
    ++m_generation;
    m_connected = false;
    m_progress.restart(m_source.file.bytes, m_ranges ? m_tuning.segments : 1, m_tuning.smallestSegment);
    Q_EMIT advanced(0);
    QMetaObject::invokeMethod(this, &FileTransfer::openMore, Qt::QueuedConnection);
}

void FileTransfer::retryLater(const Problem& problem) {
    m_last = problem;
    if (m_retry.isActive()) return;
    if (++m_failures >= m_tuning.attempts) {
        if (m_ranges || problem.kind != Kind::cutOff) return fail(problem);
        return fail({Kind::badAnswer,
                     tr("%1: the connection breaks each time, and the server cannot go on where it broke.")
                         .arg(m_source.file.path),
                     tr("Retry later, or choose another address of the hub in the settings.")});
    }
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
    dropAll();
    QMetaObject::invokeMethod(
        this, [this, problem] { Q_EMIT failed(problem); }, Qt::QueuedConnection);
}

} // namespace app::downloads
