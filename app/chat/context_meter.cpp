// Figures of the engine where there are some; counting in the background elsewhere.
#include "app/chat/context_meter.h"

namespace app::chat {

namespace {

constexpr int kPauseMs = 60;
constexpr qint64 kPerMessage = 5; // about what templates add around each message
const QString kSystem = QStringLiteral("system prompt"), kDraft = QStringLiteral("draft"),
              kPath = QStringLiteral("visible path");

} // namespace

ContextMeter::ContextMeter(bridge::EngineHost& host, bridge::TokenCounter& counter, QObject* parent)
    : QObject(parent), m_host(host), m_counter(counter) {
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPauseMs);
    connect(&m_pause, &QTimer::timeout, this, &ContextMeter::update);
    connect(&host, &bridge::EngineHost::stateChanged, this, &ContextMeter::update);
    connect(&counter, &bridge::TokenCounter::counted, this, [this](const QString& name) {
        if (name == kPath)
            update();
        else
            Q_EMIT countsChanged();
    });
}

void ContextMeter::setConversation(Conversation* conversation) {
    if (m_conversation) m_conversation->disconnect(this);
    m_conversation = conversation;
    const auto soon = [this] {
        if (!m_pause.isActive()) m_pause.start();
    };
    const auto prompt = [this] { m_counter.request(kSystem, m_conversation->settings().systemPrompt); };
    connect(conversation, &Conversation::pathChanged, this, soon);
    connect(conversation, &Conversation::messageChanged, this, soon);
    connect(conversation, &Conversation::settingsChanged, this, soon);
    connect(conversation, &Conversation::settingsChanged, this, prompt);
    prompt();
    setDraft(conversation->draft());
    update();
}

void ContextMeter::setLive(const LiveReply& live) {
    m_live = live;
    if (!m_pause.isActive()) m_pause.start();
}

void ContextMeter::setDraft(const QString& text) {
    m_counter.request(kDraft, text);
}

qint64 ContextMeter::systemPromptTokens() const {
    return m_counter.tokens(kSystem);
}

qint64 ContextMeter::draftTokens() const {
    return m_counter.tokens(kDraft);
}

void ContextMeter::update() {
    m_pause.stop();
    if (!m_conversation) return;
    const ContextUsage usage = measure();
    if (usage == m_usage) return;
    m_usage = usage;
    Q_EMIT usageChanged();
}

// The last message when it is a reply that the loaded model wrote.
const Message* ContextMeter::lastCounted() const {
    const Message* last = m_conversation->tree().find(m_conversation->tree().leaf());
    const bool counted = last && last->metrics.contextUsed > 0 && last->model == m_host.model().name;
    return counted ? last : nullptr;
}

ContextUsage ContextMeter::measure() {
    ContextUsage usage;
    if (m_host.state() != bridge::EngineHost::State::ready) return usage;
    usage.size = m_host.model().contextSize;
    const MessageTree& tree = m_conversation->tree();
    if (m_live.id != 0 && m_live.id == tree.leaf()) {
        usage.prompt = m_live.promptTokens;
        usage.completion = m_live.generatedTokens;
        usage.used = usage.prompt > 0 ? usage.prompt + usage.completion : m_usage.used;
        return usage;
    }
    if (const Message* last = lastCounted()) {
        usage.used = last->metrics.contextUsed;
        usage.prompt = last->metrics.promptTokens;
        usage.completion = last->metrics.generatedTokens;
        usage.cached = last->metrics.cachedTokens;
        return usage;
    }
    QStringList texts{m_conversation->settings().systemPrompt};
    for (const MessageId id : tree.path())
        texts.append(tree.find(id)->text);
    m_counter.request(kPath, texts.join(QLatin1Char('\n')));
    const qint64 counted = m_counter.tokens(kPath);
    usage.estimated = true;
    if (counted >= 0) usage.used = counted + kPerMessage * tree.path().size();
    return usage;
}

} // namespace app::chat
