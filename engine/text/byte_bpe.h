// Byte-level BPE: merging that begins with single bytes.
#pragma once

#include <array>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/text/merge_table.h"
#include "engine/text/subword_model.h"
#include "engine/text/vocabulary.h"

namespace engine::text {

// Strings in the byte alphabet that become one where they meet, low ranks first. They need not be tokens:
// what stays of such a string is written with the tokens of its bytes.
struct MergeRule {
    std::string_view left, right;
    uint32_t rank = 0;
};

// The rules that a vocabulary implies whose ids are ranks (tiktoken): any two tokens that make up a third.
std::vector<MergeRule> rules_from_ranks(const Vocabulary& vocabulary);

class ByteBpe : public SubwordModel {
 public:
    // Null when a byte has no token of its own. `ignore_merges`: a piece that is a token is that token, even
    // if merging would not lead there.
    static std::unique_ptr<ByteBpe> build(const Vocabulary& vocabulary, const std::vector<MergeRule>& rules,
                                          bool ignore_merges);
    void encode(std::string_view piece, std::vector<TokenId>& out, Scratch& scratch) const override;

 private:
    ByteBpe() = default;
    void append(int32_t symbol, std::vector<TokenId>& out) const;

    std::array<TokenId, 256> byte_tokens_{};
    MergeTable merges_;
    WordTable words_;
    int32_t tokens_ = 0;
    std::vector<std::vector<TokenId>> expansions_; // of symbols past the tokens
};

} // namespace engine::text
