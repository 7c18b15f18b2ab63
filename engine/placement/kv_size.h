// How many bytes the keys and values of a context take, per number format; the one formula of cache and
// planner.
#pragma once

#include <cstdint>
#include <span>

#include "engine/base/dtype.h"
#include "engine/model/model_spec.h"

namespace engine::placement {

// What one layer keeps of one token: `rows` rows of key_dim elements and as many of value_dim.
struct KvShape {
    int64_t rows = 0, key_dim = 0, value_dim = 0;
    int64_t window = 0; // positions that are looked at; 0: all. All are kept.
    bool operator==(const KvShape&) const = default;
};

KvShape kv_shape(const model::GqaSpec& spec);
// Multi-head latent attention keeps one row: the latent vector and the turned part of the key, which all
// heads share.
KvShape latent_kv_shape(int64_t latent_dim, int64_t turned_dim);

// A row that is no multiple of the format's block takes a whole block more.
int64_t kv_token_bytes(const KvShape& shape, DType dtype);
int64_t kv_token_bytes(std::span<const KvShape> layers, DType dtype);

// Tokens by which a cache grows: 256, or fewer where such a block would be past 256 MB; a power of two, so
// that attention's tiles of 64 positions lie in one block.
int64_t kv_step(int64_t token_bytes);

// With every one of `tokens` positions in use.
int64_t kv_bytes(std::span<const KvShape> layers, int64_t tokens, DType dtype);

} // namespace engine::placement
