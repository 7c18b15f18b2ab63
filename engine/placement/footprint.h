// Footprint: what a model asks of a computer, in numbers that need neither file nor place: bytes by layer and
// class, and what one token works with.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/model/inventory.h"
#include "engine/model/model_spec.h"
#include "engine/placement/kv_size.h"
#include "engine/platform/machine_profile.h"

namespace engine::placement {

using platform::FormatFamily;
inline constexpr size_t kFamilies = 8; // of FormatFamily

FormatFamily family_of(DType dtype);
DType measured_type(FormatFamily family); // stands for it in calibrations

// Matrices that a token is multiplied with, by the family of their format.
struct Work {
    std::array<int64_t, kFamilies> bytes{}, parameters{};
    int64_t matrices = 0;

    int64_t all_bytes() const;
    int64_t all_parameters() const;
    void add(const model::WeightEntry& entry);
};

struct LayerFootprint {
    int64_t dense_bytes = 0;  // as held in memory: all but the routed experts (shared ones included)
    Work dense;               // of each token
    int64_t experts = 0;      // routed ones; 0: a dense layer
    int64_t experts_used = 0; // of them by each token
    int64_t expert_bytes = 0; // of one
    Work expert;              // of one
    KvShape kv;
    int64_t heads = 0;             // of attention
    int64_t feed_forward = 0;      // rows of gate and up, of an expert where there are any
    DType feed_forward_dtype = {}; // of gate
    DType attention_dtype = {};    // of query

    int64_t experts_bytes() const { return experts * expert_bytes; }
};

struct Footprint {
    std::vector<LayerFootprint> layers;
    int64_t table_bytes = 0; // of the embedding; a token reads one row
    int64_t end_bytes = 0;   // last norm, rope factors, the head where it is not the table
    Work head;
    bool tied_head = false;
    int64_t vocabulary = 0, width = 0;
    int64_t trained_context = 0; // tokens; 0: not known
    int64_t rope_dims = 0;       // sum over the ropes
    int64_t active_parameters = 0;
    int64_t widest_row = 0;      // elements of a matrix
    bool encoded = false;        // while it is loaded: no file has it so, and none of it can stay on disk
    int64_t tokenizer_bytes = 0; // of vocabulary, template and what stands in the file's header
    DType main_dtype = {};       // that holds most bytes of the matrices
    std::string architecture, name, quantization;

    int64_t weight_bytes() const; // all, experts included
    int64_t experts_bytes() const;
    std::vector<KvShape> kv_shapes() const;
    bool has_experts() const;
};

// As the loader holds a weight: norms and biases become F32, the rest keeps its format (FP8 with scales is in
// the inventory as what it becomes).
int64_t held_bytes(const model::WeightEntry& entry);

Footprint footprint_of(const model::ModelSpec& spec, const model::Inventory& inventory);

} // namespace engine::placement
