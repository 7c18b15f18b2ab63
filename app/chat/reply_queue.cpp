// Starts the next reply when the model is ready and nothing else runs.
#include "app/chat/reply_queue.h"

#include <algorithm>

#include "app/chat/reply_request.h"

namespace app::chat {

using bridge::EngineHost;
using bridge::TurnOutcome;

ReplyQueue::ReplyQueue(EngineHost& host, bridge::ChatRunner& runner, QObject* parent)
    : QObject(parent), m_host(host), m_runner(runner) {
    connect(&host, &EngineHost::stateChanged, this, &ReplyQueue::hostChanged);
    connect(&runner, &bridge::ChatRunner::batch, this, &ReplyQueue::takeBatch);
    connect(&runner, &bridge::ChatRunner::finished, this, &ReplyQueue::takeOutcome);
}

ReplyQueue::~ReplyQueue() {
    if (m_reply == 0 || !m_current.conversation) return;
    TurnOutcome outcome;
    outcome.end = TurnOutcome::End::stopped;
    m_current.conversation->finishReply(m_reply, outcome);
}

void ReplyQueue::reply(Conversation* conversation, MessageId prompt, Length length) {
    enqueue({conversation, conversation->id(), prompt, 0, length});
}

void ReplyQueue::resume(Conversation* conversation, MessageId reply) {
    enqueue({conversation, conversation->id(), 0, reply, Length::same});
}

void ReplyQueue::enqueue(const Job& job) {
    m_waiting.append(job);
    Q_EMIT stageChanged(job.id);
    const EngineHost::State state = m_host.state();
    if (state == EngineHost::State::none)
        Q_EMIT modelNeeded();
    else if (state == EngineHost::State::unloaded || state == EngineHost::State::failed)
        m_host.reload();
    pump();
}

void ReplyQueue::stop(ConversationId id) {
    if (m_reply != 0 && m_current.id == id) m_runner.stop();
    if (m_waiting.removeIf([id](const Job& job) { return job.id == id; }) > 0) Q_EMIT stageChanged(id);
}

ReplyQueue::Stage ReplyQueue::stage(ConversationId id) const {
    if (m_reply != 0 && m_current.id == id) return m_live.readsPrompt ? Stage::readsPrompt : Stage::writes;
    const bool waits =
        std::any_of(m_waiting.begin(), m_waiting.end(), [id](const Job& job) { return job.id == id; });
    if (!waits) return Stage::none;
    return m_host.state() == EngineHost::State::ready ? Stage::waitsForOthers : Stage::waitsForModel;
}

QSet<ConversationId> ReplyQueue::busy() const {
    QSet<ConversationId> ids;
    if (m_reply != 0) ids.insert(m_current.id);
    for (const Job& job : m_waiting)
        ids.insert(job.id);
    return ids;
}

void ReplyQueue::hostChanged(EngineHost::State state) {
    if (state == EngineHost::State::failed) {
        dropWaiting(&m_host.failure());
    } else if (state == EngineHost::State::unloaded) {
        dropWaiting(nullptr); // the person cancelled the load or ejected the model
    } else {
        for (const ConversationId id : busy())
            Q_EMIT stageChanged(id);
        pump();
    }
}

void ReplyQueue::pump() {
    while (m_reply == 0 && !m_runner.isRunning() && !m_waiting.isEmpty() &&
           m_host.state() == EngineHost::State::ready) {
        const Job job = m_waiting.takeFirst();
        if (job.conversation) begin(job);
    }
}

void ReplyQueue::begin(const Job& job) {
    Conversation& conversation = *job.conversation;
    const MessageId last = job.resumed != 0 ? job.resumed : job.prompt;
    if (!conversation.tree().find(last)) { // deleted while it waited
        Q_EMIT stageChanged(job.id);
        return;
    }
    bridge::TurnRequest request;
    request.messages = turnMessages(conversation.tree(), last);
    request.settings = conversation.settings();
    request.continueLast = job.resumed != 0;
    if (job.length == Length::longer)
        request.messages.last().content +=
            QStringLiteral("\n\n") + tr("Answer in more detail and at greater length.");
    const bridge::ModelInfo& model = m_host.model();
    if (job.resumed != 0) {
        m_reply = job.resumed;
        connect(&conversation, &Conversation::replyMoved, this, &ReplyQueue::follow, Qt::UniqueConnection);
        conversation.reopenReply(m_reply, model.name, model.quantization);
    } else {
        Message reply;
        reply.role = MessageRole::assistant;
        reply.parent = job.prompt;
        reply.state = MessageState::streaming;
        reply.model = model.name;
        reply.quantization = model.quantization;
        m_reply = conversation.addReply(reply);
    }
    m_current = job;
    m_live = {};
    m_live.id = m_reply;
    m_live.readsPrompt = true;
    m_runner.start(request);
    Q_EMIT liveChanged();
    Q_EMIT stageChanged(job.id);
}

void ReplyQueue::follow(MessageId from, MessageId to) {
    if (m_reply != from) return;
    m_reply = m_live.id = to;
    Q_EMIT liveChanged();
}

void ReplyQueue::takeBatch(const bridge::TokenBatch& batch) {
    if (m_reply == 0) return;
    const bool began = m_live.readsPrompt && (!batch.text.isEmpty() || !batch.reasoning.isEmpty());
    if (batch.promptTotal > 0) {
        m_live.promptProgress =
            static_cast<double>(batch.promptDone) / static_cast<double>(batch.promptTotal);
        m_live.promptTokens = batch.promptTotal;
    }
    m_live.tokensPerSecond = batch.tokensPerSecond;
    m_live.generatedTokens = batch.generatedTokens;
    m_live.reasoningSeconds = batch.reasoningSeconds;
    if (began) m_live.readsPrompt = false;
    if (m_current.conversation) m_current.conversation->appendToReply(m_reply, batch.text, batch.reasoning);
    Q_EMIT liveChanged();
    if (began) Q_EMIT stageChanged(m_current.id);
}

void ReplyQueue::takeOutcome(const TurnOutcome& outcome) {
    if (m_reply == 0) return;
    const MessageId reply = std::exchange(m_reply, 0);
    const Job job = std::exchange(m_current, {});
    m_live = {};
    if (job.conversation) job.conversation->finishReply(reply, outcome);
    Q_EMIT liveChanged();
    Q_EMIT stageChanged(job.id);
    Q_EMIT finished(job.id, reply, outcome.end);
    pump();
}

void ReplyQueue::dropWaiting(const bridge::UserMessage* failure) {
    const QList<Job> dropped = std::exchange(m_waiting, {});
    for (const Job& job : dropped) {
        Q_EMIT stageChanged(job.id);
        if (!failure || !job.conversation || job.prompt == 0) continue;
        if (!job.conversation->tree().find(job.prompt)) continue;
        Message reply; // says why in the place where the answer was expected
        reply.role = MessageRole::assistant;
        reply.parent = job.prompt;
        reply.state = MessageState::failed;
        reply.failure = *failure;
        const MessageId id = job.conversation->addReply(reply);
        Q_EMIT finished(job.id, id, TurnOutcome::End::failed);
    }
}

} // namespace app::chat
