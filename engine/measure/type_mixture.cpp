// Mixtures by name: the quantiser's first, then the formats that stand alone.
#include "engine/measure/type_mixture.h"

#include <algorithm>
#include <cctype>

#include "engine/formats/file_type.h"
#include "engine/formats/gguf_types.h"
#include "engine/measure/block_noise.h"

namespace engine::measure {

namespace {

// Files of one format, whose name is the format's.
std::vector<DType> formats_of_files() {
    std::vector<DType> all;
    for (int i = 0; i < kDTypeCount; ++i) {
        const auto dtype = static_cast<DType>(i);
        const bool mixed = convert::find_mixture(traits(dtype).name) != nullptr;
        if (!mixed && BlockNoise::serves(dtype) && formats::gguf_number(dtype)) all.push_back(dtype);
    }
    return all;
}

TypeMixture of_one_format(DType base) {
    const std::string name(traits(base).name);
    // K-quants alone have the "_S" number or none that is quite right.
    const auto number = formats::file_type_number(name);
    const auto small = formats::file_type_number(name + "_S");
    return {name, number.value_or(small.value_or(0)), nullptr, base, DType::Q6_K};
}

} // namespace

DType TypeMixture::of(const formats::TensorEntry& matrix, const convert::ModelFacts& model) const {
    if (mixture != nullptr) return convert::choose_format(*mixture, model, matrix).dtype;
    const bool is_head =
        matrix.name == "output.weight" || (matrix.name == "token_embd.weight" && model.head_is_tied);
    return is_head ? head : base;
}

Result<TypeMixture> find_mixture(std::string_view name) {
    if (const convert::Mixture* mixture = convert::find_mixture(name))
        return TypeMixture{std::string(convert::name(*mixture)), convert::file_type(*mixture), mixture,
                           DType::F32, DType::F32};
    std::string upper;
    for (const char c : name)
        upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
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
    std::vector<std::string> names = convert::mixture_names();
    for (const DType dtype : formats_of_files())
        names.emplace_back(traits(dtype).name);
    return names;
}

} // namespace engine::measure
