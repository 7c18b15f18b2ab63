// PipelineTokenizer: the one implementation of Tokenizer; the loaders fill in its parts.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/text/added_tokens.h"
#include "engine/text/normalizer.h"
#include "engine/text/pre_tokenizer.h"
#include "engine/text/subword_model.h"
#include "engine/text/tokenizer.h"
#include "engine/text/vocabulary.h"

namespace engine::text {

// text -> added tokens of the raw text -> normalizer -> added tokens of the normalised text -> pre-tokenizer
// -> subword model.
struct TokenizerParts {
    Vocabulary vocabulary;
    std::vector<AddedToken> added_tokens;
    NormalizerPtr normalizer; // may be null
    PreTokenizer pre_tokenizer;
    bool restores_bytes = false; // the pre-tokenizer's pieces are in the byte alphabet, the model wants bytes
    std::unique_ptr<const SubwordModel> model;

    std::vector<TokenId> prefix, suffix; // what add_special adds
    StringTable pieces;                  // what each token stands for, by id
    bool adds_space_prefix = false;      // decode() takes one leading space away
    TokenId bos = -1, eos = -1;
    bool adds_bos = false;
    std::vector<TokenId> ends; // of generation
    std::string model_name, pre_name;
};

class PipelineTokenizer : public Tokenizer {
 public:
    explicit PipelineTokenizer(TokenizerParts parts);

    std::vector<TokenId> encode(std::string_view text, EncodeOptions options) const override;
    std::vector<TokenId> encode(std::span<const Span> spans) const override;
    std::string piece(TokenId id, bool render_control) const override;
    std::string decode(std::span<const TokenId> ids, bool render_control) const override;
    int32_t size() const override { return parts_.vocabulary.size(); }
    std::string_view token(TokenId id) const override;
    TokenKind kind(TokenId id) const override;
    TokenId find(std::string_view token) const override { return parts_.vocabulary.tokens.find(token); }
    TokenId bos() const override { return parts_.bos; }
    TokenId eos() const override { return parts_.eos; }
    bool adds_bos() const override { return parts_.adds_bos; }
    bool adds_space_prefix() const override { return parts_.adds_space_prefix; }
    bool ends_generation(TokenId id) const override;
    std::string_view model() const override { return parts_.model_name; }
    std::string_view pre() const override { return parts_.pre_name; }

 private:
    struct Run; // what one call of encode() needs
    void encode_into(std::string_view text, const TrustedRanges& trusted, std::vector<TokenId>& out) const;
    void encode_stretch(std::string_view text, bool first, Run& run) const;
    void encode_normalized(Piece whole, Run& run) const;
    void encode_pieces(Piece piece, Run& run) const;
    std::string_view visible_piece(TokenId id, bool render_control) const;
    bool contains(TokenId id) const { return id >= 0 && id < size(); }

    TokenizerParts parts_;
    AddedTokens raw_added_;        // looked for in the raw text
    AddedTokens normalized_added_; // looked for in the normalised text
    AddedTokens mixed_added_;      // raw_added_ and the control tokens of normalized_added_
    std::vector<bool> ends_;
};

} // namespace engine::text
