// BPE that begins with characters: sentencepiece's, and tokenizer.json's without a byte alphabet.
#pragma once

#include <array>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/text/byte_bpe.h"
#include "engine/text/byte_trie.h"
#include "engine/text/merge_table.h"
#include "engine/text/subword_model.h"
#include "engine/text/vocabulary.h"

namespace engine::text {

struct CharBpeOptions {
    std::vector<TokenId> byte_tokens; // 256, for characters without a token; or none
    TokenId unknown = -1;      // for such characters when there are no byte_tokens; -1: they are left out
    bool fuse_unknown = false; // one `unknown` for several in a row
    bool ignore_merges = false;
};

class CharBpe : public SubwordModel {
 public:
    // Merges in the order of `rules`.
    static std::unique_ptr<CharBpe> from_rules(const Vocabulary& vocabulary,
                                               const std::vector<MergeRule>& rules, CharBpeOptions options);
    // sentencepiece: any two neighbours that make up a token may merge, the token of the highest score first.
    // User-defined tokens are taken out of the text before anything is merged.
    static std::unique_ptr<CharBpe> from_scores(const Vocabulary& vocabulary, CharBpeOptions options);

    void encode(std::string_view piece, std::vector<TokenId>& out, Scratch& scratch) const override;

 private:
    explicit CharBpe(const Vocabulary& vocabulary, CharBpeOptions options);
    class Builder;
    struct Output;

    int32_t symbol_of(char32_t character) const {
        return character < ascii_.size() ? ascii_[character]
                                         : characters_.find(0, static_cast<int32_t>(character)).symbol;
    }
    bool may_join(char32_t left, char32_t right) const;
    size_t user_defined_at(std::string_view rest, TokenId& id) const;
    void encode_kept(std::string_view piece, std::vector<TokenId>& out, Scratch& scratch) const;
    void encode_chunk(std::string_view chunk, Output& output, Scratch& scratch) const;
    void add_unknown(std::string_view character, Scratch& scratch) const;

    CharBpeOptions options_;
    int32_t tokens_ = 0;
    std::array<int32_t, 128> ascii_{};
    MergeTable characters_; // {0, code point} -> symbol
    MergeTable merges_;
    MergeTable joins_; // {last character of a left side, first of its right side}: where text must not be cut
    bool joins_unknown_ = false; // a merge has a byte token or the unknown token as a side: cut nowhere
    ByteTrie user_defined_;
    WordTable words_;
    std::vector<std::vector<TokenId>> expansions_; // of symbols past the tokens
};

} // namespace engine::text
