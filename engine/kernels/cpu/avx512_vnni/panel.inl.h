// Many activations: 16 or 8 tokens in the lanes of a register, weights broadcast four bytes at a time.
#pragma once

// A packed tile, for every 32 columns: eight times [token][4 columns] bytes, then [token] scales, [token]
// sums, 2 x [token] half sums.
constexpr int64_t kBlockFloats = 4; // per token: scale, sum, two half sums
constexpr int64_t kTokenBytes = kQuantBlock + 4 * kBlockFloats;

// A panel row: unsigned bytes; for every sub-block of 16 or 32 values its factor and its minimum, into which
// the format's offset goes too: an addition more per sub-block here is cheaper than sums of bytes at
// decoding.
struct PanelRow {
    uint8_t bytes[kPanelDepth];
    float factors[kPanelDepth / 16], minima[kPanelDepth / 16];
    int32_t sub; // 16 or 32, the same in all rows
    int32_t unused[15];
};
static_assert(sizeof(PanelRow) == 832);

void pack_bytes(const float* const* x, int64_t count, int64_t depth, void* packed, int64_t width) {
    auto* const out = static_cast<uint8_t*>(packed);
    const int64_t blocks = depth / kQuantBlock;
    if (count < width) __builtin_memset(out, 0, static_cast<size_t>(blocks * width * kTokenBytes));
    int8_t values[kPanelDepth];
    float scales[kPanelDepth / 32], sums[kPanelDepth / 32], half_sums[kPanelDepth / 16];
    const QuantizedRow row = {values, scales, sums, half_sums};
    for (int64_t t = 0; t < count; ++t) {
        quantize_row(x[t], depth, row);
        for (int64_t b = 0; b < blocks; ++b) {
            uint8_t* const block = out + b * width * kTokenBytes;
            uint32_t words[8];
            const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(values + 32 * b));
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(words), bytes);
            for (int64_t i = 0; i < 8; ++i)
                __builtin_memcpy(block + (i * width + t) * 4, &words[i], 4);
            const float factors[kBlockFloats] = {scales[b], sums[b], half_sums[2 * b], half_sums[2 * b + 1]};
            for (int64_t i = 0; i < kBlockFloats; ++i)
                __builtin_memcpy(block + (kQuantBlock + 4 * i) * width + 4 * t, &factors[i], 4);
        }
    }
}

// Chunk `chunk` of kRows rows.
template <class F, int kRows>
INLINE void decode_chunk(const uint8_t* const (&w)[kRows], PanelRow* rows, int64_t chunk) {
    constexpr int64_t kSubs = kChunk / F::kSub;
    const Vec raised = broadcast(kRaised<F>);
    Vec factors[kRows];
    factors_of_rows<F, kRows>(w, factors);
    repeat<kRows>([&](auto r) INLINE_LAMBDA {
        PanelRow& row = rows[r.value];
        repeat<4>([&](auto k) INLINE_LAMBDA {
            __m512i bytes = F::template bytes<k.value>(w[r.value]);
            if constexpr (F::kSigned)
                bytes = _mm512_xor_si512(bytes, _mm512_set1_epi8(static_cast<char>(0x80)));
            _mm512_storeu_si512(row.bytes + kChunk * chunk + 64 * k.value, bytes);
        });
        float* const to = row.factors + kSubs * chunk;
        float* const minima = row.minima + kSubs * chunk;
        if constexpr (F::kSub == 32) {
            const __m256 low = _mm512_castps512_ps256(factors[r.value]);
            _mm256_storeu_ps(to, low);
            _mm256_storeu_ps(minima, F::kMinima ? _mm512_extractf32x8_ps(factors[r.value], 1)
                                                : _mm256_mul_ps(low, _mm512_castps512_ps256(raised)));
        } else {
            store(to, factors[r.value]);
            if constexpr (F::kMinima) {
                store(minima, F::minima(w[r.value]));
            } else {
                store(minima, mul(factors[r.value], raised));
            }
        }
    });
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
        LastBlocks<F> last[kRows];
        repeat<kRows>([&](auto r) INLINE_LAMBDA {
            last[r.value].read(w[r.value], n - chunk * kChunk);
            w[r.value] = last[r.value].bytes;
        });
        decode_chunk<F, kRows>(w, rows, chunk);
    }
}

