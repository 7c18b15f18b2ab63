// The mixtures as people know them from llama.cpp's files: a base format, and more bits where they help most.
#include "engine/convert/mixture.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "engine/formats/printable.h"

namespace engine::convert {

namespace {

enum class Layers {
    none,
    all,
    first_two,
    first_four,
    first_sixteenth,
    first_eighth,
    ends_and_thirds // the first eighth, the last eighth and every third in between
};

// `more` in those layers, `rest` in the others; Bool stands for the base format.
struct Rule {
    Layers where = Layers::none;
    DType more = DType::Bool;
    DType rest = DType::Bool;
};

bool holds(Layers where, int64_t layer, int64_t layers) {
    const int64_t eighth = layers / 8;
    switch (where) {
        case Layers::none:
            return false;
        case Layers::all:
            return true;
        case Layers::first_two:
            return layer < 2;
        case Layers::first_four:
            return layer < 4;
        case Layers::first_sixteenth:
            return layer < layers / 16;
        case Layers::first_eighth:
            return layer < eighth;
        case Layers::ends_and_thirds:
            return layer < eighth || layer >= 7 * layers / 8 || (layer - eighth) % 3 == 2;
    }
    return false;
}
} // namespace

struct Mixture {
    std::string_view name;
    uint32_t file_type;
    DType base;
    DType head; // output, or a token embedding that is also the output
    Rule value, down, attention_output, fused_qkv;
    bool experts_only = false; // base for routed experts, Q8_0 for the other matrices
};

namespace {

using enum DType;
constexpr Rule kNoRule{};
constexpr Rule all_in(DType dtype) {
    return {Layers::all, dtype, dtype};
}

constexpr auto kMixtures = std::to_array<Mixture>({
    {"F32", 0, F32, F32, kNoRule, kNoRule, kNoRule, kNoRule},
    {"F16", 1, F16, F16, kNoRule, kNoRule, kNoRule, kNoRule},
    {"BF16", 32, BF16, BF16, kNoRule, kNoRule, kNoRule, kNoRule},
    {"Q8_0", 7, Q8_0, Q8_0, kNoRule, kNoRule, kNoRule, kNoRule},
    {"Q6_K", 18, Q6_K, Q6_K, kNoRule, kNoRule, kNoRule, kNoRule},
    {"Q5_K_M",
     17,
     Q5_K,
     Q6_K,
     {Layers::ends_and_thirds, Q6_K},
     {Layers::ends_and_thirds, Q6_K},
     kNoRule,
     all_in(Q6_K)},
    {"Q5_K_S", 16, Q5_K, Q6_K, kNoRule, kNoRule, kNoRule, kNoRule},
    {"Q4_K_M",
     15,
     Q4_K,
     Q6_K,
     {Layers::ends_and_thirds, Q6_K},
     {Layers::ends_and_thirds, Q6_K},
     kNoRule,
     all_in(Q5_K)},
    {"Q4_K_S", 14, Q4_K, Q6_K, {Layers::first_four, Q5_K}, {Layers::first_eighth, Q5_K}, kNoRule, kNoRule},
    {"IQ4_XS", 30, IQ4_XS, Q6_K, kNoRule, {Layers::first_eighth, Q5_K}, kNoRule, kNoRule},
    {"IQ4_NL", 25, IQ4_NL, Q6_K, kNoRule, {Layers::first_eighth, Q5_K}, kNoRule, kNoRule},
    {"Q3_K_L", 13, Q3_K, Q6_K, all_in(Q5_K), all_in(Q5_K), all_in(Q5_K), all_in(Q4_K)},
    {"Q3_K_M",
     12,
     Q3_K,
     Q6_K,
     {Layers::first_two, Q5_K, Q4_K},
     {Layers::first_sixteenth, Q5_K, Q4_K},
     all_in(Q4_K),
     all_in(Q4_K)},
    {"Q3_K_S", 11, Q3_K, Q6_K, kNoRule, kNoRule, kNoRule, kNoRule},
    {"Q2_K", 10, Q2_K, Q6_K, all_in(Q3_K), all_in(Q3_K), all_in(Q3_K), kNoRule},
    {"Q5_1", 9, Q5_1, Q6_K, kNoRule, kNoRule, kNoRule, kNoRule},
    {"Q5_0", 8, Q5_0, Q6_K, kNoRule, kNoRule, kNoRule, kNoRule},
    {"Q4_1", 3, Q4_1, Q6_K, kNoRule, kNoRule, kNoRule, kNoRule},
    {"Q4_0", 2, Q4_0, Q6_K, kNoRule, kNoRule, kNoRule, kNoRule},
    {"MXFP4", 38, MXFP4, Q8_0, kNoRule, kNoRule, kNoRule, kNoRule, true},
});

char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
}

// "blk.12.attn_v.weight": layer 12, name "attn_v.weight"; layer -1 for what lies outside the layers.
struct TensorPlace {
    int64_t layer = -1;
    std::string_view name;
};
TensorPlace place_of(std::string_view tensor) {
    TensorPlace place{-1, tensor};
    if (!tensor.starts_with("blk.")) return place;
    const size_t dot = tensor.find('.', 4);
    if (dot == std::string_view::npos) return place;
    int64_t layer = 0;
    const auto read = std::from_chars(tensor.data() + 4, tensor.data() + dot, layer);
    if (read.ec != std::errc() || read.ptr != tensor.data() + dot || layer < 0) return place;
    return {layer, tensor.substr(dot + 1)};
}

DType by_rule(const Rule& rule, DType base, int64_t layer, int64_t layers) {
    const DType dtype = holds(rule.where, layer, layers) ? rule.more : rule.rest;
    return dtype == Bool ? base : dtype;
}

DType wanted_format(const Mixture& mixture, const ModelFacts& facts, const formats::TensorEntry& entry) {
    const TensorPlace place = place_of(entry.name);
    const bool head = place.name == "output.weight";
    if (head || (place.name == "token_embd.weight" && facts.head_is_tied)) return mixture.head;
    if (mixture.experts_only) return is_expert_stack(entry) ? mixture.base : Q8_0;
    const auto apply = [&](const Rule& rule) {
        return by_rule(rule, mixture.base, place.layer, facts.layers);
    };
    if (place.name == "attn_v.weight") { // shared by more queries it is smaller and matters more
        if (mixture.base == Q2_K && facts.heads_per_kv_head >= 4) return Q4_K;
        return apply(mixture.value);
    }
    if (place.name.starts_with("ffn_down")) return apply(mixture.down);
    if (place.name == "attn_output.weight") return apply(mixture.attention_output);
    if (place.name == "attn_qkv.weight") return apply(mixture.fused_qkv);
    return mixture.base;
}

// What takes its place in rows that are no multiple of 256: as many bits or a few more.
DType with_small_blocks(DType dtype) {
    switch (dtype) {
        case Q2_K:
        case Q3_K:
        case IQ4_XS:
            return IQ4_NL;
        case Q4_K:
            return Q5_0;
        case Q5_K:
            return Q5_1;
        default:
            return Q8_0;
    }
}
} // namespace

