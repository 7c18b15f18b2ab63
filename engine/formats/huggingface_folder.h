// A folder as Hugging Face publishes models: config.json, tokenizer.json or tokenizer.model, *.safetensors.
#pragma once

#include <string>

#include "engine/base/result.h"
#include "engine/formats/model_file.h"

namespace engine::formats {

Result<ModelFile> open_huggingface_folder(const std::string& folder);

} // namespace engine::formats
