// SQLite through QtSql: opening with the house's settings, prepared statements, error codes as Failures.
#include "app/storage/connection.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSqlError>
#include <atomic>

namespace app::storage {

namespace {

constexpr int kBusyMs = 5000; // how long a statement waits for another instance's transaction

QString tr(const char* text) {
    return QCoreApplication::translate("Storage", text);
}

// Primary result codes of SQLite (https://sqlite.org/rescode.html).
Failure::Kind kindOf(int code) {
    switch (code & 0xff) {
        case 5:  // BUSY
        case 6:  // LOCKED
        case 15: // PROTOCOL: the race for the WAL's lock was lost several times
            return Failure::Kind::busy;
        case 3:  // PERM
        case 8:  // READONLY
        case 14: // CANTOPEN
        case 23: // AUTH
            return Failure::Kind::readOnly;
        case 13: // FULL
            return Failure::Kind::diskFull;
        case 7:  // NOMEM
        case 10: // IOERR
        case 22: // NOLFS
            return Failure::Kind::io;
        case 11: // CORRUPT
        case 26: // NOTADB
            return Failure::Kind::corrupt;
        default:
            return Failure::Kind::invalid;
    }
}

// A write beyond a quota or a file size limit is an I/O error to SQLite and a full disk to people.
constexpr int kIoErrorWrite = 10 | (3 << 8);
// The file of the WAL's index cannot grow.
constexpr int kIoErrorShmSize = 10 | (19 << 8);
// A constraint without saying which: only full-text search does that, about index pages that contradict each
// other.
bool isIndexConstraint(const QSqlError& error, int code) {
    return (code & 0xff) == 19 && error.databaseText() == QLatin1String("constraint failed");
}

Failure failureOf(const QSqlError& error) {
    const int code = error.nativeErrorCode().toInt();
    Failure::Kind kind = error.nativeErrorCode().isEmpty() ? Failure::Kind::invalid : kindOf(code);
    if (code == kIoErrorWrite || code == kIoErrorShmSize) kind = Failure::Kind::diskFull;
    if (isIndexConstraint(error, code)) kind = Failure::Kind::corrupt;
    switch (kind) {
        case Failure::Kind::diskFull:
            return {kind, tr("The disk is full.")};
        case Failure::Kind::readOnly:
            return {kind, tr("The file or its folder may not be written.")};
        case Failure::Kind::busy:
            return {kind, tr("Another program is using the database.")};
        case Failure::Kind::corrupt:
            return {kind, tr("The database is damaged.")};
        default:
            return {kind, QStringLiteral("%1 (%2)").arg(error.databaseText(), error.nativeErrorCode())};
    }
}

// To Qt a QString without text is NULL; here only QVariant() is.
QVariant bound(const QVariant& value) {
    const bool emptyText = value.typeId() == QMetaType::QString && value.toString().isNull();
    return emptyText ? QVariant(QStringLiteral("")) : value;
}

QString nextName() {
    static std::atomic<int> counter = 0;
    return QStringLiteral("tandem-%1").arg(++counter);
}

} // namespace

Outcome<std::unique_ptr<Connection>> Connection::open(const QString& file, Mode mode) {
    std::unique_ptr<Connection> connection(new Connection(nextName(), file, mode));
    QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), connection->m_name);
    STORAGE_TRY(connection->begin());
    return connection;
}

Outcome<void> Connection::begin() {
    QSqlDatabase database = QSqlDatabase::database(m_name, false);
    database.setDatabaseName(m_file);
    database.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=%1").arg(kBusyMs));
    if (!database.open()) return failureOf(database.lastError());
    STORAGE_TRY(run(QStringLiteral("PRAGMA journal_mode = WAL")));
    STORAGE_TRY(run(QStringLiteral("PRAGMA synchronous = NORMAL")));
    STORAGE_TRY(run(QStringLiteral("PRAGMA foreign_keys = ON")));
    if (m_mode == Mode::readOnly) STORAGE_TRY(run(QStringLiteral("PRAGMA query_only = ON")));
    m_identity = identityOf(m_file);
    return {};
}

Outcome<bool> Connection::followFile() {
    const std::optional<FileIdentity> there = identityOf(m_file);
    if (!m_identity || there == m_identity) return false;
    if (!there) {
        QDir().mkpath(QFileInfo(m_file).absolutePath());
        // What is left of the journals belongs to the deleted file and would be played into the new one.
        for (const QString& journal : {QStringLiteral("-wal"), QStringLiteral("-shm")})
            QFile::remove(m_file + journal);
        STORAGE_TRY(run(QStringLiteral("VACUUM INTO ?"), {m_file}));
    }
    m_statements.clear();
    QSqlDatabase::database(m_name, false).close();
    STORAGE_TRY(begin());
    return true;
}

Connection::~Connection() {
    m_statements.clear();
    QSqlDatabase::removeDatabase(m_name);
}

Outcome<QSqlQuery*> Connection::execute(const QString& sql, const QVariantList& values) {
    std::shared_ptr<QSqlQuery>& query = m_statements[sql];
    if (!query) {
        auto fresh = std::make_shared<QSqlQuery>(QSqlDatabase::database(m_name, false));
        fresh->setForwardOnly(true);
        if (!fresh->prepare(sql)) {
            const Failure failure = failureOf(fresh->lastError());
            m_statements.remove(sql);
            return failure;
        }
        query = fresh;
    }
    for (int i = 0; i < values.size(); ++i)
        query->bindValue(i, bound(values[i]));
    if (!query->exec()) {
        const Failure failure = failureOf(query->lastError());
        query->finish();
        return failure;
    }
    return query.get();
}

Outcome<void> Connection::run(const QString& sql, const QVariantList& values) {
    const Outcome<QSqlQuery*> query = execute(sql, values);
    if (!query.ok()) return query.failure();
    m_changedRows = query.value()->numRowsAffected();
    query.value()->finish();
    return {};
}

Outcome<void> Connection::each(const QString& sql, const QVariantList& values,
                               const std::function<void(const Row&)>& take) {
    const Outcome<QSqlQuery*> query = execute(sql, values);
    if (!query.ok()) return query.failure();
    while (query.value()->next())
        take(Row(*query.value()));
    // The driver ends the loop on an error too and tells only here.
    const QSqlError error = query.value()->lastError();
    query.value()->finish();
    if (error.isValid()) return failureOf(error);
    return {};
}

Outcome<qint64> Connection::integer(const QString& sql, const QVariantList& values) {
    qint64 result = 0;
    STORAGE_TRY(each(sql, values, [&](const Row& row) { result = row.integer(0); }));
    return result;
}

} // namespace app::storage
