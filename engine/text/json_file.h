// JsonTokenizerFile: tokenizer.json taken apart, its long tables as vectors.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.h"

namespace engine::text {

struct JsonTokenizerFile {
    nlohmann::json rest;                                     // everything but the next three
    std::vector<std::pair<std::string, int64_t>> ids;        // model.vocab when it is an object
    std::vector<std::pair<std::string, double>> scores;      // model.vocab when it is a list of pairs
    std::vector<std::pair<std::string, std::string>> merges; // model.merges; "a b" or ["a", "b"]
};

// Reads the text once, without building objects of the tables. Errors: bad_file with the byte.
Result<JsonTokenizerFile> parse_tokenizer_json(std::string_view json);

// A small document; nesting is limited. Errors: bad_file with `name` and the byte.
Result<nlohmann::json> parse_json(std::string_view json, std::string_view name);

// Fields of JSON objects. A missing field, null or another type than asked for gives `otherwise`.
const nlohmann::json* json_field(const nlohmann::json& object, const char* name); // null when missing or null
// An object without fields when the field is missing, so that fields of fields can be asked for.
const nlohmann::json& json_section(const nlohmann::json& object, const char* name);
std::string json_string(const nlohmann::json& object, const char* name, std::string otherwise = {});
bool json_bool(const nlohmann::json& object, const char* name, bool otherwise);
int64_t json_integer(const nlohmann::json& object, const char* name, int64_t otherwise);
std::string json_type(const nlohmann::json& object); // its "type"

} // namespace engine::text