const Mixture* find_mixture(std::string_view name) {
    for (const Mixture& mixture : kMixtures) {
        if (std::equal(name.begin(), name.end(), mixture.name.begin(), mixture.name.end(),
                       [](char a, char b) { return upper(a) == b; }))
            return &mixture;
    }
    return nullptr;
}

Result<const Mixture*> mixture_named(std::string_view name) {
    if (const Mixture* found = find_mixture(name)) return found;
    std::string known;
    for (const std::string& each : mixture_names())
        known += (known.empty() ? "" : ", ") + each;
    return Error{ErrorCode::invalid_argument, "there is no type " + formats::printable(std::string(name)),
                 "Known are " + known + "."};
}

std::vector<std::string> mixture_names() {
    std::vector<std::string> names;
    for (const Mixture& mixture : kMixtures)
        names.emplace_back(mixture.name);
    return names;
}

std::string_view name(const Mixture& mixture) {
    return mixture.name;
}
uint32_t file_type(const Mixture& mixture) {
    return mixture.file_type;
}
bool is_for_experts(const Mixture& mixture) {
    return mixture.experts_only;
}

ModelFacts facts_of(const formats::Metadata& metadata, bool head_is_tied) {
    ModelFacts facts;
    const std::string* architecture = metadata.string("general.architecture");
    const std::string prefix = architecture == nullptr ? "" : *architecture + ".";
    facts.layers = metadata.integer(prefix + "block_count").value_or(0);
    const int64_t heads = metadata.integer(prefix + "attention.head_count").value_or(1);
    const int64_t kv_heads = metadata.integer(prefix + "attention.head_count_kv").value_or(heads);
    facts.heads_per_kv_head = kv_heads > 0 ? heads / kv_heads : 1;
    facts.head_is_tied = head_is_tied;
    return facts;
}

bool is_quantised(const formats::TensorEntry& entry) {
    const std::string_view name = place_of(entry.name).name;
    if (entry.shape.rank < 2 || !name.ends_with(".weight")) return false;
    if (name.find("_norm") != std::string_view::npos) return false;
    for (const std::string_view kept :
         {"ffn_gate_inp", "position_embd", "token_types", "rope_", "ssm_conv1d", "shortconv", "time_mix"}) {
        if (name.starts_with(kept)) return false;
    }
    return true;
}

bool is_outside_layers(const formats::TensorEntry& entry) {
    return entry.name == "token_embd.weight" || entry.name == "output.weight";
}

bool is_expert_stack(const formats::TensorEntry& entry) {
    return entry.shape.rank == 3 && entry.name.find("_exps.") != std::string::npos;
}

ChosenFormat choose_format(const Mixture& mixture, const ModelFacts& facts,
                           const formats::TensorEntry& entry) {
    ChosenFormat chosen;
    chosen.wanted = wanted_format(mixture, facts, entry);
    chosen.dtype = chosen.wanted;
    const auto fits = [&](DType dtype) { return entry.shape.inner() % traits(dtype).block_size == 0; };
    if (!fits(chosen.dtype)) chosen.dtype = with_small_blocks(chosen.dtype);
    if (!fits(chosen.dtype)) chosen.dtype = F16;
    return chosen;
}

} // namespace engine::convert
