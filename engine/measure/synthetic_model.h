// Synthetic models: GGUF files of a published model's shape with random weights, for measuring speed.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/result.h"
#include "engine/base/stop.h"
#include "engine/formats/model_file.h"
#include "engine/measure/model_shape.h"
#include "engine/measure/type_mixture.h"

namespace engine::measure {

// Matrices have entries of variance 1 / columns, those that write to the residual stream smaller by the root
// of twice the layers, so that activations keep their size through any number of layers; norms are 1. Routers
// are normally distributed: their logits have variance 1 and every expert gets its share of the tokens. The
// file holds no more of anything than its shape says, never is in memory whole, and appears under its name
// when it is complete. Progress in bytes. Errors: invalid_argument (a width that is no multiple of the
// format's block), and those of GgufWriter::write.
Result<void> write_synthetic_model(const ModelShape& shape, const TypeMixture& mixture, uint64_t seed,
                                   const std::string& path, const Progress& progress, const StopToken& stop);

// What the header of such a file would say, less the vocabulary, without writing one: enough to plan with.
Result<formats::ModelFile> outline_synthetic_model(const ModelShape& shape, const TypeMixture& mixture);

} // namespace engine::measure
