// The words.
#include "app/downloads/problem.h"

#include <QCoreApplication>

namespace app::downloads {

namespace {

using Kind = Problem::Kind;

QString tr(const char* text) {
    return QCoreApplication::translate("Downloads", text);
}

QString titleOf(Kind kind) {
    switch (kind) {
        case Kind::offline:
            return tr("The hub cannot be reached");
        case Kind::tls:
            return tr("The connection is not safe");
        case Kind::unauthorized:
        case Kind::forbidden:
            return tr("The hub does not give this out");
        case Kind::notFound:
            return tr("The hub does not have this");
        case Kind::rateLimited:
            return tr("The hub asks to wait");
        case Kind::diskFull:
            return tr("The disk is full");
        case Kind::notWritable:
        case Kind::busy:
            return tr("The file cannot be written");
        default:
            return tr("The download failed");
    }
}

} // namespace

bridge::UserMessage Problem::message() const {
    bridge::UserMessage message;
    if (kind == Kind::none) return message;
    message.title = titleOf(kind);
    message.text = text;
    message.hint = hint;
    message.details = hint.isEmpty() ? text : text + QLatin1Char('\n') + hint;
    message.action = kind == Kind::diskFull ? bridge::UserMessage::Action::freeDiskSpace
                                            : bridge::UserMessage::Action::retry;
    return message;
}

Problem fromFailure(const storage::Failure& failure) {
    using From = storage::Failure::Kind;
    switch (failure.kind) {
        case From::diskFull:
            return {Kind::diskFull, failure.message,
                    tr("Free some space, then resume. What was downloaded is kept.")};
        case From::readOnly:
            return {
                Kind::notWritable, failure.message,
                tr("Check that the models folder may be written, or choose another one in the settings.")};
        default:
            return {Kind::notWritable, failure.message, tr("Check that the disk is connected, then retry.")};
    }
}

Problem fromStatus(int status, const QString& where, qint64 retryAfterMs) {
    const QString said = tr("%1: the server answered %2.").arg(where).arg(status);
    switch (status) {
        case 401:
            return {Kind::unauthorized, said,
                    tr("Enter an access token of the hub in the settings, or check it.")};
        case 403:
            return {Kind::forbidden, said,
                    tr("Open the model's page in a browser, accept its terms, then retry with your token.")};
        case 404:
        case 410:
            return {Kind::notFound, said, tr("Check the name. Private models need an access token.")};
        case 408:
            return {Kind::offline, said, {}};
        case 416:
            return {Kind::changed, said, tr("The file changed on the server. Retry starts it anew.")};
        case 429:
            return {Kind::rateLimited, said, tr("Too many requests; it is tried again by itself."),
                    retryAfterMs};
        default:
            break;
    }
    if (status >= 500)
        return {Kind::serverError, said, tr("The server has a problem; it is tried again by itself."),
                retryAfterMs};
    return {Kind::badAnswer, said, tr("Check the address of the hub in the settings.")};
}

} // namespace app::downloads
