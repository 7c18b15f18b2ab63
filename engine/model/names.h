// Names: what GGUF files and Hugging Face checkpoints call each weight.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/formats/model_file.h"
#include "engine/model/inventory.h"

namespace engine::model {

// How the weights of a role lie in the tensor that a pattern names.
enum class TensorForm {
    alone,         // one tensor, one weight; {L} and {E} in the pattern stand for layer and expert
    stacked,       // {experts, out, in}
    fused_gate_up, // {experts, 2 * out, in}: each expert's rows of gate, then those of up
    fused_qkv,     // {q + k + v, in}
};

struct NamePattern {
    Role role;
    TensorForm form;
    std::string_view pattern; // the bias, where there is one, ends in ".bias" instead of ".weight"
};

// All that may be found, the usual form of each role first.
std::span<const NamePattern> name_patterns(formats::Container container);

// The pattern with the numbers put in.
std::string tensor_name(std::string_view pattern, const WeightId& id);

} // namespace engine::model
