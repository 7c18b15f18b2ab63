// The SQL of single messages.
#include "app/chat/message_rows.h"

#include "app/chat/message_json.h"

namespace app::chat {

using storage::Connection;
using storage::Outcome;
using storage::Row;

QVariant milliseconds(const QDateTime& time) {
    return time.isValid() ? QVariant(time.toMSecsSinceEpoch()) : QVariant();
}

QDateTime timeAt(const Row& row, int column) {
    return row.isNull(column) ? QDateTime() : QDateTime::fromMSecsSinceEpoch(row.integer(column), Qt::UTC);
}

QVariant reference(qint64 id) {
    return id == 0 ? QVariant() : QVariant(id);
}

const QString kMessageColumns = QStringLiteral(
    "id, parent, selected_child, role, state, text, reasoning, model, quantization, metrics, "
    "failure, created, writer");

Message messageAt(const Row& row) {
    Message message;
    message.id = row.integer(0);
    message.parent = row.integer(1);
    message.selectedChild = row.integer(2);
    message.role = roleOf(row.text(3));
    message.state = stateOf(row.text(4));
    message.text = row.text(5);
    message.reasoning = row.text(6);
    message.model = row.text(7);
    message.quantization = row.text(8);
    message.metrics = metricsFromJson(parseObject(row.text(9)));
    message.failure = failureFromJson(parseObject(row.text(10)));
    message.created = timeAt(row, 11);
    message.writer = row.text(12);
    return message;
}

Outcome<void> insertMessage(Connection& connection, ConversationId conversation, const Message& message) {
    return connection.run(
        QStringLiteral(
            "INSERT INTO messages (id, conversation, parent, selected_child, role, state, text, reasoning, "
            "model, quantization, metrics, failure, created, writer) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        {message.id, conversation, reference(message.parent), reference(message.selectedChild),
         wordOf(message.role), wordOf(message.state), message.text, message.reasoning, message.model,
         message.quantization, compact(toJson(message.metrics)), compact(toJson(message.failure)),
         milliseconds(message.created), message.writer});
}

Outcome<void> updateMessage(Connection& connection, const Message& message, const QString& condition,
                            const QVariantList& values) {
    return connection.run(
        QStringLiteral("UPDATE messages SET state = ?, text = ?, reasoning = ?, model = ?, quantization = ?, "
                       "metrics = ?, failure = ?, writer = ? WHERE id = ? AND ") +
            condition,
        QVariantList{wordOf(message.state), message.text, message.reasoning, message.model,
                     message.quantization, compact(toJson(message.metrics)), compact(toJson(message.failure)),
                     message.writer, message.id} +
            values);
}

Outcome<bool> isThere(Connection& connection, MessageId id) {
    const Outcome<qint64> rows =
        connection.integer(QStringLiteral("SELECT count(*) FROM messages WHERE id = ?"), {id});
    if (!rows.ok()) return rows.failure();
    return rows.value() != 0;
}

Outcome<void> choose(Connection& connection, ConversationId conversation, MessageId parent, MessageId child) {
    if (parent == 0)
        return connection.run(QStringLiteral("UPDATE conversations SET selected_root = ? WHERE id = ?"),
                              {reference(child), conversation});
    return connection.run(QStringLiteral("UPDATE messages SET selected_child = ? WHERE id = ?"),
                          {reference(child), parent});
}

} // namespace app::chat
