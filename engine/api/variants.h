// The variants that a file can be loaded as.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/model/inventory.h"
#include "engine/model/model_spec.h"
#include "engine/placement/variants.h"

namespace engine::api {

// As the table of mixtures spells it; what is not in there stays.
std::string type_named(std::string_view type);

// As it is; for a model in F32, F16 or BF16 also as Q8_0 and Q4_K_M; and as `quantize` where that is not "".
// Errors: invalid_argument (an unknown type).
Result<std::vector<placement::Variant>> variants_of(const model::ModelSpec& spec,
                                                    const model::Inventory& inventory,
                                                    std::string_view quantize);

} // namespace engine::api
