// Every change: first in memory, then told, then on its way to the disk.
#include "app/chat/conversation.h"

#include <algorithm>

#include "app/chat/conversation_title.h"

namespace app::chat {

namespace {

constexpr int kPauseMs = 400;  // in typing a draft or dragging a slider
constexpr int kRetryMs = 1000; // until what happened here is on the disk
const QString kBetweenParts = QStringLiteral("\n\n");

QDateTime now() {
    return QDateTime::currentDateTimeUtc();
}

} // namespace

Conversation::Conversation(ConversationStore& store, const ConversationHeader& header, QObject* parent)
    : QObject(parent), m_store(store), m_header(header), m_stored(true) {
    m_saveTimer.setInterval(kSaveMs);
    m_saveTimer.setTimerType(Qt::PreciseTimer);
    connect(&m_saveTimer, &QTimer::timeout, this, &Conversation::saveStreaming);
    for (QTimer* timer : {&m_settingsTimer, &m_draftTimer}) {
        timer->setSingleShot(true);
        timer->setInterval(kPauseMs);
    }
    m_reloadTimer.setSingleShot(true);
    m_reloadTimer.setInterval(kRetryMs);
    connect(&m_reloadTimer, &QTimer::timeout, this, &Conversation::reload);
    connect(&m_settingsTimer, &QTimer::timeout, this, &Conversation::saveSettings);
    connect(&m_draftTimer, &QTimer::timeout, this, &Conversation::saveDraft);
    if (header.id != 0) load();
}

Conversation::Conversation(ConversationStore& store, const settings::ChatSettings& settings, QObject* parent)
    : Conversation(store, ConversationHeader(), parent) {
    m_header.id = newId();
    m_header.created = m_header.updated = now();
    m_settings = settings;
    m_loaded = true;
    m_stored = false;
}

Conversation::Conversation(ConversationStore& store, const ConversationRecord& record, QObject* parent)
    : Conversation(store, ConversationHeader(), parent) {
    take(record);
}

Conversation::~Conversation() {
    if (m_draftTimer.isActive() && !m_loaded) m_store.saveDraft(m_header.id, storedDraft()); // never read
    savePaused();
}

void Conversation::savePaused() {
    if (m_settingsTimer.isActive()) saveSettings();
    if (m_draftTimer.isActive()) saveDraft();
}

ConversationRecord Conversation::record() const {
    return {m_header, m_settings, storedDraft(), m_tree.selected(0), m_tree.below(0)};
}

bool Conversation::isBlank() const {
    return m_loaded && m_tree.isEmpty() && storedDraft().isEmpty() && m_header.title.isEmpty() &&
           !m_header.pinned;
}

bool Conversation::isWrittenElsewhere(const Message& message) const {
    return message.state == MessageState::streaming && message.id != m_streaming;
}

bool Conversation::isLeafWrittenElsewhere() const {
    const Message* leaf = m_tree.find(m_tree.leaf());
    return leaf && isWrittenElsewhere(*leaf);
}

void Conversation::load() {
    m_store.load(m_header.id, this, [this, mark = m_store.readMark()](const auto& record) {
        if (!record.ok()) {
            if (record.failure().kind == storage::Failure::Kind::missing)
                Q_EMIT vanished();
            else
                Q_EMIT loadFailed(record.failure().message);
            return;
        }
        ConversationRecord read = record.value();
        if (!m_store.isCurrent(mark)) { // renamed or pinned a moment ago: the list knew, the disk not yet
            read.header = m_header;
            m_reloadTimer.start();
        }
        take(read);
        Q_EMIT loaded();
    });
}

// Memory knows more than the disk.
bool Conversation::isAhead() const {
    return !m_loaded || m_streaming != 0 || m_settingsTimer.isActive() || m_draftTimer.isActive() ||
           !m_store.isSettled();
}

void Conversation::reload() {
    if (!m_stored) return;
    if (isAhead()) {
        m_reloadTimer.start(); // one, however often others write while a long reply streams here
        return;
    }
    m_store.load(m_header.id, this, [this, mark = m_store.readMark()](const auto& record) {
        if (isAhead() || !m_store.isCurrent(mark)) { // changed here since: what was read may be old already
            m_reloadTimer.start();
            return;
        }
        if (!record.ok() || record.value().header.deleted.isValid()) {
            if (record.ok() || record.failure().kind == storage::Failure::Kind::missing) Q_EMIT vanished();
            return;
        }
        take(record.value());
    });
}

void Conversation::take(const ConversationRecord& record) {
    const QList<MessageId> pathBefore = m_tree.path();
    const MessageTree before = m_tree;
    const bool header = !(m_header == record.header);
    const bool settings = !(m_settings == record.settings) && !m_settingsTimer.isActive();
    const QString draftBefore = m_draft;
    m_header = record.header;
    if (settings) m_settings = record.settings;
    takeDraft(record.draft);
    m_tree = MessageTree(record.messages, record.selectedRoot);
    m_loaded = m_stored = true;
    if (header) Q_EMIT headerChanged();
    if (settings) Q_EMIT settingsChanged();
    if (m_draft != draftBefore) Q_EMIT draftReplaced();
    tellPathChange(pathBefore);
    for (const MessageId id : m_tree.path()) {
        const Message* old = before.find(id);
        if (!old) continue;
        if (!(*old == *m_tree.find(id))) Q_EMIT messageChanged(id);
        if (before.versions(id) != m_tree.versions(id)) Q_EMIT versionsChanged(old->parent);
    }
}

void Conversation::ensureStored() {
    if (m_stored) return;
    m_stored = true;
    m_store.insert({m_header, m_settings, storedDraft(), 0, {}});
    Q_EMIT headerChanged();
}

void Conversation::touch(const QDateTime& time) {
    m_header.updated = time;
    Q_EMIT headerChanged();
}

void Conversation::setTitle(const QString& title) {
    m_header.title = title.simplified();
    m_header.titledByPerson = !m_header.title.isEmpty();
    if (!m_header.titledByPerson) titleFromFirstMessage();
    ensureStored();
    m_store.saveHeader(m_header);
    Q_EMIT headerChanged();
}

void Conversation::setPinned(bool pinned) {
    if (pinned == m_header.pinned) return;
    m_header.pinned = pinned;
    ensureStored();
    m_store.saveHeader(m_header);
    Q_EMIT headerChanged();
}

void Conversation::setSettings(const settings::ChatSettings& settings) {
    if (settings == m_settings) return;
    m_settings = settings;
    if (m_stored) m_settingsTimer.start();
    Q_EMIT settingsChanged();
}

void Conversation::setDraft(const QString& draft) {
    if (draft == m_draft) return;
    m_draft = draft;
    m_draftTimer.start();
}

void Conversation::saveSettings() {
    m_settingsTimer.stop();
    if (m_stored) m_store.saveSettings(m_header.id, m_settings);
}

void Conversation::setQueued(const QString& text) {
    if (text == m_queued) return;
    m_queued = text;
    saveDraft(); // at once: it was sent, so nobody types at it any more
}

void Conversation::saveDraft() {
    m_draftTimer.stop();
    if (!m_loaded) { // what lies on the disk is not known yet and would be overwritten
        m_draftTimer.start();
        return;
    }
    if (!m_stored && storedDraft().trimmed().isEmpty()) return;
    if (m_stored)
        m_store.saveDraft(m_header.id, storedDraft());
    else
        ensureStored();
}

QString Conversation::storedDraft() const {
    const bool both = !m_queued.isEmpty() && !m_draft.isEmpty();
    return m_queued + (both ? kBetweenParts : QString()) + m_draft;
}

// What was typed or sent before the first answer of the disk came goes behind what was there.
void Conversation::takeDraft(const QString& stored) {
    if (m_loaded) {
        if (stored == storedDraft()) return;
        m_draft = stored;
        if (m_queued.isEmpty() || !stored.startsWith(m_queued)) return;
        m_draft.remove(0, m_queued.size());
        if (m_draft.startsWith(kBetweenParts)) m_draft.remove(0, kBetweenParts.size());
    } else if (m_draft.isEmpty()) {
        m_draft = stored;
    } else if (!stored.isEmpty()) {
        m_draft = stored + kBetweenParts + m_draft;
        m_draftTimer.start();
    }
}

MessageId Conversation::addUserMessage(MessageId parent, const QString& text) {
    Message message;
    message.role = MessageRole::user;
    message.parent = parent;
    message.text = text;
    return addReply(message);
}

MessageId Conversation::addReply(Message message) {
    ensureStored();
    message.id = newId();
    message.created = now();
    if (message.state == MessageState::streaming) message.writer = m_store.instanceId();
    const QList<MessageId> before = m_tree.path();
    m_tree.add(message);
    m_store.addMessage(m_header.id, message);
    if (message.state == MessageState::streaming) {
        m_streaming = message.id;
        m_unsaved = false;
        m_saveTimer.start();
    }
    if (m_header.title.isEmpty()) {
        titleFromFirstMessage();
        if (!m_header.title.isEmpty()) m_store.saveHeader(m_header);
    }
    touch(message.created);
    tellPathChange(before);
    Q_EMIT versionsChanged(message.parent);
    return message.id;
}

void Conversation::selectVersion(MessageId id) {
    const Message* message = m_tree.find(id);
    if (!message || m_tree.selected(message->parent) == id) return;
    const QList<MessageId> before = m_tree.path();
    m_tree.select(message->parent, id);
    m_store.select(m_header.id, message->parent, id);
    tellPathChange(before);
}

void Conversation::removeMessage(MessageId id) {
    const Message* message = m_tree.find(id);
    if (!message) return;
    const MessageId parent = message->parent;
    const QList<MessageId> before = m_tree.path();
    m_removed = m_tree.below(id);
    m_tree.remove(id);
    QList<MessageId> ids;
    for (const Message& gone : m_removed)
        ids.append(gone.id);
    m_store.setMessagesDeleted(ids, now());
    m_store.select(m_header.id, parent, m_tree.selected(parent));
    tellPathChange(before);
    Q_EMIT versionsChanged(parent);
}

bool Conversation::undoRemove() {
    if (m_removed.isEmpty()) return false;
    const QList<Message> removed = std::exchange(m_removed, {});
    const QList<MessageId> before = m_tree.path();
    QList<MessageId> ids;
    for (Message message : removed) {
        // Adding chooses what is added last; the old choice comes back with its parent's own word.
        const MessageId chosen = message.selectedChild;
        m_tree.add(message);
        if (Message* back = m_tree.find(message.id)) back->selectedChild = chosen;
        ids.append(message.id);
    }
    for (const Message& message : removed)
        if (message.selectedChild != 0) m_tree.select(message.id, message.selectedChild);
    m_tree.select(removed.first().parent, removed.first().id);
    m_store.setMessagesDeleted(ids, {});
    m_store.select(m_header.id, removed.first().parent, removed.first().id);
    tellPathChange(before);
    Q_EMIT versionsChanged(removed.first().parent);
    return true;
}

void Conversation::titleFromFirstMessage() {
    const Message* first = m_tree.find(m_tree.path().value(0));
    if (first) m_header.title = titleFrom(first->text);
}

void Conversation::tellPathChange(const QList<MessageId>& before) {
    const QList<MessageId>& after = m_tree.path();
    int row = 0;
    while (row < before.size() && row < after.size() && before[row] == after[row])
        ++row;
    if (row < before.size() || row < after.size()) Q_EMIT pathChanged(row);
}

} // namespace app::chat
