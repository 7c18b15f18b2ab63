// Which conversation is shown, and what the page's wishes mean for it.
#include "app/chat/chat_controller.h"

#include "app/chat/conversation_export.h"

namespace app::chat {

using bridge::TurnOutcome;

namespace {
constexpr int kLookElsewhereMs = 2000; // whether the window that writes in this conversation lives
}

ChatController::ChatController(ConversationStore& store, bridge::EngineHost& host, bridge::ChatRunner& runner,
                               bridge::TokenCounter& counter, settings::Settings& settings,
                               settings::Presets& presets, QObject* parent)
    : QObject(parent),
      m_store(store),
      m_settings(settings),
      m_presets(presets),
      m_queue(host, runner),
      m_list(store),
      m_meter(host, counter) {
    m_purge.setInterval(1000);
    connect(&m_purge, &QTimer::timeout, this, &ChatController::purgeDue);
    m_elsewhere.setInterval(kLookElsewhereMs);
    connect(&m_elsewhere, &QTimer::timeout, this, &ChatController::watchElsewhere);
    connect(&m_queue, &ReplyQueue::stageChanged, this, [this](ConversationId id) {
        m_list.setGenerating(m_queue.busy());
        if (id == currentId()) Q_EMIT stageChanged();
    });
    connect(&m_queue, &ReplyQueue::liveChanged, this, [this] {
        m_transcript.setLive(m_queue.live());
        m_meter.setLive(m_queue.live());
    });
    connect(&m_queue, &ReplyQueue::finished, this, &ChatController::replyEnded);
    connect(&m_queue, &ReplyQueue::modelNeeded, this, &ChatController::modelNeeded);
    connect(&m_meter, &ContextMeter::usageChanged, this, &ChatController::contextUsageChanged);
    connect(&m_meter, &ContextMeter::countsChanged, this, &ChatController::tokenCountsChanged);
    connect(&m_list, &ConversationListModel::loadFailed, this,
            [this](const QString& reason) { tell(tr("The conversations could not be read"), reason); });
    connect(&store, &ConversationStore::recovered, this, &ChatController::refreshFromDisk);
    connect(&store, &ConversationStore::changedElsewhere, this, &ChatController::refreshFromDisk);
    connect(&store, &ConversationStore::keptAsVersion, this, [this] {
        tell(tr("Another window continued this reply too"),
             tr("Both are kept: the arrows below the reply switch between them."));
    });
    connect(&store, &ConversationStore::writeFailed, this,
            [this](const QString& reason) { tell(tr("A change could not be saved"), reason); });
    newConversation();
}

ChatController::~ChatController() {
    m_settings.setValue(settings::kLastConversation, m_current->isStored() ? currentId() : 0);
    // What ends from here on is saved, but told to nobody.
    m_transcript.setConversation(nullptr);
    disconnect(&m_queue, nullptr, this, nullptr);
    for (Conversation* conversation : std::as_const(m_opened))
        conversation->disconnect(this);
}

void ChatController::start() {
    m_store.recoverInterrupted();
    m_store.purgeDeleted();
    m_elsewhere.start();
    connect(&m_list, &ConversationListModel::loaded, this, &ChatController::restoreLast,
            Qt::SingleShotConnection);
    m_list.refresh();
}

void ChatController::restoreLast() {
    const ConversationId last = m_settings.value(settings::kLastConversation);
    if (m_current->isBlank() && m_list.find(last)) openConversation(last);
}

// --- which conversation ---

void ChatController::newConversation() {
    if (m_current && m_current->isBlank()) return;
    show(new Conversation(m_store, m_presets.defaults(), this));
}

void ChatController::openConversation(ConversationId id) {
    if (m_current->id() == id) return;
    if (Conversation* opened = m_opened.value(id)) {
        show(opened);
    } else {
        const ConversationHeader* header = m_list.find(id);
        if (header) show(new Conversation(m_store, *header, this));
    }
}

void ChatController::show(Conversation* conversation) {
    m_current = conversation;
    if (!m_opened.contains(conversation->id())) {
        m_opened.insert(conversation->id(), conversation);
        watch(conversation);
    }
    m_transcript.setConversation(conversation);
    m_meter.setConversation(conversation);
    rememberLast();
    closeUnused();
    Q_EMIT currentChanged();
}

// At once and not at the end: there is none when the program is killed.
void ChatController::rememberLast() {
    if (m_current->isStored() && m_settings.value(settings::kLastConversation) != currentId())
        m_settings.setValue(settings::kLastConversation, currentId());
}

void ChatController::watch(Conversation* conversation) {
    const auto whenCurrent = [this, conversation](auto signal) {
        return [this, conversation, signal] {
            if (conversation == m_current) Q_EMIT(this->*signal)();
        };
    };
    connect(conversation, &Conversation::headerChanged, this, [this, conversation] {
        if (conversation->isStored() && !m_deleted.contains(conversation->id()))
            m_list.put(conversation->header());
        if (conversation != m_current) return;
        rememberLast();
        Q_EMIT titleChanged();
    });
    connect(conversation, &Conversation::loaded, this, whenCurrent(&ChatController::loadingChanged));
    connect(conversation, &Conversation::loaded, this, [this, conversation] {
        if (conversation->queued().isEmpty()) return; // else it was sent while the disk was read
        if (conversation->isLeafWrittenElsewhere())
            m_due.insert(conversation->id());
        else
            sendQueued(conversation, conversation->tree().leaf());
    });
    connect(conversation, &Conversation::draftReplaced, this, whenCurrent(&ChatController::draftReplaced));
    connect(conversation, &Conversation::settingsChanged, this,
            whenCurrent(&ChatController::chatSettingsChanged));
    connect(conversation, &Conversation::vanished, this, [this, conversation] { vanished(conversation); });
    connect(conversation, &Conversation::loadFailed, this,
            [this](const QString& reason) { tell(tr("The conversation could not be read"), reason); });
}

// Closed ones are read again from the disk, so only what is there completely may be closed.
void ChatController::closeUnused() {
    const QSet<ConversationId> busy = m_queue.busy();
    for (Conversation* conversation : m_opened.values()) {
        const ConversationId id = conversation->id();
        const bool unread = !conversation->isLoaded() && !conversation->draft().isEmpty();
        if (conversation == m_current || busy.contains(id) || id == m_messageDeletedIn || unread ||
            !conversation->queued().isEmpty())
            continue;
        conversation->savePaused();
        if (conversation->isStored() && !m_store.isSettled()) continue;
        m_opened.remove(id);
        conversation->deleteLater();
    }
}

void ChatController::vanished(Conversation* conversation) {
    m_list.take(conversation->id());
    m_queue.stop(conversation->id());
    if (conversation != m_current) return;
    m_current = nullptr;
    newConversation();
}

void ChatController::rename(ConversationId id, const QString& title) {
    if (Conversation* opened = m_opened.value(id)) {
        opened->setTitle(title);
    } else if (title.simplified().isEmpty()) {
        withRecord(id, [this](const ConversationRecord& record) {
            Conversation closed(m_store, record);
            closed.setTitle({});
            m_list.put(closed.header());
        });
    } else if (const ConversationHeader* known = m_list.find(id)) {
        ConversationHeader header = *known;
        header.title = title.simplified();
        header.titledByPerson = true;
        m_store.saveHeader(header);
        m_list.put(header);
    }
}

void ChatController::setPinned(ConversationId id, bool pinned) {
    if (Conversation* opened = m_opened.value(id)) {
        opened->setPinned(pinned);
    } else if (const ConversationHeader* known = m_list.find(id)) {
        ConversationHeader header = *known;
        header.pinned = pinned;
        m_store.saveHeader(header);
        m_list.put(header);
    }
}

void ChatController::withRecord(ConversationId id, Act act) {
    const Conversation* opened = m_opened.value(id);
    if (opened && opened->isLoaded()) {
        act(opened->record());
        return;
    }
    m_store.load(id, this, [this, act = std::move(act)](const storage::Outcome<ConversationRecord>& record) {
        if (!record.ok()) {
            tell(tr("The conversation could not be read"), record.failure().message);
            return;
        }
        ConversationRecord read = record.value();
        // The list knows names and pins that are still on their way to the disk.
        if (const ConversationHeader* known = m_list.find(read.header.id)) read.header = *known;
        act(read);
    });
}

void ChatController::adopt(ConversationRecord record, const QString& title) {
    record = withNewIds(record);
    record.header.title = title;
    record.header.pinned = false;
    record.header.deleted = {};
    record.header.updated = QDateTime::currentDateTimeUtc();
    m_store.insert(record);
    m_list.put(record.header);
    show(new Conversation(m_store, record, this));
}

void ChatController::duplicate(ConversationId id) {
    withRecord(id, [this](const ConversationRecord& record) {
        adopt(record, record.header.title.isEmpty() ? QString() : tr("%1 (copy)").arg(record.header.title));
    });
}

void ChatController::deleteConversation(ConversationId id) {
    const ConversationHeader* known = m_list.find(id);
    if (!known) return;
    ConversationHeader header = *known;
    const ConversationId next = m_list.neighbour(id);
    header.deleted = QDateTime::currentDateTimeUtc();
    m_queue.stop(id);
    m_store.setDeleted(id, header.deleted);
    m_deleted.insert(id, header);
    m_list.take(id);
    m_purge.start();
    if (id == currentId()) {
        if (next != 0)
            openConversation(next);
        else
            newConversation();
    }
    Q_EMIT conversationDeleted(id, header.title);
}

void ChatController::undoDelete(ConversationId id) {
    if (!m_deleted.contains(id)) return;
    ConversationHeader header = m_deleted.take(id);
    header.deleted = {};
    m_store.setDeleted(id, {});
    m_list.put(header);
    openConversation(id);
}

// Two seconds more than the window offers, so that a click at the last moment counts.
void ChatController::purgeDue() {
    const QDateTime due = QDateTime::currentDateTimeUtc().addMSecs(-kUndoMs - 2000);
    for (const ConversationHeader& header : m_deleted.values()) {
        if (header.deleted > due || m_queue.busy().contains(header.id)) continue;
        m_store.purge(header.id);
        m_deleted.remove(header.id);
    }
    if (m_deleted.isEmpty()) m_purge.stop();
}

void ChatController::refreshFromDisk() {
    m_list.refresh();
    for (Conversation* conversation : std::as_const(m_opened))
        conversation->reload();
    watchElsewhere();
}

// A reply that another window was writing ends there, or with that window; one that was killed says nothing.
void ChatController::watchElsewhere() {
    if (m_current->isLeafWrittenElsewhere() && !m_store.isStuck()) m_store.recoverInterrupted();
    for (const ConversationId id : QSet<ConversationId>(m_due)) {
        Conversation* conversation = m_opened.value(id);
        if (conversation && conversation->isLeafWrittenElsewhere()) continue;
        if (m_queue.busy().contains(id)) continue; // then it goes with that reply's end
        m_due.remove(id);
        if (!conversation) continue;
        // After a reply that was stopped or failed it stays waiting: it was written for another answer.
        const Message* leaf = conversation->tree().find(conversation->tree().leaf());
        if (leaf && leaf->state == MessageState::finished) sendQueued(conversation, leaf->id);
    }
}

// --- talking ---

void ChatController::send(const QString& text) {
    if (text.trimmed().isEmpty()) return;
    m_current->setDraft({});
    m_meter.setDraft({});
    if (isBusy()) {
        queue(text);
    } else if (isLoading()) {
        queue(text); // until loaded()
    } else if (m_current->isLeafWrittenElsewhere()) {
        queue(text);
        m_due.insert(currentId());
        tell(tr("Another window is writing in this conversation"), tr("Your message waits for its reply."),
             tr("To send it sooner, stop the reply in that window."));
    } else {
        say(m_current, m_current->tree().leaf(), text);
    }
    m_current->savePaused(); // what was sent is no draft any more, also after a crash
}

void ChatController::say(Conversation* conversation, MessageId parent, const QString& text) {
    m_queue.reply(conversation, conversation->addUserMessage(parent, text));
}

void ChatController::queue(const QString& text) {
    const QString waiting = queuedMessage();
    setQueuedMessage(waiting.isEmpty() ? text : waiting + QStringLiteral("\n\n") + text);
}

void ChatController::sendQueued(Conversation* conversation, MessageId parent) {
    const QString text = conversation->queued();
    if (text.isEmpty()) return;
    say(conversation, parent, text); // first there, then no longer waiting: a crash loses none
    conversation->setQueued({});
    if (conversation == m_current) Q_EMIT queuedMessageChanged();
}

void ChatController::stop() {
    m_queue.stop(currentId());
}

void ChatController::setQueuedMessage(const QString& text) {
    if (text == queuedMessage()) return;
    m_current->setQueued(text.trimmed().isEmpty() ? QString() : text);
    Q_EMIT queuedMessageChanged();
}

void ChatController::setDraft(const QString& text) {
    m_current->setDraft(text);
    m_meter.setDraft(text);
}

QString ChatController::lastUserText() const {
    const MessageTree& tree = m_current->tree();
    for (auto id = tree.path().crbegin(); id != tree.path().crend(); ++id)
        if (tree.find(*id)->role == MessageRole::user) return tree.find(*id)->text;
    return {};
}

void ChatController::replyEnded(ConversationId id, MessageId reply, TurnOutcome::End end) {
    Q_EMIT replyFinished(id, reply);
    Conversation* conversation = m_opened.value(id);
    // After a stop or a failure what waits stays waiting: it was written for another answer.
    if (conversation && end == TurnOutcome::End::finished) sendQueued(conversation, reply);
}

void ChatController::tell(const QString& title, const QString& text, const QString& hint) {
    bridge::UserMessage message;
    message.title = title;
    message.text = text;
    message.hint = hint;
    Q_EMIT problem(message);
}

} // namespace app::chat
