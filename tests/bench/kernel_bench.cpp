// Kernels and single layers at 1 to 2048 tokens, for every number format and instruction set; JSON on stdout.
//   kernel_bench [--types Q4_K,Q8_0] [--isas avx512,avx2] [--threads N] [--repetitions N] [--moe]
// Without --moe: one matrix that stays in the second-level cache on one thread, so that what is timed are the
// kernels: the vector dot up to ops::kVectorTokens tokens, the panel product above. With --moe: the experts
// of a Qwen3-30B-A3B layer from memory, on all threads. The reference is measured only when it is named.
#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTextStream>

#include "engine/kernels/cpu/select.h"
#include "engine/measure/block_noise.h"
#include "engine/measure/layer_bench.h"
#include "engine/platform/cpu_features.h"
#include "engine/platform/machine.h"

using namespace engine;

namespace {

struct Arguments {
    QStringList types, isas;
    int threads = 1, repetitions = 3;
    bool moe = false;
};

Arguments parse(const QStringList& words) {
    Arguments arguments;
    arguments.moe = words.contains(QStringLiteral("--moe"));
    if (arguments.moe) arguments.threads = platform::detect_machine().usable_cores;
    const auto after = [&](const char* name) {
        const qsizetype at = words.indexOf(QLatin1String(name));
        return at >= 0 && at + 1 < words.size() ? words[at + 1] : QString();
    };
    const auto list = [&](const char* name) {
        return after(name).split(QLatin1Char(','), Qt::SkipEmptyParts);
    };
    arguments.types = list("--types");
    arguments.isas = list("--isas");
    if (!after("--threads").isEmpty()) arguments.threads = std::max(after("--threads").toInt(), 1);
    if (!after("--repetitions").isEmpty())
        arguments.repetitions = std::max(after("--repetitions").toInt(), 1);
    return arguments;
}

measure::LayerBenchRequest request_for(const Arguments& arguments, DType dtype) {
    measure::LayerBenchRequest request;
    request.type = std::string(traits(dtype).name);
    request.tokens = {1, 4, 16, 32, 64, 128, 512, 2048};
    request.repetitions = arguments.repetitions;
    request.hidden = 2048;
    if (arguments.moe) {
        request.width = 768;
        request.experts = 128;
        request.used = 8;
        return request;
    }
    request.kind = measure::LayerKind::dense;
    request.width = 96;
    request.weight_bytes = 1;                    // a single copy
    request.bandwidth_bytes = int64_t{64} << 20; // nobody looks at it
    return request;
}

QJsonArray measure_one(platform::ThreadPool& pool, const kernels::KernelTable& table,
                       const Arguments& arguments, DType dtype) {
    ops::ExecContext context(pool, table);
    QJsonArray rows;
    const auto report = measure::bench_layer(context, request_for(arguments, dtype), {});
    if (!report.ok()) {
        QTextStream(stderr) << QString::fromStdString(report.error().message) << '\n';
        return rows;
    }
    for (const measure::LayerTiming& t : report->timings) {
        QJsonObject row{{QStringLiteral("isa"), QLatin1String(table.name)},
                        {QStringLiteral("type"), QString::fromStdString(std::string(traits(dtype).name))},
                        {QStringLiteral("threads"), pool.size()},
                        {QStringLiteral("tokens"), static_cast<qint64>(t.tokens)},
                        {QStringLiteral("microseconds"), t.microseconds.median},
                        {QStringLiteral("microseconds_min"), t.microseconds.least},
                        {QStringLiteral("microseconds_max"), t.microseconds.greatest},
                        {QStringLiteral("gb_per_s"), t.gb_per_s},
                        {QStringLiteral("gflop_per_s"), t.gflop_per_s}};
        if (arguments.moe) {
            row.insert(QStringLiteral("share_of_bandwidth"), t.share_of_bandwidth);
            row.insert(QStringLiteral("read_bandwidth_gb_per_s"), report->read_bandwidth_gb_per_s.median);
            row.insert(QStringLiteral("distinct_experts"), t.distinct_experts);
        }
        rows.append(row);
    }
    return rows;
}

} // namespace

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    const Arguments arguments = parse(QCoreApplication::arguments());
    platform::ThreadPool pool(arguments.threads);
    QJsonArray results;
    for (const kernels::KernelTable* table : kernels::available_tables(platform::detect_cpu_features())) {
        const QString isa = QLatin1String(table->name);
        if (arguments.isas.isEmpty() ? isa == QLatin1String("reference") : !arguments.isas.contains(isa))
            continue;
        for (int i = 0; i < kDTypeCount; ++i) {
            const auto dtype = static_cast<DType>(i);
            const QString type = QString::fromStdString(std::string(traits(dtype).name));
            if (!measure::BlockNoise::serves(dtype)) continue;
            if (!arguments.types.isEmpty() && !arguments.types.contains(type, Qt::CaseInsensitive)) continue;
            for (const QJsonValue& row : measure_one(pool, *table, arguments, dtype))
                results.append(row);
        }
    }
    QTextStream(stdout) << QString::fromUtf8(QJsonDocument(results).toJson());
    return results.isEmpty() ? 1 : 0;
}
