// The command line's way to the engine.
#include "app/bridge/command_engine.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QRandomGenerator>
#include <atomic>

#include "app/bridge/engine_words.h"
#include "app/bridge/measure_words.h"
#include "app/bridge/plan_words.h"
#include "engine/api/engine.h"
#include "engine/api/machine.h"
#include "engine/api/quantize.h"

namespace app::bridge {

namespace {

// One for the process: a signal handler has nothing else to hold on to.
std::atomic<engine::StopToken*> currentStop = nullptr;

QJsonArray toJson(const std::vector<int64_t>& numbers) {
    QJsonArray list;
    for (const int64_t n : numbers)
        list.append(static_cast<qint64>(n));
    return list;
}

QJsonObject toJson(const engine::api::ModelSummary& s) {
    QJsonArray tensors;
    for (const auto& tensor : s.tensors) {
        tensors.append(QJsonObject{{QStringLiteral("name"), QString::fromStdString(tensor.name)},
                                   {QStringLiteral("shape"), toJson(tensor.shape)},
                                   {QStringLiteral("type"), QString::fromStdString(tensor.type)},
                                   {QStringLiteral("bytes"), static_cast<qint64>(tensor.bytes)}});
    }
    QJsonObject json{{QStringLiteral("name"), QString::fromStdString(s.name)},
                     {QStringLiteral("architecture"), QString::fromStdString(s.architecture)},
                     {QStringLiteral("quantization"), QString::fromStdString(s.quantization)},
                     {QStringLiteral("parameters"), static_cast<qint64>(s.parameters)},
                     {QStringLiteral("active_parameters"), static_cast<qint64>(s.active_parameters)},
                     {QStringLiteral("layers"), static_cast<qint64>(s.layers)},
                     {QStringLiteral("experts"), static_cast<qint64>(s.experts)},
                     {QStringLiteral("experts_used"), static_cast<qint64>(s.experts_used)},
                     {QStringLiteral("context"), static_cast<qint64>(s.context)},
                     {QStringLiteral("file_bytes"), static_cast<qint64>(s.file_bytes)},
                     {QStringLiteral("tensors"), tensors},
                     {QStringLiteral("tokenizer"), QJsonValue()},
                     {QStringLiteral("chat_template"), QString::fromStdString(s.chat_template)}};
    if (s.tokenizer) {
        json.insert(QStringLiteral("tokenizer"),
                    QJsonObject{{QStringLiteral("model"), QString::fromStdString(s.tokenizer->model)},
                                {QStringLiteral("pre"), QString::fromStdString(s.tokenizer->pre)},
                                {QStringLiteral("size"), static_cast<qint64>(s.tokenizer->size)}});
    }
    if (!s.unsupported.empty())
        json.insert(QStringLiteral("unsupported"), QString::fromStdString(s.unsupported));
    return json;
}

QJsonObject toJson(const engine::api::QuantizeReport& r) {
    QJsonArray tensors, warnings;
    for (const auto& change : r.tensors) {
        QJsonObject tensor{{QStringLiteral("name"), QString::fromStdString(change.name)},
                           {QStringLiteral("from"), QString::fromStdString(change.from)},
                           {QStringLiteral("to"), QString::fromStdString(change.to)}};
        if (!change.wanted.empty())
            tensor.insert(QStringLiteral("wanted"), QString::fromStdString(change.wanted));
        if (change.mse) tensor.insert(QStringLiteral("mse"), *change.mse);
        tensors.append(tensor);
    }
    for (const std::string& warning : r.warnings)
        warnings.append(QString::fromStdString(warning));
    return {{QStringLiteral("input"), QFile::decodeName(r.input.c_str())},
            {QStringLiteral("output"), QFile::decodeName(r.output.c_str())},
            {QStringLiteral("type"), QString::fromStdString(r.type)},
            {QStringLiteral("tensors"), tensors},
            {QStringLiteral("warnings"), warnings},
            {QStringLiteral("bytes_before"), static_cast<qint64>(r.bytes_before)},
            {QStringLiteral("bytes_after"), static_cast<qint64>(r.bytes_after)},
            {QStringLiteral("bits_per_weight"), r.bits_per_weight},
            {QStringLiteral("seconds"), r.seconds}};
}

std::optional<engine::api::KvPrecision> kvPrecisionNamed(std::string_view name) {
    for (const auto precision : engine::runtime::kKvPrecisions) {
        if (to_string(precision) == name) return precision;
    }
    return std::nullopt;
}

engine::api::TemplateRequest toRequest(const CommandTemplate& from) {
    engine::api::TemplateRequest request;
    request.messages_json = from.messagesJson.toStdString();
    request.tools_json = from.toolsJson.toStdString();
    for (auto it = from.variables.begin(); it != from.variables.end(); ++it)
        request.variables[it.key().toStdString()] = it.value().toStdString();
    request.now_unix_seconds = from.nowSeconds;
    request.utc_offset_seconds = from.utcOffsetSeconds;
    return request;
}

engine::api::Turn toTurn(CommandTurn from, const std::string& chatTemplate) {
    settings::Sampling& sampling = from.request.settings.sampling;
    if (!sampling.fixedSeed)
        sampling.seed = QRandomGenerator::global()->generate() >> 1; // short enough to type again
    sampling.fixedSeed = true;
    engine::api::Turn turn = toTurn(from.request, chatTemplate);
    turn.raw_prompt = from.rawPrompt.toStdString();
    turn.max_tokens = from.maxTokens;
    for (const auto& [id, bias] : from.logitBias)
        turn.sampling.logit_bias.emplace_back(id, bias);
    return turn;
}

} // namespace

struct CommandEngine::State {
    int threads = 0;
    std::unique_ptr<engine::api::Engine> engine;
    std::shared_ptr<engine::api::Model> model;
    std::unique_ptr<engine::api::Session> session;
    engine::StopToken stop;
    QString error;

