// RawServer: sends given bytes to whoever asks, whatever was asked: for answers that no HTTP server gives.
#pragma once

#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>
#include <functional>

namespace tests {

class RawServer : public QTcpServer {
 public:
    // `body` is sent again and again until the client goes, when `endless`.
    explicit RawServer(QByteArray head, QByteArray body = {}, bool endless = false)
        : m_head(std::move(head)), m_body(std::move(body)), m_endless(endless) {
        if (!listen(QHostAddress::LocalHost)) qFatal("no port");
        connect(this, &QTcpServer::newConnection, this, [this] {
            ++m_connections;
            serve(nextPendingConnection());
        });
    }
    QString endpoint() const { return QStringLiteral("http://127.0.0.1:%1").arg(serverPort()); }
    int connections() const { return m_connections; }
    qint64 sent() const { return m_sent; }
    void closeAfter(bool close) { m_close = close; } // the whole answer

    // The head of a success with these lines; the body follows.
    static QByteArray ok(const QByteArray& lines = {}) { return "HTTP/1.1 200 OK\r\n" + lines + "\r\n"; }

 private:
    void serve(QTcpSocket* socket) {
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        connect(socket, &QTcpSocket::readyRead, socket, [this, socket] {
            const QByteArray asked = socket->readAll();
            if (!asked.contains("\r\n\r\n")) return;
            write(socket, m_head + m_body);
            if (m_close) socket->disconnectFromHost();
        });
        if (!m_endless) return;
        connect(socket, &QTcpSocket::bytesWritten, socket, [this, socket] {
            if (socket->bytesToWrite() < 256 * 1024) write(socket, m_body);
        });
    }
    void write(QTcpSocket* socket, const QByteArray& bytes) {
        socket->write(bytes);
        m_sent += bytes.size();
    }

    const QByteArray m_head, m_body;
    const bool m_endless;
    bool m_close = false;
    int m_connections = 0;
    qint64 m_sent = 0;
};

} // namespace tests
