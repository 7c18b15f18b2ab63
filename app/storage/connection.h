// Connection: one thread's open SQLite database; statements in, rows or Failures out.
#pragma once

#include <QHash>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QVariant>
#include <functional>
#include <memory>

#include "app/storage/file_identity.h"
#include "app/storage/outcome.h"

namespace app::storage {

// One result row; columns by position in the SELECT.
class Row {
 public:
    explicit Row(const QSqlQuery& query) : m_query(query) {}
    QVariant value(int column) const { return m_query.value(column); }
    qint64 integer(int column) const { return m_query.value(column).toLongLong(); }
    QString text(int column) const { return m_query.value(column).toString(); }
    bool isNull(int column) const { return m_query.isNull(column); }

 private:
    const QSqlQuery& m_query;
};

class Connection {
 public:
    enum class Mode { readWrite, readOnly };
    static Outcome<std::unique_ptr<Connection>> open(const QString& file, Mode mode);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Prepared once per text and kept.
    Outcome<void> run(const QString& sql, const QVariantList& values = {});
    Outcome<void> each(const QString& sql, const QVariantList& values,
                       const std::function<void(const Row&)>& take);
    Outcome<qint64> integer(const QString& sql,
                            const QVariantList& values = {}); // first column of the first row
    // True: the file was not the one that is open any more, and now it is. One that was deleted is written
    // anew out of what is open, which SQLite keeps until it is closed; one that was replaced is taken as it
    // is.
    Outcome<bool> followFile();
    qint64 changedRows() const { return m_changedRows; } // by the last run()

 private:
    Connection(QString name, QString file, Mode mode)
        : m_name(std::move(name)), m_file(std::move(file)), m_mode(mode) {}
    Outcome<void> begin();
    Outcome<QSqlQuery*> execute(const QString& sql, const QVariantList& values);

    QString m_name, m_file;
    Mode m_mode;
    std::optional<FileIdentity> m_identity;
    QHash<QString, std::shared_ptr<QSqlQuery>> m_statements;
    qint64 m_changedRows = 0;
};

} // namespace app::storage
