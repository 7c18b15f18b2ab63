// MessageTree: the messages of one conversation with all their versions; which of them are visible.
//
// Versions are messages with the same parent. Every message remembers which of its children was chosen last,
// so leaving a branch and coming back shows it as it was left. The tree never holds two messages with one id.
#pragma once

#include <QHash>
#include <QList>

#include "app/chat/message.h"

namespace app::chat {

class MessageTree {
 public:
    MessageTree() = default;
    // Messages in any order; those whose parent is unknown are left out.
    MessageTree(const QList<Message>& messages, MessageId selectedRoot);

    const QList<MessageId>& path() const { return m_path; } // visible, first to last
    const Message* find(MessageId id) const;
    Message* find(MessageId id);
    const QList<MessageId>& children(MessageId parent) const; // oldest first; 0: the roots
    const QList<MessageId>& versions(MessageId id) const;     // id among its siblings
    MessageId selectedRoot() const { return m_selectedRoot; }
    MessageId selectedChild(MessageId parent) const; // 0: of the roots
    bool isEmpty() const { return m_messages.isEmpty(); }
    qsizetype size() const { return m_messages.size(); }

    void add(const Message& message);               // becomes the chosen version under its parent
    void select(MessageId parent, MessageId child); // shows that version
    QList<MessageId> remove(MessageId id);          // with all below; a neighbour becomes the chosen version
    QList<Message> below(MessageId id) const;       // with id itself, parents before children
    QList<Message> all() const;                     // parents before children

 private:
    void rebuildPath();

    QHash<MessageId, Message> m_messages;
    QHash<MessageId, QList<MessageId>> m_children;
    QList<MessageId> m_path;
    MessageId m_selectedRoot = 0;
};

} // namespace app::chat
