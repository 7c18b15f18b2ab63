// Many activations: 8 tokens in the lanes of a register.
#pragma once

// Without VNNI bytes that a single product of 16 bits has no room for (Q8_0, IQ4, IQ1 to IQ3) are taken apart
// into nibbles: twice the products, a third fewer cycles than floats.
template <class F>
constexpr bool kInNibbles = !kVnni && kSteps<F> == 1;

// Chunk `chunk` of kRows rows.
template <class F, int kRows>
INLINE void decode_chunk(const uint8_t* const (&w)[kRows], PanelRow* rows, int64_t chunk) {
    constexpr int64_t kSubs = kChunk / F::kSub;
    const Vec raised = broadcast(kRaised<F>);
    repeat<kRows>([&](auto r) INLINE_LAMBDA {
        PanelRow& row = rows[r.value];
        row.steps = kVnni || kInNibbles<F> || kSteps<F> > F::kSub / 4 ? F::kSub / 4 : kSteps<F>;
        row.planes = kInNibbles<F> ? 2 : 1;
        repeat<8>([&](auto k) INLINE_LAMBDA {
            const __m256i bytes = raised_bytes<F, k.value>(w[r.value]);
            const auto store_bytes = [&](int64_t plane, __m256i v) INLINE_LAMBDA {
                uint8_t* const at = row.bytes[plane] + kChunk * chunk + 32 * k.value;
                _mm256_storeu_si256(reinterpret_cast<__m256i*>(at), v);
            };
            if constexpr (kInNibbles<F>) {
                store_bytes(0, only(bytes, 15));
                store_bytes(1, only(_mm256_srli_epi16(bytes, 4), 15));
            } else {
                store_bytes(0, bytes);
            }
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
    using Sums = Ints;
    using Floats = __m256;
    static INLINE Floats no_floats() { return _mm256_setzero_ps(); }
    static INLINE Ints load_ints(const uint8_t* p) { return load_32(p); }
    static INLINE Floats load_floats(const float* p) { return _mm256_loadu_ps(p); }
    static INLINE void store_floats(float* p, Floats v) { _mm256_storeu_ps(p, v); }
    static INLINE Ints weights(const PanelRow& row, int64_t at) {
        return _mm256_set1_epi32(four_bytes(row.bytes[0] + at));
    }
    static INLINE Ints plus_ints(Ints a, Ints b) { return _mm256_add_epi32(a, b); }
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

#if !defined(__AVXVNNI__)
// The same of weights in nibbles.
struct NibbleLanes : Lanes {
    struct Sums {
        Ints low, high;
    };
    static INLINE Sums weights(const PanelRow& row, int64_t at) {
        return {_mm256_set1_epi32(four_bytes(row.bytes[0] + at)),
                _mm256_set1_epi32(four_bytes(row.bytes[1] + at))};
    }
    static INLINE Sums dot(Sums w, Ints x) { return {Lanes::dot(w.low, x), Lanes::dot(w.high, x)}; }
    static INLINE Sums plus_dot(Sums sums, Sums w, Ints x) {
        return {Lanes::plus_dot(sums.low, w.low, x), Lanes::plus_dot(sums.high, w.high, x)};
    }
    static INLINE Ints whole(Sums sums) {
        return _mm256_add_epi32(_mm256_madd_epi16(sums.low, _mm256_set1_epi16(1)),
                                _mm256_madd_epi16(sums.high, _mm256_set1_epi16(16)));
    }
};
#endif

// kTall x 1 registers of tokens where a tile has one, kByteRows x 2 where it has two, of 16 registers: sums,
// accumulators, activations, a weight.
constexpr int kByteRows = 3, kByteVectors = 2;

template <int kSub, int kStepsAtOnce, class Lanes, int kTall, int kRows>
void multiply_bytes_width(const PanelRow* panel, int64_t rows, const uint8_t* packed, int64_t width,
                          int64_t depth, float* c, bool add_to) {
    if (width == 8) {
        multiply_bytes_rows<kSub, kStepsAtOnce, Lanes, kTall, 1, 8>(panel, rows, packed, depth, c, add_to, 0);
    } else {
        multiply_bytes_rows<kSub, kStepsAtOnce, Lanes, kRows, 2, 16>(panel, rows, packed, depth, c, add_to,
                                                                     0);
    }
}

void multiply_bytes(const void* panel, int64_t rows, const void* packed, int64_t width, int64_t depth,
                    float* c, bool add_to) {
    const auto* const w = static_cast<const PanelRow*>(panel);
    const auto* const x = static_cast<const uint8_t*>(packed);
    const auto one_plane = [&](auto sub, auto steps) {
        constexpr int kSub = sub.value, kSteps = steps.value;
        multiply_bytes_width<kSub, kSteps, Lanes, 2 * kByteRows, kByteRows>(w, rows, x, width, depth, c,
                                                                            add_to);
    };
#if !defined(__AVXVNNI__)
    const auto nibbles = [&](auto sub) {
        constexpr int kSub = sub.value;
        multiply_bytes_width<kSub, kSub / 4, NibbleLanes, 4, 2>(w, rows, x, width, depth, c, add_to);
    };
    if (w->planes == 2) return w->sub == 32 ? nibbles(Index<32>{}) : nibbles(Index<16>{});
    if (w->sub == 32 && w->steps == 4) return one_plane(Index<32>{}, Index<4>{});
    if (w->sub == 16 && w->steps == 2) return one_plane(Index<16>{}, Index<2>{});
#endif
    return w->sub == 32 ? one_plane(Index<32>{}, Index<8>{}) : one_plane(Index<16>{}, Index<4>{});
}