template <class F>
void decode_byte_panel(const void* weights, int64_t row_stride, int64_t rows, int64_t n, void* panel) {
    auto* const to = static_cast<PanelRow*>(panel);
    const auto* const w = static_cast<const uint8_t*>(weights);
    int64_t r = 0;
    for (; r + 4 <= rows; r += 4)
        decode_byte_rows<F, 4>(w + r * row_stride, row_stride, n, to + r);
    for (; r < rows; ++r)
        decode_byte_rows<F, 1>(w + r * row_stride, row_stride, n, to + r);
}

// 16 tokens in a register, or 8: the last tile of a group is padded to a multiple of 8.
struct Wide {
    static constexpr int64_t kTokens = 16;
    using Ints = __m512i;
    using Floats = __m512;
    static INLINE Ints no_ints() { return _mm512_setzero_si512(); }
    static INLINE Floats no_floats() { return _mm512_setzero_ps(); }
    static INLINE Ints load_ints(const uint8_t* p) { return _mm512_loadu_si512(p); }
    static INLINE Floats load_floats(const float* p) { return _mm512_loadu_ps(p); }
    static INLINE void store_floats(float* p, Floats v) { _mm512_storeu_ps(p, v); }
    static INLINE Ints four_bytes(int32_t four) { return _mm512_set1_epi32(four); }
    static INLINE Floats all(float x) { return _mm512_set1_ps(x); }
    static INLINE Ints dot(Ints sums, Ints w, Ints x) { return _mm512_dpbusd_epi32(sums, w, x); }
    static INLINE Floats times(Ints sums, Floats scale) {
        return _mm512_mul_ps(_mm512_cvtepi32_ps(sums), scale);
    }
    static INLINE Floats plus(Floats a, Floats b) { return _mm512_add_ps(a, b); }
    static INLINE Floats plus_product(Floats sum, Floats a, Floats b) { return _mm512_fmadd_ps(a, b, sum); }
    static INLINE Floats less_product(Floats sum, Floats a, Floats b) { return _mm512_fnmadd_ps(a, b, sum); }
};
struct Narrow {
    static constexpr int64_t kTokens = 8;
    using Ints = __m256i;
    using Floats = __m256;
    static INLINE Ints no_ints() { return _mm256_setzero_si256(); }
    static INLINE Floats no_floats() { return _mm256_setzero_ps(); }
    static INLINE Ints load_ints(const uint8_t* p) {
        return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
    }
    static INLINE Floats load_floats(const float* p) { return _mm256_loadu_ps(p); }
    static INLINE void store_floats(float* p, Floats v) { _mm256_storeu_ps(p, v); }
    static INLINE Ints four_bytes(int32_t four) { return _mm256_set1_epi32(four); }
    static INLINE Floats all(float x) { return _mm256_set1_ps(x); }
    static INLINE Ints dot(Ints sums, Ints w, Ints x) { return _mm256_dpbusd_epi32(sums, w, x); }
    static INLINE Floats times(Ints sums, Floats scale) {
        return _mm256_mul_ps(_mm256_cvtepi32_ps(sums), scale);
    }
    static INLINE Floats plus(Floats a, Floats b) { return _mm256_add_ps(a, b); }
    static INLINE Floats plus_product(Floats sum, Floats a, Floats b) { return _mm256_fmadd_ps(a, b, sum); }
    static INLINE Floats less_product(Floats sum, Floats a, Floats b) { return _mm256_fnmadd_ps(a, b, sum); }
};

