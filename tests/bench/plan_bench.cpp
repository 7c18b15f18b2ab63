// What the planner says beside what happens: memory of a full context, speed of prompt and generation.
// plan_bench MODEL [CONTEXT [REPETITIONS [MACHINE]]] prints one JSON object; REPETITIONS 0 leaves the speed
// out; MACHINE is this computer's profile with its calibration (tandem-cli machine --calibrate --json).
#include <QCoreApplication>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <cstdio>
#include <cstdlib>

#include "engine/api/loaded_model.h"
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

    const api::MachineProfile machine =
        arguments.size() > 4 ? must(api::machine_from_file(arguments[4].toStdString())) : api::see_machine();
    api::PlanRequest request;
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
        const auto speed = must(measure::bench_model(loaded.decoder(), loaded.exec(), bench, {}, {}));
        report.insert(QStringLiteral("generate"),
                      pair(plan.predicted.generate_tokens_per_s, speed.generate_tokens_per_s.median));
        report.insert(QStringLiteral("prompt"),
                      pair(plan.predicted.prompt_tokens_per_s, speed.prompt_tokens_per_s.median));
    }
    std::printf("%s", QJsonDocument(report).toJson().constData());
    return 0;
}
