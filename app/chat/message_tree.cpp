// Children by parent; the path follows the chosen ones down.
#include "app/chat/message_tree.h"

#include <algorithm>

namespace app::chat {

MessageTree::MessageTree(const QList<Message>& messages, MessageId selectedRoot)
    : m_selectedRoot(selectedRoot) {
    QHash<MessageId, QList<const Message*>> byParent;
    for (const Message& message : messages)
        byParent[message.parent].append(&message);
    // From the top down: what no path from the top reaches (an orphan, a ring) is left out.
    QList<MessageId> open{0};
    while (!open.isEmpty()) {
        const MessageId parent = open.takeLast();
        for (const Message* message : byParent.value(parent)) {
            if (message->id == 0 || m_messages.contains(message->id)) continue;
            m_messages.insert(message->id, *message);
            m_children[parent].append(message->id);
            open.append(message->id);
        }
        std::sort(m_children[parent].begin(), m_children[parent].end());
    }
    rebuildPath();
}

const Message* MessageTree::find(MessageId id) const {
    const auto found = m_messages.constFind(id);
    return found == m_messages.cend() ? nullptr : &*found;
}

Message* MessageTree::find(MessageId id) {
    const auto found = m_messages.find(id);
    return found == m_messages.end() ? nullptr : &*found;
}

QList<MessageId> MessageTree::versions(MessageId id) const {
    const Message* message = find(id);
    return message ? children(message->parent) : QList<MessageId>();
}

QList<MessageId> MessageTree::ancestors(MessageId id) const {
    QList<MessageId> result;
    for (const Message* message = find(id); message; message = find(message->parent))
        result.prepend(message->id);
    return result;
}

MessageId MessageTree::selected(MessageId parent) const {
    const QList<MessageId> candidates = children(parent);
    const Message* message = find(parent);
    const MessageId chosen = message ? message->selectedChild : m_selectedRoot;
    if (candidates.contains(chosen)) return chosen;
    return candidates.isEmpty() ? 0 : candidates.last();
}

void MessageTree::add(const Message& message) {
    if (message.id == 0 || m_messages.contains(message.id)) return;
    if (message.parent != 0 && !m_messages.contains(message.parent)) return;
    m_messages.insert(message.id, message);
    QList<MessageId>& siblings = m_children[message.parent];
    siblings.insert(std::upper_bound(siblings.begin(), siblings.end(), message.id), message.id);
    choice(message.parent) = message.id;
    rebuildPath();
}

void MessageTree::select(MessageId parent, MessageId child) {
    if (!children(parent).contains(child)) return;
    choice(parent) = child;
    rebuildPath();
}

void MessageTree::move(MessageId id, MessageId parent) {
    Message* message = find(id);
    if (!message || (parent != 0 && !find(parent)) || ancestors(parent).contains(id)) return;
    m_children[message->parent].removeAll(id);
    message->parent = parent;
    QList<MessageId>& siblings = m_children[parent];
    siblings.insert(std::upper_bound(siblings.begin(), siblings.end(), id), id);
    choice(parent) = id;
    rebuildPath();
}

void MessageTree::remove(MessageId id) {
    const Message* message = find(id);
    if (!message) return;
    const MessageId parent = message->parent;
    QList<MessageId>& siblings = m_children[parent];
    const qsizetype at = siblings.indexOf(id);
    siblings.removeAt(at);
    const bool chosen = choice(parent) == id;
    if (chosen) choice(parent) = siblings.isEmpty() ? 0 : siblings[qMax<qsizetype>(at - 1, 0)];
    for (const Message& gone : below(id)) {
        m_children.remove(gone.id);
        m_messages.remove(gone.id);
    }
    rebuildPath();
}

QList<Message> MessageTree::below(MessageId id) const {
    QList<Message> result;
    QList<MessageId> open = id == 0 ? children(0) : QList<MessageId>{id};
    while (!open.isEmpty()) {
        const MessageId next = open.takeFirst();
        if (const Message* message = find(next)) result.append(*message);
        open.append(children(next));
    }
    return result;
}

MessageId& MessageTree::choice(MessageId parent) {
    Message* message = find(parent);
    return message ? message->selectedChild : m_selectedRoot;
}

void MessageTree::rebuildPath() {
    m_path.clear();
    for (MessageId next = selected(0); next != 0; next = selected(next))
        m_path.append(next);
}

} // namespace app::chat
