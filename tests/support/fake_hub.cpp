// Sockets: reads requests, sends answers at the speed and with the faults that are asked for.
#include "tests/support/fake_hub.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

#include "tests/support/fake_hub_state.h"

namespace tests {

namespace {

const char* reasonOf(int status) {
    return status < 300 ? "OK" : status < 400 ? "Found" : "Refused";
}

std::optional<HubRequest> takeRequest(QByteArray& buffer) {
    const qsizetype end = buffer.indexOf("\r\n\r\n");
    if (end < 0) return std::nullopt;
    QList<QByteArray> lines = buffer.left(end).split('\n');
    buffer.remove(0, end + 4);
    const QList<QByteArray> first = lines.takeFirst().trimmed().split(' ');
    HubRequest request{first.value(0), first.value(1), {}};
    for (const QByteArray& line : lines) {
        const qsizetype colon = line.indexOf(':');
        if (colon > 0) request.headers[line.left(colon).trimmed().toLower()] = line.mid(colon + 1).trimmed();
    }
    return request;
}

QByteArray chunkOf(const QByteArray& bytes) {
    return QByteArray::number(bytes.size(), 16) + "\r\n" + bytes + "\r\n";
}

constexpr qint64 kChunk = 256 * 1024;
constexpr int kSlowTickMs = 20;

} // namespace

// One connection: one request after the other.
class HubSocket : public QObject {
 public:
    HubSocket(QTcpSocket* socket, std::shared_ptr<FakeHub::State> state, bool storage)
        : QObject(socket), m_socket(socket), m_state(std::move(state)), m_storage(storage) {
        connect(socket, &QTcpSocket::readyRead, this, &HubSocket::read);
        connect(socket, &QTcpSocket::bytesWritten, this, [this] {
            if (m_answer.fault.bytesPerSecond == 0) send();
        });
        connect(&m_slow, &QTimer::timeout, this, &HubSocket::send);
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
    }

 private:
    void read() {
        m_buffer += m_socket->readAll();
        if (m_busy) return;
        const auto request = takeRequest(m_buffer);
        if (!request) return;
        const QMutexLocker lock(&m_state->mutex);
        m_state->requests.append(*request);
        m_answer = answerOf(*m_state, *request, m_storage);
        m_sent = 0;
        m_busy = true;
        sendHead(request->method == "HEAD");
        if (request->method == "HEAD") m_answer.body.clear();
        if (m_answer.fault.bytesPerSecond > 0) m_slow.start(kSlowTickMs);
        QMetaObject::invokeMethod(
            this, [this] { send(); }, Qt::QueuedConnection);
    }

    void sendHead(bool only) {
        QByteArray head =
            "HTTP/1.1 " + QByteArray::number(m_answer.status) + ' ' + reasonOf(m_answer.status) + "\r\n";
        for (const auto& [name, value] : m_answer.headers)
            head += name + ": " + value + "\r\n";
        const bool lies = m_answer.status == 200; // a 206 lies about the total instead
        const qint64 length = m_answer.body.size() + (lies ? m_answer.fault.lieAboutLength : 0);
        if (m_answer.fault.chunked && !only)
            head += "Transfer-Encoding: chunked\r\n";
        else if (m_answer.fault.endless && !only)
            head += "Connection: close\r\n";
        else
            head += "Content-Length: " + QByteArray::number(length) + "\r\n";
        m_socket->write(head + "\r\n");
    }

    void send() {
        if (!m_busy) return;
        const HubFault& fault = m_answer.fault;
        while (m_socket->bytesToWrite() < kChunk) {
            qint64 most = kChunk;
            if (fault.bytesPerSecond > 0) most = qMax<qint64>(1, fault.bytesPerSecond * kSlowTickMs / 1000);
            if (fault.cutAfter >= 0) most = qMin(most, fault.cutAfter - m_sent);
            if (fault.stallAfter >= 0) most = qMin(most, fault.stallAfter - m_sent);
            const QByteArray piece = fault.endless && m_sent >= m_answer.body.size()
                                         ? QByteArray(kChunk, 'e')
                                         : m_answer.body.mid(m_sent, most);
            if (!piece.isEmpty()) {
                m_socket->write(fault.chunked ? chunkOf(piece) : piece);
                m_sent += piece.size();
                count(piece.size());
            }
            if (fault.cutAfter >= 0 && m_sent >= fault.cutAfter) return cut();
            if (fault.stallAfter >= 0 && m_sent >= fault.stallAfter) return;
            if (!fault.endless && m_sent >= m_answer.body.size()) return done();
            if (fault.bytesPerSecond > 0) return;
        }
    }

    void count(qint64 bytes) {
        if (m_answer.file.isEmpty()) return;
        const QMutexLocker lock(&m_state->mutex);
        m_state->sent += bytes;
        const auto change = m_state->changes.find(m_answer.file);
        if (change == m_state->changes.end() || (change->first -= bytes) > 0) return;
        for (auto& files : m_state->repos)
            if (files.contains(m_answer.file)) files[m_answer.file].content = change->second;
        m_state->changes.erase(change);
    }

