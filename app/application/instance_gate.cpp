// A local socket per data folder; the lock says who listens, so that the socket of a dead one can be removed
// safely.
#include "app/application/instance_gate.h"

#include <QCryptographicHash>
#include <QDataStream>
#include <QDir>
#include <QLocalSocket>

namespace app::application {

namespace {

constexpr int kAnswerMs = 1000;
constexpr qint64 kLargestMessage = 1 << 20;
const QByteArray kTaken("taken");

// Short, because a socket's path has about 100 characters.
QString socketName(const storage::Paths& paths) {
    const QByteArray folder = QDir(paths.dataFolder()).absolutePath().toUtf8();
    return QStringLiteral("tandem-") +
           QString::fromLatin1(QCryptographicHash::hash(folder, QCryptographicHash::Sha256).toHex().left(16));
}

} // namespace

InstanceGate::InstanceGate(const storage::Paths& paths, QObject* parent)
    : QObject(parent),
      m_name(socketName(paths)),
      m_lock(paths.dataFolder() + QStringLiteral("/window.lock")) {
    (void)paths.create(); // cannot: then there is no lock, and every start has its own window
    m_lock.setStaleLockTime(0);
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&m_server, &QLocalServer::newConnection, this, &InstanceGate::receive);
}

InstanceGate::~InstanceGate() {
    m_server.close();
}

bool InstanceGate::handOver(const QStringList& files) {
    QLocalSocket socket;
    socket.connectToServer(m_name);
    if (!socket.waitForConnected(kAnswerMs)) return false;
    QDataStream stream(&socket);
    stream << files;
    while (socket.bytesToWrite() > 0)
        if (!socket.waitForBytesWritten(kAnswerMs)) return false;
    QByteArray answer;
    while (answer.size() < kTaken.size() && socket.waitForReadyRead(kAnswerMs))
        answer += socket.readAll();
    return answer == kTaken;
}

bool InstanceGate::listen() {
    if (m_server.isListening()) return true;
    // The lock names a process, and in containers the numbers of the dead come again: one that seems to live
    // is asked by the operating system's own lock, which ended with it.
    if (!m_lock.tryLock(0) && !(m_lock.removeStaleLockFile() && m_lock.tryLock(0))) return false;
    QLocalServer::removeServer(m_name); // ours is the lock: what lies there belongs to the dead
    return m_server.listen(m_name);
}

void InstanceGate::receive() {
    while (QLocalSocket* socket = m_server.nextPendingConnection()) {
        connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        connect(socket, &QLocalSocket::readyRead, this, [this, socket] {
            if (socket->bytesAvailable() > kLargestMessage) {
                socket->abort();
                return;
            }
            QDataStream stream(socket);
            stream.startTransaction();
            QStringList files;
            stream >> files;
            if (!stream.commitTransaction()) return; // the rest is still on its way
            socket->write(kTaken);
            socket->flush();
            Q_EMIT filesReceived(files);
        });
    }
}

} // namespace app::application
