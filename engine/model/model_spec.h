// ModelSpec: what a network computes, layer by layer, in numbers; it knows no file, no tensor name and no
// place.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace engine::model {

// y = x / sqrt(mean(x^2) + epsilon) * weight, over the last dimension.
struct NormSpec {
    double epsilon = 1e-6;
};

// Which two elements of a head turn together: (i, i + dims/2) or (2i, 2i + 1). Hugging Face checkpoints are
// halves; GGUF files of the `llama` architecture have the rows of q and k reordered so that they are
// interleaved.
enum class RopeLayout { halves, interleaved };

// How the inverse frequencies theta^(-2i/dims) are changed to reach longer contexts. rope.h has the formulae.
struct RopeUnscaled {};
struct RopeLinear {
    double factor = 1; // all frequencies are divided by it
};
struct RopeDynamicNtk {
    double factor = 1;
    int64_t trained_context = 0; // tokens; up to here nothing changes
};
struct RopeLlama3 {
    double factor = 1;
    double low_frequency_factor = 1;  // wavelengths above trained_context / this are divided by factor
    double high_frequency_factor = 4; // wavelengths below trained_context / this stay
    int64_t trained_context = 0;      // tokens
};
struct RopeYarn {
    double factor = 1;
    int64_t trained_context = 0; // tokens
    double beta_fast = 32;       // turns within the trained context above which a frequency stays
    double beta_slow = 1;        // and below which it is divided by factor
    bool round_range = true;     // the ramp's ends are rounded to whole dimensions
};
struct RopeLongRope {
    std::vector<double> short_factors, long_factors; // one divisor per frequency
    int64_t trained_context = 0;                     // tokens; the long factors hold above it
};
using RopeScaling =
    std::variant<RopeUnscaled, RopeLinear, RopeDynamicNtk, RopeLlama3, RopeYarn, RopeLongRope>;

struct RopeSpec {
    int64_t dims = 0;   // leading elements of each head that are turned: even, at most the head's width
    double theta = 1e4; // base of the frequencies
    RopeLayout layout = RopeLayout::halves;
    RopeScaling scaling = RopeUnscaled{};
    double attention_factor = 1;    // sine and cosine are multiplied by it (YaRN, LongRope)
    bool divided_by_weight = false; // by the weight Role::rope_factors {dims / 2} (GGUF's rope_freqs)
};

// Grouped-query attention; heads == kv_heads is multi-head attention.
struct GqaSpec {
    int64_t heads = 0, kv_heads = 0;    // heads is a multiple of kv_heads
    int64_t key_dim = 0, value_dim = 0; // elements of one head of q and k, and of v
    bool qkv_bias = false;              // q, k and v have biases
    bool output_bias = false;
    enum class QkNorm { none, per_head, whole } qk_norm = QkNorm::none; // whole: over all heads at once
    double qk_norm_epsilon = 1e-6;
    double clip = 0;    // q, k, v are limited to [-clip, clip] before rope; 0: not
    int64_t window = 0; // positions that a query sees, itself included; 0: all before it
    double scale = 0;   // of the scores: 1 / sqrt(key_dim) in all families here
    int32_t rope = 0;   // index into ModelSpec::ropes
};
using MixerSpec = std::variant<GqaSpec>;

enum class Activation { silu };

// down(act(gate(x)) * up(x))
struct DenseMlpSpec {
    int64_t width = 0; // rows of gate and up
    Activation activation = Activation::silu;
    bool bias = false; // on gate, up and down
};

// A softmax over all experts picks the `used` best; their outputs are added with these weights.
struct MoeSpec {
    int64_t experts = 0, used = 0; // used <= experts
    int64_t width = 0;             // rows of an expert's gate and up
    Activation activation = Activation::silu;
    bool renormalize = false; // the chosen weights are divided by their sum
    double weight_scale = 1;  // and multiplied by this
};
using FeedForwardSpec = std::variant<DenseMlpSpec, MoeSpec>;

// x += mixer(norm(x)); x += feed_forward(norm(x))
struct LayerSpec {
    NormSpec mixer_norm;
    MixerSpec mixer;
    NormSpec feed_forward_norm;
    FeedForwardSpec feed_forward;
};

struct ModelSpec {
    std::string architecture; // as the file names it: "qwen3moe" (GGUF), "qwen3_moe" (config.json)
    int64_t vocabulary = 0;   // rows of embedding and head
    int64_t width = 0;        // elements of the residual stream
    int64_t context = 0;      // tokens that the model was made for; 0: the file does not say
    std::vector<RopeSpec> ropes;
    std::vector<LayerSpec> layers;
    NormSpec output_norm;
    bool tied_head = false; // the head is the embedding's matrix

    // Largest numbers over all layers, 0 for dense models.
    int64_t experts() const;
    int64_t experts_used() const;
};

} // namespace engine::model
