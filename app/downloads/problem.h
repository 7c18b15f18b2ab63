// Problem: why a request or a download did not go on, and whether waiting helps.
#pragma once

#include <QMetaType>
#include <QString>

#include "app/bridge/user_message.h"
#include "app/storage/outcome.h"

namespace app::downloads {

struct Problem {
    enum class Kind {
        none,
        unreachable,  // no route, no such host, nobody listens or answers, a proxy that does not let through
        cutOff,       // the connection broke, or nothing more came
        tls,          // the certificate is not to be trusted
        unauthorized, // 401: a token is missing or wrong
        forbidden,    // 403: the repository's terms were not accepted
        notFound,
        rateLimited, // 429
        serverError, // 5xx
        badAnswer,   // not what was asked for: another size, compressed, not JSON
        changed,     // the file is another one than at the beginning
        wrongBytes,  // the hash differs
        badName,     // a file name that could leave the folder or that no file may have
        diskFull,
        notWritable,
        busy, // another Tandem downloads the same
    };
    Kind kind = Kind::none;
    QString text; // one sentence: what happened
    QString hint; // what to do; may be empty
    qint64 retryAfterMs = 0;

    explicit operator bool() const { return kind != Kind::none; }
    // The same request may succeed a little later without anybody doing anything.
    bool passes() const {
        return kind == Kind::cutOff || kind == Kind::unreachable || kind == Kind::rateLimited ||
               kind == Kind::serverError;
    }
    // Whatever else the hub is asked would meet the same.
    bool isOfHub() const { return kind == Kind::unreachable || kind == Kind::tls; }
    bridge::UserMessage message() const;
    bool operator==(const Problem&) const = default;
};

Problem fromFailure(const storage::Failure& failure);
// For an HTTP status that is no success; `where` is what was asked for, as people know it.
Problem fromStatus(int status, const QString& where, qint64 retryAfterMs);

} // namespace app::downloads

Q_DECLARE_METATYPE(app::downloads::Problem)