// kRows x (kVectors registers of tokens) sums: integers within a sub-block of kSub values, floats over them.
// The tile is kWidth tokens wide; `packed` and `c` point at the first of those that are multiplied here.
template <int kSub, class Lanes, int kRows, int kVectors, int kWidth>
INLINE void multiply_bytes_tile(const PanelRow* rows, const uint8_t* packed, int64_t depth, float* c,
                                bool add_to, int64_t first_token) {
    typename Lanes::Floats acc[kRows][kVectors];
    repeat<kRows>([&](auto r) INLINE_LAMBDA {
        repeat<kVectors>([&](auto v) INLINE_LAMBDA { acc[r.value][v.value] = Lanes::no_floats(); });
    });
    constexpr int64_t kParts = kQuantBlock / kSub;
    packed += 4 * first_token;
    for (int64_t b = 0; b < depth / kQuantBlock; ++b, packed += kWidth * kTokenBytes) {
        const auto* const scales = reinterpret_cast<const float*>(packed + kQuantBlock * kWidth);
        repeat<kParts>([&](auto part) INLINE_LAMBDA {
            const int64_t s = kParts * b + part.value;
            typename Lanes::Ints sums[kRows][kVectors];
            repeat<kRows>([&](auto r) INLINE_LAMBDA {
                repeat<kVectors>([&](auto v) INLINE_LAMBDA { sums[r.value][v.value] = Lanes::no_ints(); });
            });
            repeat<kSub / 4>([&](auto i) INLINE_LAMBDA {
                constexpr int64_t kStep = part.value * kSub / 4 + i.value;
                typename Lanes::Ints x[kVectors];
                repeat<kVectors>([&](auto v) INLINE_LAMBDA {
                    x[v.value] = Lanes::load_ints(packed + 4 * (kStep * kWidth + Lanes::kTokens * v.value));
                });
                repeat<kRows>([&](auto r) INLINE_LAMBDA {
                    int32_t four;
                    __builtin_memcpy(&four, rows[r.value].bytes + kQuantBlock * b + 4 * kStep, 4);
                    const auto w = Lanes::four_bytes(four);
                    repeat<kVectors>([&](auto v) INLINE_LAMBDA {
                        sums[r.value][v.value] = Lanes::dot(sums[r.value][v.value], w, x[v.value]);
                    });
                });
            });
            repeat<kVectors>([&](auto v) INLINE_LAMBDA {
                const auto scale = Lanes::load_floats(scales + Lanes::kTokens * v.value);
                repeat<kRows>([&](auto r) INLINE_LAMBDA {
                    acc[r.value][v.value] = Lanes::plus_product(acc[r.value][v.value],
                                                                Lanes::times(sums[r.value][v.value], scale),
                                                                Lanes::all(rows[r.value].factors[s]));
                });
                const int64_t at = (kSub == 32 ? 1 : 2 + part.value) * kWidth;
                const auto sum = Lanes::load_floats(scales + at + Lanes::kTokens * v.value);
                repeat<kRows>([&](auto r) INLINE_LAMBDA {
                    acc[r.value][v.value] =
                        Lanes::less_product(acc[r.value][v.value], sum, Lanes::all(rows[r.value].minima[s]));
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

// A tile of full width has 6 x 2: 12 sums, 12 accumulators, 2 activations; weights come broadcast from
// memory. Where there is one register of tokens, 12 rows keep as many sums going.
constexpr int kByteRows = 6, kByteVectors = 2;

template <int kSub, class Lanes, int kVectors, int kWidth>
void multiply_bytes_rows(const PanelRow* panel, int64_t rows, const uint8_t* packed, int64_t depth, float* c,
                         bool add_to, int64_t first_token) {
    constexpr int kRows = kByteRows * kByteVectors / kVectors;
    int64_t r = 0;
    for (; r + kRows <= rows; r += kRows)
        multiply_bytes_tile<kSub, Lanes, kRows, kVectors, kWidth>(panel + r, packed, depth, c + r * kWidth,
                                                                  add_to, first_token);
    for (; r < rows; ++r)
        multiply_bytes_tile<kSub, Lanes, 1, kVectors, kWidth>(panel + r, packed, depth, c + r * kWidth,
                                                              add_to, first_token);
}

template <int kSub>
void multiply_bytes_width(const PanelRow* panel, int64_t rows, const uint8_t* packed, int64_t width,
                          int64_t depth, float* c, bool add_to) {
    switch (width) {
        case 8:
            return multiply_bytes_rows<kSub, Narrow, 1, 8>(panel, rows, packed, depth, c, add_to, 0);
        case 16:
            return multiply_bytes_rows<kSub, Wide, 1, 16>(panel, rows, packed, depth, c, add_to, 0);
        case 24:
            multiply_bytes_rows<kSub, Wide, 1, 24>(panel, rows, packed, depth, c, add_to, 0);
            return multiply_bytes_rows<kSub, Narrow, 1, 24>(panel, rows, packed, depth, c, add_to, 16);
        default:
            return multiply_bytes_rows<kSub, Wide, 2, 32>(panel, rows, packed, depth, c, add_to, 0);
    }
}

void multiply_bytes(const void* panel, int64_t rows, const void* packed, int64_t width, int64_t depth,
                    float* c, bool add_to) {
    const auto* const w = static_cast<const PanelRow*>(panel);
    const auto* const x = static_cast<const uint8_t*>(packed);
    if (w->sub == 32) {
        multiply_bytes_width<32>(w, rows, x, width, depth, c, add_to);
    } else {
        multiply_bytes_width<16>(w, rows, x, width, depth, c, add_to);
    }
}
