// Asks the mixture under the names that GGUF files have.
#include "engine/convert/quantized_inventory.h"

#include <algorithm>

#include "engine/convert/mixture.h"
#include "engine/model/names.h"

namespace engine::convert {

namespace {

using model::Role;
using model::TensorForm;
using model::WeightEntry;

bool is_float(DType dtype) {
    return dtype == DType::F32 || dtype == DType::F16 || dtype == DType::BF16 || dtype == DType::F8_B128;
}

double bits_per_value(DType dtype) {
    return 8.0 * traits(dtype).block_bytes / traits(dtype).block_size;
}

formats::TensorEntry as_in_gguf(const WeightEntry& entry, int64_t experts) {
    formats::TensorEntry tensor;
    tensor.shape = entry.shape;
    if (entry.id.expert >= 0) tensor.shape = {{experts, entry.shape[0], entry.shape[1]}, 3};
    const TensorForm form = entry.id.expert >= 0 ? TensorForm::stacked : TensorForm::alone;
    for (const model::NamePattern& pattern : model::name_patterns(formats::Container::gguf)) {
        if (pattern.role != entry.id.role || pattern.form != form) continue;
        if (form == TensorForm::alone && pattern.pattern.find("{E}") != std::string_view::npos) continue;
        tensor.name = model::tensor_name(pattern.pattern, entry.id);
        break;
    }
    return tensor;
}

ModelFacts facts_of(const model::ModelSpec& spec) {
    ModelFacts facts;
    facts.layers = static_cast<int64_t>(spec.layers.size());
    facts.head_is_tied = spec.tied_head;
    if (spec.layers.empty()) return facts;
    const auto& attention = std::get<model::GqaSpec>(spec.layers.front().mixer);
    facts.heads_per_kv_head = attention.heads / std::max<int64_t>(attention.kv_heads, 1);
    return facts;
}

// `format_of(has, chosen, quantised)`: of a weight in format `has`; `chosen` is F32 for what is not
// quantised.
template <typename FormatOf>
Result<model::Inventory> with_formats(const model::ModelSpec& spec, const model::Inventory& inventory,
                                      std::string_view mixture, FormatOf format_of) {
    ENGINE_ASSIGN(const Mixture* const found, mixture_named(mixture));
    const ModelFacts facts = facts_of(spec);
    model::Inventory result;
    for (WeightEntry entry : inventory.entries()) {
        const formats::TensorEntry tensor = as_in_gguf(entry, spec.experts());
        const bool quantised = !entry.id.bias && is_quantised(tensor);
        entry.dtype = format_of(
            entry.dtype, quantised ? choose_format(*found, facts, tensor).dtype : DType::F32, quantised);
        result.add(std::move(entry));
    }
    return result;
}

} // namespace

Result<model::Inventory> quantized_inventory(const model::ModelSpec& spec, const model::Inventory& inventory,
                                             std::string_view mixture) {
    return with_formats(spec, inventory, mixture, [](DType has, DType chosen, bool quantised) {
        const bool fewer = bits_per_value(chosen) < bits_per_value(has);
        return quantised && is_float(has) && fewer ? chosen : has;
    });
}

Result<model::Inventory> copied_inventory(const model::ModelSpec& spec, const model::Inventory& inventory,
                                          std::string_view mixture) {
    return with_formats(spec, inventory, mixture, [](DType, DType chosen, bool) { return chosen; });
}

} // namespace engine::convert
