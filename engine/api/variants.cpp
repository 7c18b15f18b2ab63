// Footprints of inventories in other formats.
#include "engine/api/variants.h"

#include <algorithm>

#include "engine/convert/mixture.h"
#include "engine/convert/quantized_inventory.h"

namespace engine::api {

namespace {

// Nearly lossless at half the bytes of F16, and what most models are published in.
constexpr std::string_view kOffered[] = {"Q8_0", "Q4_K_M"};

bool is_float(DType dtype) {
    return dtype == DType::F32 || dtype == DType::F16 || dtype == DType::BF16;
}

} // namespace

std::string type_named(std::string_view type) {
    const convert::Mixture* known = convert::find_mixture(type);
    return std::string(known != nullptr ? convert::name(*known) : type);
}

Result<std::vector<placement::Variant>> variants_of(const model::ModelSpec& spec,
                                                    const model::Inventory& inventory,
                                                    std::string_view quantize) {
    std::vector<placement::Variant> variants{{"", placement::footprint_of(spec, inventory)}};
    const auto add = [&](std::string_view type) -> Result<void> {
        ENGINE_ASSIGN(const model::Inventory other, convert::quantized_inventory(spec, inventory, type));
        placement::Variant variant{std::string(type), placement::footprint_of(spec, other)};
        variant.footprint.encoded = true;
        variants.push_back(std::move(variant));
        return {};
    };
    if (is_float(variants.front().footprint.main_dtype)) {
        for (const std::string_view type : kOffered)
            ENGINE_TRY(add(type));
    }
    const std::string wanted = type_named(quantize);
    const bool offered = std::any_of(variants.begin(), variants.end(),
                                     [&](const auto& variant) { return variant.quantize == wanted; });
    if (!offered) ENGINE_TRY(add(wanted));
    return variants;
}

} // namespace engine::api
