// The families that can be read, and the way from a file's header to spec and inventory.
#pragma once

#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/formats/model_file.h"
#include "engine/model/inventory.h"
#include "engine/model/model_spec.h"

namespace engine::model {

// Reads metadata (GGUF) or config.json (folders); touches no weight bytes. Serves vocabulary-only files too.
// Errors name the key: bad_file (missing, contradictory, absurd), unsupported (architecture, activation,
// ...).
Result<ModelSpec> read_spec(const formats::ModelFile& file);

// Finds each weight of the spec in the file's tensor index and checks its shape. Errors name the tensor:
// not_found (also for files without weights), bad_file (shape, or not divisible into its format's blocks).
Result<Inventory> take_inventory(const ModelSpec& spec, const formats::ModelFile& file);

// GGUF names of what read_spec understands, for messages: "llama", "qwen2", ...
std::vector<std::string_view> known_architectures();

// What a GGUF file of this model calls itself: "llama" for a "mixtral". Empty: not known.
std::string_view gguf_architecture(const ModelSpec& spec);

} // namespace engine::model
