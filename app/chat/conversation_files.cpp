// The part of ChatController that writes and reads files, on a thread of the pool.
#include <QFile>
#include <QFutureWatcher>
#include <QtConcurrent>

#include "app/chat/chat_controller.h"
#include "app/chat/conversation_export.h"
#include "app/storage/atomic_file.h"

namespace app::chat {

using storage::Outcome;

namespace {

constexpr qint64 kLargestImport = 512 * 1024 * 1024;

Outcome<ConversationRecord> readRecordFile(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return storage::Failure{storage::Failure::Kind::io,
                                QStringLiteral("%1: %2").arg(path, file.errorString())};
    if (file.size() > kLargestImport)
        return storage::Failure{storage::Failure::Kind::invalid,
                                ChatController::tr("The file is too large.")};
    return fromJson(file.readAll());
}

// Runs `work` on a thread of the pool and `then` with its result here, unless `receiver` is gone.
template <typename Work, typename Then>
void inBackground(QObject* receiver, Work work, Then then) {
    using Result = std::invoke_result_t<Work>;
    auto* watcher = new QFutureWatcher<std::shared_ptr<Result>>(receiver);
    QObject::connect(watcher, &QFutureWatcherBase::finished, receiver, [watcher, then] {
        then(*watcher->result());
        watcher->deleteLater();
    });
    watcher->setFuture(QtConcurrent::run([work] { return std::make_shared<Result>(work()); }));
}

QString exportHint(storage::Failure::Kind kind) {
    if (kind == storage::Failure::Kind::diskFull)
        return ChatController::tr("Free some space, or choose a folder on another disk.");
    return ChatController::tr("Choose another folder.");
}

} // namespace

void ChatController::exportConversation(ConversationId id, const QString& path, Format format) {
    withRecord(id, [this, path, format](const ConversationRecord& record) {
        inBackground(
            this,
            [record, path, format] {
                return storage::writeAtomically(path,
                                                format == Format::json ? toJson(record) : toMarkdown(record));
            },
            [this, path](const Outcome<void>& written) {
                if (written.ok())
                    Q_EMIT exported(path);
                else
                    tell(tr("The conversation could not be exported"), written.failure().message,
                         exportHint(written.failure().kind));
            });
    });
}

void ChatController::importConversation(const QString& path) {
    inBackground(
        this, [path] { return readRecordFile(path); },
        [this](const Outcome<ConversationRecord>& record) {
            if (record.ok())
                adopt(record.value(), record.value().header.title);
            else
                tell(tr("The file could not be imported"), record.failure().message,
                     tr("Choose a .json file that Tandem exported."));
        });
}

} // namespace app::chat
