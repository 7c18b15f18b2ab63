// MachineProfile: all that planning needs to know about a computer: what it has and how fast that was
// measured.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/platform/gpu_libraries.h"
#include "engine/platform/machine.h"

namespace engine::platform {

// Seen through the driver's own library, loaded at run time. No driver: no entries, not an error.
struct Gpu {
    std::string name; // "NVIDIA GeForce RTX 4090"
    int compute_major = 0, compute_minor = 0;
    int64_t memory_bytes = 0, available_bytes = 0;
    int pcie_generation = 0, pcie_lanes = 0; // of the link as it can be; 0: not known
    std::string driver;                      // "570.86.15"; "": not known
    // Measured; 0: not yet. Whoever needs a number then assumes one from the card's kind and says so.
    double memory_gb_per_s = 0, to_device_gb_per_s = 0, from_device_gb_per_s = 0;
    double matrix_tflop_per_s = 0; // BF16
};

struct Disk {
    std::string mount; // "/", "D:\"
    std::string file_system;
    int64_t bytes = 0, free_bytes = 0;
    bool rotational = false, remote = false;
    double read_gb_per_s = 0; // sequential, past the system's cache; 0: not measured
};

// Formats that share kernels and so speeds: floats F32 F16 BF16, bytes Q8_0 and FP8, legacy Q4_0 to Q5_1,
// k_quants Q4_K and Q5_K, i_quants IQ4_NL and IQ4_XS, groups MXFP4 and INT4 with a scale per group,
// k_quants_16 with a scale for 16 values Q2_K Q3_K Q6_K, grids IQ1 to IQ3, which look vectors up. One of each
// is measured: BF16, Q8_0, Q4_0, Q4_K, IQ4_XS, MXFP4, Q6_K, IQ2_XXS.
enum class FormatFamily { floats, bytes, legacy, k_quants, i_quants, groups, k_quants_16, grids };

// With weights out of the caches, and out of memory that all threads read at once. The matrix path decodes
// weights once for all tokens: with many their products are what it costs, with as few as an expert of a
// mixture gets the decoding.
inline constexpr int kManyTokens = 512, kFewTokens = 32;
inline constexpr int kFormerTokens =
    128; // what matrix_gflop_per_s was measured at where few_gflop_per_s is 0
struct FormatRates {
    FormatFamily family = FormatFamily::floats;
    double vector_gb_per_s = 0;    // weights that one thread's vector path takes
    double matrix_gflop_per_s = 0; // of one thread's matrix path at kManyTokens, decoding included
    // 0 in calibrations of versions that did not measure them.
    double few_gflop_per_s = 0; // at kFewTokens
    double vector_memory_gb_per_s = 0, few_memory_gflop_per_s = 0;
};

// What passes between the products; of one thread but for the last. 0: not measured.
struct BetweenRates {
    double elementwise_gb_per_s = 0; // activations of many tokens, read and written
    // Attention over a cache in F16 with heads of 128: of many tokens beside quantised weights, and the keys
    // and values that are taken for one token.
    double prompt_attention_gflop_per_s = 0;
    double token_attention_gb_per_s = 0;
    double loop_us = 0; // that a loop of all threads takes longer than its work: until all have come and gone
    bool operator==(const BetweenRates&) const = default;
};

// By how much real replies were faster than this calibration let expect; 1: as expected, or not known.
struct Correction {
    double prompt = 1, generate = 1;
    bool operator==(const Correction&) const = default;
};

// Measured in at most five seconds. Rates of kernels are per thread, the mean of all threads at work at once;
// those of memory are of all threads together, of their own nodes' memory.
struct Calibration {
    int64_t unix_seconds = 0;          // when
    std::string isa;                   // kernel table that was measured
    std::vector<double> read_gb_per_s; // [t - 1]: with t threads; at least one
    std::vector<FormatRates> rates;
    BetweenRates between = {};
    Correction corrected_by = {}; // ends with the calibration that it corrects
};

struct MachineProfile {
    std::string name; // for people: "This computer", or what the machine file calls itself
    Machine machine;
    int64_t huge_page_bytes = 0; // 0: none to be had
    bool transparent_huge_pages = false;
    int64_t program_bytes = 0; // resident of this process when the profile was taken; 0: not known
    std::vector<Gpu> gpus;
    std::string gpu_note; // why there are none, or what is wrong with the driver; a sentence for people
    std::vector<Disk> disks;
    std::optional<Calibration> calibration; // none: speeds are guesses, and said to be
};

struct ProfileSources {
    std::string root; // a directory that looks like / (with proc and sys); "" is the machine itself
    GpuLibraries gpu_libraries;
    std::vector<std::string> folders; // that hold models, or will: their disks are described
};

// Takes some milliseconds, with a GPU's driver up to seconds. What is not known stays empty or 0.
MachineProfile take_profile(const ProfileSources& sources);

} // namespace engine::platform
