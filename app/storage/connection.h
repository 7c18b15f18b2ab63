// Connection: one thread's open SQLite database; statements in, rows or Failures out.
#pragma once

#include <QHash>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QVariant>
#include <functional>
#include <memory>

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
    qint64 changedRows() const { return m_changedRows; }      // by the last run()

 private:
    explicit Connection(QString name) : m_name(std::move(name)) {}
    Outcome<QSqlQuery*> execute(const QString& sql, const QVariantList& values);

    QString m_name;
    QHash<QString, std::shared_ptr<QSqlQuery>> m_statements;
    qint64 m_changedRows = 0;
};

} // namespace app::storage