    bool failed(const engine::Error& e) {
        error = QString::fromStdString(e.message);
        if (error.endsWith(QLatin1Char('.'))) error.chop(1); // a sentence of the planner
        if (!e.hint.empty()) error += QStringLiteral(". ") + QString::fromStdString(e.hint);
        return false;
    }
    bool needEngine() {
        if (engine) return true;
        engine::api::EngineOptions options;
        options.threads = threads;
        auto created = engine::api::create_engine(options);
        if (!created.ok()) return failed(created.error());
        engine = std::move(created).value();
        return true;
    }
};

CommandEngine::CommandEngine(int threads) : m_state(std::make_unique<State>()) {
    m_state->threads = threads;
    currentStop.store(&m_state->stop);
}

CommandEngine::~CommandEngine() {
    engine::StopToken* own = &m_state->stop; // another that was made since stays in reach
    currentStop.compare_exchange_strong(own, nullptr);
}

QString CommandEngine::lastError() const {
    return m_state->error;
}

void CommandEngine::requestStop() {
    if (const engine::StopToken* stop = currentStop.load()) stop->request();
}

void CommandEngine::clearStop() {
    if (engine::StopToken* stop = currentStop.load()) *stop = engine::StopToken();
}

std::optional<QJsonObject> CommandEngine::inspect(const QString& path) {
    if (!m_state->needEngine()) return std::nullopt;
    const auto summary = m_state->engine->inspect(QFile::encodeName(path).toStdString());
    if (summary.ok()) return toJson(*summary);
    m_state->failed(summary.error());
    return std::nullopt;
}

std::optional<QList<qint32>> CommandEngine::tokenize(const QString& path, const QByteArray& bytes,
                                                     bool withSpecial) {
    if (!m_state->needEngine()) return std::nullopt;
    const auto vocabulary = m_state->engine->open_vocabulary(QFile::encodeName(path).toStdString());
    if (!vocabulary.ok()) {
        m_state->failed(vocabulary.error());
        return std::nullopt;
    }
    const auto ids =
        (*vocabulary)->tokenize({bytes.constData(), static_cast<size_t>(bytes.size())}, withSpecial);
    return QList<qint32>(ids.begin(), ids.end());
}

std::optional<QByteArray> CommandEngine::renderTemplate(const QString& path, const CommandTemplate& request) {
    const auto take = [&](const engine::Result<std::string>& rendered) -> std::optional<QByteArray> {
        if (rendered.ok()) return QByteArray::fromStdString(*rendered);
        m_state->failed(rendered.error());
        return std::nullopt;
    };
    if (path.endsWith(QLatin1String(".jinja")) || path.endsWith(QLatin1String(".jinja2"))) {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly)) {
            m_state->error = QStringLiteral("cannot read %1: %2").arg(path, file.errorString());
            return std::nullopt;
        }
        return take(engine::api::render_template_text(file.readAll().toStdString(), toRequest(request)));
    }
    if (!m_state->needEngine()) return std::nullopt;
    const auto vocabulary = m_state->engine->open_vocabulary(QFile::encodeName(path).toStdString());
    if (!vocabulary.ok()) {
        m_state->failed(vocabulary.error());
        return std::nullopt;
    }
    return take((*vocabulary)->render_template(toRequest(request)));
}

