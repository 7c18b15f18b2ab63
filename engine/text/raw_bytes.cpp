// Private-use blocks of 128 characters stand for the bytes 0x80 to 0xFF.
#include "engine/text/raw_bytes.h"

#include <array>

#include "engine/text/utf8.h"

namespace engine::text {
namespace {

// Planes 15 and 16 but for the last block, which holds the noncharacters U+10FFFE and U+10FFFF.
constexpr char32_t kFirst = 0xF0000, kBlockSize = 0x80;
constexpr size_t kBlocks = (0x110000 - kFirst) / kBlockSize - 1;

char32_t free_block(std::string_view text) {
    std::array<bool, kBlocks + 1> taken{};
    taken[(0x100000 - kFirst) / kBlockSize - 1] = true; // U+FFFFE and U+FFFFF
    for (size_t at = 0; at < text.size();) {
        const Utf8Step step = utf8_step(text, at);
        if (step.code_point >= kFirst) taken[(step.code_point - kFirst) / kBlockSize] = true;
        at += step.length;
    }
    for (size_t i = 0; i < kBlocks; ++i)
        if (!taken[i]) return kFirst + static_cast<char32_t>(i) * kBlockSize;
    return 0;
}

} // namespace

ProtectedText protect_raw_bytes(std::string_view text) {
    if (is_utf8(text)) return {std::string(text), 0};
    const char32_t block = free_block(text);
    if (block == 0) return {replace_invalid_utf8(text), 0};
    ProtectedText result{{}, block};
    result.text.reserve(text.size() + text.size() / 2);
    for (size_t at = 0; at < text.size();) {
        const Utf8Step step = utf8_step(text, at);
        if (step.valid)
            result.text.append(text, at, step.length);
        else
            append_utf8(result.text, block + static_cast<uint8_t>(text[at]) - 0x80);
        at += step.length;
    }
    return result;
}

std::string restore_raw_bytes(std::string_view text, char32_t block) {
    if (block == 0) return std::string(text);
    std::string bytes;
    bytes.reserve(text.size());
    for (size_t at = 0; at < text.size();) {
        const Utf8Step step = utf8_step(text, at);
        if (step.code_point >= block && step.code_point < block + kBlockSize)
            bytes.push_back(static_cast<char>(step.code_point - block + 0x80));
        else
            bytes.append(text, at, step.length);
        at += step.length;
    }
    return bytes;
}

} // namespace engine::text
