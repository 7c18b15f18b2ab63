// Scores for a vocabulary of merges: sentencepiece and GGUF's "llama" know the order of merging by them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/text/string_table.h"

namespace engine::text {

// For each of `tokens`: what is merged first has the highest score, 0; tokens that no merge leads to have the
// lowest ones, in the order of their numbers.
std::vector<float> scores_of_merges(const StringTable& tokens,
                                    const std::vector<std::pair<std::string, std::string>>& merges);

} // namespace engine::text
