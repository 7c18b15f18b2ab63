// Which kernel table this machine uses: the best that it permits, or the one that somebody forces.
#pragma once

#include <string_view>
#include <vector>

#include "engine/base/cpu_features.h"
#include "engine/base/result.h"
#include "engine/kernels/cpu/matrix_kernels.h"
#include "engine/kernels/reference/kernel_table.h"

namespace engine::kernels {

// `vector` with the matrix path of `matrix` in the formats that it has.
KernelTable with_matrix_kernels(const char* name, const KernelTable& vector, const MatrixKernels& matrix);

// Best first; the reference is always there. `features` are this machine's or fewer: "amx" is offered only
// when a product of its tiles comes out right, which is tried once.
std::vector<const KernelTable*> available_tables(const CpuFeatures& features);

// `forced`: "" for the best, or a table's name. Errors: invalid_argument for a name that no table has,
// unsupported for one that this machine cannot run.
Result<const KernelTable*> select_table(const CpuFeatures& features, std::string_view forced);

} // namespace engine::kernels
