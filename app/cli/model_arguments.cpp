// Shared arguments and what they mean.
#include "app/cli/model_arguments.h"

#include <QCoreApplication>

#include "app/library/recent_models.h"

namespace app::cli {

void ModelArguments::addModel(CLI::App& command) {
    command
        .add_option("MODEL", model, "A GGUF file, a folder with safetensors, or the word guide (built in)")
        ->required();
}

void ModelArguments::addMachine(CLI::App& command) {
    command.add_option("--threads", threads, "Worker threads (default: one per core)")
        ->check(CLI::Range(1, 1024));
    command.add_option("--context", context, "Tokens that prompt and reply may use together")
        ->check(CLI::Range(qint64{1}, qint64{1} << 31));
    addFormats(command);
    addGuardrail(command, guardrail);
    command.add_flag("--load-anyway", anyway, "Load even where memory is said to be too short");
}

void ModelArguments::addFormats(CLI::App& command) {
    command
        .add_option(
            "--kv", kvPrecision,
            "Number format of the KV cache: f32, f16, q8_0 or q4_0 (default: f16; f32 for models in F32)")
        ->check(CLI::IsMember(bridge::CommandEngine::kvPrecisions()));
    command.add_option(
        "--quantize", quantize,
        "Make fewer bits of the weights while loading: Q8_0, Q4_K_M, ... (as the command quantize)" +
            std::string(quantize.empty() ? "" : "; auto: as the plan says (the default), none: as they are"));
}

void ModelArguments::addGuardrail(CLI::App& command, std::string& guardrail) {
    command
        .add_option("--guardrail", guardrail,
                    "Memory left to others: off, relaxed, balanced or strict (default: balanced)")
        ->check(CLI::IsMember(bridge::CommandEngine::guardrails()));
}

bridge::CommandLoad ModelArguments::load() const {
    return {path(), context, kvPrecision, quantize, guardrail, anyway};
}

QString ModelArguments::path() const {
    if (model == "guide") {
        const QString program = QCoreApplication::applicationDirPath();
        const QString found = library::RecentModels::findBuiltIn(program);
        return found.isEmpty() ? program + QStringLiteral("/guide") : found; // so that the error says where
    }
    return QString::fromLocal8Bit(model.c_str());
}

void SamplingArguments::add(CLI::App& command) {
    command
        .add_option("-n,--max-tokens", maxTokens, "Longest reply in tokens (default: until the model ends)")
        ->check(CLI::Range(qint64{0}, qint64{1} << 40));
    command.add_option("--system", system, "System prompt");
    command.add_option("--stop", stop, "End the reply at this text (may be given several times)");
    command.add_flag("--greedy", greedy, "Always take the most probable token");
    m_seed = command.add_option("--seed", seed, "Same seed, same reply")->check(CLI::NonNegativeNumber);
    command.add_option("--temperature", sampling.temperature)->check(CLI::Range(0.0, 100.0));
    command.add_option("--top-k", sampling.topK, "0: off")->check(CLI::NonNegativeNumber);
    command.add_option("--top-p", sampling.topP, "1: off")->check(CLI::Range(0.0, 1.0));
    command.add_option("--min-p", sampling.minP, "0: off")->check(CLI::Range(0.0, 1.0));
    command.add_option("--typical", sampling.typicalP, "1: off")->check(CLI::Range(0.0, 1.0));
    command.add_option("--xtc-probability", sampling.xtcProbability)->check(CLI::Range(0.0, 1.0));
    command.add_option("--xtc-threshold", sampling.xtcThreshold)->check(CLI::Range(0.0, 1.0));
    command.add_option("--repetition-penalty,--repeat-penalty", sampling.repetitionPenalty, "1: off")
        ->check(CLI::Range(0.01, 100.0));
    command.add_option("--frequency-penalty", sampling.frequencyPenalty)->check(CLI::Range(-100.0, 100.0));
    command.add_option("--presence-penalty", sampling.presencePenalty)->check(CLI::Range(-100.0, 100.0));
    command.add_option("--penalty-window", sampling.penaltyWindow,
                       "Last tokens that penalties look at; -1: all");
    command.add_option("--dry-multiplier", sampling.dryMultiplier, "0: off")->check(CLI::Range(0.0, 1000.0));
    command.add_option("--dry-base", sampling.dryBase)->check(CLI::Range(1.0, 100.0));
    command.add_option("--dry-allowed-length", sampling.dryAllowedLength)->check(CLI::PositiveNumber);
    command.add_option("--logit-bias", logitBias,
                       "TOKEN=NUMBER, added to that token's logit (may be given several times)");
    command.add_flag("--no-thinking", noThinking, "Ask the template for a reply without thinking");
    command.add_flag("--plain-template", plainTemplate,
                     "\"User: ... Assistant: ...\" instead of the model's template");
}

bool SamplingArguments::apply(bridge::CommandTurn& turn, QString* error) const {
    settings::ChatSettings& s = turn.request.settings;
    s.sampling = sampling;
    s.sampling.greedy = greedy;
    s.sampling.fixedSeed = m_seed != nullptr && m_seed->count() > 0;
    s.sampling.seed = seed;
    s.systemPrompt = QString::fromUtf8(system.c_str());
    turn.maxTokens = maxTokens;
    for (const std::string& text : stop)
        s.stop.append(QString::fromUtf8(text.c_str()));
    s.plainTemplate = plainTemplate;
    if (noThinking) s.thinking = settings::Thinking::off;
    for (const std::string& item : logitBias) {
        const size_t equals = item.find('=');
        bool idOk = false;
        bool valueOk = false;
        const QByteArray bytes = QByteArray::fromStdString(item);
        const int id = bytes.left(static_cast<qsizetype>(std::min(equals, item.size()))).toInt(&idOk);
        const double value = equals == std::string::npos
                                 ? 0
                                 : bytes.mid(static_cast<qsizetype>(equals) + 1).toDouble(&valueOk);
        if (!idOk || !valueOk) {
            *error =
                QStringLiteral("--logit-bias wants TOKEN=NUMBER, not \"%1\"").arg(QString::fromUtf8(bytes));
            return false;
        }
        turn.logitBias.append({id, value});
    }
    return true;
}

} // namespace app::cli
