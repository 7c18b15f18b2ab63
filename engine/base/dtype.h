// The number formats of weights: names, block sizes and byte sizes. How to decode them is in kernels/quant.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace engine::base {

// Element formats that model files and memory can hold. Block formats store `block_size` values in
// `block_bytes` bytes.
enum class DType : uint8_t {
    F32,
    F16,
    BF16,
    F64,
    I8,
    I16,
    I32,
    I64,
    Q4_0,
    Q4_1,
    Q5_0,
    Q5_1,
    Q8_0,
    Q8_1,
    Q2_K,
    Q3_K,
    Q4_K,
    Q5_K,
    Q6_K,
    Q8_K,
    IQ1_S,
    IQ1_M,
    IQ2_XXS,
    IQ2_XS,
    IQ2_S,
    IQ3_XXS,
    IQ3_S,
    IQ4_NL,
    IQ4_XS,
    TQ1_0,
    TQ2_0,
    MXFP4,
    NVFP4,
    Q1_0,
    Bool, // from here on: formats of safetensors files that are listed but not decoded
    U8,
    U16,
    U32,
    U64,
    F8_E4M3,
    F8_E5M2,
    F8_E8M0,
    F8_E4M3FNUZ,
    F8_E5M2FNUZ,
    F6_E2M3,
    F6_E3M2,
    F4,
    C64,
    F8_B128, // from here on: formats that no file has, made while loading
    I4_G32,
    I4_G64,
    I4_G128,
    I8_G32,
    I8_G64,
    I8_G128,
};
inline constexpr int kDTypeCount = static_cast<int>(DType::I8_G128) + 1;

struct DTypeTraits {
    std::string_view name; // as in GGUF tools: "Q4_K"; else as in safetensors files: "F8_E4M3"
    int32_t block_size;    // values per block
    int32_t block_bytes;   // bytes per block
};

const DTypeTraits& traits(DType dtype);
inline std::string_view name(DType dtype) {
    return traits(dtype).name;
}
std::optional<DType> dtype_from_name(std::string_view name); // case-insensitive

// Bytes of a row of n values; n must be a multiple of the block size.
inline int64_t row_bytes(DType dtype, int64_t n) {
    const DTypeTraits& t = traits(dtype);
    return n / t.block_size * t.block_bytes;
}

} // namespace engine::base

namespace engine {
using namespace base;
}