QStringList CommandEngine::quantizeTypes() {
    QStringList names;
    for (const std::string& name : engine::api::quantize_types())
        names.append(QString::fromStdString(name));
    return names;
}

std::optional<QJsonObject> CommandEngine::quantize(const CommandQuantize& request,
                                                   const std::function<void(qint64, qint64)>& progress) {
    const auto report = engine::api::quantize(
        {QFile::encodeName(request.input).toStdString(), QFile::encodeName(request.output).toStdString(),
         request.type.toStdString(), QFile::encodeName(request.imatrix).toStdString()},
        m_state->threads, progress, m_state->stop);
    if (report.ok()) return toJson(*report);
    m_state->failed(report.error());
    return std::nullopt;
}

std::optional<QByteArray> CommandEngine::machine(const CommandMachine& request,
                                                 const std::function<void(qint64, qint64)>& progress) {
    const auto take = [&](const engine::Result<std::string>& profile) -> std::optional<QByteArray> {
        if (profile.ok()) return QByteArray::fromStdString(*profile);
        m_state->failed(profile.error());
        return std::nullopt;
    };
    if (!request.file.isEmpty())
        return take(engine::api::read_machine_file(QFile::encodeName(request.file).toStdString()));
    if (!request.profile.isEmpty()) return take(engine::api::read_machine(request.profile.toStdString()));
    engine::api::MachineSources sources;
    for (const QString& folder : request.folders)
        sources.folders.push_back(QFile::encodeName(folder).toStdString());
    const std::string profile = engine::api::machine_profile(sources);
    if (!request.calibrate) return QByteArray::fromStdString(profile);
    engine::api::EngineOptions options;
    options.threads = m_state->threads;
    const auto tell = [&](engine::api::CalibrationStep, double share) {
        if (progress) progress(qRound64(1000 * share), 1000);
    };
    return take(engine::api::calibrate_machine(options, {.profile = profile, .folders = sources.folders},
                                               tell, m_state->stop));
}

bool CommandEngine::synthesise(const CommandSynthesis& from,
                               const std::function<void(qint64, qint64)>& progress) {
    const engine::api::SyntheticRequest request{from.shape, from.layers, from.type, from.seed,
                                                QFile::encodeName(from.path).toStdString()};
    const auto done = engine::api::write_synthetic_model(request, progress, m_state->stop);
    return done.ok() || m_state->failed(done.error());
}

std::optional<QJsonObject> CommandEngine::benchModel(const CommandModelBench& from,
                                                     const std::function<void(qint64, qint64)>& progress) {
    engine::api::EngineOptions options;
    options.threads = m_state->threads;
    const engine::api::ModelBenchRequest request{
        .prompt_tokens = from.promptTokens,
        .generate_tokens = from.generateTokens,
        .depth = from.depth,
        .sequences = from.sequences,
        .kv_precision = kvPrecisionNamed(from.kvPrecision),
        .repetitions = from.repetitions,
    };
    engine::api::LoadRequest load;
    load.path = QFile::encodeName(from.path).toStdString();
    if (from.quantize != "none") load.quantize = from.quantize;
    const auto measured = engine::api::measure_model(options, load, request, progress, m_state->stop);
    if (measured.ok()) return toJson(*measured, request);
    m_state->failed(measured.error());
    return std::nullopt;
}

std::optional<QJsonObject> CommandEngine::benchLayer(const CommandLayerBench& from) {
    engine::api::EngineOptions options;
    options.threads = m_state->threads;
    engine::api::LayerBenchRequest request;
    request.kind = from.dense ? engine::api::LayerKind::dense : engine::api::LayerKind::moe;
    request.hidden = from.hidden;
    request.width = from.width;
    request.experts = from.experts;
    request.used = from.top;
    request.type = from.type;
    request.tokens = from.tokens;
    request.repetitions = from.repetitions;
    const auto measured = engine::api::measure_layer(options, request, m_state->stop);
    if (measured.ok()) return toJson(*measured, request);
    m_state->failed(measured.error());
    return std::nullopt;
}

std::vector<std::string> CommandEngine::kvPrecisions() {
    std::vector<std::string> names;
    for (const auto precision : engine::runtime::kKvPrecisions)
        names.emplace_back(to_string(precision));
    return names;
}

