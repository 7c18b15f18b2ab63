// Byte-level BPE with a few hundred merges, or SentencePiece's scored pieces; all texts are different, as
// llama.cpp demands.
#include "engine/measure/synthetic_vocabulary.h"

#include <array>

namespace engine::measure {

namespace {

// tokenizer.ggml.token_type
constexpr int32_t kNormal = 1, kUnknown = 2, kControl = 3, kUnused = 5, kByte = 6;

std::string utf8(uint32_t c) { // below U+0800
    if (c < 0x80) return std::string(1, static_cast<char>(c));
    return {static_cast<char>(0xc0 | c >> 6), static_cast<char>(0x80 | (c & 0x3f))};
}

// GPT-2's alphabet in its own order: the 188 bytes that are printed as themselves, then the others as U+0100
// and up.
std::vector<std::string> byte_alphabet() {
    std::vector<std::string> letters, others;
    for (uint32_t b = 0; b < 256; ++b) {
        const bool itself = (b >= 0x21 && b <= 0x7e) || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
        if (itself) letters.push_back(utf8(b));
        if (!itself) others.push_back(utf8(0x100 + static_cast<uint32_t>(others.size())));
    }
    letters.insert(letters.end(), others.begin(), others.end());
    return letters;
}

struct Vocabulary {
    std::vector<std::string> tokens, merges;
    std::vector<int32_t> kinds;
    std::vector<float> scores;

    void add(std::string text, int32_t kind = kNormal) {
        scores.push_back(-static_cast<float>(tokens.size()));
        tokens.push_back(std::move(text));
        kinds.push_back(kind);
    }
    int64_t size() const { return static_cast<int64_t>(tokens.size()); }
};

// What stands behind the normal tokens, from `first` on in the published vocabulary.
struct ControlTokens {
    std::array<const char*, 3> texts;
    int64_t from_end; // of the first of them
    std::string_view pre;
    int64_t bos, eos, pad; // places among `texts`, -1: none
};
constexpr ControlTokens kQwen = {{"<|endoftext|>", "<|im_start|>", "<|im_end|>"}, 293, "qwen2", 0, 2, 0};
constexpr ControlTokens kOlmo = {{"<|endoftext|>", "<|padding|>", "<|extra|>"}, 25, "olmo", -1, 0, 1};

void add_letter_pairs(Vocabulary& v, int64_t end) {
    for (char a = 'a'; a <= 'z'; ++a) {
        for (char b = 'a'; b <= 'z' && v.size() < end; ++b) {
            v.add({a, b});
            v.merges.push_back({a, ' ', b});
        }
    }
}

void add_byte_level(const ModelShape& shape, const ControlTokens& control, formats::Metadata& metadata) {
    Vocabulary v;
    for (std::string& letter : byte_alphabet())
        v.add(std::move(letter));
    const int64_t first = std::max<int64_t>(shape.vocabulary - control.from_end, 260);
    add_letter_pairs(v, first);
    while (v.size() < first)
        v.add("filler" + std::to_string(v.size()));
    for (const char* text : control.texts)
        v.add(text, kControl);
    while (v.size() < shape.vocabulary)
        v.add("[PAD" + std::to_string(v.size()) + "]", kUnused);
    metadata.set_string("tokenizer.ggml.model", "gpt2");
    metadata.set_string("tokenizer.ggml.pre", std::string(control.pre));
    metadata.set_strings("tokenizer.ggml.tokens", std::move(v.tokens));
    metadata.set_i32s("tokenizer.ggml.token_type", std::move(v.kinds));
    metadata.set_strings("tokenizer.ggml.merges", std::move(v.merges));
    const auto set_id = [&](const char* key, int64_t place) {
        if (place >= 0) metadata.set_u32(key, static_cast<uint32_t>(first + place));
    };
    set_id("tokenizer.ggml.bos_token_id", control.bos);
    set_id("tokenizer.ggml.eos_token_id", control.eos);
    set_id("tokenizer.ggml.padding_token_id", control.pad);
    metadata.set_bool("tokenizer.ggml.add_bos_token", false);
}

void add_sentencepiece(const ModelShape& shape, formats::Metadata& metadata) {
    const std::string space = "\xe2\x96\x81"; // U+2581
    Vocabulary v;
    v.add("<unk>", kUnknown);
    v.add("<s>", kControl);
    v.add("</s>", kControl);
    constexpr char kHex[] = "0123456789ABCDEF";
    for (size_t b = 0; b < 256; ++b)
        v.add({'<', '0', 'x', kHex[b / 16], kHex[b % 16], '>'}, kByte);
    v.add(space);
    for (char c = '!'; c <= '~' && v.size() < shape.vocabulary; ++c)
        v.add({c});
    while (v.size() < shape.vocabulary)
        v.add(space + "filler" + std::to_string(v.size()));
    metadata.set_string("tokenizer.ggml.model", "llama");
    metadata.set_string("tokenizer.ggml.pre", "default");
    metadata.set_strings("tokenizer.ggml.tokens", std::move(v.tokens));
    metadata.set_f32s("tokenizer.ggml.scores", std::move(v.scores));
    metadata.set_i32s("tokenizer.ggml.token_type", std::move(v.kinds));
    metadata.set_u32("tokenizer.ggml.bos_token_id", 1);
    metadata.set_u32("tokenizer.ggml.eos_token_id", 2);
    metadata.set_u32("tokenizer.ggml.unknown_token_id", 0);
    metadata.set_bool("tokenizer.ggml.add_bos_token", true);
    metadata.set_bool("tokenizer.ggml.add_eos_token", false);
}

} // namespace

void add_vocabulary(const ModelShape& shape, formats::Metadata& metadata) {
    switch (shape.vocabulary_kind) {
        case VocabularyKind::qwen2:
            return add_byte_level(shape, kQwen, metadata);
        case VocabularyKind::olmo:
            return add_byte_level(shape, kOlmo, metadata);
        case VocabularyKind::sentencepiece:
            return add_sentencepiece(shape, metadata);
    }
}

} // namespace engine::measure
