// The table of GGUF's tensor type numbers (enum ggml_type).
#include "engine/formats/gguf_types.h"

#include <array>

namespace engine::formats {

namespace {
struct Row {
    uint32_t number;
    DType dtype;
};
constexpr std::array kRows = {
    Row{0, DType::F32},      Row{1, DType::F16},     Row{2, DType::Q4_0},     Row{3, DType::Q4_1},
    Row{6, DType::Q5_0},     Row{7, DType::Q5_1},    Row{8, DType::Q8_0},     Row{9, DType::Q8_1},
    Row{10, DType::Q2_K},    Row{11, DType::Q3_K},   Row{12, DType::Q4_K},    Row{13, DType::Q5_K},
    Row{14, DType::Q6_K},    Row{15, DType::Q8_K},   Row{16, DType::IQ2_XXS}, Row{17, DType::IQ2_XS},
    Row{18, DType::IQ3_XXS}, Row{19, DType::IQ1_S},  Row{20, DType::IQ4_NL},  Row{21, DType::IQ3_S},
    Row{22, DType::IQ2_S},   Row{23, DType::IQ4_XS}, Row{24, DType::I8},      Row{25, DType::I16},
    Row{26, DType::I32},     Row{27, DType::I64},    Row{28, DType::F64},     Row{29, DType::IQ1_M},
    Row{30, DType::BF16},    Row{34, DType::TQ1_0},  Row{35, DType::TQ2_0},   Row{39, DType::MXFP4},
    Row{40, DType::NVFP4},   Row{41, DType::Q1_0},
};

// Q4_2, Q4_3; Q4_0 and IQ4_NL repacked for particular processors: in the format once, taken out again.
bool was_withdrawn(uint32_t number) {
    return number == 4 || number == 5 || (number >= 31 && number <= 33) || (number >= 36 && number <= 38);
}
} // namespace

Result<DType> dtype_from_gguf(uint32_t number) {
    for (const Row& row : kRows) {
        if (row.number == number) return row.dtype;
    }
    if (was_withdrawn(number))
        return Error{ErrorCode::unsupported,
                     "tensor type " + std::to_string(number) + ", which GGUF no longer has",
                     "Look for a newer conversion of this model."};
    return Error{ErrorCode::unsupported, "unknown tensor type " + std::to_string(number),
                 "The file is damaged or newer than this program."};
}

std::optional<uint32_t> gguf_number(DType dtype) {
    for (const Row& row : kRows) {
        if (row.dtype == dtype) return row.number;
    }
    return std::nullopt;
}

Result<uint32_t> gguf_alignment(const Metadata& metadata) {
    const MetadataValue* value = metadata.find(kAlignmentKey);
    if (value == nullptr) return kGgufDefaultAlignment;
    const auto alignment = metadata.integer(kAlignmentKey);
    if (value->type != ValueType::u32 || !alignment || !is_alignment(static_cast<uint64_t>(*alignment)))
        return Error{
            ErrorCode::bad_file,
            "metadata key \"general.alignment\" is " +
                (alignment ? std::to_string(*alignment) : "a " + std::string(to_string(value->type))) +
                "; it must be a power of two of type u32",
            ""};
    return static_cast<uint32_t>(*alignment);
}

bool is_alignment(uint64_t alignment) {
    return alignment != 0 && alignment <= UINT32_MAX && (alignment & (alignment - 1)) == 0;
}

uint64_t align_up(uint64_t offset, uint64_t alignment) {
    return (offset + alignment - 1) & ~(alignment - 1);
}

int64_t value_bytes(ValueType type) {
    switch (type) {
        case ValueType::u8:
        case ValueType::i8:
        case ValueType::boolean:
            return 1;
        case ValueType::u16:
        case ValueType::i16:
            return 2;
        case ValueType::u32:
        case ValueType::i32:
        case ValueType::f32:
            return 4;
        case ValueType::u64:
        case ValueType::i64:
        case ValueType::f64:
            return 8;
        default:
            return 0;
    }
}

} // namespace engine::formats
