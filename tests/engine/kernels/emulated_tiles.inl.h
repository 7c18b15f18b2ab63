// The words of engine/kernels/cpu/amx/tile.inl.h in plain C++, after the pseudo code of Intel's Software
// Developer's Manual (volume 2, TDPBF16PS and TDPBSSD).
#pragma once

// Sums and factors below the normal range count as zero (DAZ = FTZ = 1).
INLINE float flushed(float x) {
    return __builtin_fabsf(x) < 0x1p-126f ? 0.0f : x;
}

struct EmulatedTiles {
    bool entered = false;
    alignas(64) uint8_t rows[8][16][64] = {};
};
thread_local EmulatedTiles tiles;

INLINE void tiles_enter() {
    tiles = {};
    tiles.entered = true;
}
INLINE void tiles_leave() {
    tiles.entered = false;
}
INLINE void must_be_entered() { // where the instruction raises #UD
    if (!tiles.entered) __builtin_trap();
}
template <int kTile>
INLINE void tile_zero() {
    must_be_entered();
    __builtin_memset(tiles.rows[kTile], 0, 1024);
}
template <int kTile>
INLINE void tile_load(const void* p, int64_t row_stride) {
    must_be_entered();
    for (int row = 0; row < 16; ++row)
        __builtin_memcpy(tiles.rows[kTile][row], static_cast<const uint8_t*>(p) + row * row_stride, 64);
}
template <int kTile>
INLINE void tile_stream(const void* p, int64_t row_stride) {
    tile_load<kTile>(p, row_stride);
}
template <int kTile>
INLINE void tile_store(void* p, int64_t row_stride) {
    must_be_entered();
    for (int row = 0; row < 16; ++row)
        __builtin_memcpy(static_cast<uint8_t*>(p) + row * row_stride, tiles.rows[kTile][row], 64);
}

INLINE void floats_of(const uint8_t (&row)[64], float (&out)[32]) {
    uint16_t bits[32];
    __builtin_memcpy(bits, row, 64);
    for (int i = 0; i < 32; ++i)
        out[i] = flushed(__builtin_bit_cast(float, static_cast<uint32_t>(bits[i]) << 16));
}

template <int kC, int kA, int kB>
void tile_dp_bf16() {
    must_be_entered();
    float b[16][32];
    for (int k = 0; k < 16; ++k)
        floats_of(tiles.rows[kB][k], b[k]);
    for (int m = 0; m < 16; ++m) {
        float a[32], c[16], sums[32] = {}; // one for each column and half of a pair
        floats_of(tiles.rows[kA][m], a);
        __builtin_memcpy(c, tiles.rows[kC][m], 64);
        for (int k = 0; k < 16; ++k) {
            for (int n = 0; n < 32; ++n)
                sums[n] = flushed(__builtin_fmaf(a[2 * k + n % 2], b[k][n], sums[n]));
        }
        for (int n = 0; n < 16; ++n)
            c[n] = flushed(flushed(c[n]) + flushed(sums[2 * n] + sums[2 * n + 1]));
        __builtin_memcpy(tiles.rows[kC][m], c, 64);
    }
}
template <int kC, int kA, int kB>
void tile_dp_bytes() {
    must_be_entered();
    for (int m = 0; m < 16; ++m) {
        int8_t a[64];
        uint32_t c[16]; // wraps around
        __builtin_memcpy(a, tiles.rows[kA][m], 64);
        __builtin_memcpy(c, tiles.rows[kC][m], 64);
        for (int k = 0; k < 64; ++k) {
            for (int n = 0; n < 16; ++n)
                c[n] +=
                    static_cast<uint32_t>(a[k] * static_cast<int8_t>(tiles.rows[kB][k / 4][4 * n + k % 4]));
        }
        __builtin_memcpy(tiles.rows[kC][m], c, 64);
    }
}
INLINE void tiles_stay_on() {
    must_be_entered();
}
