// What the planner says beside what happens: memory of a full context, speed of prompt and generation.
// plan_bench MODEL [CONTEXT [REPETITIONS [MACHINE [DEPTH]]]] prints one JSON object; REPETITIONS 0 leaves the
// speed out; MACHINE is this computer's profile with its calibration (tandem-cli machine --calibrate --json),
// or the word calibrate for one that is made now; DEPTH: tokens before those that are generated.
#include <QCoreApplication>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <cstdio>
#include <cstdlib>

#include "engine/api/loaded_model.h"
#include "engine/api/machine.h"
#include "engine/api/plan.h"
#include "engine/formats/model_file.h"
#include "engine/measure/model_bench.h"
#include "engine/model/registry.h"
#include "engine/placement/planner.h"
#include "engine/placement/scratch_size.h"

using namespace engine;

namespace {

// The process's resident bytes now.
int64_t resident() {
    QFile file(QStringLiteral("/proc/self/status"));
    if (!file.open(QIODevice::ReadOnly)) return 0;
    for (const QByteArray& line : file.readAll().split('\n')) {
        if (line.startsWith("VmRSS:")) return line.mid(6).replace("kB", "").trimmed().toLongLong() * 1024;
    }
    return 0;
}

template <typename T>
T must(Result<T> result) {
    if (result.ok()) return std::move(result).value();
    std::fprintf(stderr, "%s\n", result.error().message.c_str());
    std::exit(1);
}

void check(const Result<void>& result) {
    if (result.ok()) return;
    std::fprintf(stderr, "%s\n", result.error().message.c_str());
    std::exit(1);
}

// Fills the context: a prompt of all but some tokens, the rest one by one.
int64_t fill_context(api::LoadedModel& model, int64_t context) {
    runtime::Decoder& decoder = model.decoder();
    runtime::KvCache cache = must(
        runtime::KvCache::create(decoder.spec(), context, runtime::default_kv_precision(decoder.weights())));
    std::vector<float> logits;
    const int64_t last = std::min<int64_t>(context, 8);
    std::vector<int32_t> prompt(static_cast<size_t>(context - last));
    for (size_t i = 0; i < prompt.size(); ++i)
        prompt[i] = static_cast<int32_t>(i * 7919 % static_cast<size_t>(decoder.spec().vocabulary));
    check(decoder.forward(prompt, cache, runtime::LogitsFor::last, logits, {}));
    for (int64_t i = 0; i < last; ++i) {
        const int32_t token = 1;
        check(decoder.forward(std::span(&token, 1), cache, runtime::LogitsFor::last, logits, {}));
    }
    const int64_t after = resident();
    std::fprintf(stderr, "scratch %lld, cache %lld, mapped %lld, copied %lld, resident %lld\n",
                 static_cast<long long>(decoder.scratch_bytes()), static_cast<long long>(cache.bytes()),
                 static_cast<long long>(decoder.weights().mapped_bytes()),
                 static_cast<long long>(decoder.weights().copied_bytes()), static_cast<long long>(after));
    return after;
}

// What stands in `file`, is measured now, or is seen without measuring.
api::MachineProfile machine_of(const std::string& file) {
    if (file.empty()) return api::see_machine();
    if (file != "calibrate") return must(api::machine_from_file(file));
    const std::string seen = api::machine_profile({});
    return must(
        api::machine_from_json(must(api::calibrate_machine({}, {.profile = seen, .folders = {}}, {}, {}))));
}

QJsonObject rates_of(const api::Calibration& calibration) {
    QJsonObject json;
    for (const platform::FormatRates& rates : calibration.rates)
        json.insert(QString::number(static_cast<int>(rates.family)),
                    QJsonArray{rates.vector_gb_per_s, rates.vector_memory_gb_per_s, rates.matrix_gflop_per_s,
                               rates.few_gflop_per_s, rates.few_memory_gflop_per_s});
    json.insert(
        QStringLiteral("between"),
        QJsonArray{calibration.between.elementwise_gb_per_s, calibration.between.prompt_attention_gflop_per_s,
                   calibration.between.token_attention_gb_per_s, calibration.between.loop_us});
    json.insert(QStringLiteral("read_gb_per_s"), calibration.read_gb_per_s.back());
    return json;
}

QJsonObject pair(double predicted, double measured) {
    return {{QStringLiteral("predicted"), predicted},
            {QStringLiteral("measured"), measured},
            {QStringLiteral("ratio"), measured > 0 ? predicted / measured : 0}};
}

} // namespace

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() < 2) return 2;
    const std::string path = arguments[1].toStdString();
    const int64_t wanted = arguments.size() > 2 ? arguments[2].toLongLong() : 0;
    const int repetitions = arguments.size() > 3 ? arguments[3].toInt() : 5;

    const api::MachineProfile machine = machine_of(arguments.value(4).toStdString());
    api::PlanRequest request;
    request.generate_depth = arguments.value(5).toLongLong();
    request.context = wanted;
    request.guardrail = api::Guardrail::off;
    const auto header = must(api::open_for_planning(path));
    api::Plan plan = header->plan(machine, request);

    const auto workshop = must(api::Workshop::open({}));
    const int64_t before = resident();
    const auto model = must(api::LoadedModel::load(workshop, {path, plan.context, {}}, {}, {}));
    auto& loaded = static_cast<api::LoadedModel&>(*model);
    std::fprintf(stderr, "loaded %lld\n", static_cast<long long>(resident() - before));
    const int64_t grown = fill_context(loaded, plan.context) - before;
    std::fprintf(stderr, "%s\n", plan.sentence.c_str());
    QJsonObject report;
    report.insert(QStringLiteral("context"), static_cast<qint64>(plan.context));
    report.insert(QStringLiteral("memory"),
                  pair(static_cast<double>(plan.resident_bytes), static_cast<double>(grown)));
    report.insert(QStringLiteral("memory_off_mb"), static_cast<double>(plan.resident_bytes - grown) / 1e6);
    if (repetitions > 0) {
        measure::ModelBenchRequest bench;
        bench.repetitions = repetitions;
        bench.depth = request.generate_depth;
        const auto speed = must(measure::bench_model(loaded.decoder(), loaded.exec(), bench, {}, {}));
        report.insert(QStringLiteral("generate"),
                      pair(plan.predicted.generate_tokens_per_s, speed.generate_tokens_per_s.median));
        report.insert(QStringLiteral("prompt"),
                      pair(plan.predicted.prompt_tokens_per_s, speed.prompt_tokens_per_s.median));
    }
    if (machine.calibration) report.insert(QStringLiteral("rates"), rates_of(*machine.calibration));
    std::printf("%s", QJsonDocument(report).toJson().constData());
    return 0;
}
