// Block layouts of the quantised formats, byte for byte as they lie in GGUF files (ggml's ggml-common.h).
#pragma once

#include <cstdint>

namespace engine::kernels {

// Plain data only: files with ISA flags include this header, so no inline function may stand here. Packed:
// tensors in a mapped file may start at any address. Numbers are little-endian; `half` is an IEEE half's
// bits.
#pragma pack(push, 1)

using half = uint16_t;

inline constexpr int kBlock = 32;       // values of a small block
inline constexpr int kSuperBlock = 256; // values of a K- or I-quant block

// In all small blocks, byte i of qs holds value i in its low and value i + 16 in its high nibble.

struct BlockQ4_0 { // x = d * (q - 8)
    half d;
    uint8_t qs[16];
};

struct BlockQ4_1 { // x = d * q + m
    half d, m;
    uint8_t qs[16];
};

struct BlockQ5_0 { // x = d * (q - 16); bit i of qh (a little-endian u32) is bit 4 of value i
    half d;
    uint8_t qh[4];
    uint8_t qs[16];
};

struct BlockQ5_1 { // x = d * q + m
    half d, m;
    uint8_t qh[4];
    uint8_t qs[16];
};

struct BlockQ8_0 { // x = d * q
    half d;
    int8_t qs[32];
};

struct BlockIQ4_NL { // x = d * kIq4Values[q]
    half d;
    uint8_t qs[16];
};

struct BlockMXFP4 { // x = 2^(e - 128) * kMxfp4Values[q] (the table holds doubled E2M1 values)
    uint8_t e;
    uint8_t qs[16];
};

// Super-blocks. "Sub-block" = 16 or 32 consecutive values that share a scale.

struct BlockQ2_K { // x = d * (scales[s] & 15) * q - dmin * (scales[s] >> 4), s = value / 16
    uint8_t scales[16];
    uint8_t qs[64]; // value 128 h + 32 j + l is in bits 2j, 2j+1 of qs[32 h + l]
    half d, dmin;
};

// x = d * (scale[s] - 32) * (q - (bit of hmask ? 0 : 4)), s = value / 16.
struct BlockQ3_K {
    uint8_t hmask[32];  // value 32 k + l: bit k of hmask[l]
    uint8_t qs[64];     // low two bits, as in Q2_K
    uint8_t scales[12]; // low 4 bits of scale[s]: nibble s / 8 of byte s % 8; high 2 bits: bits 2 (s / 4) and
                        // up of byte 8 + s % 4
    half d;
};

// x = d * scale[s] * q - dmin * min[s], s = value / 32. scales: 8 + 8 numbers of 6 bits; for s < 4 scale[s]
// is the low 6 bits of byte s and min[s] those of byte s + 4; for s >= 4 scale[s] is the low nibble of byte s
// + 4 with the top two bits of byte s - 4 above it, min[s] the high nibble of byte s + 4 with those of byte
// s.
struct BlockQ4_K {
    half d, dmin;
    uint8_t scales[12];
    uint8_t qs[128]; // value 64 j + l: low nibble of qs[32 j + l]; value 64 j + 32 + l: high nibble
};

struct BlockQ5_K { // as Q4_K; value 32 k + l has its bit 4 in bit k of qh[l]
    half d, dmin;
    uint8_t scales[12];
    uint8_t qh[32];
    uint8_t qs[128];
};

// x = d * scales[s] * (q - 32), s = value / 16. With value = 128 h + 32 j + l: its low 4 bits are the low
// (j < 2) or high (j >= 2) nibble of ql[64 h + 32 (j & 1) + l], its high 2 bits are bits 2j, 2j+1 of
// qh[32 h + l].
struct BlockQ6_K {
    uint8_t ql[128];
    uint8_t qh[64];
    int8_t scales[16];
    half d;
};

// x = d * (scale[s] - 32) * kIq4Values[q], s = value / 32. Low 4 bits of scale[s]: nibble s of scales_l; high
// 2 bits: bits 2s, 2s+1 of scales_h.
struct BlockIQ4_XS {
    half d;
    uint16_t scales_h;
    uint8_t scales_l[4];
    uint8_t qs[128]; // value 32 s + l: low nibble of qs[16 s + l]; value 32 s + 16 + l: high nibble
};

// The IQ1, IQ2 and IQ3 formats name points of a grid (iq_grids.h) of 8 values (4 for IQ3): "word j" stands
// for the values from 8 j (4 j) on. Signs: bit i of a word's 8 sign bits is set where value i is negative.
// Seven stored sign bits stand for eight: the eighth makes their number even. g = value / 32.

struct BlockIQ2_XXS { // x = d / 8 * (2 s + 1) * point
    half d;
    // For each g: words 4 g .. 4 g + 3 as a byte each, then 32 bits: four times 7 sign bits from bit 0 on, s
    // above.
    uint16_t qs[32];
};

struct BlockIQ2_XS { // x = d / 8 * (2 s + 1) * point
    half d;
    uint16_t qs[32];   // word j in the low 9 bits, 7 sign bits above
    uint8_t scales[8]; // s of values 16 k and up is nibble k % 2 of byte k / 2
};

struct BlockIQ2_S { // x = d / 8 * (2 s + 1) * point
    half d;
    uint8_t qs[32]; // low 8 bits of word j
    uint8_t signs[32];
    uint8_t qh[8];     // bits 8 and 9 of word j are bits 2 (j % 4) and up of qh[j / 4]
    uint8_t scales[8]; // as in IQ2_XS
};

struct BlockIQ3_XXS { // x = d / 4 * (2 s + 1) * point
    half d;
    uint8_t qs[64];    // word j
    uint32_t signs[8]; // for each g, as in IQ2_XXS: four times 7 sign bits, each for two words; s above
};

struct BlockIQ3_S { // x = d * (2 s + 1) * point
    half d;
    uint8_t qs[64]; // low 8 bits of word j
    uint8_t qh[8];  // bit 8 of word j is bit j % 8 of qh[j / 8]
    uint8_t signs[32];
    uint8_t scales[4]; // s of group g is nibble g % 2 of byte g / 2
};

// x = d / 8 * (2 s + 1) * (point + shift), shift = -1 where its bit is set, else 1; ggml has all three
// numbers eight times smaller.
struct BlockIQ1_S {
    half d;
    uint8_t qs[32]; // low 8 bits of word j
    // For each g: bits 8 to 10 of word 4 g + k in bits 3 k and up; s in bits 12 to 14; the shift's bit 15.
    uint16_t qh[8];
};

struct BlockIQ1_M { // the same
    uint8_t qs[32]; // low 8 bits of word j
    uint8_t qh[16]; // nibble j % 2 of qh[j / 2]: bits 8 to 10 of word j, then its shift's bit
    // Bits 3 (k % 4) and up of scales[k / 4]: s of values 16 k and up. The high nibbles are d, lowest first.
    uint16_t scales[4];
};

// No file has this one: a row of F8_E4M3 whose scales stand in another tensor, with each scale beside its
// values. x = (256 d) * (q / 256) and so d * q to the last bit wherever 256 d is finite: as bits of a half an
// E4M3 is 256 times smaller, and the factor goes to the scale once instead of to each value.
struct BlockF8_B128 {
    float d;
    uint8_t qs[128];
};

// Groups of whole numbers, as GPTQ, AWQ and compressed-tensors have them in several tensors: x = d * (q -
// zero). The scale is F32 because checkpoints have F16 and BF16. Symmetric: zero is 8 or 128. A scale for a
// whole row stands in each of the row's blocks.
template <int kGroup>
struct BlockI4 {
    float d;
    uint8_t zero;
    uint8_t qs[kGroup / 2]; // 32 values after 32, each as in the small blocks
};

template <int kGroup>
struct BlockI8 {
    float d;
    uint8_t zero;
    uint8_t qs[kGroup];
};

#pragma pack(pop)

static_assert(sizeof(BlockQ4_0) == 18 && alignof(BlockQ4_0) == 1);
static_assert(sizeof(BlockQ4_1) == 20);
static_assert(sizeof(BlockQ5_0) == 22);
static_assert(sizeof(BlockQ5_1) == 24);
static_assert(sizeof(BlockQ8_0) == 34);
static_assert(sizeof(BlockIQ4_NL) == 18);
static_assert(sizeof(BlockMXFP4) == 17);
static_assert(sizeof(BlockQ2_K) == 84);
static_assert(sizeof(BlockQ3_K) == 110);
static_assert(sizeof(BlockQ4_K) == 144);
static_assert(sizeof(BlockQ5_K) == 176);
static_assert(sizeof(BlockQ6_K) == 210);
static_assert(sizeof(BlockIQ4_XS) == 136);
static_assert(sizeof(BlockIQ2_XXS) == 66);
static_assert(sizeof(BlockIQ2_XS) == 74);
static_assert(sizeof(BlockIQ2_S) == 82);
static_assert(sizeof(BlockIQ3_XXS) == 98);
static_assert(sizeof(BlockIQ3_S) == 110);
static_assert(sizeof(BlockIQ1_S) == 50);
static_assert(sizeof(BlockIQ1_M) == 56);
static_assert(sizeof(BlockF8_B128) == 132);
static_assert(sizeof(BlockI4<64>) == 37);
static_assert(sizeof(BlockI8<64>) == 69);

// Non-linear 4-bit values of IQ4_NL and IQ4_XS; E2M1 values times two (OCP microscaling formats 1.0).
inline constexpr int8_t kIq4Values[16] = {-127, -104, -83, -65, -49, -35, -22, -10,
                                          1,    13,   25,  38,  53,  69,  89,  113};
inline constexpr int8_t kMxfp4Values[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

} // namespace engine::kernels
