// Many activations as bytes: tokens in the lanes of a register, weights broadcast four bytes at a time.
#pragma once

// The instruction set gives
//   decode_chunk<F, kRows>(w, rows, chunk)  256 values of some rows as bytes with their factors
//   Lanes                                   a register of kTokens tokens: see multiply_bytes_tile()
//   kPlanes                                 2 where some formats' bytes are too large for its products: low
//                                           and high nibbles then stand apart

// A packed tile, for every 32 columns: eight times [token][4 columns] bytes, then [token] scales, [token]
// sums, 2 x [token] half sums. Its width is a multiple of 8.
constexpr int64_t kBlockFloats = 4; // per token: scale, sum, two half sums
constexpr int64_t kTokenBytes = kQuantBlock + 4 * kBlockFloats;

// A panel row: unsigned bytes; for every sub-block of 16 or 32 values its factor and its minimum, into which
// the format's offset goes too: an addition more per sub-block here is cheaper than sums of bytes at
// decoding.
struct PanelRow {
    uint8_t bytes[kPlanes][kPanelDepth];
    float factors[kPanelDepth / 16], minima[kPanelDepth / 16];
    int32_t sub;   // 16 or 32, the same in all rows
    int32_t steps; // AVX2: of four values each that may be added in 16 bits
    int32_t planes;
    int32_t unused[13];
};
static_assert(sizeof(PanelRow) == 320 + kPlanes * kPanelDepth);

INLINE int32_t four_bytes(const uint8_t* p) {
    int32_t four;
    __builtin_memcpy(&four, p, 4);
    return four;
}

// out(k, element k of the eight rows) for k < 8, of 32 bits each.
template <class Out>
INLINE void turn_eight(const __m256i (&rows)[8], Out out) {
    __m256i pairs[8], fours[8];
    repeat<4>([&](auto i) INLINE_LAMBDA {
        pairs[2 * i.value] = _mm256_unpacklo_epi32(rows[2 * i.value], rows[2 * i.value + 1]);
        pairs[2 * i.value + 1] = _mm256_unpackhi_epi32(rows[2 * i.value], rows[2 * i.value + 1]);
    });
    repeat<4>([&](auto i) INLINE_LAMBDA { // rows 0 - 3 or 4 - 7, elements k and k + 4
        constexpr int kFrom = i.value / 2 * 4 + i.value % 2;
        fours[2 * i.value] = _mm256_unpacklo_epi64(pairs[kFrom], pairs[kFrom + 2]);
        fours[2 * i.value + 1] = _mm256_unpackhi_epi64(pairs[kFrom], pairs[kFrom + 2]);
    });
    repeat<4>([&](auto i) INLINE_LAMBDA {
        out(Index<i.value>{}, _mm256_permute2x128_si256(fours[i.value], fours[i.value + 4], 0x20));
        out(Index<i.value + 4>{}, _mm256_permute2x128_si256(fours[i.value], fours[i.value + 4], 0x31));
    });
}

// The greatest of each of eight vectors that hold no negative integers.
INLINE __m256i greatest_of_eight(const __m256i (&v)[8]) {
    __m256i two[4], four[2];
    repeat<4>([&](auto i) INLINE_LAMBDA {
        const __m256i a = v[2 * i.value], b = v[2 * i.value + 1];
        two[i.value] = _mm256_max_epi32(_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b));
    });
    repeat<2>([&](auto i) INLINE_LAMBDA {
        const __m256i a = two[2 * i.value], b = two[2 * i.value + 1];
        four[i.value] = _mm256_max_epi32(_mm256_unpacklo_epi64(a, b), _mm256_unpackhi_epi64(a, b));
    });
    return _mm256_max_epi32(_mm256_permute2x128_si256(four[0], four[1], 0x20),
                            _mm256_permute2x128_si256(four[0], four[1], 0x31));
}

