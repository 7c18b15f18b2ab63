// Rope frequencies: one function of the spec, for every scaling rule.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/model/model_spec.h"

namespace engine::model {

struct RopeTable {
    std::vector<float> frequencies; // {dims / 2}: radians per position
    float scale = 1;                // sine and cosine are multiplied by it
};

// length: positions 0 .. length - 1 are being read; only rules that depends_on_length() names look at it.
// divisors: the weight Role::rope_factors, when the spec says divided_by_weight.
RopeTable rope_table(const RopeSpec& spec, int64_t length, std::span<const float> divisors = {});

bool depends_on_length(const RopeSpec& spec);

} // namespace engine::model
