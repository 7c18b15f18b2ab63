// Many activations: 16 tokens in the lanes of a register, weights broadcast four bytes at a time.
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

// kRows x (kVectors * 16) sums; integers within a sub-block of kSub values, floats over them.
template <int kSub, int kRows, int kVectors>
INLINE void multiply_bytes_tile(const PanelRow* rows, const uint8_t* packed, int64_t depth, float* c,
                                bool add_to) {
    constexpr int64_t kWidth = 16 * kVectors;
    Vec acc[kRows][kVectors];
    repeat<kRows>([&](auto r) INLINE_LAMBDA {
        repeat<kVectors>([&](auto v) INLINE_LAMBDA { acc[r.value][v.value] = zero(); });
    });
    constexpr int64_t kParts = kQuantBlock / kSub;
    for (int64_t b = 0; b < depth / kQuantBlock; ++b, packed += kWidth * kTokenBytes) {
        const auto* const scales = reinterpret_cast<const float*>(packed + kQuantBlock * kWidth);
        repeat<kParts>([&](auto part) INLINE_LAMBDA {
            const int64_t s = kParts * b + part.value;
            __m512i sums[kRows][kVectors];
            repeat<kRows>([&](auto r) INLINE_LAMBDA {
                repeat<kVectors>([&](auto v)
                                     INLINE_LAMBDA { sums[r.value][v.value] = _mm512_setzero_si512(); });
            });
            repeat<kSub / 4>([&](auto i) INLINE_LAMBDA {
                constexpr int64_t kStep = part.value * kSub / 4 + i.value;
                __m512i x[kVectors];
                repeat<kVectors>([&](auto v) INLINE_LAMBDA {
                    x[v.value] = load_bytes(packed + kStep * 4 * kWidth + 64 * v.value);
                });
                repeat<kRows>([&](auto r) INLINE_LAMBDA {
                    int32_t four;
                    __builtin_memcpy(&four, rows[r.value].bytes + kQuantBlock * b + 4 * kStep, 4);
                    const __m512i w = _mm512_set1_epi32(four);
                    repeat<kVectors>([&](auto v) INLINE_LAMBDA {
                        sums[r.value][v.value] = _mm512_dpbusd_epi32(sums[r.value][v.value], w, x[v.value]);
                    });
                });
            });
            repeat<kVectors>([&](auto v) INLINE_LAMBDA {
                const Vec scale = load(scales + 16 * v.value);
                repeat<kRows>([&](auto r) INLINE_LAMBDA {
                    const Vec scaled = mul(_mm512_cvtepi32_ps(sums[r.value][v.value]), scale);
                    acc[r.value][v.value] =
                        fma(scaled, broadcast(rows[r.value].factors[s]), acc[r.value][v.value]);
                });
                const int64_t at = (kSub == 32 ? 1 : 2 + part.value) * kWidth;
                const Vec sum = load(scales + at + 16 * v.value);
                repeat<kRows>([&](auto r) INLINE_LAMBDA {
                    acc[r.value][v.value] =
                        fnma(sum, broadcast(rows[r.value].minima[s]), acc[r.value][v.value]);
                });
            });
        });
    }
    repeat<kRows>([&](auto r) INLINE_LAMBDA {
        repeat<kVectors>([&](auto v) INLINE_LAMBDA {
            float* const to = c + r.value * kWidth + v.value * 16;
            store(to, add_to ? add(load(to), acc[r.value][v.value]) : acc[r.value][v.value]);
        });
    });
}

// 6 x 2: 12 sums, 12 accumulators, 2 activations; weights come broadcast from memory.
constexpr int kByteRows = 6, kByteVectors = 2;

template <int kSub, int kVectors>
void multiply_bytes_rows(const PanelRow* panel, int64_t rows, const uint8_t* packed, int64_t depth, float* c,
                         bool add_to) {
    constexpr int64_t kWidth = 16 * kVectors;
    int64_t r = 0;
    for (; r + kByteRows <= rows; r += kByteRows)
        multiply_bytes_tile<kSub, kByteRows, kVectors>(panel + r, packed, depth, c + r * kWidth, add_to);
    for (; r < rows; ++r)
        multiply_bytes_tile<kSub, 1, kVectors>(panel + r, packed, depth, c + r * kWidth, add_to);
}

template <int kSub>
void multiply_bytes_width(const PanelRow* panel, int64_t rows, const uint8_t* packed, int64_t width,
                          int64_t depth, float* c, bool add_to) {
    if (width == kByteVectors * 16) {
        multiply_bytes_rows<kSub, kByteVectors>(panel, rows, packed, depth, c, add_to);
    } else {
        multiply_bytes_rows<kSub, 1>(panel, rows, packed, depth, c, add_to);
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
