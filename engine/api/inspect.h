// What a file says about itself: ModelSummary from a header alone.
#pragma once

#include "engine/api/types.h"
#include "engine/formats/model_file.h"

namespace engine::api {

ModelSummary summarise(const formats::ModelFile& file);

// The chat template's source: GGUF metadata, chat_template.jinja, or tokenizer_config.json; "" when there is
// none.
std::string chat_template_of(const formats::ModelFile& file);

} // namespace engine::api
