// GGUF export: a model from any container as a GGUF file with llama.cpp's conventions.
#pragma once

#include <string>

#include "engine/base/result.h"
#include "engine/base/stop.h"
#include "engine/formats/gguf.h"
#include "engine/formats/model_file.h"
#include "engine/model/inventory.h"
#include "engine/model/model_spec.h"

namespace engine::model {

// A writer with the model's numbers and tensors; the caller adds tokenizer metadata (without, the file says
// that it has no vocabulary) and calls write(). `file` must live until then.
// Conventions: rows of q and k of the `llama` architecture reordered so that neighbours turn together;
// experts stacked; vectors and routers F32; Llama 3's frequencies as the tensor rope_freqs. Errors:
// unsupported (what GGUF has no words for: ropes that depend on the length, ...).
Result<formats::GgufWriter> gguf_writer(const ModelSpec& spec, const Inventory& inventory,
                                        const formats::ModelFile& file);

} // namespace engine::model
