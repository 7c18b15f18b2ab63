// The normalizer and pre_tokenizer sections of tokenizer.json.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "engine/base/result.h"
#include "engine/text/normalizer.h"
#include "engine/text/pre_tokenizer.h"

namespace engine::text {

// What text goes through before the model.
struct JsonStages {
    NormalizerPtr normalizer; // may be null
    PreTokenizer pre_tokenizer;
    std::string description;    // of the pre-tokenizer
    bool byte_alphabet = false; // the model's vocabulary is in the byte alphabet,
    bool mapped = false;        // and a stage turns the text into it
};

// Sections may be null. Errors: unsupported and bad_file; they name the section and the type.
Result<JsonStages> read_json_stages(const nlohmann::json* normalizer, const nlohmann::json* pre_tokenizer);

// The bytes of precompiled_charsmap. Errors: bad_file.
Result<std::string> decode_base64(const std::string& text);

} // namespace engine::text
