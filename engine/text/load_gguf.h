// A tokenizer from the "tokenizer.ggml.*" keys of a GGUF file.
#pragma once

#include <memory>

#include "engine/base/result.h"
#include "engine/formats/metadata.h"
#include "engine/text/tokenizer.h"

namespace engine::text {

// Errors: not_found (no tokenizer.ggml.model), bad_file, unsupported (names the model or pre-tokenizer).
Result<std::shared_ptr<const Tokenizer>> load_tokenizer_gguf(const formats::Metadata& metadata);

} // namespace engine::text
