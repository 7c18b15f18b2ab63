// A fingerprint of logits: two runs that computed the same to the last bit show the same.
#pragma once

#include <cstdint>
#include <span>

namespace engine::generation {

// FNV-1a, 64 bits, over the words' bytes from the lowest up.
uint64_t logits_hash(std::span<const float> logits);

} // namespace engine::generation
