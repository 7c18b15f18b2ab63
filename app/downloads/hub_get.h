// HubGet: one GET as the hub wants it: redirects followed here, the token only to the hub itself, bytes as
// they come.
#pragma once

#include <QNetworkReply>
#include <QObject>
#include <QPointer>
#include <QUrl>

#include "app/downloads/problem.h"

class QNetworkAccessManager;

namespace app::downloads {

struct GetRequest {
    QUrl url;
    QUrl endpoint;               // the token goes to this scheme, host and port and nowhere else
    QByteArray token;            // empty: none
    qint64 begin = -1, end = -1; // a range [begin, end); below zero: all
    QByteArray ifRange;          // the validator that the range shall belong to
    bool asIs = true;            // bytes of a file; false: text that may come compressed
    qint64 bufferBytes = 0;      // how much may wait unread; 0: no limit
    QString where;               // for messages
};

struct ResponseHead {
    int status = 0;
    QByteArray etag; // of what is sent; the hub's own X-Linked-ETag goes before that of a storage server
    QByteArray
        rangeValidator; // what If-Range may carry: a strong ETag of the last server, or a date; may be empty
    QByteArray contentEncoding, link;
    qint64 length = -1;                                // of the body
    qint64 rangeBegin = -1, rangeEnd = -1, total = -1; // of Content-Range; rangeEnd is exclusive
};

class HubGet : public QObject {
    Q_OBJECT
 public:
    HubGet(QNetworkAccessManager& network, GetRequest request, QObject* parent);
    ~HubGet() override;

    const GetRequest& request() const { return m_request; }
    const ResponseHead& head() const { return m_head; } // valid from headArrived() on
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
    void end(const Problem& problem);
    bool mayHaveToken(const QUrl& url) const;

    QNetworkAccessManager& m_network;
    GetRequest m_request;
    QPointer<QNetworkReply> m_reply;
    ResponseHead m_head;
    QByteArray m_linkedEtag;
    Problem m_problem;
    int m_redirects = 0;
    bool m_headTaken = false;
    bool m_ended = false;
};

} // namespace app::downloads
