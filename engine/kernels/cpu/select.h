// Which kernel table this machine uses: the best that it permits, or the one that somebody forces.
#pragma once

#include <string_view>
#include <vector>

#include "engine/base/cpu_features.h"
#include "engine/base/result.h"
#include "engine/kernels/reference/kernel_table.h"

namespace engine::kernels {

// Best first; the reference is always there.
std::vector<const KernelTable*> available_tables(const CpuFeatures& features);

// `forced`: "" for the best, or a table's name. Errors: invalid_argument for a name that no table has,
// unsupported for one that this machine cannot run.
Result<const KernelTable*> select_table(const CpuFeatures& features, std::string_view forced);

} // namespace engine::kernels
