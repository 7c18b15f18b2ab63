// The grids of the IQ1, IQ2 and IQ3 formats: the points that a code word of 8 to 11 bits can name.
#pragma once

#include <cstdint>

namespace engine::kernels {

// Plain data with external linkage: objects with ISA flags read it, so no inline function may stand here.
template <int kEntries, int kWidth>
struct alignas(64) IqGrid {
    int8_t at[kEntries][kWidth];
};

// Values 8, 25, 43: magnitudes, the signs are stored apart.
extern const IqGrid<256, 8> kIq2XxsGrid;
extern const IqGrid<512, 8> kIq2XsGrid;
extern const IqGrid<1024, 8> kIq2SGrid;
extern const IqGrid<256, 4> kIq3XxsGrid; // magnitudes 4, 12, ... 52, 62
extern const IqGrid<512, 4> kIq3SGrid;   // magnitudes 1, 3, ... 15
extern const IqGrid<2048, 8> kIq1Grid;   // eight times -1, 0, 1, so that the format's shift of 1/8 is 1

} // namespace engine::kernels
