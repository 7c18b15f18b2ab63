// The planner's promises, for thousands of models, machines and requests drawn at random; and the words and
// sizes of some that are known.
#include "engine/placement/planner.h"

#include <QTest>
#include <cmath>
#include <limits>
#include <set>

#include "engine/placement/plan_text.h"
#include "random_plans.h"

using namespace engine;
using namespace engine::placement;

namespace {

constexpr uint64_t kSeeds = 1500;

Plan plan_of(Draw& draw, Footprint& model, platform::MachineProfile& machine, PlanRequest& request) {
    model = draw.model();
    machine = draw.machine();
    request = draw.request(model);
    return plan(model, machine, request, draw.heat(model));
}

int64_t sum(const Plan& plan, int64_t DeviceBytes::*part) {
    int64_t bytes = 0;
    for (const PlanDevice& device : plan.devices)
        bytes += device.bytes.*part;
    return bytes;
}

// A machine that does not get slower or faster by having more memory.
platform::MachineProfile with_memory(platform::MachineProfile machine, double factor) {
    const auto more = [&](int64_t& n) { n = static_cast<int64_t>(static_cast<double>(n) * factor); };
    more(machine.machine.memory_bytes);
    more(machine.machine.available_bytes);
    for (platform::Gpu& gpu : machine.gpus) {
        gpu.memory_gb_per_s = 500;
        gpu.matrix_tflop_per_s = 50;
        more(gpu.memory_bytes);
        more(gpu.available_bytes);
    }
    return machine;
}

} // namespace

class PlannerTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void absurdMachinesAreTakenForLargeOnes() {
        constexpr int64_t kAbsurd = std::numeric_limits<int64_t>::max();
        for (uint64_t seed = 0; seed < 50; ++seed) {
            Draw draw(seed);
            Footprint model;
            platform::MachineProfile machine;
            PlanRequest request;
            plan_of(draw, model, machine, request);
            platform::Gpu gpu;
            gpu.memory_bytes = gpu.available_bytes = kAbsurd;
            machine.gpus.assign(3, gpu);
            machine.machine.memory_bytes = machine.machine.available_bytes = kAbsurd;
            request.adapter_bytes = request.held_bytes = kAbsurd / 2;
            for (const PlanDevice& device : plan(model, machine, request).devices) {
                QVERIFY(device.total > 0 && device.total <= int64_t{1} << 50);
                QCOMPARE(device.bytes.all(), device.total);
            }
        }
    }
    void partsAddUpAndLimitsHold() {
        std::set<Verdict> seen;
        for (uint64_t seed = 0; seed < kSeeds; ++seed) {
            Draw draw(seed);
            Footprint model;
            platform::MachineProfile machine;
            PlanRequest request;
            const Plan p = plan_of(draw, model, machine, request);
            const std::string text = "seed " + std::to_string(seed);
            const char* const where = text.c_str();
            seen.insert(p.verdict);
            for (const PlanDevice& device : p.devices) {
                QVERIFY2(device.bytes.all() == device.total, where);
                QVERIFY2(std::min({device.bytes.weights, device.bytes.experts, device.bytes.kv,
                                   device.bytes.compute, device.bytes.other}) >= 0,
                         where);
                if (p.fits()) QVERIFY2(device.bytes.model() <= device.limit, where);
                if (p.fits()) QVERIFY2(device.bytes.free >= 0, where);
            }
            const int64_t copied_head =
                model.tied_head && p.devices[static_cast<size_t>(p.head)].kind == DeviceKind::gpu
                    ? model.head.all_bytes()
                    : 0;
            QVERIFY2(sum(p, &DeviceBytes::weights) + sum(p, &DeviceBytes::experts) ==
                         model.weight_bytes() + copied_head,
                     where);
            QVERIFY2(p.fits() == (p.missing_bytes == 0 && p.verdict != Verdict::from_disk), where);
            QVERIFY2(!p.sentence.empty(), where);
            for (const double x : {p.predicted.generate_tokens_per_s, p.predicted.prompt_tokens_per_s})
                QVERIFY2(std::isfinite(x) && x >= 0, where);
            if (p.fits()) QVERIFY2(p.predicted.generate_tokens_per_s > 0, where);
            if (p.fits() && request.context == 0)
                QVERIFY2(p.largest_context >= p.context || p.largest_context > 0, where);
            if (request.context > 0) QVERIFY2(p.context == request.context, where);
        }
        for (const Verdict v : {Verdict::fits_gpu, Verdict::fits_partly, Verdict::fits_memory,
                                Verdict::from_disk, Verdict::tight, Verdict::does_not_fit})
            QVERIFY2(seen.contains(v), to_string(v));
    }

    void everyExpertLivesInOneTier() {
        for (uint64_t seed = 0; seed < kSeeds; ++seed) {
            Draw draw(seed);
            Footprint model;
            platform::MachineProfile machine;
            PlanRequest request;
            const Plan p = plan_of(draw, model, machine, request);
            std::vector<int64_t> bytes(p.devices.size(), 0);
            QCOMPARE(p.layers.size(), model.layers.size());
            for (size_t l = 0; l < p.layers.size(); ++l) {
                QCOMPARE(p.layers[l].experts.size(), static_cast<size_t>(model.layers[l].experts));
                for (const uint8_t device : p.layers[l].experts) {
                    QVERIFY(device < p.devices.size());
                    bytes[device] += model.layers[l].expert_bytes;
                    // On a GPU only beside its layer.
                    if (p.devices[device].kind == DeviceKind::gpu)
                        QCOMPARE(static_cast<int>(device), p.layers[l].dense);
                }
            }
            for (size_t d = 0; d < bytes.size(); ++d)
                QCOMPARE(p.devices[d].bytes.experts, bytes[d]);
        }
    }

    void moreMemoryIsNeverSlower() {
        for (uint64_t seed = 0; seed < kSeeds / 5; ++seed) {
            Draw draw(seed);
            const Footprint model = draw.model();
            const platform::MachineProfile machine = draw.machine(2);
            PlanRequest request = draw.request(model);
            if (!machine.gpus.empty() && request.gpus_work && request.context == 0) request.context = 4096;
            request.kv = DType::F16;
            request.held_bytes = 0; // does not grow with the machine
            const Heat heat = draw.heat(model);
            double before = 0;
            bool fitted = false;
            for (double factor = 0.25; factor <= 64; factor *= 1.6) {
                const Plan p = plan(model, with_memory(machine, factor), request, heat);
                const double now = p.predicted.generate_tokens_per_s;
                QVERIFY2(now >= before * (1 - 1e-9),
                         qPrintable(QStringLiteral("seed %1, factor %2: %3 after %4, %5")
                                        .arg(seed)
                                        .arg(factor)
                                        .arg(now)
                                        .arg(before)
                                        .arg(QLatin1String(to_string(p.verdict)))));
                QVERIFY2(p.fits() || !fitted,
                         qPrintable(QStringLiteral("seed %1, factor %2").arg(seed).arg(factor)));
                before = std::max(before, now);
                fitted = p.fits();
            }
        }
    }

    void moreContextNeverTakesLess() {
        for (uint64_t seed = 0; seed < kSeeds / 3; ++seed) {
            Draw draw(seed);
            const Footprint model = draw.model();
            const platform::MachineProfile machine = draw.machine(0);
            PlanRequest request = draw.request(model);
            request.kv = DType::F16;
            int64_t before = 0;
            for (request.context = 1; request.context < 500'000; request.context = request.context * 2 + 37) {
                const Plan p = plan(model, machine, request);
                const int64_t now = p.devices.front().bytes.model() +
                                    sum(p, &DeviceBytes::weights) * (p.verdict == Verdict::from_disk);
                if (p.verdict == Verdict::from_disk) break; // full to the limit from here on
                QVERIFY(now >= before);
                before = now;
                if (p.fits() && model.trained_context == 0)
                    QVERIFY(p.largest_context + 256 >= std::min<int64_t>(request.context, 1 << 20));
            }
        }
    }

    void numbersThatMakeNoSenseGiveAnAnswer() {
        Draw draw(1);
        const Footprint model = draw.model();
        platform::MachineProfile machine = draw.machine(2);
        machine.gpus.push_back({});
        machine.gpus.back().memory_gb_per_s = std::nan("");
        machine.machine.available_bytes = -5;
        machine.machine.topology = {};
        machine.machine.usable_cores = -3;
        machine.calibration =
            platform::Calibration{0, "", {std::nan("")}, {{static_cast<FormatFamily>(77), -1, -1}}};
        for (const int64_t n : {INT64_MIN, int64_t{-1}, int64_t{0}, INT64_MAX}) {
            PlanRequest request;
            request.gpus_work = true;
            request.context = request.held_bytes = request.adapter_bytes = request.prompt_tokens =
                request.generate_tokens = n;
            request.gpu_layers = request.cpu_expert_layers = request.threads =
                static_cast<int>(std::clamp<int64_t>(n, INT_MIN, INT_MAX));
            request.gpus = {-1, 99};
            const Plan p = plan(model, machine, request);
            QVERIFY(!p.sentence.empty());
            QVERIFY(std::isfinite(p.predicted.generate_tokens_per_s));
        }
        QCOMPARE(plan(Footprint(), machine, {}).verdict, Verdict::unknown);
        QVERIFY(!plan(model, {}, {}).fits());
    }

    void hotExpertsGoToTheGpuFirst() {
        Draw draw(0);
        Footprint model;
        model.width = 2048;
        model.vocabulary = 1000;
        model.layers.resize(4);
        for (LayerFootprint& layer : model.layers) {
            layer.heads = 16;
            layer.kv = {4, 128, 128, 0};
            layer.feed_forward = 768;
            layer.experts = 64;
            layer.experts_used = 4;
            layer.expert_bytes = layer.expert.bytes[3] = 40'000'000;
            layer.dense_bytes = layer.dense.bytes[3] = 10'000'000;
        }
        platform::MachineProfile machine;
        machine.machine.memory_bytes = machine.machine.available_bytes = int64_t{64} << 30;
        machine.machine.usable_cores = 8;
        platform::Gpu gpu;
        gpu.name = "GPU";
        gpu.memory_bytes = gpu.available_bytes = int64_t{8} << 30;
        machine.gpus.push_back(gpu);
        Heat heat;
        for (int l = 0; l < 4; ++l) {
            heat.share.emplace_back(64, 1.0f);
            for (int e = 0; e < 64; e += 2)
                heat.share.back()[static_cast<size_t>(e)] = static_cast<float>(10 + l);
        }
        PlanRequest request;
        request.gpus_work = true;
        const Plan p = plan(model, machine, request, heat);
        QCOMPARE(p.verdict, Verdict::fits_partly);
        for (const LayerPlace& layer : p.layers)
            for (size_t e = 0; e < 64; e += 2)
                QCOMPARE(p.devices[layer.experts[e]].kind, DeviceKind::gpu);
        QVERIFY(plan(model, machine, request).predicted.generate_tokens_per_s <
                p.predicted.generate_tokens_per_s);
    }

    void coldExpertsStayOnDisk() {
        for (uint64_t seed = 0; seed < kSeeds; ++seed) {
            Draw draw(seed);
            const Footprint model = draw.model();
            const Heat heat = draw.heat(model);
            const Plan p = plan(model, draw.machine(0), draw.request(model), heat);
            if (p.verdict != Verdict::from_disk || !heat.known()) continue;
            for (size_t l = 0; l < p.layers.size(); ++l) {
                float hottest_on_disk = 0, coldest_in_memory = 2;
                for (size_t e = 0; e < p.layers[l].experts.size(); ++e) {
                    const bool disk = p.devices[p.layers[l].experts[e]].kind == DeviceKind::disk;
                    float& edge = disk ? hottest_on_disk : coldest_in_memory;
                    edge = disk ? std::max(edge, heat.share[l][e]) : std::min(edge, heat.share[l][e]);
                }
                QVERIFY(hottest_on_disk <= coldest_in_memory);
            }
        }
    }

    // Only what the processor does is corrected, only by a calibration, and never by more than four times.
    void correctionsMultiplyWhatTheProcessorDoes() {
        int corrected = 0;
        for (uint64_t seed = 0; seed < kSeeds / 3; ++seed) {
            Draw draw(seed);
            const Footprint model = draw.model();
            platform::MachineProfile machine = draw.machine(0);
            const PlanRequest request = draw.request(model);
            if (machine.calibration) machine.calibration->corrected_by = {};
            const Plan plain = plan(model, machine, request);
            QCOMPARE(plain.predicted.corrected_by, platform::Correction());
            if (!machine.calibration || plain.verdict != Verdict::fits_memory) continue;
            ++corrected;
            for (const double by : {0.001, 0.5, 1.25, 3.0, 1000.0}) {
                machine.calibration->corrected_by = {by, 1 / by};
                const Plan p = plan(model, machine, request);
                const double bounded = std::clamp(by, 0.25, 4.0);
                const auto is = [](double a, double b) { return std::abs(a / b - 1) < 1e-9; };
                QVERIFY(is(p.predicted.prompt_tokens_per_s, plain.predicted.prompt_tokens_per_s * bounded));
                QVERIFY(
                    is(p.predicted.generate_tokens_per_s, plain.predicted.generate_tokens_per_s / bounded));
                QVERIFY(is(p.predicted.corrected_by.prompt, bounded));
                QVERIFY(is(p.predicted.corrected_by.generate, 1 / bounded));
                QCOMPARE(p.verdict, plain.verdict);
                QCOMPARE(p.resident_bytes, plain.resident_bytes);
            }
            for (const double nonsense : {std::nan(""), 0.0, -3.0, HUGE_VAL}) {
                machine.calibration->corrected_by = {nonsense, nonsense};
                QCOMPARE(plan(model, machine, request).predicted.generate_tokens_per_s,
                         plain.predicted.generate_tokens_per_s);
            }
        }
        QVERIFY(corrected > 0);
    }

    void deeperIsNeverFaster() {
        for (uint64_t seed = 0; seed < kSeeds / 3; ++seed) {
            Draw draw(seed);
            const Footprint model = draw.model();
            const platform::MachineProfile machine = draw.machine(0);
            PlanRequest request = draw.request(model);
            Prediction before = plan(model, machine, request).predicted;
            for (const int64_t depth : {100, 4000, 100'000}) {
                request.prompt_depth = request.generate_depth = depth;
                const Prediction now = plan(model, machine, request).predicted;
                QVERIFY(now.prompt_tokens_per_s <= before.prompt_tokens_per_s);
                QVERIFY(now.generate_tokens_per_s <= before.generate_tokens_per_s);
                before = now;
            }
        }
    }

    // What is said to help does, with everything else as it was asked for.
    void suggestedChangesFit() {
        int kinds = 0, levels = 0;
        for (uint64_t seed = 0; seed < kSeeds; ++seed) {
            Draw draw(seed);
            Footprint model;
            platform::MachineProfile machine;
            PlanRequest request;
            const Plan p = plan_of(draw, model, machine, request);
            if (p.fits()) continue;
            const std::string where = "seed " + std::to_string(seed);
            PlanRequest changed = request;
            changed.context = p.context;
            changed.kv = p.kv;
            if (p.fitting_kv) {
                PlanRequest smaller = changed;
                smaller.kv = p.fitting_kv;
                QVERIFY2(plan(model, machine, smaller).fits(), where.c_str());
                ++kinds;
            }
            if (p.fitting_guardrail) {
                PlanRequest bolder = changed;
                bolder.guardrail = *p.fitting_guardrail;
                QVERIFY2(plan(model, machine, bolder).fits(), where.c_str());
                ++levels;
            }
        }
        QVERIFY2(kinds > 0 && levels > 0, "none was drawn for which these help");
    }

    void suggestionsNameTheSmallestChanges() {
        Plan p;
        p.verdict = Verdict::does_not_fit;
        p.context = 8192;
        p.devices = {{DeviceKind::processor, -1, "Memory", 0, 0, {}}};
        const auto said = [&] {
            explain({}, {}, {}, p);
            return p.suggestion;
        };
        QVERIFY(said().find("Choose a quantisation") == 0);
        p.fitting_guardrail = Guardrail::relaxed;
        QCOMPARE(said(), std::string("The guardrail \"relaxed\" would fit."));
        p.largest_context = 4096;
        QCOMPARE(said(), std::string("A context of 4,096 tokens, or the guardrail \"relaxed\", would fit."));
        p.fitting_kv = DType::Q8_0;
        QCOMPARE(said(), std::string("Keys and values in Q8_0, or a context of 4,096 tokens, would fit."));
    }

    void guardrailsLeaveMoreAndMore() {
        const int64_t total = int64_t{32} << 30;
        for (const DeviceKind kind : {DeviceKind::processor, DeviceKind::gpu}) {
            int64_t before = -1;
            for (const Guardrail g :
                 {Guardrail::off, Guardrail::relaxed, Guardrail::balanced, Guardrail::strict}) {
                QVERIFY(reserve_bytes(g, kind, total) > before);
                before = reserve_bytes(g, kind, total);
            }
            QVERIFY(reserve_bytes(Guardrail::strict, kind, 1000) <= 500);
        }
        QCOMPARE(reserve_bytes(Guardrail::off, DeviceKind::processor, total), 0);
    }

    // DeepSeek V3: 61 layers of 512 + 64 elements; Qwen3-30B-A3B: 48 layers of 4 heads of 128.
    void knownCaches() {
        const std::vector<KvShape> latent(61, latent_kv_shape(512, 64));
        QCOMPARE(kv_token_bytes(latent, DType::F16), int64_t{61 * 576 * 2});
        const std::vector<KvShape> grouped(48, KvShape{4, 128, 128, 0});
        QCOMPARE(kv_token_bytes(grouped, DType::F16), int64_t{98'304});
        QCOMPARE(kv_token_bytes(grouped, DType::Q8_0), int64_t{98'304 / 64 * 34});
        QCOMPARE(kv_token_bytes(grouped, DType::Q4_0), int64_t{98'304 / 64 * 18});
        QCOMPARE(kv_bytes(grouped, 8192, DType::F16), int64_t{8192} * 98'304);
        QCOMPARE(kv_bytes(grouped, 8193, DType::F16), int64_t{8448} * 98'304);
        QCOMPARE(kv_bytes(grouped, 0, DType::F16), int64_t{0});
    }
};

QTEST_APPLESS_MAIN(PlannerTest)
#include "planner_test.moc"
