// Plans as JSON objects.
#include "app/bridge/command_plan.h"

#include <QFile>
#include <QJsonArray>

#include "app/bridge/plan_words.h"
#include "engine/api/plan.h"

namespace app::bridge {

namespace {

using engine::api::DeviceKind;
using engine::api::MachineProfile;
using engine::api::Plan;
using engine::api::PlanRequest;

constexpr const char* kChosen = "auto";

// Made while loading; "": as the file is, or chosen.
std::string typeOf(const CommandPlan& from) {
    return from.quantize == kChosen || from.quantize == "none" ? "" : from.quantize;
}

PlanRequest toRequest(const CommandPlan& from) {
    PlanRequest request;
    request.context = from.contextSize;
    if (!from.kvPrecision.empty()) request.kv = engine::dtype_from_name(from.kvPrecision);
    request.kv_offered = {engine::DType::Q8_0};
    if (from.quantize != kChosen) request.quantize = typeOf(from);
    request.threads = from.threads;
    request.gpu_layers = from.gpuLayers;
    request.cpu_expert_layers = from.cpuExpertLayers;
    // A machine file asks what would be if the engine could do everything that it is planned to.
    request.gpus_work = !from.machineFile.isEmpty();
    request.guardrail = guardrailNamed(from.guardrail);
    return request;
}

QString kindOf(DeviceKind kind) {
    return kind == DeviceKind::gpu    ? QStringLiteral("gpu")
           : kind == DeviceKind::disk ? QStringLiteral("disk")
                                      : QStringLiteral("memory");
}

QJsonObject toJson(const engine::api::PlanDevice& device) {
    const auto& b = device.bytes;
    const auto number = [](int64_t n) { return QJsonValue(static_cast<qint64>(n)); };
    return {{QStringLiteral("kind"), kindOf(device.kind)},
            {QStringLiteral("name"), QString::fromStdString(device.name)},
            {QStringLiteral("total_bytes"), number(device.total)},
            {QStringLiteral("limit_bytes"), number(device.limit)},
            {QStringLiteral("bytes"), QJsonObject{{QStringLiteral("weights"), number(b.weights)},
                                                  {QStringLiteral("experts"), number(b.experts)},
                                                  {QStringLiteral("kv"), number(b.kv)},
                                                  {QStringLiteral("compute"), number(b.compute)},
                                                  {QStringLiteral("adapter"), number(b.adapter)},
                                                  {QStringLiteral("other"), number(b.other)},
                                                  {QStringLiteral("free"), number(b.free)}}}};
}

QJsonObject toJson(const Plan& plan) {
    QJsonArray devices;
    for (const auto& device : plan.devices)
        devices.append(toJson(device));
    const auto& speed = plan.predicted;
    QJsonObject predicted{{QStringLiteral("prompt_tokens_per_s"), speed.prompt_tokens_per_s},
                          {QStringLiteral("generate_tokens_per_s"), speed.generate_tokens_per_s},
                          {QStringLiteral("band"), speed.band},
                          {QStringLiteral("measured"), speed.measured}};
    if (speed.corrected_by.prompt != 1 || speed.corrected_by.generate != 1)
        predicted.insert(QStringLiteral("corrected_by"),
                         QJsonObject{{QStringLiteral("prompt"), speed.corrected_by.prompt},
                                     {QStringLiteral("generate"), speed.corrected_by.generate}});
    return {
        {QStringLiteral("fits"), plan.fits()},
        {QStringLiteral("verdict"), QString::fromLatin1(engine::api::to_string(plan.verdict))},
        {QStringLiteral("limiting"), QString::fromLatin1(engine::api::to_string(plan.limiting))},
        {QStringLiteral("sentence"), QString::fromStdString(plan.sentence)},
        {QStringLiteral("suggestion"), QString::fromStdString(plan.suggestion)},
        {QStringLiteral("missing_bytes"), static_cast<qint64>(plan.missing_bytes)},
        {QStringLiteral("context"), static_cast<qint64>(plan.context)},
        {QStringLiteral("largest_context"), static_cast<qint64>(plan.largest_context)},
        {QStringLiteral("kv"), QString::fromStdString(std::string(engine::name(plan.kv))).toLower()},
        {QStringLiteral("threads"), plan.threads},
        {QStringLiteral("nodes"), plan.nodes},
        {QStringLiteral("layers"), static_cast<qint64>(plan.layers.size())},
        {QStringLiteral("gpu_layers"), plan.gpu_layers},
        {QStringLiteral("expert_layers"), plan.expert_layers},
        {QStringLiteral("cpu_expert_layers"), plan.cpu_expert_layers},
        {QStringLiteral("devices"), devices},
        {QStringLiteral("predicted"), predicted},
    };
}

engine::Result<MachineProfile> machineOf(const CommandPlan& request) {
    if (!request.machineFile.isEmpty())
        return engine::api::machine_from_file(QFile::encodeName(request.machineFile).toStdString());
    if (request.profile.isEmpty()) return engine::api::see_machine();
    return engine::api::machine_from_json(
        {request.profile.constData(), static_cast<size_t>(request.profile.size())});
}

engine::Result<std::shared_ptr<const engine::api::PlannableModel>> modelOf(const CommandPlan& request) {
    return engine::api::open_for_planning(QFile::encodeName(request.path).toStdString(), typeOf(request));
}

engine::Result<QJsonObject> plan(const CommandPlan& request) {
    ENGINE_ASSIGN(const MachineProfile machine, machineOf(request));
    ENGINE_ASSIGN(const auto model, modelOf(request));
    const Plan plan = model->plan(machine, toRequest(request), toHeat(request.experience.heat));
    QJsonObject json = toJson(plan);
    const Speeds measured = measuredFor(request.experience, plan);
    QJsonObject here;
    if (measured.prompt > 0) here.insert(QStringLiteral("prompt_tokens_per_s"), measured.prompt);
    if (measured.generate > 0) here.insert(QStringLiteral("generate_tokens_per_s"), measured.generate);
    if (!here.isEmpty()) json.insert(QStringLiteral("measured_here"), here);
    json.insert(QStringLiteral("quantize"),
                plan.quantize.empty() ? QStringLiteral("none") : QString::fromStdString(plan.quantize));
    if (!plan.quantize_reason.empty())
        json.insert(QStringLiteral("quantize_reason"), QString::fromStdString(plan.quantize_reason));
    json.insert(QStringLiteral("heat_known"), !request.experience.heat.isEmpty());
    json.insert(QStringLiteral("model"), request.path);
    json.insert(QStringLiteral("machine"), QString::fromStdString(machine.name));
    return json;
}

} // namespace

std::optional<QJsonObject> planModel(const CommandPlan& request, QString* error) {
    const engine::Result<QJsonObject> json = plan(request);
    if (json.ok()) return *json;
    *error = QString::fromStdString(json.error().message);
    if (!json.error().hint.empty())
        *error += QStringLiteral(". ") + QString::fromStdString(json.error().hint);
    return std::nullopt;
}

std::optional<PredictedSpeeds> predictSpeeds(const CommandPlan& request, const PlanQuery::Work& work) {
    const auto machine = machineOf(request);
    const auto model = modelOf(request);
    if (!machine.ok() || !model.ok()) return std::nullopt;
    PlanRequest asked = toRequest(request);
    setLoaded(asked);
    const auto speeds = [&] {
        return toModelPlan((*model)->plan(*machine, asked, toHeat(request.experience.heat))).uncorrected();
    };
    const Speeds usual = speeds();
    setWork(asked, work);
    return PredictedSpeeds{usual, speeds()};
}

} // namespace app::bridge
