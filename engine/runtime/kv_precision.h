// KvPrecision: the number formats in which a KV cache can keep keys and values.
#pragma once

#include <optional>
#include <string_view>

#include "engine/base/dtype.h"

namespace engine::runtime {

// Bytes per element: 4, 2, 1.0625, 0.5625. Against F16, Q8_0 is hardly to be told apart; Q4_0 is for contexts
// that fit no other way.
enum class KvPrecision { f32, f16, q8_0, q4_0 };

inline constexpr KvPrecision kKvPrecisions[] = {KvPrecision::f32, KvPrecision::f16, KvPrecision::q8_0,
                                                KvPrecision::q4_0};

constexpr std::string_view to_string(KvPrecision precision) {
    switch (precision) {
        case KvPrecision::f32:
            return "f32";
        case KvPrecision::f16:
            return "f16";
        case KvPrecision::q8_0:
            return "q8_0";
        case KvPrecision::q4_0:
            return "q4_0";
    }
    return "";
}

constexpr DType dtype_of(KvPrecision precision) {
    switch (precision) {
        case KvPrecision::f32:
            return DType::F32;
        case KvPrecision::f16:
            return DType::F16;
        case KvPrecision::q8_0:
            return DType::Q8_0;
        case KvPrecision::q4_0:
            return DType::Q4_0;
    }
    return DType::F32;
}

// Unset for formats that no cache has.
constexpr std::optional<KvPrecision> kv_precision_of(DType dtype) {
    for (const KvPrecision precision : kKvPrecisions) {
        if (dtype_of(precision) == dtype) return precision;
    }
    return std::nullopt;
}

} // namespace engine::runtime
