// SentencePieceModel: what a tokenizer.model says.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/text/tokenizer.h"

namespace engine::text {

struct SentencePiece {
    std::string text;
    float score = 0;
    TokenKind kind = TokenKind::normal;
};

// Missing fields have sentencepiece's defaults.
struct SentencePieceModel {
    enum class Algorithm { unigram = 1, bpe = 2, word = 3, character = 4 }; // the file's numbers
    Algorithm algorithm = Algorithm::unigram;
    std::vector<SentencePiece> pieces;
    bool byte_fallback = false; // characters without a piece become the pieces of their bytes
    TokenId unknown = -1, bos = -1, eos = -1, pad = -1; // -1: there is none, but for the first

    bool add_space_prefix = true; // "add_dummy_prefix"
    bool remove_extra_whitespaces = true;
    bool escape_whitespaces = true;
    std::string rules;    // the name of the replacements in charsmap: "identity", "nmt_nfkc"
    std::string charsmap; // see Charsmap
};

// Reads a tokenizer.model and checks what sentencepiece checks. Errors: bad_file with the byte or the piece,
// unsupported.
Result<SentencePieceModel> parse_sentencepiece_model(std::string_view file);

} // namespace engine::text
