// The families that can be read, and the way from a file's header to its spec.
#include "engine/model/registry.h"

#include <algorithm>

#include "engine/model/families/family.h"

namespace engine::model {

namespace {

const std::vector<Family>& families() {
    static const std::vector<Family> kFamilies = {
        llama_family(), mistral_family(),   mixtral_family(), qwen2_family(),
        qwen3_family(), qwen3_moe_family(), olmoe_family(),
    };
    return kFamilies;
}

std::string joined(const std::vector<std::string_view>& words) {
    std::string text;
    for (const std::string_view word : words)
        text += (text.empty() ? "" : ", ") + std::string(word);
    return text;
}

Error unknown(const std::string& name, const std::vector<std::string_view>& known) {
    return {ErrorCode::unsupported, "the architecture \"" + name.substr(0, 64) + "\" is not known",
            "Models of these architectures can run: " + joined(known) + "."};
}

Result<ModelSpec> spec_from_gguf(const formats::ModelFile& file) {
    ENGINE_ASSIGN(const std::string architecture, file.metadata.require_string("general.architecture"));
    for (const Family& family : families()) {
        if (family.from_gguf == nullptr || family.architecture != architecture) continue;
        const Keys keys = gguf_keys(file.metadata, architecture + ".");
        return family.from_gguf({architecture, file.metadata, file.tensors, keys});
    }
    return unknown(architecture, known_architectures());
}

Result<ModelSpec> spec_from_config(const formats::ModelFile& file) {
    ENGINE_ASSIGN(const ConfigJson config, ConfigJson::parse(file.config_json));
    ENGINE_ASSIGN(const std::string type, config.keys().text_or("model_type", ""));
    if (type.empty()) return config.keys().error("model_type", "is missing");
    std::vector<std::string_view> known;
    for (const Family& family : families()) {
        if (std::find(family.model_types.begin(), family.model_types.end(), type) != family.model_types.end())
            return family.from_config({config, file.tensors});
        known.insert(known.end(), family.model_types.begin(), family.model_types.end());
    }
    return unknown(type, known);
}

} // namespace

Result<ModelSpec> read_spec(const formats::ModelFile& file) {
    return file.container == formats::Container::gguf ? spec_from_gguf(file) : spec_from_config(file);
}

std::vector<std::string_view> known_architectures() {
    std::vector<std::string_view> names;
    for (const Family& family : families()) {
        if (family.from_gguf != nullptr) names.push_back(family.architecture);
    }
    return names;
}

std::string_view gguf_architecture(const ModelSpec& spec) {
    for (const Family& family : families()) {
        if (family.architecture == spec.architecture) return family.architecture;
        const auto& types = family.model_types;
        if (std::find(types.begin(), types.end(), spec.architecture) != types.end())
            return family.architecture;
    }
    return {};
}

} // namespace engine::model
