// What a file says about itself: ModelSummary from a header alone.
#pragma once

#include <span>

#include "engine/api/types.h"
#include "engine/formats/model_file.h"
#include "engine/text/tokenizer.h"

namespace engine::api {

// `tokenizer`: of the file, nullptr when it has none that can be used (`tokenizer_error` says why).
ModelSummary summarise(const formats::ModelFile& file, const text::Tokenizer* tokenizer,
                       std::string_view tokenizer_error = {});

// Whether `bytes`, the first of a GGUF file that is file_size long, hold its whole header; false: come back
// with more. Errors: those of the header.
Result<bool> holds_gguf_header(std::span<const std::byte> bytes, uint64_t file_size);

} // namespace engine::api
