// Fuzzes safetensors headers and indexes. The first byte chooses: odd, the rest is an index; even, the rest
// is a file (twice even: its header's text alone, so that the length need not be guessed).
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

#include "engine/formats/safetensors.h"

using namespace engine::formats;

namespace {
void require(bool condition) {
    if (!condition) __builtin_trap();
}

void parse(const std::string& file, uint64_t file_size) {
    const auto entries = parse_safetensors(std::as_bytes(std::span(file)), file_size);
    if (!entries.ok()) {
        require(!entries.error().message.empty());
        return;
    }
    uint64_t at = entries->empty() ? file_size : entries->front().offset;
    for (const TensorEntry& entry : *entries) {
        require(entry.offset == at && entry.bytes <= file_size - at);
        at += entry.bytes;
        require(entry.shape.elements() == 0 ||
                entry.shape.rows() * row_bytes(entry.dtype, entry.shape.inner()) ==
                    static_cast<int64_t>(entry.bytes));
    }
    require(at == file_size);
}
} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) return 0;
    const std::string rest(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (data[0] % 2 == 1) {
        const auto index = parse_safetensors_index(rest);
        if (!index.ok()) require(!index.error().message.empty());
        if (index.ok()) {
            for (const ShardOfTensor& row : *index)
                require(row.file.find('/') == std::string::npos && row.file != "..");
        }
        return 0;
    }
    if (data[0] % 4 == 2) {
        parse(rest, rest.size());
        return 0;
    }
    const uint64_t length = rest.size();
    const std::string file = std::string(reinterpret_cast<const char*>(&length), 8) + rest;
    for (const uint64_t data_bytes : {0, 4, 16})
        parse(file, file.size() + data_bytes);
    return 0;
}
