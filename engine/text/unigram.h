// Unigram language model: the most likely sequence of tokens (sentencepiece's other kind of vocabulary).
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "engine/text/byte_trie.h"
#include "engine/text/subword_model.h"
#include "engine/text/vocabulary.h"

namespace engine::text {

class Unigram : public SubwordModel {
 public:
    // vocabulary.scores are log probabilities. Characters without a token become `byte_tokens` (256 or none),
    // else one `unknown` for several in a row, else nothing. `sums`: of scores, which decide between ways
    // that are as likely as each other; sentencepiece's are single, Hugging Face's and llama.cpp's double.
    enum class Sums { single_precision, double_precision };
    Unigram(const Vocabulary& vocabulary, TokenId unknown, std::vector<TokenId> byte_tokens,
            Sums sums = Sums::double_precision);
    void encode(std::string_view piece, std::vector<TokenId>& out, Scratch& scratch) const override;

 private:
    struct Node { // the best way to a position
        double score = 0;
        size_t begin = 0; // of the last token
        TokenId id = kUnreached;
    };
    static constexpr TokenId kUnreached = -2, kUnknown = -1;
    void append_unknown(std::string_view text, std::vector<TokenId>& out) const;

    ByteTrie trie_;
    std::vector<double> scores_; // by token
    double unknown_score_ = 0;
    Sums sums_;
    TokenId unknown_;
    std::vector<TokenId> byte_tokens_;
};

} // namespace engine::text
