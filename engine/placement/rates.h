// Rates: how fast a machine does each kind of work; measured where a calibration is there, else assumed from
// its kind.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/placement/footprint.h"
#include "engine/platform/machine_profile.h"

namespace engine::placement {

struct GpuRates {
    double memory = 0;    // bytes/s that kernels reach
    double matrix = 0;    // flop/s
    double to_device = 0; // bytes/s
    double layer = 0;     // seconds to start a layer's kernels
    double crossing = 0;  // seconds to hand a token's activations over
};

struct Rates {
    int threads = 1;
    bool measured = false;
    double memory = 0; // bytes/s, all threads
    double cache = 0;  // bytes of the last cache
    // Of kernels with weights out of the cache, all threads together.
    std::array<double, kFamilies> vector{};         // bytes/s of weights
    std::array<double, kFamilies> matrix{};         // flop/s of the matrix path beside its decoding
    std::array<double, kFamilies> decode_seconds{}; // of one weight, once for all tokens
    // Of the shorter of computing and reading memory, how much adds to the longer: 0 where one hides the
    // other, 1 where they take turns.
    std::array<double, kFamilies> vector_waits{}, matrix_waits{};
    double group = 1;                // tokens that products take at a time: the last ones are filled up
    double elementwise = 0;          // bytes/s of activations between the products
    double prompt_attention = 0;     // flop/s
    double token_attention = 0;      // bytes/s of keys and values in F16
    double disk = 0;                 // bytes/s
    platform::Correction correction; // of what the processor does
    double layer = 0;                // seconds that a layer costs whatever its size, with one token
    double prompt_layer = 0;         // and with a prompt
    std::vector<GpuRates> gpus;      // parallel to MachineProfile::gpus

    // Of a token that reads `bytes` in all, so much of them found in the cache.
    double cached_share(double bytes) const;
    // Of weights that `rows` tokens are multiplied with.
    double vector_seconds(const Work& work, double rows, double cached) const;
    double matrix_seconds(const Work& work, double rows, double cached) const;
};

// `threads` 0: as many as read memory fastest.
Rates rates_of(const platform::MachineProfile& machine, int threads);

} // namespace engine::placement
