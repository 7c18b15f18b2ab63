// The table of number formats.
#include "engine/base/dtype.h"

#include <array>

#include "engine/base/result.h"

namespace engine::base {

namespace {
// Same order as the enum. Sizes: ggml's block structures, quoted from the GGUF specification; the safetensors
// specification for the rest.
constexpr std::array<DTypeTraits, kDTypeCount> kTraits = {{
    {"F32", 1, 4},         {"F16", 1, 2},        {"BF16", 1, 2},        {"F64", 1, 8},
    {"I8", 1, 1},          {"I16", 1, 2},        {"I32", 1, 4},         {"I64", 1, 8},
    {"Q4_0", 32, 18},      {"Q4_1", 32, 20},     {"Q5_0", 32, 22},      {"Q5_1", 32, 24},
    {"Q8_0", 32, 34},      {"Q8_1", 32, 36},     {"Q2_K", 256, 84},     {"Q3_K", 256, 110},
    {"Q4_K", 256, 144},    {"Q5_K", 256, 176},   {"Q6_K", 256, 210},    {"Q8_K", 256, 292},
    {"IQ1_S", 256, 50},    {"IQ1_M", 256, 56},   {"IQ2_XXS", 256, 66},  {"IQ2_XS", 256, 74},
    {"IQ2_S", 256, 82},    {"IQ3_XXS", 256, 98}, {"IQ3_S", 256, 110},   {"IQ4_NL", 32, 18},
    {"IQ4_XS", 256, 136},  {"TQ1_0", 256, 54},   {"TQ2_0", 256, 66},    {"MXFP4", 32, 17},
    {"NVFP4", 64, 36},     {"Q1_0", 128, 18},    {"BOOL", 1, 1},        {"U8", 1, 1},
    {"U16", 1, 2},         {"U32", 1, 4},        {"U64", 1, 8},         {"F8_E4M3", 1, 1},
    {"F8_E5M2", 1, 1},     {"F8_E8M0", 1, 1},    {"F8_E4M3FNUZ", 1, 1}, {"F8_E5M2FNUZ", 1, 1},
    {"F6_E2M3", 4, 3},     {"F6_E3M2", 4, 3},    {"F4", 2, 1},          {"C64", 1, 8},
    {"F8_B128", 128, 132}, {"I4_G32", 32, 21},   {"I4_G64", 64, 37},    {"I4_G128", 128, 69},
    {"I8_G32", 32, 37},    {"I8_G64", 64, 69},   {"I8_G128", 128, 133},
}};

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (size_t i = 0; i < a.size(); ++i) {
        if (lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}
} // namespace

const DTypeTraits& traits(DType dtype) {
    return kTraits[static_cast<size_t>(dtype)];
}

std::optional<DType> dtype_from_name(std::string_view name) {
    for (int i = 0; i < kDTypeCount; ++i) {
        if (equal_ignoring_case(kTraits[static_cast<size_t>(i)].name, name)) return static_cast<DType>(i);
    }
    return std::nullopt;
}

} // namespace engine::base
