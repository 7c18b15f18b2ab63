// The tile instructions, one function each. tests/engine/kernels/emulated_tiles.inl.h defines the same words
// in plain C++.
#pragma once

// Assembler instead of GCC's intrinsics: those of GCC 12 do not say which memory they read and write, and
// name 8 of the configuration's 64 bytes, so that the optimiser drops stores before them. Tile registers are
// named in the text; no compiler allocates them itself.
struct alignas(64) TileConfig {
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
};
static_assert(sizeof(TileConfig) == 64);
constexpr TileConfig kTileConfig = {
    1, 0, {}, {64, 64, 64, 64, 64, 64, 64, 64}, {16, 16, 16, 16, 16, 16, 16, 16}};

INLINE void tiles_enter() { // eight tiles of 16 rows of 64 bytes, all zero
    __asm__ volatile("ldtilecfg %0" : : "m"(kTileConfig));
}
INLINE void tiles_leave() {
    __asm__ volatile("tilerelease");
}
template <int kTile>
INLINE void tile_zero() {
    __asm__ volatile("tilezero %%tmm%c0" : : "i"(kTile));
}
template <int kTile>
INLINE void tile_load(const void* p, int64_t row_stride) {
    __asm__ volatile("tileloadd (%0,%1), %%tmm%c2" : : "r"(p), "r"(row_stride), "i"(kTile) : "memory");
}
// The same for what is read once: with a hint not to keep it in the first cache.
template <int kTile>
INLINE void tile_stream(const void* p, int64_t row_stride) {
    __asm__ volatile("tileloaddt1 (%0,%1), %%tmm%c2" : : "r"(p), "r"(row_stride), "i"(kTile) : "memory");
}
template <int kTile>
INLINE void tile_store(void* p, int64_t row_stride) {
    __asm__ volatile("tilestored %%tmm%c2, (%0,%1)" : : "r"(p), "r"(row_stride), "i"(kTile) : "memory");
}
// c[m][n] += sum over 16 pairs k of a[m][k] * b[k][n], in F32.
template <int kC, int kA, int kB>
INLINE void tile_dp_bf16() {
    __asm__ volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(kC), "i"(kA), "i"(kB));
}
// c[m][n] += sum over 16 groups of four bytes k of a[m][k] * b[k][n], all signed, in 32 bits.
template <int kC, int kA, int kB>
INLINE void tile_dp_bytes() {
    __asm__ volatile("tdpbssd %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(kC), "i"(kA), "i"(kB));
}
// A unit that had no product for some 400 ns switches itself off and keeps the next one waiting for 300 ns
// (fifth generation Xeon). Decoding 32 rows takes 440 ns, so every panel would pay it. Changes tile 0.
INLINE void tiles_stay_on() {
    tile_dp_bf16<0, 4, 6>();
}
