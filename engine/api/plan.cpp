// From a file to a footprint that plans are made of.
#include "engine/api/plan.h"

#include <algorithm>

#include "engine/api/variants.h"
#include "engine/convert/quantized_inventory.h"
#include "engine/formats/machine_file.h"
#include "engine/formats/model_file.h"
#include "engine/measure/synthetic_model.h"
#include "engine/model/registry.h"
#include "engine/placement/planner.h"
#include "engine/platform/memory_size.h"

namespace engine::api {

namespace {

class HeaderModel final : public PlannableModel {
 public:
    explicit HeaderModel(std::vector<placement::Variant> variants) : variants_(std::move(variants)) {}

    Plan plan(const MachineProfile& machine, const PlanRequest& request, const Heat& heat) const override {
        PlanRequest spelt = request;
        if (spelt.quantize) spelt.quantize = type_named(*spelt.quantize);
        return placement::plan(variants_, machine, spelt, heat);
    }
    int64_t trained_context() const override { return variants_.front().footprint.trained_context; }

 private:
    std::vector<placement::Variant> variants_;
};

Result<std::shared_ptr<const PlannableModel>> plannable(const formats::ModelFile& file,
                                                        std::string_view quantize = {}) {
    ENGINE_ASSIGN(const model::ModelSpec spec, model::read_spec(file));
    ENGINE_ASSIGN(const model::Inventory inventory, model::take_inventory(spec, file));
    ENGINE_ASSIGN(auto variants, variants_of(spec, inventory, quantize));
    return std::shared_ptr<const PlannableModel>(std::make_shared<HeaderModel>(std::move(variants)));
}

} // namespace

Result<std::shared_ptr<const PlannableModel>> open_for_planning(const std::string& path,
                                                                std::string_view quantize) {
    ENGINE_ASSIGN(const formats::ModelFile file, formats::open_model_file(path));
    return plannable(file, quantize);
}

Result<std::shared_ptr<const PlannableModel>> open_copy_for_planning(const std::string& path,
                                                                     std::string_view type) {
    ENGINE_ASSIGN(const formats::ModelFile file, formats::open_model_file(path));
    ENGINE_ASSIGN(const model::ModelSpec spec, model::read_spec(file));
    ENGINE_ASSIGN(const model::Inventory inventory, model::take_inventory(spec, file));
    ENGINE_ASSIGN(const model::Inventory copy, convert::copied_inventory(spec, inventory, type));
    return std::shared_ptr<const PlannableModel>(std::make_shared<HeaderModel>(
        std::vector<placement::Variant>{{"", placement::footprint_of(spec, copy)}}));
}

Result<std::shared_ptr<const PlannableModel>> outline_for_planning(ModelShape shape, std::string_view type) {
    const auto& s = shape;
    for (const int64_t number :
         {s.layers, s.width, s.heads, s.kv_heads, s.head_dim, s.feed_forward, s.vocabulary})
        if (number < 1)
            return Error{ErrorCode::invalid_argument, "the outline of " + shape.name + " is not complete",
                         ""};
    shape.qk_norm = measure::qk_norm_of(shape.architecture);
    ENGINE_ASSIGN(const measure::TypeMixture mixture, measure::find_mixture(type));
    ENGINE_ASSIGN(const formats::ModelFile file, measure::outline_synthetic_model(shape, mixture));
    return plannable(file);
}

bool knows_architecture(std::string_view name) {
    const std::vector<std::string_view> known = model::known_architectures();
    return std::find(known.begin(), known.end(), name) != known.end();
}

MachineProfile see_machine() {
    return platform::take_profile({});
}

Result<MachineProfile> machine_from_json(std::string_view json) {
    return formats::read_machine(json);
}

Result<MachineProfile> machine_from_file(const std::string& path) {
    return formats::read_machine_file(path);
}

void refresh_memory(MachineProfile& machine) {
    const platform::MemorySize memory = platform::memory_size("");
    machine.machine.memory_bytes = memory.total;
    machine.machine.available_bytes = memory.available;
}

int64_t reserve_bytes(Guardrail level, DeviceKind kind, int64_t total) {
    return placement::reserve_bytes(level, kind, total);
}

} // namespace engine::api
