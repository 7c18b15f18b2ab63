// Many activations as bytes: tokens in the lanes of a register, weights broadcast four bytes at a time.
#pragma once

// The instruction set gives
//   decode_chunk<F, kRows>(w, rows, chunk)  256 values of some rows as bytes with their factors
//   Lanes                                   a register of kTokens tokens: see multiply_bytes_tile()

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
    int32_t sub;   // 16 or 32, the same in all rows
    int32_t steps; // AVX2: of four values each that may be added in 16 bits
    int32_t unused[14];
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

// kRows x (kVectors registers of tokens) sums: integers over kSteps times four values at most, which do not
// cross a sub-block of kSub, floats over these. The tile is kWidth tokens wide; those from `first_token` on
// are multiplied.
template <int kSub, int kSteps, class Lanes, int kRows, int kVectors, int kWidth>
INLINE void multiply_bytes_tile(const PanelRow* rows, const uint8_t* packed, int64_t depth, float* c,
                                bool add_to, int64_t first_token) {
    typename Lanes::Floats acc[kRows][kVectors];
    repeat<kRows>([&](auto r) INLINE_LAMBDA {
        repeat<kVectors>([&](auto v) INLINE_LAMBDA { acc[r.value][v.value] = Lanes::no_floats(); });
    });
    constexpr int kParts = kQuantBlock / kSub, kGroups = kQuantBlock / 4 / kSteps;
    packed += 4 * first_token;
    for (int64_t b = 0; b < depth / kQuantBlock; ++b, packed += kWidth * kTokenBytes) {
        const auto* const scales = reinterpret_cast<const float*>(packed + kQuantBlock * kWidth);
        repeat<kGroups>([&](auto group) INLINE_LAMBDA {
            constexpr int kPart = group.value * kParts / kGroups;
            const int64_t s = kParts * b + kPart;
            typename Lanes::Ints sums[kRows][kVectors];
            repeat<kSteps>([&](auto i) INLINE_LAMBDA {
                constexpr int64_t kStep = group.value * kSteps + i.value;
                typename Lanes::Ints x[kVectors];
                repeat<kVectors>([&](auto v) INLINE_LAMBDA {
                    x[v.value] = Lanes::load_ints(packed + 4 * (kStep * kWidth + Lanes::kTokens * v.value));
                });
                repeat<kRows>([&](auto r) INLINE_LAMBDA {
                    int32_t four;
                    __builtin_memcpy(&four, rows[r.value].bytes + kQuantBlock * b + 4 * kStep, 4);
                    const auto w = Lanes::four_bytes(four);
                    repeat<kVectors>([&](auto v) INLINE_LAMBDA {
                        auto& sum = sums[r.value][v.value];
                        sum = i.value == 0 ? Lanes::dot(w, x[v.value]) : Lanes::plus_dot(sum, w, x[v.value]);
                    });
                });
            });
            repeat<kVectors>([&](auto v) INLINE_LAMBDA {
                const auto scale = Lanes::load_floats(scales + Lanes::kTokens * v.value);
                repeat<kRows>([&](auto r) INLINE_LAMBDA {
                    const auto scaled = Lanes::times(Lanes::whole(sums[r.value][v.value]), scale);
                    acc[r.value][v.value] = Lanes::plus_product(acc[r.value][v.value], scaled,
                                                                Lanes::all(rows[r.value].factors[s]));
                });
                if constexpr (group.value % (kGroups / kParts) == 0) {
                    const int64_t at = (kSub == 32 ? 1 : 2 + kPart) * kWidth;
                    const auto sum = Lanes::load_floats(scales + at + Lanes::kTokens * v.value);
                    repeat<kRows>([&](auto r) INLINE_LAMBDA {
                        acc[r.value][v.value] = Lanes::less_product(acc[r.value][v.value], sum,
                                                                    Lanes::all(rows[r.value].minima[s]));
                    });
                }
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
