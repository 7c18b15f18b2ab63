// Opening, the check for damage, and saving what a damaged file still holds.
#include "app/storage/opening.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>

#include "app/storage/migrations.h"

namespace app::storage {

namespace {

Outcome<void> check(Connection& connection) {
    QString verdict;
    STORAGE_TRY(connection.each(QStringLiteral("PRAGMA quick_check(1)"), {},
                                [&](const Row& row) { verdict = row.text(0); }));
    if (verdict == QLatin1String("ok")) return {};
    return Failure{Failure::Kind::corrupt, verdict};
}

Outcome<std::unique_ptr<Connection>> tryOpen(const QString& file) {
    Outcome<std::unique_ptr<Connection>> connection = Connection::open(file, Connection::Mode::readWrite);
    if (!connection.ok()) return connection;
    STORAGE_TRY(check(*connection.value()));
    STORAGE_TRY(migrate(*connection.value()));
    return connection;
}

// The new place of the file, or empty when it could not be moved.
QString setAside(const QString& file) {
    const QString stamp = QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss"));
    const QFileInfo info(file);
    QString target;
    for (int i = 1; target.isEmpty() || QFile::exists(target); ++i) {
        const QString counter = i > 1 ? QStringLiteral("-%1").arg(i) : QString();
        target = QStringLiteral("%1/%2.damaged-%3%4.%5")
                     .arg(info.absolutePath(), info.completeBaseName(), stamp, counter, info.suffix());
    }
    if (!QFile::rename(file, target)) return {};
    for (const QString& journal : {QStringLiteral("-wal"), QStringLiteral("-shm")})
        if (QFile::exists(file + journal)) QFile::rename(file + journal, target + journal);
    return target;
}

const QString kConversationColumns = QStringLiteral(
    "id, title, titled_by_person, pinned, created, updated, deleted, selected_root, settings, draft");
const QString kMessageColumns = QStringLiteral(
    "id, conversation, parent, selected_child, role, state, text, reasoning, model, quantization, "
    "metrics, failure, created, deleted, writer");

// Ids as far as they can be read; one bad page ends a scan, so both ends are tried.
QList<qint64> readableIds(Connection& connection) {
    QList<qint64> ids;
    for (const char* order : {"ASC", "DESC"})
        (void)connection.each(
            QStringLiteral("SELECT id FROM old.conversations ORDER BY id %1").arg(QLatin1String(order)), {},
            [&](const Row& row) {
                if (!ids.contains(row.integer(0))) ids.append(row.integer(0));
            });
    return ids;
}

Outcome<void> copyConversation(Connection& connection, qint64 id) {
    STORAGE_TRY(connection.run(
        QStringLiteral("INSERT INTO conversations (%1) SELECT %1 FROM old.conversations WHERE id = ?")
            .arg(kConversationColumns),
        {id}));
    return connection.run(
        QStringLiteral(
            "INSERT INTO messages (%1) SELECT %1 FROM old.messages NOT INDEXED WHERE conversation = ?")
            .arg(kMessageColumns),
        {id});
}

// How many conversations could be saved.
qint64 salvage(Connection& connection, const QString& damaged) {
    if (!connection.run(QStringLiteral("ATTACH DATABASE ? AS old"), {damaged}).ok()) return 0;
    qint64 saved = 0;
    for (const qint64 id : readableIds(connection)) {
        // Parents may come after their children in a table scan.
        if (!connection.run(QStringLiteral("BEGIN IMMEDIATE")).ok()) break;
        (void)connection.run(QStringLiteral("PRAGMA defer_foreign_keys = ON"));
        Outcome<void> copied = copyConversation(connection, id);
        if (copied.ok()) copied = connection.run(QStringLiteral("COMMIT"));
        if (copied.ok())
            ++saved;
        else
            (void)connection.run(QStringLiteral("ROLLBACK"));
    }
    (void)connection.run(QStringLiteral("DETACH DATABASE old"));
    return saved;
}

} // namespace

Outcome<std::unique_ptr<Connection>> openDatabase(const Paths& paths, const InstanceLock& instance,
                                                  OpenReport& report) {
    STORAGE_TRY(paths.create());
    report.afterCrash = instance.sweep() || report.afterCrash;
    Outcome<std::unique_ptr<Connection>> opened = tryOpen(paths.databaseFile());
    if (opened.ok() || opened.failure().kind != Failure::Kind::corrupt || instance.othersAlive())
        return opened;
    const QString aside = setAside(paths.databaseFile());
    if (aside.isEmpty()) return opened;
    report.setAside = aside;
    opened = tryOpen(paths.databaseFile());
    if (opened.ok()) report.salvaged = salvage(*opened.value(), aside);
    return opened;
}

} // namespace app::storage
