// What a file says about itself: ModelSummary from a header alone.
#pragma once

#include "engine/api/types.h"
#include "engine/formats/model_file.h"
#include "engine/text/tokenizer.h"

namespace engine::api {

// `tokenizer`: of the file, nullptr when it has none that can be used (`tokenizer_error` says why).
ModelSummary summarise(const formats::ModelFile& file, const text::Tokenizer* tokenizer,
                       std::string_view tokenizer_error = {});

// The chat template's source: GGUF metadata, chat_template.jinja, or tokenizer_config.json; "" when there is
// none.
std::string chat_template_of(const formats::ModelFile& file);

} // namespace engine::api