std::vector<std::string> CommandEngine::guardrails() {
    return guardrailNames();
}

bool CommandEngine::load(const CommandLoad& from, const std::function<void(qint64, qint64)>& progress) {
    if (!m_state->needEngine()) return false;
    engine::api::LoadRequest request;
    request.path = QFile::encodeName(from.path).toStdString();
    request.context = from.contextSize;
    request.kv_precision = kvPrecisionNamed(from.kvPrecision);
    if (from.quantize != "none") request.quantize = from.quantize;
    request.guardrail = guardrailNamed(from.guardrail);
    request.anyway = from.anyway;
    auto model = m_state->engine->load(request, progress, m_state->stop);
    if (!model.ok()) return m_state->failed(model.error());
    m_state->model = std::move(model).value();
    m_state->session.reset();
    return true;
}

LoadFacts CommandEngine::loadFacts() const {
    return toLoadFacts(m_state->model->load_facts());
}

QString CommandEngine::quantized() const {
    return loadFacts().quantize;
}

QString CommandEngine::isa() const {
    return QString::fromStdString(m_state->engine->machine().isa);
}

QString CommandEngine::describe() const {
    const engine::api::ModelSummary& summary = m_state->model->summary();
    return QStringLiteral("%1 %2: %3")
        .arg(QString::fromStdString(summary.name), QString::fromStdString(summary.quantization),
             QString::fromStdString(m_state->model->placement()));
}

std::optional<CommandReply> CommandEngine::respond(
    const CommandTurn& from, const std::function<void(const QByteArray&, bool)>& stream) {
    if (!m_state->session) {
        auto session = m_state->model->start_session();
        if (!session.ok()) {
            m_state->failed(session.error());
            return std::nullopt;
        }
        m_state->session = std::move(session).value();
    }
    const engine::api::Turn turn = toTurn(from, m_state->model->summary().chat_template);
    const auto sink = [&](const engine::api::TokenEvent& event) {
        using Kind = engine::api::TokenEvent::Kind;
        if (event.kind != Kind::prompt_progress && stream)
            stream(QByteArray::fromStdString(event.text), event.kind == Kind::reasoning);
    };
    const auto reply = m_state->session->respond(turn, sink, m_state->stop);
    if (!reply.ok()) {
        m_state->failed(reply.error());
        return std::nullopt;
    }
    CommandReply out;
    out.text = QString::fromStdString(reply->text);
    out.reasoning = QString::fromStdString(reply->reasoning);
    out.stopReason = QString::fromLatin1(engine::api::to_string(reply->stop_reason));
    out.promptTokens = reply->metrics.prompt_tokens;
    out.cachedTokens = reply->metrics.cached_tokens;
    out.generatedTokens = reply->metrics.generated_tokens;
    out.promptTokensPerSecond = reply->metrics.prompt_tokens_per_s();
    out.generateTokensPerSecond = reply->metrics.generate_tokens_per_s();
    out.logitsHash = QStringLiteral("%1").arg(reply->logits_hash, 16, 16, QLatin1Char('0'));
    out.seed = static_cast<qint64>(turn.sampling.seed);
    return out;
}

bool CommandEngine::logits(const QList<qint32>& ids, const RowSink& sink) {
    const auto done = m_state->model->logits(
        std::span(ids.constData(), static_cast<size_t>(ids.size())),
        [&](std::span<const float> rows, int64_t columns) -> engine::Result<void> {
            const QString error = sink(rows.data(), static_cast<qint64>(rows.size()) / columns, columns);
            if (error.isEmpty()) return {};
            return engine::Error{engine::ErrorCode::io, error.toStdString(), ""};
        },
        m_state->stop);
    return done.ok() || m_state->failed(done.error());
}

std::optional<QJsonObject> CommandEngine::perplexity(const QByteArray& text, qint64 window,
                                                     const std::function<void(qint64, qint64)>& progress) {
    const auto report = m_state->model->perplexity({text.constData(), static_cast<size_t>(text.size())},
                                                   window, progress, m_state->stop);
    if (!report.ok()) {
        m_state->failed(report.error());
        return std::nullopt;
    }
    return QJsonObject{{QStringLiteral("perplexity"), report->perplexity},
                       {QStringLiteral("mean_negative_log_likelihood"), report->mean_negative_log_likelihood},
                       {QStringLiteral("predicted_tokens"), static_cast<qint64>(report->predicted_tokens)},
                       {QStringLiteral("windows"), static_cast<qint64>(report->windows)}};
}

} // namespace app::bridge
