// A vocabulary of the full size for a synthetic model: every byte can be written, the rest is filler.
#pragma once

#include "engine/formats/metadata.h"
#include "engine/measure/model_shape.h"

namespace engine::measure {

// Adds the tokenizer.ggml.* keys. The shape's vocabulary holds at least 300 tokens.
void add_vocabulary(const ModelShape& shape, formats::Metadata& metadata);

} // namespace engine::measure
