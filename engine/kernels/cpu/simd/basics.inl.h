// Words that the files of cpu/simd and of one instruction set share. Included inside an anonymous namespace.
#pragma once

// No std:: template and no inline function of another header may be used in objects built with ISA flags: the
// linker could keep their copy for the whole program (tests/boundaries/isa_symbols_test). Lambdas and
// functions here are always inlined, so that nothing of a block's unpacking goes through memory.
#define INLINE inline __attribute__((always_inline))
#define INLINE_LAMBDA __attribute__((always_inline))

template <int kValue>
struct Index {
    static constexpr int value = kValue;
};

// f(Index<0>{}), f(Index<1>{}), ... f(Index<kCount - 1>{})
template <int kCount, class F>
INLINE void repeat(F f) {
    if constexpr (kCount > 0) {
        repeat<kCount - 1>(f);
        f(Index<kCount - 1>{});
    }
}

// f(i) for every i below kCount, as constants; or below `count` where kCount is 0.
template <int kCount, class F>
INLINE void for_each_of(int64_t count, F f) {
    if constexpr (kCount > 0) {
        repeat<kCount>([&](auto i) INLINE_LAMBDA { f(static_cast<int64_t>(i.value)); });
    } else {
        for (int64_t i = 0; i < count; ++i)
            f(i);
    }
}

INLINE int64_t least(int64_t a, int64_t b) {
    return a < b ? a : b;
}
