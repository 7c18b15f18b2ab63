// The IQ1, IQ2 and IQ3 formats on AVX-512.
#pragma once

// 64 bytes of points. A broadcast from memory that is merged into one lane needs no shuffle port; an
// insertion does.
template <class Layout, int kStep>
INLINE __m512i points(const uint8_t* p) {
    if constexpr (Layout::kWidth == 8) {
        const auto load = [&](int j) INLINE_LAMBDA {
            return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(Layout::point(p, 8 * kStep + j)));
        };
        __m512i all = _mm512_broadcastq_epi64(load(0));
        repeat<7>([&](auto j) INLINE_LAMBDA {
            all = _mm512_mask_broadcastq_epi64(all, static_cast<__mmask8>(2 << j.value), load(j.value + 1));
        });
        return all;
    } else {
        const auto load = [&](int j) INLINE_LAMBDA {
            return static_cast<int>(
                bits_at(reinterpret_cast<const uint8_t*>(Layout::point(p, 16 * kStep + j))));
        };
        const auto four = [&](int j) INLINE_LAMBDA {
            return _mm_setr_epi32(load(j), load(j + 1), load(j + 2), load(j + 3));
        };
        const __m256i low = _mm256_set_m128i(four(4), four(0)), high = _mm256_set_m128i(four(12), four(8));
        return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
    }
}

// Values 64 kStep and up as whole numbers.
template <class Layout, int kStep>
INLINE __m512i signed_bytes(const uint8_t* p) {
    const __m512i plain = points<Layout, kStep>(p);
    if constexpr (kHasShifts<Layout>) {
        const auto bit = [](int j) INLINE_LAMBDA { return int64_t{1} << Layout::shift_bit(j); };
        const __mmask8 down = _mm512_test_epi64_mask(
            _mm512_set1_epi64(Layout::shifts(p, kStep)),
            _mm512_setr_epi64(bit(0), bit(1), bit(2), bit(3), bit(4), bit(5), bit(6), bit(7)));
        const __m512i up = _mm512_set1_epi8(1);
        return _mm512_add_epi8(plain, _mm512_mask_blend_epi64(down, up, _mm512_set1_epi8(-1)));
    } else {
        return _mm512_mask_sub_epi8(plain, Layout::signs(p, kStep), _mm512_setzero_si512(), plain);
    }
}

template <class Layout>
struct Iq {
    static constexpr int kValues = 256, kBytes = Layout::kBytes;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        const uint16_t d = Layout::half_bits(p);
        Sixteen scale;
        store(scale.at, mul(mul(half_at(&d), broadcast(Layout::kUnit)),
                            _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(Layout::levels(p)))));
        repeat<4>([&](auto step) INLINE_LAMBDA {
            alignas(64) int8_t q[64];
            _mm512_store_si512(q, signed_bytes<Layout, step.value>(p));
            repeat<4>([&](auto i) INLINE_LAMBDA {
                constexpr int kAt = 4 * step.value + i.value;
                emit(Index<kAt>{},
                     mul(broadcast(scale.at[16 * kAt / Layout::kRun]), from_bytes(q + 16 * i.value)));
            });
        });
    }
};
