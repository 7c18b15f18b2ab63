// The list of tables with what each needs.
#include "engine/kernels/cpu/select.h"

#include <string>

#include "engine/kernels/cpu/amx/table.h"
#include "engine/kernels/cpu/avx2/table.h"
#include "engine/kernels/cpu/avx2_bytes/table.h"
#include "engine/kernels/cpu/avx512/table.h"
#include "engine/kernels/cpu/avx512_bf16/table.h"
#include "engine/kernels/cpu/avx512_vnni/table.h"
#include "engine/kernels/cpu/avx_vnni/table.h"
#include "engine/kernels/reference/reference.h"

namespace engine::kernels {

namespace {
struct Candidate {
    std::string_view name;
    bool (*runs_on)(const CpuFeatures&);
    const KernelTable& (*table)();
};

// `table` with the products of `integer` in the formats that it has; `wider`: the table's registers are
// wider.
KernelTable with_integers(KernelTable table, const IntegerKernels& integer, bool wider) {
    table.quantize_row = integer.quantize_row;
    for (int i = 0; i < base::kDTypeCount; ++i) {
        FormatKernels& format = table.formats[i];
        if (integer.dot_quantized[i] != nullptr) format.dot_quantized = integer.dot_quantized[i];
        if (integer.decode_panel[i] == nullptr || (wider && integer.in_nibbles[i])) continue;
        format.panel = &integer.panel;
        format.decode_panel = integer.decode_panel[i];
    }
    return table;
}

template <const KernelTable& (*kBase)(), const IntegerKernels& (*kIntegers)(), bool kWider = false>
const KernelTable& joined() {
    static const KernelTable kTable = with_integers(kBase(), kIntegers(), kWider);
    return kTable;
}

const KernelTable& avx512_bf16_table() {
    static const KernelTable kTable = [] {
        KernelTable table = joined<avx512_table, avx512_vnni_kernels>();
        table.rounded = avx512_bf16_products();
        return table;
    }();
    return kTable;
}

bool offers_amx(const CpuFeatures& f) {
    if (!f.amx_bf16 || !f.amx_int8 || !f.avx512_bf16 || !f.avx512_vnni || !f.avx512_vbmi) return false;
    static const bool kWorks = amx_kernels().works();
    return kWorks;
}
const KernelTable& amx_table() {
    static const KernelTable kTable =
        with_matrix_kernels("amx", joined<avx512_table, avx512_vnni_kernels>(), amx_kernels());
    return kTable;
}

// AVX-512 without VNNI (before 2019) takes the byte products of AVX2: what VNNI saves is what its width would
// gain.
constexpr Candidate kBestFirst[] = {
    {"amx", offers_amx, amx_table},
    {"avx512", [](const CpuFeatures& f) { return f.avx512 && f.avx512_vnni && f.avx512_bf16; },
     avx512_bf16_table},
    {"avx512", [](const CpuFeatures& f) { return f.avx512 && f.avx512_vnni; },
     joined<avx512_table, avx512_vnni_kernels>},
    {"avx512", [](const CpuFeatures& f) { return f.avx512; }, joined<avx512_table, avx2_bytes_kernels, true>},
    {"avx2", [](const CpuFeatures& f) { return f.avx2 && f.avx_vnni; }, joined<avx2_table, avx_vnni_kernels>},
    {"avx2", [](const CpuFeatures& f) { return f.avx2; }, joined<avx2_table, avx2_bytes_kernels>},
    {"reference", [](const CpuFeatures&) { return true; }, reference_table},
};
} // namespace

KernelTable with_matrix_kernels(const char* name, const KernelTable& vector, const MatrixKernels& matrix) {
    KernelTable table = vector;
    table.name = name;
    for (int i = 0; i < base::kDTypeCount; ++i) {
        if (matrix.panel[i] == nullptr) continue;
        table.formats[i].panel = matrix.panel[i];
        table.formats[i].decode_panel = matrix.decode_panel[i];
    }
    table.rounded = matrix.rounded;
    return table;
}

std::vector<const KernelTable*> available_tables(const CpuFeatures& features) {
    std::vector<const KernelTable*> found;
    for (const auto& candidate : kBestFirst) {
        if (candidate.runs_on(features)) found.push_back(&candidate.table());
    }
    return found;
}

Result<const KernelTable*> select_table(const CpuFeatures& features, std::string_view forced) {
    std::string names;
    bool known = false;
    for (const auto& candidate : kBestFirst) {
        if (!names.ends_with(candidate.name))
            names += (names.empty() ? "" : ", ") + std::string(candidate.name);
        if (!forced.empty() && candidate.name != forced) continue;
        if (candidate.runs_on(features)) return &candidate.table();
        known = true;
    }
    if (known)
        return Error{ErrorCode::unsupported,
                     "TANDEM_CPU forces \"" + std::string(forced) +
                         "\", but this processor or its operating system does not offer it",
                     "Unset TANDEM_CPU to use the best instruction set that this machine has."};
    return Error{ErrorCode::invalid_argument,
                 "TANDEM_CPU names an unknown instruction set \"" + std::string(forced) + "\"",
                 "Known are " + names + "; unset it to use the best."};
}

} // namespace engine::kernels
