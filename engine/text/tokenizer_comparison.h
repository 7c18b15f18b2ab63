// Comparing tokenizers: whether two of them cut texts alike, by texts made of their own tokens.
#pragma once

#include <cstdint>
#include <string>

#include "engine/text/tokenizer.h"

namespace engine::text {

struct TokenizerDifference {
    int64_t tried = 0, different = 0; // texts
    std::string first;                // of those that differ
};

// As a chat has them: behind a control token where there is one. Of the tokens that both have; at most some
// ten thousand texts, the same ones on every run. `composed`: of characters in normal form C.
// `user_defined`: with the user-defined ones.
TokenizerDifference compare_tokenizers(const Tokenizer& a, const Tokenizer& b, bool composed,
                                       bool user_defined = true);

} // namespace engine::text
