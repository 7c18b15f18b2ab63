// The byte alphabet as two small tables.
#include "engine/text/byte_alphabet.h"

#include <array>

namespace engine::text {
namespace {

struct Tables {
    std::array<char32_t, 256> character{};
    std::array<int16_t, 0x144> byte{};
};

constexpr bool stands_for_itself(int byte) {
    return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

constexpr Tables build() {
    Tables tables;
    for (auto& byte : tables.byte)
        byte = -1;
    char32_t next = 0x100;
    for (int byte = 0; byte < 256; ++byte) {
        const char32_t character = stands_for_itself(byte) ? static_cast<char32_t>(byte) : next++;
        tables.character[static_cast<size_t>(byte)] = character;
        tables.byte[character] = static_cast<int16_t>(byte);
    }
    return tables;
}

constexpr Tables kTables = build();

} // namespace

char32_t character_for_byte(uint8_t byte) {
    return kTables.character[byte];
}

int byte_for_character(char32_t character) {
    return character < kTables.byte.size() ? kTables.byte[character] : -1;
}

std::string to_byte_alphabet(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() + bytes.size() / 4);
    for (const char byte : bytes)
        append_utf8(out, character_for_byte(static_cast<uint8_t>(byte)));
    return out;
}

bool from_byte_alphabet(std::string_view text, std::string& bytes) {
    std::string out;
    out.reserve(text.size());
    for (size_t at = 0; at < text.size();) {
        const Utf8Step step = utf8_step(text, at);
        const int byte = step.valid ? byte_for_character(step.code_point) : -1;
        if (byte < 0) return false;
        out.push_back(static_cast<char>(byte));
        at += step.length;
    }
    bytes = std::move(out);
    return true;
}

} // namespace engine::text
