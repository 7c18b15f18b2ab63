// The part of Conversation that writes a streaming reply, and what happens when another window does so too.
#include <algorithm>

#include "app/chat/conversation.h"

namespace app::chat {

void Conversation::reopenReply(MessageId id, const QString& model, const QString& quantization) {
    Message* message = m_tree.find(id);
    if (!message) return;
    m_continued = ContinuedFrom{message->text, message->reasoning, newId()};
    message->state = MessageState::streaming;
    message->writer = m_store.instanceId();
    message->failure = {};
    message->model = model;
    message->quantization = quantization;
    m_streaming = id;
    m_unsaved = true;
    saveStreaming();
    m_saveTimer.start();
    touch(QDateTime::currentDateTimeUtc());
    Q_EMIT messageChanged(id);
}

void Conversation::appendToReply(MessageId id, const QString& text, const QString& reasoning) {
    Message* message = known(id);
    if (!message || (text.isEmpty() && reasoning.isEmpty())) return;
    message->text += text;
    message->reasoning += reasoning;
    m_unsaved = true;
    Q_EMIT messageChanged(id);
}

void Conversation::finishReply(MessageId id, const bridge::TurnOutcome& outcome) {
    m_saveTimer.stop();
    m_streaming = 0;
    const bool continued = m_continued.has_value();
    Message* message = known(id);
    if (!message) return m_continued.reset();
    using End = bridge::TurnOutcome::End;
    message->state = outcome.end == End::finished  ? MessageState::finished
                     : outcome.end == End::stopped ? MessageState::stopped
                                                   : MessageState::failed;
    message->metrics = outcome.metrics;
    message->failure = outcome.error;
    message->writer.clear();
    saveReply(*message);
    m_continued.reset();
    touch(QDateTime::currentDateTimeUtc());
    m_store.saveUpdated(m_header.id, m_header.updated); // not the title: another window may have changed it
    Q_EMIT messageChanged(id);
    if (continued) reload(); // it may have become a version of its own
}

void Conversation::saveStreaming() {
    const Message* message = known(m_streaming);
    if (!message || !m_unsaved || m_saveOnWay) return;
    m_unsaved = false;
    m_saveOnWay = true;
    saveReply(*message, [this] { m_saveOnWay = false; });
}

void Conversation::saveReply(const Message& reply, std::function<void()> done) {
    if (!m_continued) {
        m_store.saveMessage(reply, this, std::move(done));
        return;
    }
    m_store.saveContinued(
        m_header.id, reply, *m_continued, this,
        [this, id = reply.id, start = *m_continued, done = std::move(done)](bool asVersion) {
            if (done) done();
            if (asVersion) moveReply(id, start);
        });
}

// Under the old id stands what the other window writes; reload() brings it when nothing streams here. What
// was said below the reply before the disk told of the other window answers the words of this one.
void Conversation::moveReply(MessageId from, const ContinuedFrom& start) {
    const MessageId to = start.spare;
    if (m_streaming == from) m_streaming = to;
    if (m_continued && m_continued->spare == to) m_continued.reset(); // nobody else writes this version
    Message* original = m_tree.find(from);
    if (!original) return;
    Message version = *original;
    version.id = to;
    version.selectedChild = 0;
    original->text = start.text;
    original->reasoning = start.reasoning;
    original->state = MessageState::stopped;
    original->writer.clear();
    const QList<MessageId> before = m_tree.path();
    m_tree.add(version);
    for (const MessageId below : m_tree.children(from)) {
        if (below < to) continue; // ids grow: it was there before
        m_tree.move(below, to);
        m_store.move(m_header.id, below, to);
    }
    Q_EMIT replyMoved(from, to);
    tellPathChange(before);
    Q_EMIT versionsChanged(version.parent);
    reload();
}

// A reply that was deleted while it streamed ends among the removed: undo must not bring back one that seems
// to be written by somebody else.
Message* Conversation::known(MessageId id) {
    if (Message* message = m_tree.find(id)) return message;
    const auto removed = std::find_if(m_removed.begin(), m_removed.end(),
                                      [id](const Message& message) { return message.id == id; });
    return removed == m_removed.end() ? nullptr : &*removed;
}

} // namespace app::chat
