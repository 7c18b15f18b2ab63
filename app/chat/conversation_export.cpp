// Markdown for people, JSON for programs.
#include "app/chat/conversation_export.h"

#include <QCoreApplication>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <algorithm>

#include "app/chat/message_json.h"
#include "app/chat/message_tree.h"

namespace app::chat {

namespace {

const QString kFormat = QStringLiteral("tandem-conversation");
constexpr int kVersion = 1;

QString tr(const char* text) {
    return QCoreApplication::translate("ConversationExport", text);
}

QString iso(const QDateTime& time) {
    return time.isValid() ? time.toUTC().toString(Qt::ISODateWithMs) : QString();
}

// A file that was written or shortened by hand may have none; the database wants one.
QDateTime fromIso(const QJsonValue& value) {
    const QDateTime time = QDateTime::fromString(value.toString(), Qt::ISODateWithMs);
    return (time.isValid() ? time : QDateTime::currentDateTime()).toUTC();
}

// Ids have 61 bits and JSON numbers 53: they travel as text.
QJsonValue idValue(qint64 id) {
    return QString::number(id);
}
qint64 idOf(const QJsonValue& value) {
    return value.toString().toLongLong();
}

QString quoted(const QString& text) {
    return QStringLiteral("> ") + QString(text.trimmed()).replace(QLatin1Char('\n'), QLatin1String("\n> "));
}

// The line that ends a block of code which `text` began and did not end (a reply that was stopped within
// one): without it the block would swallow everything behind. It stands as far in as its beginning, so that
// it is also right within a list.
QString missingFence(const QString& text) {
    static const QRegularExpression fence(QStringLiteral("^([ \\t]*)(`{3,}|~{3,})(.*)$"));
    QString open, indent;
    for (const QString& line : text.split(QLatin1Char('\n'))) {
        const QRegularExpressionMatch match = fence.match(line);
        if (!match.hasMatch()) continue;
        const QString marks = match.captured(2), rest = match.captured(3);
        if (open.isEmpty()) {
            if (marks.startsWith(QLatin1Char('`')) && rest.contains(QLatin1Char('`'))) continue; // inline
            open = marks;
            indent = match.captured(1);
        } else if (marks.startsWith(open) && rest.trimmed().isEmpty()) {
            open.clear();
        }
    }
    return open.isEmpty() ? QString() : QLatin1Char('\n') + indent + open;
}

QString heading(const Message& message) {
    if (message.role == MessageRole::user) return tr("You");
    QStringList parts{tr("Assistant")};
    for (const QString& part : {message.model, message.quantization})
        if (!part.isEmpty()) parts.append(part);
    return parts.join(QStringLiteral(" · "));
}

QJsonObject messageToJson(const Message& message) {
    QJsonObject json;
    const auto text = [&](const char* name, const QString& value) {
        if (!value.isEmpty()) json[QLatin1String(name)] = value;
    };
    json[QLatin1String("id")] = idValue(message.id);
    if (message.parent != 0) json[QLatin1String("parent")] = idValue(message.parent);
    if (message.selectedChild != 0) json[QLatin1String("selected_child")] = idValue(message.selectedChild);
    json[QLatin1String("role")] = wordOf(message.role);
    json[QLatin1String("state")] = wordOf(message.state);
    json[QLatin1String("text")] = message.text;
    text("reasoning", message.reasoning);
    text("model", message.model);
    text("quantization", message.quantization);
    const QJsonObject metrics = toJson(message.metrics), failure = toJson(message.failure);
    if (!metrics.isEmpty()) json[QLatin1String("metrics")] = metrics;
    if (!failure.isEmpty()) json[QLatin1String("failure")] = failure;
    json[QLatin1String("created")] = iso(message.created);
    return json;
}

Message messageFromJson(const QJsonObject& json) {
    Message message;
    message.id = idOf(json[QLatin1String("id")]);
    message.parent = idOf(json[QLatin1String("parent")]);
    message.selectedChild = idOf(json[QLatin1String("selected_child")]);
    message.role = roleOf(json[QLatin1String("role")].toString());
    message.state = stateOf(json[QLatin1String("state")].toString());
    if (message.state == MessageState::streaming)
        message.state = MessageState::stopped; // nobody streams it here
    message.text = json[QLatin1String("text")].toString();
    message.reasoning = json[QLatin1String("reasoning")].toString();
    message.model = json[QLatin1String("model")].toString();
    message.quantization = json[QLatin1String("quantization")].toString();
    message.metrics = metricsFromJson(json[QLatin1String("metrics")].toObject());
    message.failure = failureFromJson(json[QLatin1String("failure")].toObject());
    message.created = fromIso(json[QLatin1String("created")]);
    return message;
}

storage::Failure bad(const QString& what) {
    return {storage::Failure::Kind::invalid, what};
}

} // namespace

QByteArray toMarkdown(const ConversationRecord& record) {
    const MessageTree tree(record.messages, record.selectedRoot);
    QString text =
        QStringLiteral("# %1\n").arg(record.header.title.isEmpty() ? tr("New chat") : record.header.title);
    if (!record.settings.systemPrompt.trimmed().isEmpty())
        text +=
            QStringLiteral("\n## %1\n\n%2\n").arg(tr("System prompt"), quoted(record.settings.systemPrompt));
    for (const MessageId id : tree.path()) {
        const Message& message = *tree.find(id);
        text += QStringLiteral("\n## %1\n\n").arg(heading(message));
        if (!message.reasoning.trimmed().isEmpty())
            text +=
                QStringLiteral("%1\n\n").arg(quoted(tr("Thinking:") + QLatin1Char('\n') + message.reasoning));
        text += message.text.trimmed() + missingFence(message.text) + QLatin1Char('\n');
        if (message.state == MessageState::failed)
            text += QStringLiteral("\n*%1*\n").arg(message.failure.text);
    }
    return text.toUtf8();
}

QByteArray toJson(const ConversationRecord& record) {
    QJsonArray messages;
    for (const Message& message : record.messages)
        messages.append(messageToJson(message));
    QJsonObject json;
    json[QLatin1String("format")] = kFormat;
    json[QLatin1String("version")] = kVersion;
    json[QLatin1String("title")] = record.header.title;
    json[QLatin1String("titled_by_person")] = record.header.titledByPerson;
    json[QLatin1String("pinned")] = record.header.pinned;
    json[QLatin1String("created")] = iso(record.header.created);
    json[QLatin1String("updated")] = iso(record.header.updated);
    json[QLatin1String("settings")] = record.settings.toJson();
    json[QLatin1String("draft")] = record.draft;
    json[QLatin1String("id")] = idValue(record.header.id);
    json[QLatin1String("selected_root")] = idValue(record.selectedRoot);
    json[QLatin1String("messages")] = messages;
    return QJsonDocument(json).toJson();
}

storage::Outcome<ConversationRecord> fromJson(const QByteArray& bytes) {
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(bytes, &error);
    if (document.isNull())
        return bad(tr("The file is not JSON: %1 at byte %2.").arg(error.errorString()).arg(error.offset));
    const QJsonObject json = document.object();
    if (json[QLatin1String("format")].toString() != kFormat)
        return bad(tr("The file is JSON, but not a conversation exported by Tandem."));
    if (json[QLatin1String("version")].toInt() > kVersion)
        return bad(tr("The file was exported by a newer version of Tandem."));
    ConversationRecord record;
    record.header.id = idOf(json[QLatin1String("id")]);
    record.header.title = json[QLatin1String("title")].toString();
    record.header.titledByPerson = json[QLatin1String("titled_by_person")].toBool();
    record.header.pinned = json[QLatin1String("pinned")].toBool();
    record.header.created = fromIso(json[QLatin1String("created")]);
    record.header.updated = fromIso(json[QLatin1String("updated")]);
    record.settings = settings::ChatSettings::fromJson(json[QLatin1String("settings")].toObject());
    record.draft = json[QLatin1String("draft")].toString();
    record.selectedRoot = idOf(json[QLatin1String("selected_root")]);
    const QJsonArray messages = json[QLatin1String("messages")].toArray();
    for (qsizetype i = 0; i < messages.size(); ++i) {
        record.messages.append(messageFromJson(messages[i].toObject()));
        if (record.messages.last().id == 0) return bad(tr("Message %1 of the file has no id.").arg(i + 1));
    }
    const MessageTree tree(record.messages, record.selectedRoot);
    if (tree.below(0).size() != record.messages.size())
        return bad(tr("Some messages of the file hang on messages that it does not hold."));
    return record;
}

ConversationRecord withNewIds(const ConversationRecord& record) {
    // In the order of the old ids, which is the order of versions.
    const MessageTree tree(record.messages, record.selectedRoot);
    ConversationRecord copy = record;
    copy.messages = tree.below(0);
    std::sort(copy.messages.begin(), copy.messages.end(),
              [](const Message& a, const Message& b) { return a.id < b.id; });
    QHash<MessageId, MessageId> ids;
    for (const Message& message : copy.messages)
        ids.insert(message.id, newId());
    copy.header.id = newId();
    copy.selectedRoot = ids.value(record.selectedRoot);
    for (Message& message : copy.messages) {
        message.id = ids.value(message.id);
        message.parent = ids.value(message.parent);
        message.selectedChild = ids.value(message.selectedChild);
        message.writer.clear();
        if (message.state == MessageState::streaming) message.state = MessageState::stopped;
    }
    return copy;
}

} // namespace app::chat
