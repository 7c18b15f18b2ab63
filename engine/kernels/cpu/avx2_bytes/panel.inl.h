// Many activations: 8 tokens in the lanes of a register.
#pragma once

// Where sums of a single product already fill 16 bits (Q8_0, IQ4, IQ1 to IQ3 without VNNI), the matrix path
// of floats is kept.
template <class F>
constexpr bool kHasPanel = kVnni || kSteps<F> > 1;

// Chunk `chunk` of kRows rows.
template <class F, int kRows>
INLINE void decode_chunk(const uint8_t* const (&w)[kRows], PanelRow* rows, int64_t chunk) {
    constexpr int64_t kSubs = kChunk / F::kSub;
    const Vec raised = broadcast(kRaised<F>);
    repeat<kRows>([&](auto r) INLINE_LAMBDA {
        PanelRow& row = rows[r.value];
        row.steps = kVnni || kSteps<F> > F::kSub / 4 ? F::kSub / 4 : kSteps<F>;
        repeat<8>([&](auto k) INLINE_LAMBDA {
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(row.bytes + kChunk * chunk + 32 * k.value),
                                unsigned_bytes<F, k.value>(w[r.value]));
        });
        float* const to = row.factors + kSubs * chunk;
        float* const minima = row.minima + kSubs * chunk;
        const Factors factors = F::factors(w[r.value]);
        store(to, factors.low);
        if constexpr (F::kSub == 32) {
            store(minima, F::kMinima ? factors.high : mul(factors.low, raised));
        } else {
            store(to + 8, factors.high);
            Factors own = {mul(factors.low, raised), mul(factors.high, raised)};
            if constexpr (F::kMinima) own = F::minima(w[r.value]);
            store(minima, own.low);
            store(minima + 8, own.high);
        }
    });
}

struct Lanes {
    static constexpr int64_t kTokens = 8;
    using Ints = __m256i;
    using Floats = __m256;
    static INLINE Floats no_floats() { return _mm256_setzero_ps(); }
    static INLINE Ints load_ints(const uint8_t* p) { return load_32(p); }
    static INLINE Floats load_floats(const float* p) { return _mm256_loadu_ps(p); }
    static INLINE void store_floats(float* p, Floats v) { _mm256_storeu_ps(p, v); }
    static INLINE Ints four_bytes(int32_t four) { return _mm256_set1_epi32(four); }
    static INLINE Floats all(float x) { return _mm256_set1_ps(x); }
#if defined(__AVXVNNI__)
    static INLINE Ints dot(Ints w, Ints x) {
        return plus_dot(_mm256_setzero_si256(), w, x);
    }
    static INLINE Ints plus_dot(Ints sums, Ints w, Ints x) {
        return _mm256_dpbusd_avx_epi32(sums, w, x);
    }
    static INLINE Ints whole(Ints sums) {
        return sums;
    }
#else
    static INLINE Ints dot(Ints w, Ints x) {
        return _mm256_maddubs_epi16(w, x);
    } // pairs, in 16 bits
    static INLINE Ints plus_dot(Ints sums, Ints w, Ints x) {
        sums = _mm256_add_epi16(sums, dot(w, x));
        asm volatile("" : "+x"(sums)); // else GCC 12 puts off all additions and runs out of registers
        return sums;
    }
    static INLINE Ints whole(Ints sums) {
        return _mm256_madd_epi16(sums, _mm256_set1_epi16(1));
    }
#endif
    static INLINE Floats times(Ints sums, Floats scale) {
        return _mm256_mul_ps(_mm256_cvtepi32_ps(sums), scale);
    }
    static INLINE Floats plus(Floats a, Floats b) {
        return _mm256_add_ps(a, b);
    }
    static INLINE Floats plus_product(Floats sum, Floats a, Floats b) {
        return _mm256_fmadd_ps(a, b, sum);
    }
    static INLINE Floats less_product(Floats sum, Floats a, Floats b) {
        return _mm256_fnmadd_ps(a, b, sum);
    }
};

// 3 x 2 of 16 registers: 6 sums, 6 accumulators, 2 activations, a weight. With one register of tokens 6 x 1.
constexpr int kByteRows = 3, kByteVectors = 2;

template <int kSub, int kStepsAtOnce>
void multiply_bytes_steps(const PanelRow* panel, int64_t rows, const uint8_t* packed, int64_t width,
                          int64_t depth, float* c, bool add_to) {
    if (width == 8) {
        multiply_bytes_rows<kSub, kStepsAtOnce, Lanes, 2 * kByteRows, 1, 8>(panel, rows, packed, depth, c,
                                                                            add_to, 0);
    } else {
        multiply_bytes_rows<kSub, kStepsAtOnce, Lanes, kByteRows, 2, 16>(panel, rows, packed, depth, c,
                                                                         add_to, 0);
    }
}

void multiply_bytes(const void* panel, int64_t rows, const void* packed, int64_t width, int64_t depth,
                    float* c, bool add_to) {
    const auto* const w = static_cast<const PanelRow*>(panel);
    const auto* const x = static_cast<const uint8_t*>(packed);
    const int steps = w->sub + w->steps;
    if (steps == 32 + 8) return multiply_bytes_steps<32, 8>(w, rows, x, width, depth, c, add_to);
    if (steps == 16 + 4) return multiply_bytes_steps<16, 4>(w, rows, x, width, depth, c, add_to);
#if !defined(__AVXVNNI__)
    if (steps == 32 + 4) return multiply_bytes_steps<32, 4>(w, rows, x, width, depth, c, add_to);
    multiply_bytes_steps<16, 2>(w, rows, x, width, depth, c, add_to);
#endif
}
