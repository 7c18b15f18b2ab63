// Inventory: every weight of a model by role, with the place in the file where it lies; no bytes.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/tensor_view.h"
#include "engine/formats/model_file.h"
#include "engine/model/model_spec.h"

namespace engine::model {

enum class Role : uint8_t {
    token_embedding,
    output_norm,
    output, // absent when the head is tied
    rope_factors,
    mixer_norm,
    query,
    key,
    value,
    attention_output,
    query_norm,
    key_norm,
    feed_forward_norm,
    gate,
    up,
    down,
    router,
};

// Which weight. A bias is a weight of its own.
struct WeightId {
    Role role = Role::token_embedding;
    bool bias = false;
    int32_t layer = -1;  // -1: belongs to no layer
    int32_t expert = -1; // -1: not an expert's
    bool operator==(const WeightId&) const = default;
};

// "layers.3.experts.17.gate", "layers.0.query.bias", "token_embedding"
std::string canonical_name(const WeightId& id);

struct WeightEntry {
    WeightId id;
    Shape shape;              // as the block that uses it expects: {out, in}, {n}
    DType dtype = DType::F32; // in memory; the file's, but where `scales` is set
    // Where: rows [first_row, first_row + shape.rows()) of the file's tensor, seen as rows of its innermost
    // extent. Experts of a stacked tensor {experts, out, in} and halves of a fused one differ in first_row
    // only.
    std::string tensor;
    int64_t first_row = 0;
    // The tensor with a scale for every 128 x 128 values of an F8_E4M3 matrix; else empty.
    std::string scales;
    int64_t first_scaled_row = 0; // row r has the scales of its row (first_scaled_row + r) / 128

    std::string name() const { return canonical_name(id); }
    int64_t bytes() const { return shape.rows() * row_bytes(dtype, shape.inner()); }
};

class Inventory {
 public:
    void add(WeightEntry entry);
    const WeightEntry* find(const WeightId& id) const;
    const std::vector<WeightEntry>& entries() const { return entries_; }

    int64_t parameters() const { return parameters_; }
    // Used for one token: all but the experts that the router did not choose.
    int64_t active_parameters(const ModelSpec& spec) const;
    int64_t bytes() const;

 private:
    std::vector<WeightEntry> entries_;
    std::unordered_map<uint64_t, size_t> by_id_;
    int64_t parameters_ = 0; // elements of all weights but rope_factors
};

} // namespace engine::model
