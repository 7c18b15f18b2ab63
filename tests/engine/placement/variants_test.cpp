// The choice among variants, over models and memories drawn at random.
#include "engine/placement/variants.h"

#include <QTest>
#include <set>

#include "engine/placement/planner.h"
#include "random_plans.h"

using namespace engine;
using namespace engine::placement;

namespace {

constexpr uint64_t kSeeds = 300;

Variant scaled(const char* type, Footprint model, double factor) {
    const auto scale = [&](int64_t& n) { n = static_cast<int64_t>(static_cast<double>(n) * factor); };
    const auto scale_work = [&](Work& work) {
        for (int64_t& n : work.bytes)
            scale(n);
    };
    for (LayerFootprint& layer : model.layers) {
        scale_work(layer.dense);
        scale_work(layer.expert);
        scale(layer.dense_bytes);
        layer.expert_bytes = layer.expert.all_bytes();
    }
    scale_work(model.head);
    scale(model.table_bytes);
    scale(model.end_bytes);
    model.encoded = *type != '\0';
    return {type, std::move(model)};
}

// A model in F16 and what it could be made of.
std::vector<Variant> variants_of(const Footprint& model) {
    return {scaled("", model, 4), scaled("Q8_0", model, 2.125), scaled("Q4_K_M", model, 1.2)};
}

int rank(const Plan& plan) {
    return plan.quantize.empty() ? 0 : plan.quantize == "Q8_0" ? 1 : 2;
}

platform::MachineProfile with_memory(platform::MachineProfile machine, int64_t bytes) {
    machine.machine.memory_bytes = machine.machine.available_bytes = bytes;
    return machine;
}

} // namespace

class VariantsTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void theFirstThatFitsIsTaken() {
        std::set<int> seen;
        for (uint64_t seed = 0; seed < kSeeds; ++seed) {
            Draw draw(seed);
            const std::vector<Variant> variants = variants_of(draw.model());
            const platform::MachineProfile machine = draw.machine(0);
            PlanRequest request = draw.request(variants[0].footprint);
            request.held_bytes = 0;
            request.quantize = {};
            for (int shift = 26; shift < 44; ++shift) {
                const auto here = with_memory(machine, int64_t{1} << shift);
                const Plan p = plan(variants, here, request);
                QVERIFY(p.quantizable);
                QCOMPARE(p.sentence.back(), '.');
                QVERIFY(p.quantize_reason.empty() == p.quantize.empty());
                bool any = false;
                for (size_t i = 0; i < variants.size(); ++i) {
                    const Plan own = plan(variants[i].footprint, here, request);
                    any = any || own.fits();
                    if (variants[i].footprint.encoded) QVERIFY(own.verdict != Verdict::from_disk);
                    if (!own.fits() || static_cast<int>(i) >= rank(p) || !p.fits()) continue;
                    // A better one fits and was not taken: too slow, or with less context than is usual.
                    const bool slow = own.predicted.generate_tokens_per_s < 10 &&
                                      p.predicted.generate_tokens_per_s > own.predicted.generate_tokens_per_s;
                    QVERIFY(slow || own.context < p.context);
                }
                QCOMPARE(p.fits(), any);
                if (p.fits()) seen.insert(rank(p));
            }
        }
        QCOMPARE(seen.size(), size_t{3});
    }

    void whatIsAskedForIsPlanned() {
        Draw draw(7);
        const std::vector<Variant> variants = variants_of(draw.model());
        const auto machine = with_memory(draw.machine(0), int64_t{1} << 40);
        for (const Variant& variant : variants) {
            PlanRequest request;
            request.quantize = variant.quantize;
            const Plan p = plan(variants, machine, request);
            const Plan own = plan(variant.footprint, machine, request);
            QCOMPARE(p.quantize, variant.quantize);
            QVERIFY(p.quantize_reason.empty());
            QCOMPARE(p.resident_bytes, own.resident_bytes);
        }
        PlanRequest request;
        request.quantize = "Q9_K";
        QCOMPARE(plan(variants, machine, request).quantize, std::string());
        QVERIFY(!plan(std::span(variants).first(1), machine, {}).quantizable);
    }

    void slowModelsGiveUpQuality() {
        Draw draw(3);
        Footprint model = draw.model();
        platform::MachineProfile machine = with_memory(draw.machine(0), int64_t{1} << 44);
        const std::vector<Variant> variants = variants_of(model);
        std::set<int> ranks;
        for (double gb_per_s = 1e-3; gb_per_s < 1e5; gb_per_s *= 1.3) {
            machine.calibration = platform::Calibration{0, "", {gb_per_s}, {}, {}};
            for (int f = 0; f < static_cast<int>(kFamilies); ++f)
                machine.calibration->rates.push_back({static_cast<FormatFamily>(f), 1e6, 1e6});
            const Plan p = plan(variants, machine, {});
            ranks.insert(rank(p));
            if (p.predicted.generate_tokens_per_s >= 10) continue;
            QCOMPARE(rank(p), 2); // nothing is fast enough: the fastest
            QVERIFY(p.sentence.find("tokens/s.") != std::string::npos);
        }
        QVERIFY(ranks.contains(0) && ranks.contains(2));
    }
};

QTEST_APPLESS_MAIN(VariantsTest)
#include "variants_test.moc"
