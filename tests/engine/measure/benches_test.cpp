// The benches: statistics, what a step reads, and reports whose numbers agree with each other. Nothing here
// depends on how fast the machine is.
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "engine/kernels/cpu/select.h"
#include "engine/measure/layer_bench.h"
#include "engine/measure/model_bench.h"
#include "engine/measure/model_shape.h"
#include "engine/measure/read_bandwidth.h"
#include "engine/measure/synthetic_model.h"
#include "engine/measure/token_traffic.h"
#include "engine/measure/type_mixture.h"
#include "engine/model/registry.h"
#include "engine/platform/cpu_features.h"

using namespace engine;
using namespace engine::measure;

namespace {

constexpr int64_t kSmall = int64_t{8} << 20; // a test does not need memory beyond the caches

bool close(double a, double b) {
    return std::fabs(a - b) <= 1e-9 * std::fabs(b);
}

bool in_order(const Spread& s) {
    return s.least > 0 && s.least <= s.median && s.median <= s.greatest && std::isfinite(s.greatest);
}

struct Workplace {
    platform::ThreadPool pool{2};
    ops::ExecContext context{pool, **kernels::select_table(platform::detect_cpu_features(), "")};
};

// The tiny shape, loaded.
struct TinyModel : Workplace {
    QTemporaryDir folder;
    std::shared_ptr<const placement::Weights> weights;
    std::unique_ptr<runtime::Decoder> decoder;

    TinyModel() {
        const std::string path = folder.filePath(QStringLiteral("tiny.gguf")).toStdString();
        if (!write_synthetic_model(*find_shape("tiny"), *find_mixture("Q8_0"), 1, path, {}, {}).ok()) return;
        const auto file = std::make_shared<const formats::ModelFile>(*formats::open_model_file(path));
        auto spec = model::read_spec(*file);
        auto inventory = model::take_inventory(*spec, *file);
        weights = *placement::load_weights(file, *std::move(inventory), {}, {}, {});
        decoder = std::move(runtime::Decoder::create(*std::move(spec), weights, context)).value();
    }
};

} // namespace

class BenchesTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void medianAndSpread() {
        const Spread none = spread_of({});
        QCOMPARE(none.median, 0.0);
        const Spread one = spread_of({3});
        QVERIFY(one.median == 3 && one.least == 3 && one.greatest == 3);
        const Spread odd = spread_of({9, 1, 4});
        QVERIFY(odd.median == 4 && odd.least == 1 && odd.greatest == 9);
        const Spread even = spread_of({8, 1, 2, 4});
        QVERIFY(even.median == 3 && even.least == 1 && even.greatest == 8);
    }

    void bandwidthIsMeasured() {
        platform::ThreadPool pool(2);
        QVERIFY(bytes_beyond_caches() >= int64_t{8} << 20);
        auto bandwidth = ReadBandwidth::create(pool, int64_t{16} << 20);
        QVERIFY(bandwidth.ok());
        QVERIFY(bandwidth->measure() > 0);
    }

    // Counted by hand for the tiny shape in Q8_0 (34 bytes for 32 values): width 256, q 256, k and v 128,
    // experts 8 of 256, vocabulary 1024, 2 layers.
    void trafficOfAToken() {
        const TinyModel tiny;
        QVERIFY(tiny.decoder);
        const TokenTraffic traffic = traffic_of(tiny.decoder->spec(), tiny.weights->inventory());
        const int64_t attention = 256 * (256 + 128 + 128 + 256), router = 8 * 256;
        const int64_t norms = 4 * (2 * 256 + 2 * 64);
        const int64_t head = 1024 * 256;
        QCOMPARE(traffic.shared_bytes,
                 2 * (attention / 32 * 34 + 4 * router + norms) + 4 * 256 + head / 32 * 34);
        QCOMPARE(traffic.expert_bytes, std::vector<int64_t>(2, 3 * 256 * 256 / 32 * 34));
        QCOMPARE(traffic.prompt_parameters, 2 * (attention + router + int64_t{2} * 3 * 256 * 256));
        const auto cache =
            std::move(runtime::KvCache::create(tiny.decoder->spec(), 100, runtime::KvPrecision::f16)).value();
        QCOMPARE(kv_bytes_read(tiny.decoder->spec(), cache, 10), int64_t{10 * 2 * 2 * 2 * 128});
    }

    void modelReportAgreesWithItself_data() {
        QTest::addColumn<int>("sequences");
        for (const int n : {1, 3, 12})
            QTest::newRow(std::to_string(n).c_str()) << n;
    }
    void modelReportAgreesWithItself() {
        QFETCH(int, sequences);
        TinyModel tiny;
        QVERIFY(tiny.decoder);
        const ModelBenchRequest request{.prompt_tokens = 20,
                                        .generate_tokens = 4,
                                        .depth = 3,
                                        .sequences = sequences,
                                        .repetitions = 3,
                                        .bandwidth_bytes = kSmall};
        const auto report = bench_model(*tiny.decoder, tiny.context, request, {}, {});
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().message.c_str());
        QVERIFY(in_order(report->prompt_tokens_per_s));
        QVERIFY(in_order(report->generate_tokens_per_s));
        QVERIFY(in_order(report->read_bandwidth_gb_per_s));
        QVERIFY(close(report->share_of_bandwidth,
                      report->generate_gb_per_s / report->read_bandwidth_gb_per_s.median));
        const TokenTraffic traffic = traffic_of(tiny.decoder->spec(), tiny.weights->inventory());
        QVERIFY(close(report->prompt_tflops, 2e-12 * static_cast<double>(traffic.prompt_parameters) *
                                                 report->prompt_tokens_per_s.median));
        if (sequences == 1) QCOMPARE(report->distinct_experts, 2.0);
        QVERIFY(report->distinct_experts >= 2 && report->distinct_experts <= 8);
        QVERIFY(report->peak_rss_bytes > 0);
        // The prompt is the same whatever else is measured.
        TinyModel other;
        const auto again = bench_model(
            *other.decoder, other.context,
            {.prompt_tokens = 20, .generate_tokens = 0, .repetitions = 1, .bandwidth_bytes = kSmall}, {}, {});
        QCOMPARE(again->logits_hash, report->logits_hash);
        QCOMPARE(again->generate_tokens_per_s.median, 0.0);
    }

    void modelRequestsThatMakeNoSense() {
        TinyModel tiny;
        QVERIFY(tiny.decoder);
        const auto code = [&](const ModelBenchRequest& request) {
            const auto report = bench_model(*tiny.decoder, tiny.context, request, {}, {});
            return report.ok() ? ErrorCode::internal : report.error().code;
        };
        QVERIFY(code({.prompt_tokens = 0, .generate_tokens = 0}) == ErrorCode::invalid_argument);
        QVERIFY(code({.prompt_tokens = -1}) == ErrorCode::invalid_argument);
        QVERIFY(code({.sequences = 0}) == ErrorCode::invalid_argument);
        QVERIFY(code({.repetitions = 0}) == ErrorCode::invalid_argument);
        StopToken stop;
        stop.request();
        QVERIFY(bench_model(*tiny.decoder, tiny.context, {}, {}, stop).error().code == ErrorCode::cancelled);
    }

    void layerReportAgreesWithItself() {
        Workplace place;
        const LayerBenchRequest request{.hidden = 256,
                                        .width = 512,
                                        .experts = 16,
                                        .used = 4,
                                        .type = "q4_k",
                                        .tokens = {1, 40},
                                        .repetitions = 2,
                                        .weight_bytes = kSmall,
                                        .bandwidth_bytes = kSmall};
        const auto report = bench_layer(place.context, request, {});
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().message.c_str());
        QCOMPARE(report->layer_bytes, int64_t{16 * 3 * 256 * 512 / 256 * 144});
        QVERIFY(report->copies >= 1);
        QCOMPARE(report->timings.size(), size_t{2});
        QCOMPARE(report->timings[0].distinct_experts, 4.0);
        QVERIFY(report->timings[1].distinct_experts > 12);
        for (const LayerTiming& t : report->timings) {
            QVERIFY(in_order(t.microseconds));
            const double bytes = t.distinct_experts * static_cast<double>(report->layer_bytes) / 16;
            QVERIFY(close(t.gb_per_s, bytes / t.microseconds.median / 1e3));
            const double flops = 2.0 * 3 * 256 * 512 * 4 * static_cast<double>(t.tokens);
            QVERIFY(close(t.gflop_per_s, flops / t.microseconds.median / 1e3));
            QVERIFY(close(t.share_of_bandwidth, t.gb_per_s / report->read_bandwidth_gb_per_s.median));
        }
    }

    void denseLayer() {
        Workplace place;
        const LayerBenchRequest request{.kind = LayerKind::dense,
                                        .hidden = 512,
                                        .width = 300,
                                        .type = "F16",
                                        .tokens = {3},
                                        .repetitions = 1,
                                        .weight_bytes = kSmall,
                                        .bandwidth_bytes = kSmall};
        const auto report = bench_layer(place.context, request, {});
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().message.c_str());
        QCOMPARE(report->layer_bytes, int64_t{512 * 300 * 2});
        QVERIFY(close(report->timings[0].gflop_per_s,
                      2.0 * 3 * 512 * 300 / report->timings[0].microseconds.median / 1e3));
    }

    void layerRequestsThatMakeNoSense() {
        Workplace place;
        const LayerBenchRequest good{.hidden = 256,
                                     .width = 256,
                                     .experts = 4,
                                     .used = 2,
                                     .type = "Q4_K",
                                     .weight_bytes = kSmall,
                                     .bandwidth_bytes = kSmall};
        const auto code = [&](const std::function<void(LayerBenchRequest&)>& change) {
            LayerBenchRequest request = good;
            change(request);
            const auto report = bench_layer(place.context, request, {});
            return report.ok() ? ErrorCode::internal : report.error().code;
        };
        QVERIFY(code([](auto& r) { r.type = "Q9"; }) == ErrorCode::unsupported);
        QVERIFY(code([](auto& r) { r.type = "I8"; }) == ErrorCode::unsupported);
        QVERIFY(code([](auto& r) { r.hidden = 200; }) == ErrorCode::invalid_argument); // not whole blocks
        QVERIFY(code([](auto& r) { r.width = 200; }) == ErrorCode::invalid_argument);
        QVERIFY(code([](auto& r) { r.used = 5; }) == ErrorCode::invalid_argument);
        QVERIFY(code([](auto& r) { r.experts = 0; }) == ErrorCode::invalid_argument);
        QVERIFY(code([](auto& r) { r.tokens = {}; }) == ErrorCode::invalid_argument);
        QVERIFY(code([](auto& r) { r.tokens = {1, 0}; }) == ErrorCode::invalid_argument);
        QVERIFY(code([](auto& r) { r.hidden = -256; }) == ErrorCode::invalid_argument);
        // 16384 experts of 2^40 values: terabytes
        QVERIFY(code([](auto& r) {
                    r.hidden = r.width = 1 << 20;
                    r.experts = 1 << 14;
                }) == ErrorCode::out_of_memory);
        StopToken stop;
        stop.request();
        QVERIFY(bench_layer(place.context, good, stop).error().code == ErrorCode::cancelled);
    }
};

QTEST_APPLESS_MAIN(BenchesTest)
#include "benches_test.moc"
