// GGUF export: a model from any container as a GGUF file with llama.cpp's conventions.
#pragma once

#include <functional>
#include <vector>

#include "engine/base/result.h"
#include "engine/formats/gguf.h"
#include "engine/formats/model_file.h"
#include "engine/model/inventory.h"
#include "engine/model/model_spec.h"

namespace engine::model {

// A tensor as a GGUF file has it, read from wherever its weights lie.
struct GgufTensor {
    formats::TensorEntry entry; // name, shape, and the format of the rows that read() writes
    DType stored = DType::F32;  // what the model's own file has
    // Row `row` of the tensor; from any thread. The model's file must live as long.
    std::function<void(int64_t row, std::byte* to)> read;
};

struct GgufModel {
    formats::Metadata metadata; // the model's numbers; of a vocabulary it says that there is none
    std::vector<GgufTensor> tensors;
};

// Conventions: rows of q and k of the `llama` architecture reordered so that neighbours turn together;
// experts stacked; vectors and routers F32; FP8 with scales for its blocks multiplied out to F32; Llama 3's
// frequencies as the tensor rope_freqs. Errors: unsupported (what GGUF has no words for: ropes that depend on
// the length, ...).
Result<GgufModel> gguf_model(const ModelSpec& spec, const Inventory& inventory,
                             const formats::ModelFile& file);

// Its rows as they are, in pieces.
void add_rows(formats::GgufWriter& writer, const GgufTensor& tensor);

// gguf_model() as a writer, without a vocabulary.
Result<formats::GgufWriter> gguf_writer(const ModelSpec& spec, const Inventory& inventory,
                                        const formats::ModelFile& file);

} // namespace engine::model