    void cut() {
        m_busy = false;
        m_slow.stop();
        m_socket->flush();
        m_socket->disconnectFromHost();
    }

    void done() {
        m_busy = false;
        m_slow.stop();
        if (m_answer.fault.chunked) m_socket->write("0\r\n\r\n");
        if (m_answer.fault.lieAboutLength > 0) return m_socket->disconnectFromHost();
        read();
    }

    QTcpSocket* m_socket;
    std::shared_ptr<FakeHub::State> m_state;
    bool m_storage;
    QByteArray m_buffer;
    HubAnswer m_answer;
    qint64 m_sent = 0;
    bool m_busy = false;
    QTimer m_slow;
};

class FakeHub::Server : public QTcpServer {
 public:
    Server(std::shared_ptr<State> state, bool storage) : m_state(std::move(state)), m_storage(storage) {
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket* socket = nextPendingConnection()) {
                {
                    const QMutexLocker lock(&m_state->mutex);
                    ++m_state->connections;
                }
                connect(socket, &QObject::destroyed, this, [state = m_state] {
                    const QMutexLocker lock(&state->mutex);
                    --state->connections;
                });
                new HubSocket(socket, m_state, m_storage);
            }
        });
    }

 private:
    std::shared_ptr<State> m_state;
    bool m_storage;
};

FakeHub::FakeHub() : m_state(std::make_shared<State>()) {
    m_hub = new Server(m_state, false);
    m_storage = new Server(m_state, true);
    for (Server* server : {m_hub, m_storage}) {
        if (!server->listen(QHostAddress::LocalHost)) qFatal("no port");
        server->moveToThread(&m_thread);
        QObject::connect(&m_thread, &QThread::finished, server, &QObject::deleteLater);
    }
    m_state->hubPort = m_hub->serverPort();
    m_state->storagePort = m_storage->serverPort();
    m_thread.start();
}

FakeHub::~FakeHub() {
    m_thread.quit();
    m_thread.wait();
}

QString FakeHub::endpoint() const {
    return QStringLiteral("http://127.0.0.1:%1").arg(m_state->hubPort);
}
QString FakeHub::storage() const {
    return QStringLiteral("http://127.0.0.1:%1").arg(m_state->storagePort);
}

void FakeHub::addFile(const QString& repo, const QString& path, const QByteArray& content, bool inGit) {
    const QMutexLocker lock(&m_state->mutex);
    m_state->repos[repo][path] = {content, inGit, 0};
}
void FakeHub::addListed(const QString& repo, const QString& path, qint64 bytes) {
    const QMutexLocker lock(&m_state->mutex);
    m_state->repos[repo][path] = {path.toUtf8(), false, bytes};
}
void FakeHub::removeFile(const QString& repo, const QString& path) {
    const QMutexLocker lock(&m_state->mutex);
    m_state->repos[repo].remove(path);
}
void FakeHub::setPageSize(int files) {
    const QMutexLocker lock(&m_state->mutex);
    m_state->pageSize = files;
}
void FakeHub::setRedirects(bool toStorage) {
    const QMutexLocker lock(&m_state->mutex);
    m_state->redirects = toStorage;
}
void FakeHub::setToken(const QByteArray& token) {
    const QMutexLocker lock(&m_state->mutex);
    m_state->token = token;
}
void FakeHub::setGated(const QString& repo, bool gated) {
    const QMutexLocker lock(&m_state->mutex);
    m_state->gated.removeAll(repo);
    if (gated) m_state->gated.append(repo);
}
void FakeHub::setTags(const QString& repo, const QStringList& tags) {
    const QMutexLocker lock(&m_state->mutex);
    m_state->tags[repo] = tags;
}
void FakeHub::setLicence(const QString& repo, const QString& licence) {
    const QMutexLocker lock(&m_state->mutex);
    m_state->licences[repo] = licence;
}
void FakeHub::setFault(const QString& path, const HubFault& fault) {
    const QMutexLocker lock(&m_state->mutex);
    m_state->faults[path] = fault;
}
void FakeHub::clearFaults() {
    const QMutexLocker lock(&m_state->mutex);
    m_state->faults.clear();
}
void FakeHub::changeAfter(const QString& path, qint64 bytes, const QByteArray& content) {
    const QMutexLocker lock(&m_state->mutex);
    m_state->changes[path] = {bytes, content};
}
QList<HubRequest> FakeHub::requests() const {
    const QMutexLocker lock(&m_state->mutex);
    return m_state->requests;
}
void FakeHub::clearRequests() {
    const QMutexLocker lock(&m_state->mutex);
    m_state->requests.clear();
}
qint64 FakeHub::sentBytes() const {
    const QMutexLocker lock(&m_state->mutex);
    return m_state->sent;
}
int FakeHub::openConnections() const {
    const QMutexLocker lock(&m_state->mutex);
    return m_state->connections;
}

QByteArray pattern(qint64 bytes, int seed) {
    QByteArray content(bytes, Qt::Uninitialized);
    quint32 x = 2463534242U + static_cast<quint32>(seed) * 7919U;
    for (qint64 i = 0; i < bytes; ++i) {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        content[i] = static_cast<char>(x >> 11);
    }
    return content;
}

} // namespace tests
