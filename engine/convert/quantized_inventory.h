// The formats that a mixture gives the weights of a model, while it is loaded or in a file of its own.
#pragma once

#include <string_view>

#include "engine/base/result.h"
#include "engine/model/inventory.h"
#include "engine/model/model_spec.h"

namespace engine::convert {

// `inventory` with the formats that the mixture's file would have, for matrices that the model's own file has
// in 8-bit floats or more; what has fewer bits already stays. Errors: invalid_argument (unknown mixture, with
// the list).
Result<model::Inventory> quantized_inventory(const model::ModelSpec& spec, const model::Inventory& inventory,
                                             std::string_view mixture);

// `inventory` as quantize() would write it to a file, whatever the model's own file has. Errors: as above.
Result<model::Inventory> copied_inventory(const model::ModelSpec& spec, const model::Inventory& inventory,
                                          std::string_view mixture);

} // namespace engine::convert