// quantize_row() of 32 columns of eight tokens side by side, to the last bit: that takes as long as the
// products of 20 rows, one after the other of some 75 (Zen 4). `block` begins at the first of the eight.
INLINE void pack_eight(const float* const (&x)[8], int64_t column, uint8_t* block, int64_t width) {
    const __m256i magnitude = _mm256_set1_epi32(0x7fffffff);
    const auto values = [&](auto t, auto i)
                            INLINE_LAMBDA { return _mm256_loadu_ps(x[t.value] + column + 8 * i.value); };
    __m256i bits[8];
    repeat<8>([&](auto t) INLINE_LAMBDA {
        bits[t.value] = _mm256_setzero_si256();
        repeat<4>([&](auto i) INLINE_LAMBDA {
            const __m256i v = _mm256_castps_si256(values(t, i));
            bits[t.value] = _mm256_max_epi32(bits[t.value], _mm256_and_si256(v, magnitude));
        });
    });
    const __m256 greatest = _mm256_castsi256_ps(greatest_of_eight(bits)), most = _mm256_set1_ps(127.0f);
    const __m256 tiny = _mm256_cmp_ps(greatest, _mm256_set1_ps(1e-30f), _CMP_LT_OQ);
    const __m256 scales = _mm256_andnot_ps(tiny, _mm256_div_ps(greatest, most));
    const __m256 usable = _mm256_and_ps(_mm256_cmp_ps(scales, _mm256_setzero_ps(), _CMP_GT_OQ),
                                        _mm256_cmp_ps(scales, _mm256_set1_ps(3e38f), _CMP_LT_OQ));
    alignas(32) float inverse[8], keep[8];
    _mm256_store_ps(inverse, _mm256_and_ps(usable, _mm256_div_ps(most, greatest)));
    _mm256_store_ps(keep, usable);
    __m256i bytes[8]; // packing works in 128-bit halves: groups of four columns stand in the order kGroups
    repeat<8>([&](auto t) INLINE_LAMBDA {
        const __m256 factor = _mm256_broadcast_ss(inverse + t.value);
        const auto whole = [&](auto i) INLINE_LAMBDA {
            return _mm256_cvtps_epi32(_mm256_mul_ps(values(t, i), factor));
        };
        const __m256i low = _mm256_packs_epi32(whole(Index<0>{}), whole(Index<1>{}));
        const __m256i high = _mm256_packs_epi32(whole(Index<2>{}), whole(Index<3>{}));
        bytes[t.value] = _mm256_and_si256(_mm256_packs_epi16(low, high),
                                          _mm256_castps_si256(_mm256_broadcast_ss(keep + t.value)));
    });
    constexpr int kGroups[8] = {0, 2, 4, 6, 1, 3, 5, 7};
    __m256i half_sums[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()}; // in 16 bits: 8 bytes each
    turn_eight(bytes, [&](auto k, __m256i four) INLINE_LAMBDA {
        constexpr int kGroup = kGroups[k.value];
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(block + 4 * kGroup * width), four);
        half_sums[kGroup / 4] =
            _mm256_add_epi16(half_sums[kGroup / 4], _mm256_maddubs_epi16(_mm256_set1_epi8(1), four));
    });
    const __m256i ones = _mm256_set1_epi16(1);
    const __m256i first = _mm256_madd_epi16(half_sums[0], ones),
                  second = _mm256_madd_epi16(half_sums[1], ones);
    auto* const factors = reinterpret_cast<float*>(block + kQuantBlock * width);
    const auto scaled = [&](__m256i sums)
                            INLINE_LAMBDA { return _mm256_mul_ps(scales, _mm256_cvtepi32_ps(sums)); };
    _mm256_storeu_ps(factors, scales);
    _mm256_storeu_ps(factors + width, scaled(_mm256_add_epi32(first, second)));
    _mm256_storeu_ps(factors + 2 * width, scaled(first));
    _mm256_storeu_ps(factors + 3 * width, scaled(second));
}

alignas(64) constexpr float kNoToken[kPanelDepth] = {};

void pack_bytes(const float* const* x, int64_t count, int64_t depth, void* packed, int64_t width) {
    for (int64_t t = 0; t < width; t += 8) {
        const float* rows[8];
        for (int64_t i = 0; i < 8; ++i)
            rows[i] = t + i < count ? x[t + i] : kNoToken;
        uint8_t* block = static_cast<uint8_t*>(packed) + 4 * t;
        for (int64_t column = 0; column < depth; column += kQuantBlock, block += width * kTokenBytes)
            pack_eight(rows, column, block, width);
    }
}

template <class F, int kRows>
void decode_byte_rows(const uint8_t* p, int64_t row_stride, int64_t n, PanelRow* rows) {
    constexpr int64_t kChunkBytes = kChunk / F::kBlock * F::kBytes;
    const uint8_t* w[kRows];
    repeat<kRows>([&](auto r) INLINE_LAMBDA {
        w[r.value] = p + r.value * row_stride;
        rows[r.value].sub = F::kSub;
    });
    int64_t chunk = 0;
    for (; (chunk + 1) * kChunk <= n; ++chunk) {
        decode_chunk<F, kRows>(w, rows, chunk);
        repeat<kRows>([&](auto r) INLINE_LAMBDA { w[r.value] += kChunkBytes; });
    }
    if constexpr (F::kBlock < kChunk) {
        if (chunk * kChunk == n) return;
        ShortRow<F> last[kRows];
        repeat<kRows>([&](auto r) INLINE_LAMBDA {
            last[r.value].read(w[r.value], n - chunk * kChunk);
            w[r.value] = last[r.value].bytes;
        });
        decode_chunk<F, kRows>(w, rows, chunk);
    }
}

template <class F>
void decode_byte_panel(const void* weights, int64_t row_stride, int64_t rows, int64_t n, void* panel,
                       const void* /*ahead*/) {
    auto* const to = static_cast<PanelRow*>(panel);
    const auto* const w = static_cast<const uint8_t*>(weights);
    int64_t r = 0;
    for (; r + 4 <= rows; r += 4)
        decode_byte_rows<F, 4>(w + r * row_stride, row_stride, n, to + r);
    for (; r < rows; ++r)
        decode_byte_rows<F, 1>(w + r * row_stride, row_stride, n, to + r);
}

