// Family: how one kind of model describes itself; no forward code.
#pragma once

#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/formats/metadata.h"
#include "engine/formats/model_file.h"
#include "engine/model/config_json.h"
#include "engine/model/keys.h"
#include "engine/model/model_spec.h"

namespace engine::model {

struct GgufSource {
    std::string_view architecture;
    const formats::Metadata& metadata;
    const formats::TensorIndex& tensors; // empty in vocabulary-only files
    const Keys& keys;                    // those below "{architecture}."
};

struct ConfigSource {
    const ConfigJson& config;
    const formats::TensorIndex& tensors;
};

struct Family {
    std::string_view architecture;             // GGUF's general.architecture
    std::vector<std::string_view> model_types; // config.json's model_type
    // Null: its GGUF files carry another family's name, which reads them.
    Result<ModelSpec> (*from_gguf)(const GgufSource&);
    Result<ModelSpec> (*from_config)(const ConfigSource&);
};

Family llama_family();
Family mistral_family();
Family mixtral_family();
Family qwen2_family();
Family qwen3_family();
Family qwen3_moe_family();
Family olmoe_family();

} // namespace engine::model
