// Where a model's chat template stands.
#pragma once

#include <string>

#include "engine/formats/model_file.h"

namespace engine::text {

// The chat template's source: GGUF metadata, chat_template.jinja, or tokenizer_config.json; "" when there is
// none.
std::string chat_template_of(const formats::ModelFile& file);

} // namespace engine::text
