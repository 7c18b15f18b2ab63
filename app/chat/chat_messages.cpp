// The part of ChatController that acts on single messages and on the conversation's settings.
#include "app/chat/chat_controller.h"
#include "app/chat/conversation_export.h"

namespace app::chat {

bool ChatController::mayChange(MessageId id) const {
    const Message* message = m_current->tree().find(id);
    return message && !isBusy() && !m_current->isWrittenElsewhere(*message);
}

void ChatController::regenerate(MessageId id, Length length) {
    if (!mayChange(id)) return;
    const Message* message = m_current->tree().find(id);
    const MessageId prompt = message->role == MessageRole::user ? id : message->parent;
    if (prompt != 0) m_queue.reply(m_current, prompt, length);
}

void ChatController::editAndResend(MessageId id, const QString& text) {
    if (!mayChange(id) || text.trimmed().isEmpty()) return;
    const Message* message = m_current->tree().find(id);
    if (message->role == MessageRole::user) say(m_current, message->parent, text);
}

void ChatController::editReply(MessageId id, const QString& text) {
    if (!mayChange(id) || m_current->tree().find(id)->role == MessageRole::user) return;
    Message edited;
    edited.role = MessageRole::assistant;
    edited.parent = m_current->tree().find(id)->parent;
    edited.text = text;
    m_current->addReply(edited);
}

void ChatController::continueReply(MessageId id) {
    if (!mayChange(id) || m_current->tree().find(id)->role == MessageRole::user) return;
    m_queue.resume(m_current, id);
}

void ChatController::switchVersion(MessageId id, int version) {
    const QList<MessageId> versions = m_current->tree().versions(id);
    if (version >= 0 && version < versions.size()) m_current->selectVersion(versions[version]);
}

void ChatController::fork(MessageId id) {
    ConversationRecord record = m_current->record();
    const QList<MessageId> path = m_current->tree().ancestors(id);
    if (path.isEmpty()) return;
    record.messages.removeIf([&](const Message& message) { return !path.contains(message.id); });
    record.draft.clear();
    adopt(record, record.header.title.isEmpty() ? QString() : tr("%1 (branch)").arg(record.header.title));
}

void ChatController::deleteMessage(MessageId id) {
    if (!m_current->tree().find(id)) return;
    if (isBusy()) stop(); // it may be below this message
    m_current->removeMessage(id);
    m_messageDeletedIn = currentId();
    Q_EMIT messageDeleted();
}

void ChatController::undoDeleteMessage() {
    if (Conversation* conversation = m_opened.value(std::exchange(m_messageDeletedIn, 0)))
        conversation->undoRemove();
}

// --- inspector ---

void ChatController::setChatSettings(const settings::ChatSettings& settings) {
    m_current->setSettings(settings);
}

void ChatController::applyPreset(const QString& name) {
    if (const std::optional<settings::ChatSettings> preset = m_presets.find(name))
        m_current->setSettings(*preset);
}

void ChatController::savePreset(const QString& name) {
    m_presets.save(name, chatSettings());
    applyPreset(name.trimmed());
}

} // namespace app::chat
