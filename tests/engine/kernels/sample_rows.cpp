// Random blocks whose scales stay finite unless asked otherwise.
#include "tests/engine/kernels/sample_rows.h"

#include <cstddef>
#include <cstring>

#include "engine/base/half.h"
#include "engine/kernels/cpu/select.h"
#include "engine/kernels/quant/quant.h"
#include "engine/platform/cpu_features.h"
#include "tests/engine/kernels/emulated_amx.h"

using namespace engine;

namespace samples {

namespace {
// Where a block holds IEEE halves that scale all else.
std::vector<int> half_scales(DType dtype) {
    switch (dtype) {
        case DType::Q4_0:
        case DType::Q5_0:
        case DType::Q8_0:
        case DType::IQ1_S:
        case DType::IQ2_XXS:
        case DType::IQ2_XS:
        case DType::IQ2_S:
        case DType::IQ3_XXS:
        case DType::IQ3_S:
        case DType::IQ4_NL:
        case DType::IQ4_XS:
            return {0};
        case DType::Q4_1:
        case DType::Q5_1:
        case DType::Q4_K:
        case DType::Q5_K:
            return {0, 2};
        case DType::Q2_K:
            return {80, 82};
        case DType::Q3_K:
            return {108};
        case DType::Q6_K:
            return {208};
        default:
            return {};
    }
}

float between(Random& random, float low, float high) {
    return low + (high - low) * static_cast<float>(random.uniform());
}

void put(std::byte* to, uint16_t value) {
    std::memcpy(to, &value, 2);
}

// IQ1_M keeps its half in the high nibbles of the shorts at byte 48, lowest first.
void put_nibbles(std::byte* to, int value) {
    for (int k = 0; k < 4; ++k) {
        std::byte& high = to[48 + 2 * k + 1];
        high = (high & std::byte{15}) | static_cast<std::byte>((value >> 4 * k & 15) << 4);
    }
}

void put_scale(Random& random, std::byte* to) {
    const float d = between(random, -0.1f, 0.1f);
    std::memcpy(to, &d, 4);
}

void put_no_nan(int bytes, std::byte* to) { // E4M3 from byte 4 on
    for (int i = 4; i < bytes; ++i) {
        if ((to[i] & std::byte{127}) == std::byte{127}) to[i] = std::byte{0x80};
    }
}

void fill_plain(Random& random, DType dtype, std::byte* to) {
    const float x = between(random, -1, 1);
    if (dtype == DType::F32) std::memcpy(to, &x, 4);
    if (dtype == DType::F16) put(to, float_to_half(x));
    if (dtype == DType::BF16) put(to, float_to_bf16(x));
}

void fill_block(Random& random, DType dtype, Scales scales, std::byte* to) {
    const DTypeTraits& t = traits(dtype);
    if (t.block_size == 1 && scales == Scales::moderate) return fill_plain(random, dtype, to);
    for (int i = 0; i < t.block_bytes; ++i)
        to[i] = static_cast<std::byte>(random.next_u32());
    if (scales == Scales::any) return;
    for (const int at : half_scales(dtype))
        put(to + at, float_to_half(between(random, -0.1f, 0.1f)));
    if (dtype == DType::IQ1_M) put_nibbles(to, float_to_half(between(random, -0.1f, 0.1f)));
    if (dtype >= DType::F8_B128) put_scale(random, to);
    if (dtype == DType::F8_B128) put_no_nan(t.block_bytes, to);
    if (dtype == DType::MXFP4) *to = static_cast<std::byte>(120 + random.next_u32() % 12);
}
} // namespace

std::vector<DType> formats() {
    std::vector<DType> all;
    for (int i = 0; i < kDTypeCount; ++i) {
        if (kernels::decode_row(static_cast<DType>(i)) != nullptr) all.push_back(static_cast<DType>(i));
    }
    return all;
}

std::vector<const kernels::KernelTable*> tables() {
    const CpuFeatures features = platform::detect_cpu_features();
    auto all = kernels::available_tables(features);
    if (!features.avx512_vnni || !features.avx512_bf16 || !features.avx512_vbmi) return all;
    static const kernels::KernelTable kEmulated = kernels::with_matrix_kernels(
        "amx-emulated", **kernels::select_table(features, "avx512"), kernels::emulated_amx_kernels());
    all.push_back(&kEmulated);
    return all;
}

void fill_rows(Random& random, DType dtype, int64_t rows, int64_t n, int64_t stride, Scales scales,
               std::byte* to) {
    const DTypeTraits& t = traits(dtype);
    for (int64_t r = 0; r < rows; ++r) {
        for (int64_t b = 0; b < n / t.block_size; ++b)
            fill_block(random, dtype, scales, to + r * stride + b * t.block_bytes);
    }
}

std::vector<float> floats(Random& random, int64_t n, float greatest) {
    std::vector<float> x(static_cast<size_t>(n));
    for (float& v : x)
        v = between(random, -greatest, greatest);
    return x;
}

std::vector<float> decoded(DType dtype, const std::byte* row, int64_t n) {
    std::vector<float> out(static_cast<size_t>(n));
    kernels::decode_row(dtype)(row, out.data(), n);
    return out;
}

std::vector<int64_t> lengths(DType dtype) {
    const int64_t block = traits(dtype).block_size;
    if (block == 1) return {1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 80, 100, 127, 129, 257, 1000};
    if (block == 32) return {32, 64, 96, 128, 160, 224, 288, 1024};
    return {block, 2 * block, 3 * block, 5 * block};
}

std::string name_of(const kernels::KernelTable& table, DType dtype) {
    return std::string(table.name) + "/" + std::string(name(dtype));
}

} // namespace samples
