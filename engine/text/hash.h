// Hashing of short byte strings and integer pairs, for the tables of a vocabulary.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace engine::text {

// Finaliser of MurmurHash3 (Austin Appleby, public domain): every input bit reaches every output bit, so the
// low bits serve as a table index.
inline uint64_t mix_bits(uint64_t x) {
    x ^= x >> 33;
    x *= 0xff51afd7ed558ccdull;
    x ^= x >> 33;
    x *= 0xc4ceb9fe1a85ec53ull;
    x ^= x >> 33;
    return x;
}

// Not stable across machines of different byte order; never stored in a file.
inline uint64_t hash_bytes(std::string_view bytes) {
    uint64_t state = 0x9e3779b97f4a7c15ull * (bytes.size() + 1);
    const char* at = bytes.data();
    size_t left = bytes.size();
    for (; left >= 8; left -= 8, at += 8) {
        uint64_t word = 0;
        std::memcpy(&word, at, 8);
        state = mix_bits(state ^ word);
    }
    if (left > 0) {
        uint64_t word = 0;
        std::memcpy(&word, at, left);
        state = mix_bits(state ^ word);
    }
    return state;
}

} // namespace engine::text
