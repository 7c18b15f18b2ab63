// Reads the numbered steps out of the program's resources and runs those that the file lacks.
#include "app/storage/migrations.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>

static void initResources() {
    Q_INIT_RESOURCE(migrations);
}

namespace app::storage {

namespace {

const QString kFolder = QStringLiteral(":/storage/migrations");

QStringList steps() {
    initResources();
    return QDir(kFolder).entryList(QDir::Files, QDir::Name); // "0001_name.sql", ...
}

// Statements end with an empty line; lines that begin with -- are for people.
QStringList statements(const QString& name) {
    QFile file(kFolder + QLatin1Char('/') + name);
    if (!file.open(QIODevice::ReadOnly | QIODevice::Text)) return {};
    QStringList result;
    for (const QString& paragraph : QString::fromUtf8(file.readAll()).split(QStringLiteral("\n\n"))) {
        QStringList lines = paragraph.split(QLatin1Char('\n'));
        lines.removeIf([](const QString& line) { return line.startsWith(QLatin1String("--")); });
        const QString sql = lines.join(QLatin1Char('\n')).trimmed();
        if (!sql.isEmpty()) result.append(sql);
    }
    return result;
}

Outcome<void> runStep(Connection& connection, const QString& name, int version) {
    for (const QString& sql : statements(name))
        STORAGE_TRY(connection.run(sql));
    return connection.run(QStringLiteral("PRAGMA user_version = %1").arg(version));
}

} // namespace

int newestSchema() {
    return static_cast<int>(steps().size());
}

Outcome<void> migrate(Connection& connection) {
    return migrate(connection, newestSchema());
}

Outcome<void> migrate(Connection& connection, int target) {
    for (;;) {
        // Another instance may be migrating the same file: the version counts once the write lock is ours.
        STORAGE_TRY(connection.run(QStringLiteral("BEGIN IMMEDIATE")));
        const Outcome<qint64> version = connection.integer(QStringLiteral("PRAGMA user_version"));
        const bool step = version.ok() && version.value() < target;
        Outcome<void> done = version.ok() ? Outcome<void>() : Outcome<void>(version.failure());
        if (step) {
            const int next = static_cast<int>(version.value()) + 1;
            done = runStep(connection, steps().at(next - 1), next);
        } else if (version.ok() && version.value() > newestSchema()) {
            done = Failure{Failure::Kind::newerSchema,
                           QCoreApplication::translate(
                               "Storage", "The conversations were written by a newer version of Tandem.")};
        }
        if (done.ok()) done = connection.run(QStringLiteral("COMMIT"));
        if (!done.ok()) {
            (void)connection.run(QStringLiteral("ROLLBACK"));
            return done;
        }
        if (!step) return {};
    }
}

Outcome<void> rebuildSearch(Connection& connection) {
    // 'rebuild' alone does not get as far as rebuilding when the index cannot be opened, so its rows are
    // first made those of an empty index: no totals (1), a structure without segments (10).
    for (const char* step : {"DELETE FROM %1_data", "DELETE FROM %1_idx",
                             "INSERT INTO %1_data (id, block) VALUES (1, x''), (10, x'00000000000000')",
                             "INSERT INTO %1(%1) VALUES ('rebuild')"})
        for (const char* index : {"title_index", "text_index"})
            STORAGE_TRY(connection.run(QString::fromLatin1(step).arg(QLatin1String(index))));
    // A streaming reply is indexed when it ends.
    return connection.run(
        QStringLiteral("INSERT INTO text_index(text_index, rowid, text) "
                       "SELECT 'delete', id, text FROM messages WHERE state = 'streaming'"));
}

} // namespace app::storage
