// One JSON object: path to options. What cannot be read counts as not saved.
#include "app/application/saved_loads.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace app::application {

using bridge::LoadOptions;
using bridge::PlanQuery;

namespace {

QJsonObject all(const settings::Settings& settings) {
    return QJsonDocument::fromJson(settings.value(settings::kModelLoads).toUtf8()).object();
}

int bounded(const QJsonObject& json, const char* key, int fallback, int least, int most) {
    const int n = json.value(QLatin1String(key)).toInt(fallback);
    return n >= least && n <= most ? n : fallback;
}

} // namespace

std::optional<LoadOptions> savedLoadOptions(const settings::Settings& settings, const QString& path) {
    const QJsonValue found = all(settings).value(path);
    if (!found.isObject()) return std::nullopt;
    const QJsonObject json = found.toObject();
    constexpr int kMostLayers = 4097;
    LoadOptions options;
    options.contextSize = bounded(json, "context", 0, 0, 1 << 30);
    options.kvPrecision = static_cast<PlanQuery::KvPrecision>(
        bounded(json, "kv", 0, 0, static_cast<int>(PlanQuery::KvPrecision::q4_0)));
    options.guardrail = static_cast<PlanQuery::Guardrail>(
        bounded(json, "guardrail", static_cast<int>(PlanQuery::Guardrail::balanced), 0,
                static_cast<int>(PlanQuery::Guardrail::strict)));
    options.gpuLayers = bounded(json, "gpu_layers", -1, -1, kMostLayers);
    options.cpuExpertLayers = bounded(json, "cpu_expert_layers", -1, -1, kMostLayers);
    options.threads = bounded(json, "threads", 0, 0, 1024);
    const auto automatic = static_cast<int>(PlanQuery::Quantize::automatic);
    options.quantize = static_cast<PlanQuery::Quantize>(
        bounded(json, "quantize", automatic, 0, static_cast<int>(PlanQuery::Quantize::q4_K_M)));
    return options;
}

void saveLoadOptions(settings::Settings& settings, const QString& path, const LoadOptions& options) {
    QJsonObject json = all(settings);
    json.insert(path, QJsonObject{{QStringLiteral("context"), options.contextSize},
                                  {QStringLiteral("kv"), static_cast<int>(options.kvPrecision)},
                                  {QStringLiteral("guardrail"), static_cast<int>(options.guardrail)},
                                  {QStringLiteral("gpu_layers"), options.gpuLayers},
                                  {QStringLiteral("cpu_expert_layers"), options.cpuExpertLayers},
                                  {QStringLiteral("quantize"), static_cast<int>(options.quantize)},
                                  {QStringLiteral("threads"), options.threads}});
    settings.setValue(settings::kModelLoads,
                      QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Compact)));
}

} // namespace app::application
