// FolderSettings: what the files beside a folder's vocabulary say about it.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/text/vocabulary.h"

namespace engine::text {

struct FolderTexts { // all may be empty
    std::string_view tokenizer_config_json, generation_config_json, config_json, added_tokens_json;
};

struct FolderSettings {
    nlohmann::json tokenizer, generation, model; // objects without fields where there is no file
    nlohmann::json more_tokens;                  // added_tokens.json: {text: number}

    // tokenizer_config.json's added tokens by number; -1 for one without.
    std::map<int64_t, const nlohmann::json*> added_tokens() const;
    // "bos_token", "eos_token": the one that the tokenizer's configuration names, or that the model's has the
    // number of.
    TokenId end_token(const Vocabulary& vocabulary, const char* name) const;
    // What ends a reply.
    std::vector<TokenId> ends(const Vocabulary& vocabulary, TokenId eos) const;
};

// Errors: bad_file with the file and the byte.
Result<FolderSettings> parse_folder_settings(const FolderTexts& texts);

} // namespace engine::text