// kRows x (kVectors registers of tokens) sums: of kSteps times four values at most as products add up,
// integers over a sub-block of kSub, floats over these. The tile is kWidth tokens wide; those from
// `first_token` on are multiplied.
template <int kSub, int kSteps, class Lanes, int kRows, int kVectors, int kWidth>
INLINE void multiply_bytes_tile(const PanelRow* rows, const uint8_t* packed, int64_t depth, float* c,
                                bool add_to, int64_t first_token) {
    typename Lanes::Floats acc[kRows][kVectors];
    repeat<kRows>([&](auto r) INLINE_LAMBDA {
        repeat<kVectors>([&](auto v) INLINE_LAMBDA { acc[r.value][v.value] = Lanes::no_floats(); });
    });
    constexpr int kParts = kQuantBlock / kSub, kGroups = kSub / 4 / kSteps;
    packed += 4 * first_token;
    for (int64_t b = 0; b < depth / kQuantBlock; ++b, packed += kWidth * kTokenBytes) {
        const auto* const scales = reinterpret_cast<const float*>(packed + kQuantBlock * kWidth);
        repeat<kParts>([&](auto part) INLINE_LAMBDA {
            const int64_t s = kParts * b + part.value;
            typename Lanes::Ints whole[kRows][kVectors];
            repeat<kGroups>([&](auto group) INLINE_LAMBDA {
                typename Lanes::Sums sums[kRows][kVectors];
                repeat<kSteps>([&](auto i) INLINE_LAMBDA {
                    constexpr int64_t kStep = (part.value * kGroups + group.value) * kSteps + i.value;
                    typename Lanes::Ints x[kVectors];
                    repeat<kVectors>([&](auto v) INLINE_LAMBDA {
                        x[v.value] =
                            Lanes::load_ints(packed + 4 * (kStep * kWidth + Lanes::kTokens * v.value));
                    });
                    repeat<kRows>([&](auto r) INLINE_LAMBDA {
                        const auto w = Lanes::weights(rows[r.value], kQuantBlock * b + 4 * kStep);
                        repeat<kVectors>([&](auto v) INLINE_LAMBDA {
                            auto& sum = sums[r.value][v.value];
                            sum = i.value == 0 ? Lanes::dot(w, x[v.value])
                                               : Lanes::plus_dot(sum, w, x[v.value]);
                        });
                    });
                });
                repeat<kRows>([&](auto r) INLINE_LAMBDA {
                    repeat<kVectors>([&](auto v) INLINE_LAMBDA {
                        auto& sum = whole[r.value][v.value];
                        const auto own = Lanes::whole(sums[r.value][v.value]);
                        sum = group.value == 0 ? own : Lanes::plus_ints(sum, own);
                    });
                });
            });
            repeat<kVectors>([&](auto v) INLINE_LAMBDA {
                constexpr int64_t kSums = (kSub == 32 ? 1 : 2 + part.value) * kWidth;
                const auto scale = Lanes::load_floats(scales + Lanes::kTokens * v.value);
                const auto sum = Lanes::load_floats(scales + kSums + Lanes::kTokens * v.value);
                repeat<kRows>([&](auto r) INLINE_LAMBDA {
                    const auto scaled = Lanes::times(whole[r.value][v.value], scale);
                    auto& a = acc[r.value][v.value];
                    a = Lanes::plus_product(a, scaled, Lanes::all(rows[r.value].factors[s]));
                    a = Lanes::less_product(a, sum, Lanes::all(rows[r.value].minima[s]));
                });
            });
        });
    }
    repeat<kRows>([&](auto r) INLINE_LAMBDA {
        repeat<kVectors>([&](auto v) INLINE_LAMBDA {
            float* const to = c + r.value * kWidth + first_token + v.value * Lanes::kTokens;
            const auto before = add_to ? Lanes::load_floats(to) : Lanes::no_floats();
            Lanes::store_floats(to, Lanes::plus(before, acc[r.value][v.value]));
        });
    });
}

template <int kSub, int kSteps, class Lanes, int kRows, int kVectors, int kWidth>
void multiply_bytes_rows(const PanelRow* panel, int64_t rows, const uint8_t* packed, int64_t depth, float* c,
                         bool add_to, int64_t first_token) {
    int64_t r = 0;
    for (; r + kRows <= rows; r += kRows)
        multiply_bytes_tile<kSub, kSteps, Lanes, kRows, kVectors, kWidth>(
            panel + r, packed, depth, c + r * kWidth, add_to, first_token);
    for (; r < rows; ++r)
        multiply_bytes_tile<kSub, kSteps, Lanes, 1, kVectors, kWidth>(panel + r, packed, depth,
                                                                      c + r * kWidth, add_to, first_token);
}
