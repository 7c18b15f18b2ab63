// The three places of a chat template.
#include "engine/text/template_source.h"

#include <nlohmann/json.hpp>

namespace engine::text {

namespace {

// tokenizer_config.json: "chat_template" is the text, or a list of {"name", "template"} of which "default"
// counts.
std::string template_in_config(const std::string& tokenizer_config) {
    const auto config = nlohmann::json::parse(tokenizer_config, nullptr, false);
    if (!config.is_object() || !config.contains("chat_template")) return "";
    const auto& value = config["chat_template"];
    if (value.is_string()) return value.get<std::string>();
    if (!value.is_array()) return "";
    for (const auto& item : value) {
        if (item.is_object() && item.value("name", nlohmann::json()) == "default" &&
            item.contains("template") && item["template"].is_string())
            return item["template"].get<std::string>();
    }
    return "";
}

} // namespace

std::string chat_template_of(const formats::ModelFile& file) {
    if (const std::string* in_gguf = file.metadata.string("tokenizer.chat_template")) return *in_gguf;
    if (!file.chat_template.empty()) return file.chat_template;
    return template_in_config(file.tokenizer_config_json);
}

} // namespace engine::text
