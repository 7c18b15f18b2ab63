// The rules of llama.cpp's quantiser, as far as they make a difference of a per cent.
#include "engine/measure/type_mixture.h"

#include <array>
#include <cctype>

#include "engine/formats/file_type.h"
#include "engine/formats/gguf_types.h"
#include "engine/measure/block_noise.h"

namespace engine::measure {

namespace {

using model::Role;

struct KMixture {
    std::string_view name;
    DType base, precise;
};
constexpr std::array kMixtures = {
    KMixture{"Q4_K_S", DType::Q4_K, DType::Q4_K}, KMixture{"Q4_K_M", DType::Q4_K, DType::Q6_K},
    KMixture{"Q5_K_S", DType::Q5_K, DType::Q5_K}, KMixture{"Q5_K_M", DType::Q5_K, DType::Q6_K}};

// Files of one format, whose name is the format's.
std::vector<DType> formats_of_files() {
    std::vector<DType> all;
    for (int i = 0; i < kDTypeCount; ++i) {
        const auto dtype = static_cast<DType>(i);
        if (BlockNoise::serves(dtype) && formats::gguf_number(dtype)) all.push_back(dtype);
    }
    return all;
}

// Quantisers leave the head in more bits than the rest, but for the largest formats.
DType head_of(DType base) {
    const bool large = traits(base).block_size == 1 || base == DType::Q8_0;
    return large ? base : base == DType::MXFP4 ? DType::Q8_0 : DType::Q6_K;
}

TypeMixture of_one_format(DType base) {
    const std::string name(traits(base).name);
    const DType outside = base == DType::MXFP4 ? DType::Q8_0 : base;
    // K-quants alone have the "_S" number or none that is quite right.
    const auto number = formats::file_type_number(name);
    const auto small = formats::file_type_number(name + "_S");
    return {name, base, base, outside, head_of(base), number.value_or(small.value_or(0))};
}

bool in_the_first_or_last_eighth_or_a_third(int64_t layer, int64_t layers) {
    return layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2;
}

} // namespace

DType TypeMixture::of(Role role, bool expert, int64_t layer, int64_t layers, bool tied_head) const {
    if (role == Role::output || (role == Role::token_embedding && tied_head)) return output;
    if (outside != base) return expert ? base : outside;
    const bool matters = role == Role::value || role == Role::down;
    return matters && in_the_first_or_last_eighth_or_a_third(layer, layers) ? precise : base;
}

Result<TypeMixture> find_mixture(std::string_view name) {
    std::string upper;
    for (const char c : name)
        upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    for (const KMixture& m : kMixtures) {
        if (m.name == upper)
            return TypeMixture{upper,  m.base,          m.precise,
                               m.base, head_of(m.base), formats::file_type_number(upper).value_or(0)};
    }
    for (const DType dtype : formats_of_files()) {
        if (traits(dtype).name == upper) return of_one_format(dtype);
    }
    std::string known;
    for (const std::string& one : mixture_names())
        known += (known.empty() ? "" : ", ") + one;
    return Error{ErrorCode::unsupported, "no type is called \"" + std::string(name) + "\"",
                 "Choose one of " + known + "."};
}

std::vector<std::string> mixture_names() {
    std::vector<std::string> names;
    for (const KMixture& m : kMixtures)
        names.emplace_back(m.name);
    for (const DType dtype : formats_of_files())
        names.emplace_back(traits(dtype).name);
    return names;
}

} // namespace engine::measure
