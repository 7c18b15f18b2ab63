// The fake model's numbers.
#include "tests/support/fake_planning.h"

#include "engine/placement/planner.h"
#include "engine/placement/variants.h"

namespace tests {

namespace {

using namespace engine;
using placement::Footprint;
using placement::LayerFootprint;

constexpr auto kFamily = static_cast<size_t>(platform::FormatFamily::k_quants);

void set_work(placement::Work& work, int64_t parameters, double bits) {
    work.parameters[kFamily] = parameters;
    work.bytes[kFamily] = static_cast<int64_t>(static_cast<double>(parameters) * bits / 8);
}

Footprint qwen3_30b() {
    Footprint model;
    model.name = "Qwen3-30B-A3B";
    model.width = 2048;
    model.vocabulary = 151'936;
    model.trained_context = 131'072;
    model.main_dtype = DType::Q4_K;
    LayerFootprint layer;
    layer.heads = 32;
    layer.kv = {4, 128, 128, 0};
    layer.feed_forward = 768;
    layer.experts = 128;
    layer.experts_used = 8;
    layer.feed_forward_dtype = layer.attention_dtype = DType::Q4_K;
    set_work(layer.dense, 18'874'368, 4.9);
    set_work(layer.expert, 3 * 2048 * 768, 4.9);
    layer.dense_bytes = layer.dense.all_bytes() + 1'100'000;
    layer.expert_bytes = layer.expert.all_bytes();
    model.layers.assign(48, layer);
    set_work(model.head, model.vocabulary * model.width, 6.6);
    model.end_bytes = model.head.all_bytes() + 8192;
    model.table_bytes = model.vocabulary * model.width * 9 / 16;
    model.active_parameters = 3'300'000'000;
    return model;
}

// In other formats; kept in the family of the first, since nothing here asks for speeds by family.
placement::Variant variant(const char* type, const Footprint& model, double factor, bool encoded) {
    placement::Variant variant{type, model};
    const auto scale = [&](int64_t& n) { n = static_cast<int64_t>(static_cast<double>(n) * factor); };
    Footprint& out = variant.footprint;
    for (LayerFootprint& layer : out.layers)
        for (int64_t* n : {&layer.dense_bytes, &layer.expert_bytes, &layer.dense.bytes[kFamily],
                           &layer.expert.bytes[kFamily]})
            scale(*n);
    for (int64_t* n : {&out.end_bytes, &out.table_bytes, &out.head.bytes[kFamily]})
        scale(*n);
    out.main_dtype = encoded ? DType::Q8_0 : DType::F16;
    out.encoded = encoded;
    return variant;
}

std::vector<placement::Variant> variants_of(const Footprint& model, bool in_f16) {
    if (!in_f16) return {{"", model}};
    constexpr double kBits = 4.9; // of `model`
    return {variant("", model, 16 / kBits, false), variant("Q8_0", model, 8.5 / kBits, true),
            variant("Q4_K_M", model, 1, true)};
}

class FakeModel final : public api::PlannableModel {
 public:
    explicit FakeModel(bool in_f16) : variants_(variants_of(qwen3_30b(), in_f16)) {}

    api::Plan plan(const api::MachineProfile& machine, const api::PlanRequest& request,
                   const api::Heat& heat) const override {
        api::PlanRequest with_gpus = request;
        with_gpus.gpus_work = true;
        return placement::plan(variants_, machine, with_gpus, heat);
    }
    int64_t trained_context() const override { return variants_.front().footprint.trained_context; }

 private:
    std::vector<placement::Variant> variants_;
};

} // namespace

api::MachineProfile fake_machine() {
    constexpr int64_t kGiga = 1'000'000'000;
    api::MachineProfile machine;
    machine.name = "A desktop";
    machine.machine.memory_bytes = 62'500'000'000;
    machine.machine.available_bytes = 49'100'000'000;
    machine.machine.usable_cores = 8;
    machine.machine.features.avx2 = true;
    platform::Gpu gpu;
    gpu.name = "RTX 4080 SUPER";
    gpu.compute_major = 8;
    gpu.compute_minor = 9;
    gpu.memory_bytes = 16 * kGiga;
    gpu.available_bytes = 15 * kGiga + kGiga / 2;
    gpu.memory_gb_per_s = 736;
    gpu.to_device_gb_per_s = gpu.from_device_gb_per_s = 25;
    gpu.matrix_tflop_per_s = 200;
    machine.gpus.push_back(gpu);
    machine.calibration = platform::Calibration{0, "avx2", {30, 55, 60, 62, 63, 64, 64, 64}, {}};
    return machine;
}

Result<std::shared_ptr<const api::PlannableModel>> open_fake_model(const std::string& path) {
    if (path.ends_with("missing")) return Error{ErrorCode::not_found, "no such file: " + path, ""};
    return std::shared_ptr<const api::PlannableModel>(
        std::make_shared<FakeModel>(path.ends_with("F16.gguf")));
}

} // namespace tests
