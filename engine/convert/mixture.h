// Mixtures: which number format each tensor of a model gets in a file that people call "Q4_K_M".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/dtype.h"
#include "engine/base/result.h"
#include "engine/formats/model_file.h"

namespace engine::convert {

struct Mixture; // one row of the table in mixture.cpp

const Mixture* find_mixture(std::string_view name);          // ignoring case; nullptr: unknown
Result<const Mixture*> mixture_named(std::string_view name); // invalid_argument (unknown, with the list)
std::vector<std::string> mixture_names();
std::string_view name(const Mixture& mixture);
uint32_t file_type(const Mixture& mixture);  // the number in general.file_type
bool is_for_experts(const Mixture& mixture); // its base format is for experts only

// What a mixture needs to know of the model as a whole.
struct ModelFacts {
    int64_t layers = 0;
    int64_t heads_per_kv_head = 1;
    bool head_is_tied = false; // there is no output.weight: the token embedding serves
};
ModelFacts facts_of(const formats::Metadata& metadata, bool head_is_tied);

// Matrices; vectors, routers and what is looked up by position keep their values as F32.
bool is_quantised(const formats::TensorEntry& entry);
// Token embedding and head: llama-imatrix measures neither.
bool is_outside_layers(const formats::TensorEntry& entry);
bool is_expert_stack(const formats::TensorEntry& entry);

struct ChosenFormat {
    DType dtype = DType::F32;
    DType wanted = DType::F32; // differs where rows are no whole blocks of what the mixture asks for
};
ChosenFormat choose_format(const Mixture& mixture, const ModelFacts& facts,
                           const formats::TensorEntry& entry);

} // namespace engine::convert
