// Floats as BF16, for the instruction sets that have it.
#pragma once

INLINE __m512i to_bf16(Vec low, Vec high) { // 32 values; the instruction rounds to nearest even
    return (__m512i)_mm512_cvtne2ps_pbh(high, low);
}
// low[0] high[0] low[1] high[1] ...
INLINE __m512i to_bf16_pairs(Vec low, Vec high) {
    const __m512i halves =
        _mm512_setr_epi32(0x100000, 0x110001, 0x120002, 0x130003, 0x140004, 0x150005, 0x160006, 0x170007,
                          0x180008, 0x190009, 0x1a000a, 0x1b000b, 0x1c000c, 0x1d000d, 0x1e000e, 0x1f000f);
    return _mm512_permutexvar_epi16(halves, to_bf16(low, high));
}
// 32 values from p on, zero from n on.
INLINE __m512i to_bf16_part(const float* p, int64_t n) {
    if (n >= 32) return to_bf16(load(p), load(p + 16));
    return to_bf16(load_part(p, least(n, 16)), n > 16 ? load_part(p + 16, n - 16) : zero());
}
