// KvCache: see kv_cache.h.
#include "engine/runtime/kv_cache.h"

#include <algorithm>
#include <limits>

#include "engine/base/check.h"
#include "engine/ops/copy.h"
#include "engine/placement/kv_size.h"

namespace engine::runtime {

namespace {

// Heads are stored and read one by one.
Result<void> check_heads(const model::ModelSpec& spec, DType dtype) {
    const int64_t block = traits(dtype).block_size;
    for (const model::LayerSpec& layer : spec.layers) {
        const auto& attention = std::get<model::GqaSpec>(layer.mixer);
        if (attention.key_dim % block == 0 && attention.value_dim % block == 0) continue;
        return Error{ErrorCode::unsupported,
                     "this model's heads have " + std::to_string(attention.key_dim) + " and " +
                         std::to_string(attention.value_dim) + " elements, which a cache in blocks of " +
                         std::to_string(block) + " cannot hold",
                     "Choose F16 for the KV cache."};
    }
    return {};
}

std::vector<placement::KvShape> shapes_of(const model::ModelSpec& spec) {
    std::vector<placement::KvShape> shapes;
    for (const model::LayerSpec& layer : spec.layers)
        shapes.push_back(placement::kv_shape(std::get<model::GqaSpec>(layer.mixer)));
    return shapes;
}

// {tokens, heads * width}, each head to its own stretch of positions.
void store_heads(ops::ExecContext& context, ops::ConstMatrix x, int64_t heads, DType dtype, std::byte* to,
                 int64_t stride, int64_t head_stride) {
    const int64_t width = x.columns / heads;
    for (int64_t h = 0; h < heads; ++h)
        ops::store_rows(context, {x.data + h * width, x.rows, width, x.stride}, dtype, to + h * head_stride,
                        stride);
}

int64_t round_up(int64_t n, int64_t to) {
    return (n + to - 1) / to * to;
}

} // namespace

KvPrecision default_kv_precision(const placement::Weights& weights) {
    return weights.main_dtype() == DType::F32 ? KvPrecision::f32 : KvPrecision::f16;
}

Result<KvCache> KvCache::create(const model::ModelSpec& spec, int64_t capacity, KvPrecision precision,
                                int64_t step) {
    if (capacity < 1 || capacity > std::numeric_limits<int32_t>::max() || step < 0)
        return Error{ErrorCode::invalid_argument,
                     "a context of " + std::to_string(capacity) + " tokens is not possible",
                     "Choose a context between 1 and 2147483647 tokens."};
    ENGINE_TRY(check_heads(spec, dtype_of(precision)));
    KvCache cache;
    cache.capacity_ = capacity;
    cache.precision_ = precision;
    const DType dtype = dtype_of(precision);
    const int64_t usual = placement::kv_step(placement::kv_token_bytes(shapes_of(spec), dtype));
    cache.step_ = std::min(step > 0 ? step : usual, capacity);
    for (const model::LayerSpec& layer : spec.layers) {
        const auto& attention = std::get<model::GqaSpec>(layer.mixer);
        Layer own;
        own.layout.dtype = dtype;
        own.layout.key_stride = row_bytes(dtype, attention.key_dim);
        own.layout.value_stride = row_bytes(dtype, attention.value_dim);
        own.layout.key_head_stride = cache.step_ * own.layout.key_stride;
        own.layout.value_head_stride = cache.step_ * own.layout.value_stride;
        own.kv_heads = attention.kv_heads;
        const auto aligned = [](int64_t bytes) { return round_up(bytes, platform::HostBuffer::kAlignment); };
        own.keys_at = cache.block_bytes_;
        own.values_at = own.keys_at + aligned(own.kv_heads * own.layout.key_head_stride);
        cache.block_bytes_ = own.values_at + aligned(own.kv_heads * own.layout.value_head_stride);
        cache.layers_.push_back(std::move(own));
    }
    return cache;
}

void KvCache::truncate(int64_t length) {
    length_ = std::clamp<int64_t>(length, 0, length_);
}

int64_t KvCache::bytes() const {
    return static_cast<int64_t>(blocks_.size()) * block_bytes_;
}

int64_t KvCache::bytes_at_capacity() const {
    return round_up(capacity_, step_) / step_ * block_bytes_;
}

int64_t KvCache::bytes_for(const model::ModelSpec& spec, int64_t tokens, KvPrecision precision) {
    return placement::kv_bytes(shapes_of(spec), tokens, dtype_of(precision));
}

Result<void> KvCache::reserve(int64_t length) {
    while (static_cast<int64_t>(blocks_.size()) * step_ < length) {
        ENGINE_ASSIGN(platform::HostBuffer block, platform::HostBuffer::allocate(block_bytes_));
        for (Layer& layer : layers_)
            layer.segments.push_back({block.data() + layer.keys_at, block.data() + layer.values_at, step_});
        blocks_.push_back(std::move(block));
    }
    return {};
}

bool KvCache::fits(const model::ModelSpec& spec) const {
    if (layers_.size() != spec.layers.size()) return false;
    for (size_t i = 0; i < layers_.size(); ++i) {
        const auto& attention = std::get<model::GqaSpec>(spec.layers[i].mixer);
        const ops::KvLayout& layout = layers_[i].layout;
        if (layers_[i].kv_heads != attention.kv_heads) return false;
        if (layout.key_stride != row_bytes(layout.dtype, attention.key_dim)) return false;
        if (layout.value_stride != row_bytes(layout.dtype, attention.value_dim)) return false;
    }
    return true;
}

void KvCache::store(ops::ExecContext& context, int32_t layer, int64_t position, ops::ConstMatrix keys,
                    ops::ConstMatrix values) {
    const Layer& own = layers_[static_cast<size_t>(layer)];
    ENGINE_CHECK(position + keys.rows <= static_cast<int64_t>(blocks_.size()) * step_);
    for (int64_t done = 0; done < keys.rows;) {
        const int64_t block = (position + done) / step_, offset = (position + done) % step_;
        const int64_t rows = std::min(keys.rows - done, step_ - offset);
        std::byte* const base = blocks_[static_cast<size_t>(block)].data();
        const ops::KvLayout& layout = own.layout;
        store_heads(context, rows_of(keys, done, rows), own.kv_heads, layout.dtype,
                    base + own.keys_at + offset * layout.key_stride, layout.key_stride,
                    layout.key_head_stride);
        store_heads(context, rows_of(values, done, rows), own.kv_heads, layout.dtype,
                    base + own.values_at + offset * layout.value_stride, layout.value_stride,
                    layout.value_head_stride);
        done += rows;
    }
}

} // namespace engine::runtime
