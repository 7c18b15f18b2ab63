// Fuzzes encoding: texts of any bytes through every pre-tokenizer. Pieces join to the text, byte-level
// vocabularies lose nothing, a stream gives what decoding gives, and where a span ends changes no text.
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/text/byte_alphabet.h"
#include "engine/text/load_gguf.h"
#include "engine/text/pre_tokenizer_table.h"
#include "engine/text/stream_decoder.h"
#include "engine/text/utf8.h"

using namespace engine;
using namespace engine::text;

namespace {

void require(bool condition) {
    if (!condition) __builtin_trap();
}

std::vector<std::string> byte_tokens(bool as_characters) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::vector<std::string> tokens;
    for (size_t byte = 0; byte < 256; ++byte)
        tokens.push_back(as_characters ? to_byte_alphabet(std::string(1, static_cast<char>(byte)))
                                       : std::string("<0x") + kDigits[byte / 16] + kDigits[byte % 16] + ">");
    return tokens;
}

void set_vocabulary(formats::Metadata& metadata, std::vector<std::string> tokens,
                    std::vector<int32_t> types) {
    tokens.insert(tokens.end(), {"<|end|>", "<tool>"});
    types.insert(types.end(), {3, 4});
    metadata.set_strings("tokenizer.ggml.tokens", tokens);
    metadata.set_i32s("tokenizer.ggml.token_type", types);
}

std::shared_ptr<const Tokenizer> byte_level(std::string_view pre) {
    formats::Metadata metadata;
    metadata.set_string("tokenizer.ggml.model", "gpt2");
    metadata.set_string("tokenizer.ggml.pre", std::string(pre));
    std::vector<std::string> tokens = byte_tokens(true), merges;
    constexpr std::array<std::array<const char*, 2>, 10> kMerges = {{{"t", "h"},
                                                                     {"th", "e"},
                                                                     {"\xC4\xA0", "the"},
                                                                     {"i", "n"},
                                                                     {"a", "a"},
                                                                     {"aa", "aa"},
                                                                     {"\xC4\xA0", "\xC4\xA0"},
                                                                     {"1", "2"},
                                                                     {"\xC3\xA4", "\xC2\xBD"},
                                                                     {"'", "s"}}};
    for (const auto& [left, right] : kMerges) {
        merges.push_back(std::string(left) + " " + right);
        tokens.push_back(std::string(left) + right);
    }
    metadata.set_strings("tokenizer.ggml.merges", merges);
    set_vocabulary(metadata, tokens, std::vector<int32_t>(tokens.size(), 1));
    return load_tokenizer_gguf(metadata).value();
}

std::shared_ptr<const Tokenizer> sentencepiece(const char* model) {
    formats::Metadata metadata;
    metadata.set_string("tokenizer.ggml.model", model);
    metadata.set_bool("tokenizer.ggml.add_space_prefix", true);
    std::vector<std::string> tokens = byte_tokens(false);
    std::vector<int32_t> types(256, 6);
    std::vector<float> scores(256, 0);
    for (const char* token : {"\xE2\x96\x81", "t", "h", "e", "a", "b", "th", "the", "\xE2\x96\x81the", "aa",
                              "ab", "\xE4\xBD\xA0"}) {
        tokens.emplace_back(token);
        types.push_back(1);
        scores.push_back(-static_cast<float>(tokens.size()));
    }
    scores.insert(scores.end(), {0, 0});
    metadata.set_f32s("tokenizer.ggml.scores", scores);
    set_vocabulary(metadata, tokens, types);
    return load_tokenizer_gguf(metadata).value();
}

const Tokenizer& tokenizer_for(uint8_t choice) {
    static std::map<size_t, std::shared_ptr<const Tokenizer>> known;
    static std::vector<std::string_view> names;
    if (names.empty())
        for (const std::string_view name : pre_tokenizer_names())
            if (find_pre_tokenizer(name)->byte_alphabet) names.push_back(name);
    const size_t index = choice % (names.size() + 2);
    auto& tokenizer = known[index];
    if (tokenizer == nullptr)
        tokenizer = index < names.size() ? byte_level(names[index])
                                         : sentencepiece(index == names.size() ? "llama" : "t5");
    return *tokenizer;
}

void check_pieces(std::string_view text, std::string_view pre) {
    if (!is_utf8(text) || pre == "default") return;
    const auto named = find_pre_tokenizer(pre);
    if (!named.ok()) return;
    auto scratch = named->stages.scratch();
    std::string joined;
    named->stages.run({text, true, 0}, scratch, [&](Piece piece) {
        require(!piece.text.empty());
        joined += piece.text;
    });
    require(joined == text || joined == to_byte_alphabet(text));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 2) return 0;
    const Tokenizer& tokenizer = tokenizer_for(data[0]);
    const size_t cut = data[1];
    const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
    if (tokenizer.model() == "gpt2") check_pieces(text, tokenizer.pre());
    const std::vector<TokenId> ids = tokenizer.encode(text, {false, false});
    for (const TokenId id : ids)
        require(id >= 0 && id < tokenizer.size() && tokenizer.kind(id) != TokenKind::control);
    const std::string decoded = tokenizer.decode(ids, true);
    // With space marks, a mark in the text reads as a space, and llama.cpp's way has a space after each
    // special token.
    const bool exact = tokenizer.model() == "gpt2" || (text.find("\xE2\x96\x81") == std::string_view::npos &&
                                                       text.find("<tool>") == std::string_view::npos &&
                                                       text.find("<|end|>") == std::string_view::npos);
    require(!exact || decoded == text);

    StreamDecoder stream(tokenizer, true, false);
    std::string streamed;
    for (const TokenId id : ids)
        streamed += stream.push(id);
    streamed += stream.finish();
    require(streamed == replace_invalid_utf8(decoded));

    const size_t border = std::min(cut, text.size());
    const std::array<Span, 2> typed = {Span{text.substr(0, border), false}, Span{text.substr(border), false}};
    require(tokenizer.encode(typed) == ids);
    const std::array<Span, 2> mixed = {Span{text.substr(0, border), true}, Span{text.substr(border), false}};
    require(!exact || tokenizer.decode(tokenizer.encode(mixed), true) == text);
    return 0;
}
