// TurnRequest to the engine's Turn, its Reply to ReplyMetrics.
#include <QRandomGenerator>

#include "app/bridge/engine_words.h"

namespace app::bridge {

namespace {

engine::api::Sampling toSampling(const settings::Sampling& from) {
    engine::api::Sampling to;
    to.greedy = from.greedy;
    to.seed = from.fixedSeed ? static_cast<uint64_t>(from.seed) : QRandomGenerator::system()->generate64();
    to.temperature = from.temperature;
    to.top_k = from.topK;
    to.top_p = from.topP;
    to.min_p = from.minP;
    to.typical_p = from.typicalP;
    to.xtc_probability = from.xtcProbability;
    to.xtc_threshold = from.xtcThreshold;
    to.repetition_penalty = from.repetitionPenalty;
    to.frequency_penalty = from.frequencyPenalty;
    to.presence_penalty = from.presencePenalty;
    to.penalty_window = from.penaltyWindow;
    to.dry_multiplier = from.dryMultiplier;
    to.dry_base = from.dryBase;
    to.dry_allowed_length = from.dryAllowedLength;
    return to;
}

void setThinking(engine::api::Turn& turn, settings::Thinking thinking, const std::string& chatTemplate) {
    if (thinking == settings::Thinking::automatic) return;
    const bool on = thinking == settings::Thinking::on;
    turn.template_variables["enable_thinking"] = on ? "true" : "false";
    turn.template_variables["thinking"] = on ? "true" : "false";
    if (chatTemplate.find("reasoning_effort") != std::string::npos)
        turn.template_variables["reasoning_effort"] = on ? "\"high\"" : "\"low\"";
}

} // namespace

engine::api::Turn toTurn(const TurnRequest& request, const std::string& chatTemplate) {
    const settings::ChatSettings& settings = request.settings;
    engine::api::Turn turn;
    if (!settings.systemPrompt.trimmed().isEmpty())
        turn.messages.push_back({"system", settings.systemPrompt.toStdString(), {}, {}});
    for (const TurnMessage& message : request.messages)
        turn.messages.push_back(
            {message.role.toStdString(), message.content.toStdString(), message.reasoning.toStdString(), {}});
    turn.continue_last = request.continueLast;
    turn.chat_template =
        settings.plainTemplate ? engine::api::TemplateChoice::plain : engine::api::TemplateChoice::model;
    setThinking(turn, settings.thinking, chatTemplate);
    turn.sampling = toSampling(settings.sampling);
    turn.max_tokens = settings.maxTokens > 0 ? settings.maxTokens : -1;
    for (const QString& stop : settings.stop)
        if (!stop.isEmpty()) turn.stop.push_back(stop.toStdString());
    turn.overflow = settings.whenFull == settings::WhenFull::dropOldest ? engine::api::Overflow::drop_oldest
                                                                        : engine::api::Overflow::stop;
    return turn;
}

ReplyMetrics toMetrics(const engine::api::Reply& reply, double reasoningSeconds) {
    const engine::api::ReplyMetrics& from = reply.metrics;
    ReplyMetrics to;
    to.promptTokens = from.prompt_tokens;
    to.cachedTokens = from.cached_tokens;
    to.generatedTokens = from.generated_tokens;
    to.reasoningTokens = from.reasoning_tokens;
    to.promptSeconds = from.prompt_seconds;
    to.generateSeconds = from.generate_seconds;
    to.firstTokenSeconds = from.first_token_seconds;
    to.reasoningSeconds = reasoningSeconds;
    to.promptTokensPerSecond = from.prompt_tokens_per_s().value_or(-1);
    to.tokensPerSecond = from.generate_tokens_per_s().value_or(-1);
    to.contextUsed = from.context_used;
    to.contextSize = from.context_size;
    to.droppedMessages = from.dropped_messages;
    to.stopReason = QString::fromLatin1(engine::api::to_string(reply.stop_reason));
    return to;
}

} // namespace app::bridge
