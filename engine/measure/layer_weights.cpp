// Sizes, memory, and filling with all workers.
#include "engine/measure/layer_weights.h"

#include <algorithm>
#include <cmath>

#include "engine/measure/block_noise.h"
#include "engine/measure/read_bandwidth.h"
#include "engine/platform/machine.h"

namespace engine::measure {

namespace {

Error refuse(const std::string& what, const std::string& hint = "") {
    return {ErrorCode::invalid_argument, what, hint};
}

std::string supported_types() {
    std::string list;
    for (int i = 0; i < kDTypeCount; ++i) {
        const auto dtype = static_cast<DType>(i);
        if (BlockNoise::serves(dtype)) list += (list.empty() ? "" : ", ") + std::string(traits(dtype).name);
    }
    return list;
}

Result<void> check(const LayerBenchRequest& request, DType dtype) {
    constexpr int64_t kMost = int64_t{1} << 20;
    const auto within = [](int64_t n) { return n >= 1 && n <= kMost; };
    if (!within(request.hidden) || !within(request.width))
        return refuse("hidden and width must be from 1 to 1048576");
    const bool moe = request.kind == LayerKind::moe;
    if (moe && (request.experts < 1 || request.experts > (1 << 14)))
        return refuse("the number of experts must be from 1 to 16384");
    if (moe && (request.used < 1 || request.used > request.experts))
        return refuse("each token can use 1 to " + std::to_string(request.experts) + " experts");
    for (const int64_t n : {request.hidden, moe ? request.width : request.hidden}) {
        const int32_t block = traits(dtype).block_size;
        if (n % block != 0)
            return refuse("rows of " + std::to_string(n) + " values cannot be of type " +
                              std::string(traits(dtype).name),
                          "Its blocks hold " + std::to_string(block) + " values.");
    }
    for (const int64_t t : request.tokens) {
        if (t < 1 || t > (1 << 17)) return refuse("the number of tokens must be from 1 to 131072");
    }
    if (request.repetitions < 1) return refuse("at least one repetition is needed");
    return {};
}

// Activations and results of the largest call.
int64_t scratch_bytes(const LayerBenchRequest& request) {
    const int64_t most = *std::max_element(request.tokens.begin(), request.tokens.end());
    const int64_t pairs = request.kind == LayerKind::moe ? most * request.used : most;
    return pairs * 4 * (2 * request.width + 3 * request.hidden);
}

Result<int64_t> copies_that_fit(const LayerBenchRequest& request, int64_t layer_bytes) {
    const int64_t available = platform::detect_machine().available_bytes;
    const int64_t for_weights = available / 10 * 8 - scratch_bytes(request);
    if (layer_bytes > for_weights) {
        const auto mb = [](int64_t bytes) { return std::to_string(bytes / 1000000) + " MB"; };
        return Error{ErrorCode::out_of_memory,
                     "the layer needs " + mb(layer_bytes + scratch_bytes(request)) + " of memory, and " +
                         mb(available) + " are available",
                     "Choose fewer experts, a smaller width or fewer tokens."};
    }
    const int64_t wanted =
        request.weight_bytes > 0 ? request.weight_bytes : bytes_beyond_caches(int64_t{1} << 30);
    return std::clamp<int64_t>((wanted + layer_bytes - 1) / layer_bytes, 1, for_weights / layer_bytes);
}

int64_t aligned(int64_t bytes) {
    constexpr int64_t kTo = platform::HostBuffer::kAlignment;
    return (bytes + kTo - 1) / kTo * kTo;
}

void fill(platform::ThreadPool& pool, const LayerBenchRequest& request, DType dtype, std::byte* data,
          int64_t bytes) {
    const BlockNoise noise(dtype, 1 / std::sqrt(static_cast<double>(request.hidden)), request.seed);
    const int64_t block = traits(dtype).block_bytes, blocks = bytes / block;
    constexpr int64_t kBlocks = 4096;
    pool.run((blocks + kBlocks - 1) / kBlocks, 1, [&](int64_t begin, int64_t end, int) {
        const int64_t first = begin * kBlocks, count = std::min(end * kBlocks, blocks) - first;
        noise.fill(first, {data + first * block, static_cast<size_t>(count * block)});
    });
}

} // namespace

Result<LayerWeights> make_layer(platform::ThreadPool& pool, const LayerBenchRequest& request) {
    const auto dtype = dtype_from_name(request.type);
    if (!dtype || !BlockNoise::serves(*dtype))
        return Error{ErrorCode::unsupported, "no type is called \"" + request.type + "\"",
                     "Choose one of " + supported_types() + "."};
    ENGINE_TRY(check(request, *dtype));
    const bool moe = request.kind == LayerKind::moe;
    const int64_t in = request.width * row_bytes(*dtype, request.hidden); // gate, up, or the dense matrix
    const int64_t down = moe ? request.hidden * row_bytes(*dtype, request.width) : 0;
    LayerWeights layer;
    layer.expert_bytes = moe ? 2 * in + down : in;
    layer.bytes = layer.expert_bytes * (moe ? request.experts : 1);
    ENGINE_ASSIGN(const int64_t copies, copies_that_fit(request, layer.bytes));
    const int64_t stride = aligned(layer.bytes); // copies begin at cache lines, as tensors of a file do
    ENGINE_ASSIGN(layer.memory, platform::HostBuffer::allocate(copies * stride));
    const Shape up_shape{{request.width, request.hidden}, 2}, down_shape{{request.hidden, request.width}, 2};
    for (int64_t c = 0; c < copies; ++c) {
        std::byte* at = layer.memory.data() + c * stride;
        fill(pool, request, *dtype, at, layer.bytes);
        auto& experts = layer.copies.emplace_back(static_cast<size_t>(moe ? request.experts : 1));
        // Each kind of matrix stacked, as in a file.
        for (auto& e : experts)
            e.gate = TensorView{std::exchange(at, at + in), *dtype, up_shape};
        if (!moe) continue;
        for (auto& e : experts)
            e.up = TensorView{std::exchange(at, at + in), *dtype, up_shape};
        for (auto& e : experts)
            e.down = TensorView{std::exchange(at, at + down), *dtype, down_shape};
    }
    return layer;
}

} // namespace engine::measure
