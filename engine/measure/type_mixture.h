// TypeMixture: which number format each tensor of a synthetic file has.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/dtype.h"
#include "engine/base/result.h"
#include "engine/convert/mixture.h"

namespace engine::measure {

// A mixture of the quantiser, so that synthetic files are made as quantised ones are; or one format for all
// matrices of the layers, with a head in more bits.
struct TypeMixture {
    std::string name;                          // "Q4_K_M"
    int64_t file_type = 0;                     // GGUF's general.file_type
    const convert::Mixture* mixture = nullptr; // null: one format
    DType base = DType::F32;
    DType head = DType::F32; // of the head, and of an embedding that serves as the head

    // Of a matrix, by its name and shape; vectors and routers are F32 in all files.
    DType of(const formats::TensorEntry& matrix, const convert::ModelFacts& model) const;
};

// The quantiser's mixtures and every format that BlockNoise serves; upper or lower case. Errors: unsupported
// (with the list).
Result<TypeMixture> find_mixture(std::string_view name);
std::vector<std::string> mixture_names();

} // namespace engine::measure
