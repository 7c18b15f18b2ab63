// TypeMixture: which number format each tensor of a file has when people say "Q4_K_M".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/dtype.h"
#include "engine/base/result.h"
#include "engine/model/inventory.h"

namespace engine::measure {

struct TypeMixture {
    std::string name;           // "Q4_K_M"
    DType base = DType::F32;    // of most matrices
    DType precise = DType::F32; // of attention's values and ffn_down in the layers where it matters most
    DType outside = DType::F32; // of attention where experts are MXFP4, else `base`
    DType output = DType::F32;  // of the head, and of an embedding that serves as the head
    int64_t file_type = 0;      // GGUF's general.file_type

    // Of a matrix; vectors and routers are F32 in all files. expert: of the stacked tensors.
    DType of(model::Role role, bool expert, int64_t layer, int64_t layers, bool tied_head) const;
};

// Every format that BlockNoise serves, and the mixtures; upper or lower case. Errors: unsupported (with the
// list).
Result<TypeMixture> find_mixture(std::string_view name);
std::vector<std::string> mixture_names();

} // namespace engine::measure
