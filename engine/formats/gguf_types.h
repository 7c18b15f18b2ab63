// GGUF's numbers for tensor types, and the limits that its reader and writer share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/dtype.h"
#include "engine/base/result.h"
#include "engine/formats/metadata.h"

namespace engine::formats {

inline constexpr char kGgufMagic[4] = {'G', 'G', 'U', 'F'};
inline constexpr uint32_t kGgufDefaultAlignment = 32;
inline constexpr int kGgufMaxDims = 4;
inline constexpr const char* kAlignmentKey = "general.alignment";

Result<DType> dtype_from_gguf(uint32_t number);   // unsupported: names the number; says if it was withdrawn
std::optional<uint32_t> gguf_number(DType dtype); // nullopt: GGUF has no such type
Result<uint32_t> gguf_alignment(const Metadata& metadata); // 32 unless the key says otherwise
bool is_alignment(uint64_t alignment);                     // a power of two that fits 32 bits
uint64_t align_up(uint64_t offset, uint64_t alignment);    // `alignment` as above; offset <= 2^63
int64_t value_bytes(ValueType type);                       // of a number or boolean; 0 for string and array

} // namespace engine::formats
