// The decoder section of tokenizer.json.
#pragma once

#include <nlohmann/json.hpp>

#include "engine/base/result.h"
#include "engine/text/vocabulary.h"

namespace engine::text {

struct JsonDecoder {
    StringTable pieces;              // by token
    bool strips_first_space = false; // of a whole text
};

// `byte_alphabet` serves when there is no decoder. Added tokens (`added`, by id) stand for themselves.
Result<JsonDecoder> read_json_decoder(const nlohmann::json* section, const Vocabulary& vocabulary,
                                      const std::vector<bool>& added, bool byte_alphabet);

} // namespace engine::text
