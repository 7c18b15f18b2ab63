// MessageTree: the messages of one conversation with all their versions; which of them are visible.
//
// Versions are messages with the same parent. Every message remembers which of its children was chosen last,
// so leaving a branch and coming back shows it as it was left.
#pragma once

#include <QHash>
#include <QList>

#include "app/chat/message.h"

namespace app::chat {

class MessageTree {
 public:
    MessageTree() = default;
    // Messages in any order; those that hang on nothing are left out. A choice that does not exist: the
    // newest.
    MessageTree(const QList<Message>& messages, MessageId selectedRoot);

    const QList<MessageId>& path() const { return m_path; } // visible, first to last
    MessageId leaf() const { return m_path.isEmpty() ? 0 : m_path.last(); }
    const Message* find(MessageId id) const;
    Message* find(MessageId id); // to change the text and the state, not the shape
    QList<MessageId> children(MessageId parent) const { return m_children.value(parent); } // oldest first
    QList<MessageId> versions(MessageId id) const;  // id among its siblings, oldest first
    QList<MessageId> ancestors(MessageId id) const; // first to last, with id itself
    MessageId selected(MessageId parent) const;     // 0: of the opening messages
    bool isEmpty() const { return m_messages.isEmpty(); }

    void add(const Message& message);               // becomes the chosen version under its parent
    void select(MessageId parent, MessageId child); // shows that version
    void move(MessageId id, MessageId parent);      // with all below; and chooses it there
    void remove(MessageId id); // with all below; the next older version is chosen, else the next
    QList<Message> below(MessageId id) const; // with id itself, parents before children; 0: all

 private:
    MessageId& choice(MessageId parent);
    void rebuildPath();

    QHash<MessageId, Message> m_messages;
    QHash<MessageId, QList<MessageId>> m_children;
    QList<MessageId> m_path;
    MessageId m_selectedRoot = 0;
};

} // namespace app::chat
