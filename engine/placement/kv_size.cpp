// The sizes of a KV cache.
#include "engine/placement/kv_size.h"

#include <algorithm>
#include <bit>

namespace engine::placement {

namespace {

int64_t whole_blocks(DType dtype, int64_t n) {
    const int64_t block = traits(dtype).block_size;
    return row_bytes(dtype, (n + block - 1) / block * block);
}

} // namespace

KvShape kv_shape(const model::GqaSpec& spec) {
    return {spec.kv_heads, spec.key_dim, spec.value_dim, spec.window};
}

KvShape latent_kv_shape(int64_t latent_dim, int64_t turned_dim) {
    return {1, latent_dim + turned_dim, 0, 0};
}

int64_t kv_token_bytes(const KvShape& shape, DType dtype) {
    return shape.rows * (whole_blocks(dtype, shape.key_dim) + whole_blocks(dtype, shape.value_dim));
}

int64_t kv_token_bytes(std::span<const KvShape> layers, DType dtype) {
    int64_t bytes = 0;
    for (const KvShape& layer : layers)
        bytes += kv_token_bytes(layer, dtype);
    return bytes;
}

int64_t kv_step(int64_t token_bytes) {
    constexpr int64_t kLargestBlock = int64_t{256} << 20;
    const int64_t fitting = std::clamp<int64_t>(kLargestBlock / std::max<int64_t>(token_bytes, 1), 1, 256);
    return static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(fitting)));
}

int64_t kv_bytes(std::span<const KvShape> layers, int64_t tokens, DType dtype) {
    const int64_t token_bytes = kv_token_bytes(layers, dtype), step = kv_step(token_bytes);
    return (std::max<int64_t>(tokens, 0) + step - 1) / step * step * token_bytes;
}

} // namespace engine::placement
