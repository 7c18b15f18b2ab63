// HubGet: one GET as the hub wants it: redirects followed here, the token only to the hub itself, bytes as
// they come, and an end to waiting.
#pragma once

#include <QElapsedTimer>
#include <QNetworkReply>
#include <QObject>
#include <QPointer>
#include <QTimer>
#include <QUrl>

#include "app/downloads/problem.h"

class QNetworkAccessManager;

namespace app::downloads {

inline constexpr qint64 kNextToNothing = 1024; // bytes in a time that a person notices

struct GetRequest {
    QUrl url;
    QUrl endpoint;                    // the token goes to this scheme, host and port and nowhere else
    QByteArray token;                 // empty: none
    qint64 begin = -1, end = -1;      // a range [begin, end); below zero: all
    QByteArray ifRange;               // the validator that the range shall belong to
    bool asIs = true;                 // bytes of a file; false: text that may come compressed
    qint64 bufferBytes = 1024 * 1024; // how much may wait unread
    int silentMs = 20'000;            // given up when next to nothing comes for so long
    int mostMs = 0;                   // given up after so long, however much comes; 0: never
    QString where;                    // for messages
};

struct ResponseHead {
    int status = 0;
    QByteArray linked; // the hub's own X-Linked-ETag without quotes: of a large file the SHA-256
    QByteArray
        rangeValidator; // what If-Range may carry: a strong ETag of the last server, or a date; may be empty
    QByteArray contentEncoding, contentType, link;
    bool chunked = false; // the end of the body is marked: where it ends is no accident
    qint64 length = -1;   // of the body
    // Of Content-Range; rangeEnd is exclusive, `total` also that of a 416.
    qint64 rangeBegin = -1, rangeEnd = -1, total = -1;
};

class HubGet : public QObject {
    Q_OBJECT
 public:
    HubGet(QNetworkAccessManager& network, GetRequest request, QObject* parent);
    ~HubGet() override;

    const GetRequest& request() const { return m_request; }
    // Valid from headArrived() on; of a refusal only its total.
    const ResponseHead& head() const { return m_head; }
    qint64 available() const;
    QByteArray read(qint64 most);
    // After finished(): whether and why it did not go to its end, also for a status that is no success.
    const Problem& problem() const { return m_problem; }

 Q_SIGNALS:
    void headArrived(); // only of a success: 200 or 206
    void readyRead();
    void finished(); // once; never from the constructor

 private:
    void send(const QUrl& url);
    void takeHead();
    void takeEnd();
    void redirect(const QUrl& target);
    void watch();
    void end(const Problem& problem);
    bool mayHaveToken(const QUrl& url) const;

    QNetworkAccessManager& m_network;
    GetRequest m_request;
    QPointer<QNetworkReply> m_reply;
    ResponseHead m_head;
    QByteArray m_linked;
    Problem m_problem;
    QTimer m_watch;
    QElapsedTimer m_silent, m_since;
    qint64 m_read = 0;  // of the body
    qint64 m_heard = 0; // of it when m_silent began
    int m_redirects = 0;
    bool m_headTaken = false;
    bool m_ended = false;
};

} // namespace app::downloads
