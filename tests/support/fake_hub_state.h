// What a FakeHub holds and how it answers; shared by its two servers, guarded by one mutex.
#pragma once

#include "tests/support/fake_hub.h"

namespace tests {

struct HubFile {
    QByteArray content;
    bool inGit = false;
    qint64 listed = 0; // not 0: what the listing says instead of the content's size
    qint64 size() const { return listed > 0 ? listed : content.size(); }
    QByteArray sha256() const;
    QByteArray blobId() const;
    QByteArray etag() const { return '"' + (inGit ? blobId() : sha256()) + '"'; }
};

struct FakeHub::State {
    mutable QMutex mutex;
    QMap<QString, QMap<QString, HubFile>> repos;
    QHash<QString, HubFault> faults;
    QHash<QString, std::pair<qint64, QByteArray>> changes;
    QHash<QString, QString> licences;
    QHash<QString, QStringList> tags;
    QStringList gated;
    QByteArray token;
    QList<HubRequest> requests;
    int pageSize = 0, answers = 0;
    bool redirects = true;
    qint64 sent = 0;
    int connections = 0;
    quint16 hubPort = 0, storagePort = 0;

    // Takes one use of the path's fault.
    HubFault faultOf(const QString& path);
    QByteArray revisionOf(const QString& repo) const;
};

struct HubAnswer {
    int status = 200;
    QList<std::pair<QByteArray, QByteArray>> headers;
    QByteArray body;
    qint64 begin = 0; // of the file that the body is a part of
    HubFault fault;
    QString file; // not empty: the body is of this file
};

// Under the state's lock.
HubAnswer answerOf(FakeHub::State& state, const HubRequest& request, bool storage);

} // namespace tests
