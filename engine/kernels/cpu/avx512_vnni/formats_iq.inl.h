// The IQ1, IQ2 and IQ3 formats as bytes.
#pragma once

template <class Layout>
struct ByteIq { // whole numbers within +-62, raised by 64
    static constexpr int kBlock = 256, kBytes = Layout::kBytes, kSub = Layout::kRun, kOffset = 64;
    static constexpr bool kMinima = false, kSigned = false;
    template <int k>
    static INLINE __m512i bytes(const uint8_t* p) {
        return _mm512_add_epi8(signed_bytes<Layout, k>(p), _mm512_set1_epi8(kOffset));
    }
    static INLINE Vec factors(const uint8_t* p) {
        const uint16_t d = Layout::half_bits(p);
        return mul(mul(half_at(&d), broadcast(Layout::kUnit)),
                   _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(Layout::levels(p))));
    }
};
