// ModelShape: the numbers of a published model, as far as its speed depends on them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/model/model_spec.h"

namespace engine::measure {

enum class VocabularyKind { qwen2, olmo, sentencepiece };

struct ModelShape {
    std::string name;         // "qwen3-30b-a3b"
    std::string architecture; // GGUF's: "qwen3moe"
    int64_t layers = 0, width = 0;
    int64_t heads = 0, kv_heads = 0, head_dim = 0;
    int64_t feed_forward = 0; // of dense layers; in mixtures a number that files carry and nobody uses
    int64_t experts = 0, experts_used = 0, expert_width = 0; // 0 experts: dense
    int64_t vocabulary = 0, context = 0;
    double rope_theta = 1e6, epsilon = 1e-6;
    model::GqaSpec::QkNorm qk_norm = model::GqaSpec::QkNorm::per_head;
    bool tied_head = false;
    VocabularyKind vocabulary_kind = VocabularyKind::qwen2;
};

// As all models of GGUF's architecture have it.
model::GqaSpec::QkNorm qk_norm_of(std::string_view architecture);

// Upper or lower case, with spaces or dashes. Errors: not_found (with the list).
Result<ModelShape> find_shape(std::string_view name);
std::vector<std::string> shape_names();

} // namespace engine::measure
