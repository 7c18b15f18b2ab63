// The keys of bench --json.
#include "app/bridge/measure_words.h"

#include <QJsonArray>

namespace app::bridge {

namespace {

using engine::api::Spread;

// KEY, KEY_min and KEY_max.
void insert(QJsonObject& json, const QString& key, const Spread& spread) {
    json.insert(key, spread.median);
    json.insert(key + QStringLiteral("_min"), spread.least);
    json.insert(key + QStringLiteral("_max"), spread.greatest);
}

QJsonObject toJson(const engine::api::MachineSummary& machine) {
    return {{QStringLiteral("cpu"), QString::fromStdString(machine.cpu_name)},
            {QStringLiteral("isa"), QString::fromStdString(machine.isa)},
            {QStringLiteral("threads"), machine.threads}};
}

QJsonObject toJson(const engine::api::LayerTiming& timing, bool moe) {
    QJsonObject json{{QStringLiteral("tokens"), static_cast<qint64>(timing.tokens)},
                     {QStringLiteral("gb_per_s"), timing.gb_per_s},
                     {QStringLiteral("gflop_per_s"), timing.gflop_per_s},
                     {QStringLiteral("share_of_bandwidth"), timing.share_of_bandwidth}};
    insert(json, QStringLiteral("microseconds"), timing.microseconds);
    if (moe) json.insert(QStringLiteral("distinct_experts"), timing.distinct_experts);
    return json;
}

} // namespace

QJsonObject toJson(const engine::api::ModelMeasurement& measured,
                   const engine::api::ModelBenchRequest& request) {
    const auto& speed = measured.speed;
    QJsonObject json = toJson(measured.machine);
    json.insert(QStringLiteral("model"), QString::fromStdString(measured.model.name));
    json.insert(QStringLiteral("quantization"), QString::fromStdString(measured.model.quantization));
    json.insert(QStringLiteral("parameters"), static_cast<qint64>(measured.model.parameters));
    json.insert(QStringLiteral("active_parameters"), static_cast<qint64>(speed.active_parameters));
    json.insert(QStringLiteral("prompt_tokens"), static_cast<qint64>(request.prompt_tokens));
    json.insert(QStringLiteral("generate_tokens"), static_cast<qint64>(request.generate_tokens));
    json.insert(QStringLiteral("depth"), static_cast<qint64>(request.depth));
    json.insert(QStringLiteral("sequences"), static_cast<qint64>(request.sequences));
    json.insert(QStringLiteral("repetitions"), request.repetitions);
    insert(json, QStringLiteral("prompt_tokens_per_s"), speed.prompt_tokens_per_s);
    insert(json, QStringLiteral("generate_tokens_per_s"), speed.generate_tokens_per_s);
    insert(json, QStringLiteral("read_bandwidth_gb_per_s"), speed.read_bandwidth_gb_per_s);
    json.insert(QStringLiteral("generate_gb_per_s"), speed.generate_gb_per_s);
    json.insert(QStringLiteral("share_of_bandwidth"), speed.share_of_bandwidth);
    json.insert(QStringLiteral("prompt_tflops"), speed.prompt_tflops);
    json.insert(QStringLiteral("peak_rss_bytes"), static_cast<qint64>(speed.peak_rss_bytes));
    json.insert(QStringLiteral("load_seconds"), measured.load_seconds);
    json.insert(QStringLiteral("logits_hash"),
                QStringLiteral("%1").arg(speed.logits_hash, 16, 16, QLatin1Char('0')));
    if (request.sequences > 1 && measured.model.experts > 0) {
        json.insert(QStringLiteral("distinct_experts"), speed.distinct_experts);
        json.insert(QStringLiteral("distinct_experts_gb_per_s"), speed.generate_gb_per_s);
    }
    return json;
}

QJsonObject toJson(const engine::api::LayerMeasurement& measured,
                   const engine::api::LayerBenchRequest& request) {
    const auto& speed = measured.speed;
    const bool moe = request.kind == engine::api::LayerKind::moe;
    QJsonObject json = toJson(measured.machine);
    json.insert(QStringLiteral("layer"), moe ? QStringLiteral("moe") : QStringLiteral("dense"));
    json.insert(QStringLiteral("hidden"), static_cast<qint64>(request.hidden));
    json.insert(QStringLiteral("width"), static_cast<qint64>(request.width));
    if (moe) {
        json.insert(QStringLiteral("experts"), static_cast<qint64>(request.experts));
        json.insert(QStringLiteral("top"), static_cast<qint64>(request.used));
    }
    json.insert(QStringLiteral("type"), QString::fromStdString(request.type).toUpper());
    json.insert(QStringLiteral("repetitions"), request.repetitions);
    json.insert(QStringLiteral("copies"), static_cast<qint64>(speed.copies));
    json.insert(QStringLiteral("layer_bytes"), static_cast<qint64>(speed.layer_bytes));
    insert(json, QStringLiteral("read_bandwidth_gb_per_s"), speed.read_bandwidth_gb_per_s);
    QJsonArray timings;
    for (const auto& timing : speed.timings)
        timings.append(toJson(timing, moe));
    json.insert(QStringLiteral("results"), timings);
    return json;
}

} // namespace app::bridge
