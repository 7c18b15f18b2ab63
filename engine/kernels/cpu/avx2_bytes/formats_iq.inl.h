// The IQ1, IQ2 and IQ3 formats as bytes.
#pragma once

template <class Layout>
struct ByteIq { // whole numbers within +-62, raised by 64
    static constexpr int kBlock = 256, kBytes = Layout::kBytes, kSub = Layout::kRun, kOffset = 64;
    static constexpr bool kMinima = false, kSigned = false;
    template <int k>
    static INLINE __m256i bytes(const uint8_t* p) {
        return _mm256_add_epi8(signed_bytes<Layout, k / 2, k % 2>(p), _mm256_set1_epi8(kOffset));
    }
    static INLINE Factors factors(const uint8_t* p) {
        const uint16_t bits = Layout::half_bits(p);
        alignas(16) int8_t level[16];
        _mm_store_si128(reinterpret_cast<__m128i*>(level), Layout::levels(p));
        return sixteen_signed(level, half_at(&bits) * Layout::kUnit);
    }
};
