// Fuzzes parse_gguf: any bytes give a header whose tensors lie inside the file, or an error with words.
#include <cstdint>
#include <span>

#include "engine/formats/gguf.h"

using namespace engine::formats;

namespace {
void require(bool condition) {
    if (!condition) __builtin_trap();
}

void check(const GgufHeader& header, uint64_t file_size) {
    for (const TensorEntry& entry : header.tensors) {
        require(entry.offset >= header.data_offset && entry.offset <= file_size);
        require(entry.bytes <= file_size - entry.offset);
        require(entry.shape.rows() * row_bytes(entry.dtype, entry.shape.inner()) ==
                static_cast<int64_t>(entry.bytes));
    }
    for (const Metadata::Entry& entry : header.metadata.entries()) {
        require(header.metadata.find(entry.key) == &entry.value);
        const auto* array = std::get_if<ArrayValue>(&entry.value.value);
        require(array == nullptr || array->size() <= file_size);
    }
}
} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const auto bytes = std::as_bytes(std::span(data, size));
    const auto whole = parse_gguf(bytes, size);
    if (whole.ok())
        check(*whole, size);
    else
        require(!whole.error().message.empty());
    // The same bytes as the beginning of a file that is longer than they are.
    const uint64_t longer = size + (uint64_t{1} << 33);
    const auto piece = parse_gguf(bytes, longer);
    if (piece.ok()) check(*piece, longer);
    return 0;
}
