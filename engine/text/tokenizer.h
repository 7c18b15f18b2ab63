// Tokenizer: text <-> token ids of one vocabulary.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/formats/model_file.h"

namespace engine::text {

using TokenId = int32_t;

// GGUF's token types.
enum class TokenKind : uint8_t {
    normal = 1,
    unknown = 2,
    control = 3,
    user_defined = 4,
    unused = 5,
    byte = 6
};

// A stretch of text with its origin. Control tokens are recognised in trusted text only (a chat template's
// own markers); typed by a person they stay text. User-defined tokens are recognised everywhere.
struct Span {
    std::string_view text;
    bool trusted = false;
};

struct EncodeOptions {
    bool add_special = true;   // BOS / EOS as the vocabulary says
    bool parse_control = true; // recognise control tokens (all of the text counts as trusted)
};

// Immutable after loading; all methods may be called from any thread at once.
class Tokenizer {
 public:
    virtual ~Tokenizer() = default;

    // Bytes that are not UTF-8 are encoded too (byte-level vocabularies and byte fallback lose nothing).
    virtual std::vector<TokenId> encode(std::string_view text, EncodeOptions options) const = 0;

    // Neighbouring spans are one text: only the recognition of control tokens looks at the borders. Adds no
    // BOS / EOS.
    virtual std::vector<TokenId> encode(std::span<const Span> spans) const = 0;

    // The bytes that a token stands for (may be part of a character). Control tokens give "" unless
    // render_control. The leading space that SentencePiece adds to a text is the caller's affair: see
    // decode() and StreamDecoder.
    virtual std::string piece(TokenId id, bool render_control) const = 0;

    // The text of a whole sequence: as piece() joined, without the one leading space that the vocabulary adds
    // in front.
    virtual std::string decode(std::span<const TokenId> ids, bool render_control) const = 0;

    virtual int32_t size() const = 0;
    virtual std::string_view token(TokenId id) const = 0; // as written in the file ("Ġthe", "▁the", "<0x0A>")
    virtual TokenKind kind(TokenId id) const = 0;
    virtual TokenId find(std::string_view token) const = 0; // -1 when there is none

    virtual TokenId bos() const = 0; // -1 when there is none, like the next
    virtual TokenId eos() const = 0;
    virtual bool adds_bos() const = 0;
    virtual bool adds_space_prefix() const = 0;
    // Tokens that end a reply: eos, eot, eom and the well-known end markers of the vocabulary (<|im_end|>,
    // <|eot_id|>, ...).
    virtual bool ends_generation(TokenId id) const = 0;

    virtual std::string_view model() const = 0; // "gpt2", "llama", "t5" as in tokenizer.ggml.model
    virtual std::string_view pre()
        const = 0; // tokenizer.ggml.pre, or the name that tokenizer.json's pattern matches
};

// From GGUF metadata ("tokenizer.ggml.*"), or from tokenizer.json, else tokenizer.model (+
// tokenizer_config.json, generation_config.json) of a Hugging Face folder. Errors: not_found (no tokenizer in
// the file), bad_file, unsupported (names the unknown pre-tokenizer, model or normaliser; never a silent
// default).
Result<std::shared_ptr<const Tokenizer>> load_tokenizer(const formats::ModelFile& file);
Result<std::shared_ptr<const Tokenizer>> load_tokenizer_json(std::string_view tokenizer_json,
                                                             std::string_view tokenizer_config_json);

} // namespace engine::text
