// Fields as transformers writes and reads them.
#include "engine/text/folder_settings.h"

#include <string>
#include <utility>

#include "engine/text/end_tokens.h"
#include "engine/text/json_file.h"

namespace engine::text {
namespace {

using Json = nlohmann::json;

Result<Json> parse_optional(std::string_view text, std::string_view name) {
    if (text.empty()) return Json(Json::object());
    return parse_json(text, name);
}

// A token named by its text or by {"content": text}.
std::string token_text(const Json& config, const char* name) {
    const Json* field = json_field(config, name);
    if (field == nullptr) return {};
    return field->is_string() ? field->get<std::string>() : json_string(*field, "content");
}

// A number or a list of numbers.
std::vector<TokenId> ids_of(const Json& object, const std::string& name, const Vocabulary& vocabulary) {
    std::vector<TokenId> ids;
    const auto add = [&](const Json& number) {
        if (number.is_number_unsigned() && number.get<uint64_t>() < static_cast<uint64_t>(vocabulary.size()))
            ids.push_back(static_cast<TokenId>(number.get<uint64_t>()));
    };
    const Json& field = json_section(object, name.c_str());
    if (field.is_array())
        for (const Json& number : field)
            add(number);
    else
        add(field);
    return ids;
}

} // namespace

std::map<int64_t, const Json*> FolderSettings::added_tokens() const {
    std::map<int64_t, const Json*> tokens;
    for (const auto& [name, token] : json_section(tokenizer, "added_tokens_decoder").items()) {
        const bool is_number =
            !name.empty() && name.size() < 10 && name.find_first_not_of("0123456789") == std::string::npos;
        tokens.emplace(is_number ? std::stoll(name) : -1, &token);
    }
    return tokens;
}

TokenId FolderSettings::end_token(const Vocabulary& vocabulary, const char* name) const {
    if (const std::string text = token_text(tokenizer, name); !text.empty())
        return vocabulary.tokens.find(text);
    const std::vector<TokenId> ids = ids_of(model, std::string(name) + "_id", vocabulary);
    return ids.empty() ? -1 : ids[0];
}

std::vector<TokenId> FolderSettings::ends(const Vocabulary& vocabulary, TokenId eos) const {
    std::vector<TokenId> named = ids_of(generation, "eos_token_id", vocabulary);
    for (const TokenId id : ids_of(model, "eos_token_id", vocabulary))
        named.push_back(id);
    named.push_back(eos);
    return find_end_tokens(vocabulary, std::move(named));
}

Result<FolderSettings> parse_folder_settings(const FolderTexts& texts) {
    FolderSettings settings;
    ENGINE_ASSIGN(settings.tokenizer, parse_optional(texts.tokenizer_config_json, "tokenizer_config.json"));
    ENGINE_ASSIGN(settings.generation,
                  parse_optional(texts.generation_config_json, "generation_config.json"));
    ENGINE_ASSIGN(settings.model, parse_optional(texts.config_json, "config.json"));
    ENGINE_ASSIGN(settings.more_tokens, parse_optional(texts.added_tokens_json, "added_tokens.json"));
    return settings;
}

} // namespace engine::text
