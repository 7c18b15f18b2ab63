// Translation of plans.
#include "app/bridge/plan_words.h"

#include <limits>
#include <optional>
#include <string_view>
#include <utility>

namespace app::bridge {

namespace {

using engine::DType;
using KvPrecision = PlanQuery::KvPrecision;
using Quantize = PlanQuery::Quantize;

// F32 has no name here: it is for models whose weights are F32, and chosen for them.
constexpr std::pair<KvPrecision, engine::runtime::KvPrecision> kKvPrecisions[] = {
    {KvPrecision::f16, engine::runtime::KvPrecision::f16},
    {KvPrecision::q8_0, engine::runtime::KvPrecision::q8_0},
    {KvPrecision::q4_0, engine::runtime::KvPrecision::q4_0}};

constexpr std::pair<Quantize, std::string_view> kQuantize[] = {
    {Quantize::none, ""}, {Quantize::q8_0, "Q8_0"}, {Quantize::q4_K_M, "Q4_K_M"}};

KvPrecision toKvPrecision(DType dtype) {
    for (const auto& [ours, theirs] : kKvPrecisions)
        if (dtype_of(theirs) == dtype) return ours;
    return KvPrecision::automatic;
}

std::optional<DType> toDType(KvPrecision precision) {
    for (const auto& [ours, theirs] : kKvPrecisions)
        if (ours == precision) return dtype_of(theirs);
    return std::nullopt;
}

// Empty: chosen.
std::optional<std::string> toType(Quantize quantize) {
    for (const auto& [ours, theirs] : kQuantize)
        if (ours == quantize) return std::string(theirs);
    return std::nullopt;
}

engine::api::Guardrail toGuardrail(PlanQuery::Guardrail level) {
    switch (level) {
        case PlanQuery::Guardrail::off:
            return engine::api::Guardrail::off;
        case PlanQuery::Guardrail::relaxed:
            return engine::api::Guardrail::relaxed;
        case PlanQuery::Guardrail::strict:
            return engine::api::Guardrail::strict;
        case PlanQuery::Guardrail::balanced:
            break;
    }
    return engine::api::Guardrail::balanced;
}

ModelPlan::Verdict toVerdict(engine::api::Verdict verdict) {
    using From = engine::api::Verdict;
    using To = ModelPlan::Verdict;
    switch (verdict) {
        case From::fits_gpu:
            return To::fitsGpu;
        case From::fits_partly:
            return To::fitsPartly;
        case From::fits_memory:
            return To::fitsMemory;
        case From::from_disk:
            return To::fromDisk;
        case From::tight:
            return To::tight;
        case From::does_not_fit:
            return To::doesNotFit;
        case From::unknown:
            break;
    }
    return To::unknown;
}

PlanDevice toDevice(const engine::api::PlanDevice& from) {
    using Kind = engine::api::DeviceKind;
    PlanDevice device;
    device.kind = from.kind == Kind::gpu    ? PlanDevice::Kind::gpu
                  : from.kind == Kind::disk ? PlanDevice::Kind::disk
                                            : PlanDevice::Kind::processor;
    device.name = QString::fromStdString(from.name);
    device.total = from.total;
    device.limit = from.limit;
    device.weights = from.bytes.weights;
    device.experts = from.bytes.experts;
    device.kvCache = from.bytes.kv;
    device.compute = from.bytes.compute;
    device.adapter = from.bytes.adapter;
    device.otherPrograms = from.bytes.other;
    device.free = from.bytes.free;
    return device;
}

} // namespace

void PlanQuery::setLoad(const LoadFacts& load) {
    const auto is = [](const QString& name, std::string_view other) { return name.toStdString() == other; };
    threads = load.threads;
    kvPrecision = KvPrecision::automatic;
    for (const auto& [ours, theirs] : kKvPrecisions)
        if (is(load.kv, to_string(theirs))) kvPrecision = ours;
    quantize = Quantize::none;
    for (const auto& [ours, theirs] : kQuantize)
        if (is(load.quantize, theirs)) quantize = ours;
}

engine::api::PlanRequest toPlanRequest(const PlanQuery& query) {
    engine::api::PlanRequest request;
    request.context = query.contextSize;
    request.kv = toDType(query.kvPrecision);
    request.kv_offered = {DType::Q8_0};
    request.quantize = toType(query.quantize);
    request.gpu_layers = query.gpuLayers;
    request.cpu_expert_layers = query.cpuExpertLayers;
    request.gpus.assign(query.gpus.begin(), query.gpus.end());
    request.threads = query.threads;
    request.guardrail = toGuardrail(query.guardrail);
    if (query.loaded) setLoaded(request);
    setWork(request, query.work);
    return request;
}

void setLoaded(engine::api::PlanRequest& request) {
    request.held_bytes = std::numeric_limits<int64_t>::max();
    request.guardrail = engine::api::Guardrail::off;
}

void setWork(engine::api::PlanRequest& request, const PlanQuery::Work& work) {
    if (work.promptTokens > 0) request.prompt_tokens = work.promptTokens;
    if (work.generateTokens > 0) request.generate_tokens = work.generateTokens;
    request.prompt_depth = work.promptDepth;
    request.generate_depth = work.generateDepth;
}

engine::api::ModelShape toModelShape(const ModelOutline& outline) {
    engine::api::ModelShape shape;
    shape.name = shape.architecture = outline.architecture.toStdString();
    shape.layers = outline.layers;
    shape.width = outline.width;
    shape.heads = outline.heads;
    shape.kv_heads = outline.kvHeads;
    shape.head_dim = outline.headSize;
    // Mixtures name one in their files too, and nothing reads it.
    shape.feed_forward = outline.feedForward > 0 ? outline.feedForward : outline.expertWidth;
    shape.experts = outline.experts;
    shape.experts_used = outline.expertsUsed;
    shape.expert_width = outline.expertWidth;
    shape.vocabulary = outline.vocabulary;
    shape.context = outline.context;
    shape.tied_head = outline.tiedHead;
    return shape;
}

namespace {
using Level = engine::api::Guardrail;
constexpr Level kGuardrails[] = {Level::off, Level::relaxed, Level::balanced, Level::strict};
} // namespace

engine::api::Guardrail guardrailNamed(const std::string& name) {
    for (const Level level : kGuardrails) {
        if (name == to_string(level)) return level;
    }
    return Level::balanced;
}

std::vector<std::string> guardrailNames() {
    std::vector<std::string> names;
    for (const Level level : kGuardrails)
        names.emplace_back(to_string(level));
    return names;
}

engine::api::LoadRequest toLoadRequest(const QString& path, const LoadOptions& options) {
    engine::api::LoadRequest request;
    request.path = path.toStdString();
    request.context = options.contextSize;
    if (const auto kv = toDType(options.kvPrecision))
        request.kv_precision = engine::runtime::kv_precision_of(*kv);
    request.guardrail = toGuardrail(options.guardrail);
    request.anyway = options.anyway;
    request.quantize = toType(options.quantize).value_or(engine::api::LoadRequest::kChosen);
    return request;
}

QList<ExpertLayer> toExperts(const engine::api::Plan& plan, const HeatShares& heat) {
    using Kind = engine::api::DeviceKind;
    constexpr float kMillion = 1e6F;
    qint64 bytes = 0, experts = 0;
    for (const engine::api::PlanDevice& device : plan.devices)
        bytes += device.bytes.experts;
    for (const auto& place : plan.layers)
        experts += static_cast<qint64>(place.experts.size());
    QList<ExpertLayer> layers;
    for (size_t l = 0; l < plan.layers.size(); ++l) {
        const std::vector<uint8_t>& devices = plan.layers[l].experts;
        if (devices.empty()) continue;
        ExpertLayer layer{static_cast<int>(l), bytes / experts, {}, {}};
        for (const uint8_t device : devices) {
            const Kind kind = plan.devices[device].kind;
            layer.tiers.append(kind == Kind::gpu    ? ExpertTier::gpu
                               : kind == Kind::disk ? ExpertTier::disk
                                                    : ExpertTier::memory);
        }
        const QList<float> shares = heat.value(static_cast<qsizetype>(l));
        const bool known = shares.size() == layer.tiers.size();
        for (qsizetype e = 0; e < layer.tiers.size(); ++e)
            layer.calls.append(known ? static_cast<quint64>(shares[e] * kMillion) : 0);
        layers.append(std::move(layer));
    }
    return layers;
}

engine::api::Heat toHeat(const HeatShares& shares) {
    engine::api::Heat heat;
    for (const QList<float>& layer : shares)
        heat.share.emplace_back(layer.begin(), layer.end());
    return heat;
}

Speeds measuredFor(const FileExperience& known, const engine::api::Plan& plan) {
    LoadFacts wanted;
    wanted.threads = plan.threads;
    wanted.quantize = QString::fromStdString(plan.quantize);
    if (const auto kv = engine::runtime::kv_precision_of(plan.kv))
        wanted.kv = QString::fromStdString(std::string(to_string(*kv)));
    for (const LoadSpeeds& speeds : known.speeds) {
        LoadFacts load = speeds.load;
        load.isa = wanted.isa; // kernels are not planned
        if (load == wanted) return speeds.measured;
    }
    return {};
}

ModelPlan toModelPlan(const engine::api::Plan& plan) {
    ModelPlan out;
    out.verdict = toVerdict(plan.verdict);
    out.sentence = QString::fromStdString(plan.sentence);
    out.suggestion = QString::fromStdString(plan.suggestion);
    out.missingBytes = plan.missing_bytes;
    out.contextSize = plan.context;
    out.kvPrecision = toKvPrecision(plan.kv);
    out.quantize = QString::fromStdString(plan.quantize);
    out.quantizeReason = QString::fromStdString(plan.quantize_reason);
    out.quantizable = plan.quantizable;
    out.largestContext = plan.largest_context;
    out.threads = plan.threads;
    out.layers = static_cast<int>(plan.layers.size());
    out.gpuLayers = plan.gpu_layers;
    out.expertLayers = plan.expert_layers;
    out.cpuExpertLayers = plan.cpu_expert_layers;
    for (const engine::api::PlanDevice& device : plan.devices)
        out.devices.append(toDevice(device));
    out.promptTokensPerSecond = plan.predicted.prompt_tokens_per_s;
    out.generateTokensPerSecond = plan.predicted.generate_tokens_per_s;
    out.speedBand = plan.predicted.band;
    out.speedMeasured = plan.predicted.measured;
    out.promptCorrection = plan.predicted.corrected_by.prompt;
    out.generateCorrection = plan.predicted.corrected_by.generate;
    return out;
}

} // namespace app::bridge
