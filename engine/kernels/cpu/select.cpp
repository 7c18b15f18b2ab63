// The list of tables with what each needs.
#include "engine/kernels/cpu/select.h"

#include <string>

#include "engine/kernels/cpu/avx2/table.h"
#include "engine/kernels/cpu/avx512/table.h"
#include "engine/kernels/reference/reference.h"

namespace engine::kernels {

namespace {
struct Candidate {
    std::string_view name;
    bool (*runs_on)(const CpuFeatures&);
    const KernelTable& (*table)();
};

constexpr Candidate kBestFirst[] = {
    {"avx512", [](const CpuFeatures& f) { return f.avx512; }, avx512_table},
    {"avx2", [](const CpuFeatures& f) { return f.avx2; }, avx2_table},
    {"reference", [](const CpuFeatures&) { return true; }, reference_table},
};
} // namespace

std::vector<const KernelTable*> available_tables(const CpuFeatures& features) {
    std::vector<const KernelTable*> found;
    for (const auto& candidate : kBestFirst) {
        if (candidate.runs_on(features)) found.push_back(&candidate.table());
    }
    return found;
}

Result<const KernelTable*> select_table(const CpuFeatures& features, std::string_view forced) {
    std::string names;
    for (const auto& candidate : kBestFirst) {
        names += (names.empty() ? "" : ", ") + std::string(candidate.name);
        if (!forced.empty() && candidate.name != forced) continue;
        if (candidate.runs_on(features)) return &candidate.table();
        if (!forced.empty())
            return Error{ErrorCode::unsupported,
                         "TANDEM_CPU forces \"" + std::string(forced) +
                             "\", but this processor or its operating system does not offer it",
                         "Unset TANDEM_CPU to use the best instruction set that this machine has."};
    }
    return Error{ErrorCode::invalid_argument,
                 "TANDEM_CPU names an unknown instruction set \"" + std::string(forced) + "\"",
                 "Known are " + names + "; unset it to use the best."};
}

} // namespace engine::kernels
