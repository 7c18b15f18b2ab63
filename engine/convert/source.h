// Source: what a GGUF file is made from, a file of that kind or a folder, tensor by tensor.
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/formats/model_file.h"
#include "engine/model/gguf_export.h"

namespace engine::convert {

struct Source {
    model::GgufModel model;            // with vocabulary and general.*, in the formats that the file has
    std::vector<std::string> warnings; // whole sentences
};

// `file` must live as long. Errors: invalid_argument (no weights); of folders also those of the model's
// family and of its tokenizer: a folder without one is refused, as nobody could talk to what came of it.
Result<Source> open_source(const formats::ModelFile& file);

} // namespace engine::convert
