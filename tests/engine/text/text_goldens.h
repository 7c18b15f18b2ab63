// What tests/golden/text holds, unpacked, and small vocabularies as GGUF metadata.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/formats/metadata.h"
#include "engine/text/tokenizer.h"

namespace tests {

using Json = nlohmann::json;

Json packed_golden(const char* name); // JSON as qCompress() packs it
std::string golden_text(const char* name);

const std::vector<std::string>& nasty_strings();
const std::vector<std::string>& marked_strings(); // texts around added tokens

// Of lists of numbers, as make.py computes it.
class ListHash {
 public:
    void add(std::span<const int32_t> numbers);
    std::string text() const; // 16 hexadecimal digits

 private:
    void add_number(uint32_t number);
    uint64_t state_ = 0xCBF29CE484222325ull;
};

// Metadata of a "gpt2" vocabulary with the tokens and merges of a tokenizer.json.
engine::formats::Metadata byte_level_metadata(std::string_view tokenizer_json, const std::string& pre);
// Of a sentencepiece model of sentencepiece.bin.
engine::formats::Metadata sentencepiece_metadata(const Json& model);

// A vocabulary "gpt2" or "llama" as Hugging Face has it: tokenizer.json, where sentencepiece's scores are
// merges, all the ways to each token. Empty when the pattern of `pre` is in none of the goldens.
std::string tokenizer_json_of(const engine::formats::Metadata& metadata);

} // namespace tests
