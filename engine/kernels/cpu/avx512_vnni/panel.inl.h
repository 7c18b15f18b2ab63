// Many activations: 16 or 8 tokens in the lanes of a register.
#pragma once

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
            _mm512_storeu_si512(row.bytes[0] + kChunk * chunk + 64 * k.value, bytes);
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

// 16 tokens in a register, or 8: the last tile of a group is padded to a multiple of 8.
struct Wide {
    static constexpr int64_t kTokens = 16;
    using Ints = __m512i;
    using Sums = Ints;
    using Floats = __m512;
    static INLINE Ints no_ints() { return _mm512_setzero_si512(); }
    static INLINE Floats no_floats() { return _mm512_setzero_ps(); }
    static INLINE Ints load_ints(const uint8_t* p) { return _mm512_loadu_si512(p); }
    static INLINE Floats load_floats(const float* p) { return _mm512_loadu_ps(p); }
    static INLINE void store_floats(float* p, Floats v) { _mm512_storeu_ps(p, v); }
    static INLINE Ints weights(const PanelRow& row, int64_t at) {
        return _mm512_set1_epi32(four_bytes(row.bytes[0] + at));
    }
    static INLINE Floats all(float x) { return _mm512_set1_ps(x); }
    static INLINE Ints dot(Ints w, Ints x) { return plus_dot(no_ints(), w, x); }
    static INLINE Ints plus_dot(Ints sums, Ints w, Ints x) { return _mm512_dpbusd_epi32(sums, w, x); }
    static INLINE Ints whole(Ints sums) { return sums; }
    static INLINE Ints plus_ints(Ints a, Ints b) { return _mm512_add_epi32(a, b); }
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
    using Sums = Ints;
    using Floats = __m256;
    static INLINE Ints no_ints() { return _mm256_setzero_si256(); }
    static INLINE Floats no_floats() { return _mm256_setzero_ps(); }
    static INLINE Ints load_ints(const uint8_t* p) {
        return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
    }
    static INLINE Floats load_floats(const float* p) { return _mm256_loadu_ps(p); }
    static INLINE void store_floats(float* p, Floats v) { _mm256_storeu_ps(p, v); }
    static INLINE Ints weights(const PanelRow& row, int64_t at) {
        return _mm256_set1_epi32(four_bytes(row.bytes[0] + at));
    }
    static INLINE Floats all(float x) { return _mm256_set1_ps(x); }
    static INLINE Ints dot(Ints w, Ints x) { return plus_dot(no_ints(), w, x); }
    static INLINE Ints plus_dot(Ints sums, Ints w, Ints x) { return _mm256_dpbusd_epi32(sums, w, x); }
    static INLINE Ints whole(Ints sums) { return sums; }
    static INLINE Ints plus_ints(Ints a, Ints b) { return _mm256_add_epi32(a, b); }
    static INLINE Floats times(Ints sums, Floats scale) {
        return _mm256_mul_ps(_mm256_cvtepi32_ps(sums), scale);
    }
    static INLINE Floats plus(Floats a, Floats b) { return _mm256_add_ps(a, b); }
    static INLINE Floats plus_product(Floats sum, Floats a, Floats b) { return _mm256_fmadd_ps(a, b, sum); }
    static INLINE Floats less_product(Floats sum, Floats a, Floats b) { return _mm256_fnmadd_ps(a, b, sum); }
};

// A tile of full width has 6 x 2: 12 sums, 12 accumulators, 2 activations; weights come broadcast from
// memory. Where there is one register of tokens, 12 rows keep as many sums going.
constexpr int kByteRows = 6, kByteVectors = 2;

template <int kSub>
void multiply_bytes_width(const PanelRow* panel, int64_t rows, const uint8_t* packed, int64_t width,
                          int64_t depth, float* c, bool add_to) {
    constexpr int kRows = kByteRows, kLong = kByteRows * kByteVectors, kStepsOfSub = kSub / 4;
    switch (width) {
        case 8:
            return multiply_bytes_rows<kSub, kStepsOfSub, Narrow, kLong, 1, 8>(panel, rows, packed, depth, c,
                                                                               add_to, 0);
        case 16:
            return multiply_bytes_rows<kSub, kStepsOfSub, Wide, kLong, 1, 16>(panel, rows, packed, depth, c,
                                                                              add_to, 0);
        case 24:
            multiply_bytes_rows<kSub, kStepsOfSub, Wide, kLong, 1, 24>(panel, rows, packed, depth, c, add_to,
                                                                       0);
            return multiply_bytes_rows<kSub, kStepsOfSub, Narrow, kLong, 1, 24>(panel, rows, packed, depth, c,
                                                                                add_to, 16);
        default:
            return multiply_bytes_rows<kSub, kStepsOfSub, Wide, kRows, 2, 32>(panel, rows, packed, depth, c,
                                                                              add_to, 0);
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
