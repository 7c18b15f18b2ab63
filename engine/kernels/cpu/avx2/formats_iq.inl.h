// The IQ1, IQ2 and IQ3 formats on AVX2.
#pragma once

// 32 bytes of points.
template <class Layout, int kHalfStep>
INLINE __m256i points(const uint8_t* p) {
    if constexpr (Layout::kWidth == 8) {
        const auto load = [&](int j) INLINE_LAMBDA {
            return static_cast<int64_t>(
                long_at(reinterpret_cast<const uint8_t*>(Layout::point(p, 4 * kHalfStep + j))));
        };
        return _mm256_setr_epi64x(load(0), load(1), load(2), load(3));
    } else {
        const auto load = [&](int j) INLINE_LAMBDA {
            return static_cast<int>(
                bits_at(reinterpret_cast<const uint8_t*>(Layout::point(p, 8 * kHalfStep + j))));
        };
        return _mm256_setr_epi32(load(0), load(1), load(2), load(3), load(4), load(5), load(6), load(7));
    }
}

// Values 64 kStep + 32 kHalf and up as whole numbers.
template <class Layout, int kStep, int kHalf>
INLINE __m256i signed_bytes(const uint8_t* p) {
    const __m256i plain = points<Layout, 2 * kStep + kHalf>(p);
    if constexpr (kHasShifts<Layout>) {
        const auto bit = [](int j) INLINE_LAMBDA { return int64_t{1} << Layout::shift_bit(4 * kHalf + j); };
        const __m256i bits = _mm256_setr_epi64x(bit(0), bit(1), bit(2), bit(3));
        const __m256i word = _mm256_set1_epi64x(Layout::shifts(p, kStep));
        const __m256i down = _mm256_cmpeq_epi64(_mm256_and_si256(word, bits), bits);
        return _mm256_add_epi8(plain, _mm256_or_si256(down, _mm256_set1_epi8(1))); // -1 or 1
    } else {
        const auto bits = static_cast<uint32_t>(Layout::signs(p, kStep) >> (32 * kHalf));
        const __m256i negative = where_bit(bits, -1);
        return _mm256_sub_epi8(_mm256_xor_si256(plain, negative), negative);
    }
}

template <class Layout>
struct Iq {
    static constexpr int kValues = 256, kBytes = Layout::kBytes;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        const uint16_t bits = Layout::half_bits(p);
        const Vec d = broadcast(half_at(&bits) * Layout::kUnit);
        alignas(16) int8_t level[16];
        _mm_store_si128(reinterpret_cast<__m128i*>(level), Layout::levels(p));
        Sixteen scale;
        store(scale.at, mul(d, from_bytes(level)));
        if constexpr (Layout::kRun == 16) store(scale.at + 8, mul(d, from_bytes(level + 8)));
        repeat<8>([&](auto s) INLINE_LAMBDA { // 32 values
            constexpr int kAt = s.value;
            const __m256i q = signed_bytes<Layout, kAt / 2, kAt % 2>(p);
            if constexpr (Layout::kRun == 16) {
                emit_halves<4 * kAt>(q, times(scale.at[2 * kAt]), times(scale.at[2 * kAt + 1]), emit);
            } else {
                emit_bytes<4 * kAt>(q, times(scale.at[kAt]), emit);
            }
        });
    }
};
