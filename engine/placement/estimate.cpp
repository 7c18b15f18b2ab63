// Bytes and seconds of one way of placing.
#include "engine/placement/estimate.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/placement/scratch_size.h"

namespace engine::placement {

namespace {

// A driver's context with its kernels, before the first byte of a model.
constexpr int64_t kGpuContext = int64_t{300} << 20;
constexpr double kVectorRows = 8; // up to here an expert takes the vector path
// Files are mapped on pages of 4 KiB, while calibrations read what lies on large ones: so much longer takes
// what comes from memory (7 to 12 % for two threads of a Zen 4).
constexpr double kSmallPages = 1.08;

// Beside the weights while they are made of others: a row for each worker, and the file's pages that are not
// given back yet. It is gone before anything is computed.
int64_t loading_bytes(const Footprint& model, int threads) {
    constexpr int64_t kPages = int64_t{4} << 20;
    if (!model.encoded) return 0;
    return int64_t{threads} * model.widest_row * int64_t{sizeof(float)} + kPages;
}

// Bytes of activations that a token has read and written beside the products of a layer: norms, sums and
// rope, packing what goes into a product and storing what comes out of it. Those of products go in pieces of
// rows and count for half again of what they are (in the built-in model a prompt of
// 512 spent 3.4 ms there, where bytes alone foresaw 2.2).
double dense_activations(const Footprint& model, const LayerFootprint& layer) {
    const int64_t heads =
        layer.heads * layer.kv.key_dim + layer.kv.rows * (layer.kv.key_dim + layer.kv.value_dim);
    const int64_t inner = layer.experts > 0 ? 0 : layer.feed_forward;
    return sizeof(float) * static_cast<double>(20 * model.width + 10 * heads + 9 * inner);
}
// Of a token at one expert: it is gathered, and its result added to those of others.
double expert_activations(const Footprint& model, const LayerFootprint& layer) {
    return sizeof(float) * static_cast<double>(6 * model.width + 9 * layer.feed_forward);
}

double real(int64_t n) {
    return static_cast<double>(n);
}

} // namespace

Estimator::Estimator(const Footprint& model, const platform::MachineProfile& machine, const Rates& rates,
                     const PlanRequest& request, const ExpertOrder& experts, int64_t context, DType kv)
    : model_(model), rates_(rates), request_(request), experts_(experts) {
    const std::vector<KvShape> shapes = model.kv_shapes();
    const int64_t step = kv_step(kv_token_bytes(shapes, kv));
    const int64_t tokens = (context + step - 1) / step * step;
    for (const KvShape& shape : shapes)
        layer_kv_.push_back(tokens * kv_token_bytes(shape, kv));
    batch_ = micro_batch(model);
    const int64_t rows = std::clamp<int64_t>(context, 1, batch_);
    // Logits stand in scratch memory, in the session and before the sampler.
    const int64_t answering = scratch_bytes(model, machine.machine.features, rates.threads, context) +
                              3 * model.vocabulary * int64_t{sizeof(float)};
    processor_compute_ = std::max(answering, loading_bytes(model, rates.threads)) + model.tokenizer_bytes;
    gpu_compute_ = kGpuContext + scratch_bytes(model, machine.machine.features, 1, rows);
    head_bytes_ = model.head.all_bytes();
    double touched = real(head_bytes_);
    for (const LayerFootprint& layer : model.layers)
        touched += real(layer.dense.all_bytes() + layer.experts_bytes());
    cached_ = rates.cached_share(touched);
    time_layers();
}

void Estimator::time_layers() {
    const double positions = real(request_.generate_depth) + real(request_.generate_tokens) / 2;
    const auto by_memory = [&](const Work& work) {
        return real(work.all_bytes()) * (1 - cached_) / rates_.memory >= rates_.vector_seconds(work, 1, 1);
    };
    const double pages = model_.encoded ? 1 : cached_ + (1 - cached_) * kSmallPages;
    for (size_t l = 0; l < model_.layers.size(); ++l) {
        LayerSeconds own;
        own.dense = pages * rates_.vector_seconds(model_.layers[l].dense, 1, cached_);
        own.expert = pages * rates_.vector_seconds(model_.layers[l].expert, 1, cached_);
        own.attention = attention_seconds(l, positions);
        own.dense_by_memory = by_memory(model_.layers[l].dense);
        own.expert_by_memory = by_memory(model_.layers[l].expert);
        for (double* const seconds : {&own.dense, &own.expert, &own.attention})
            *seconds /= rates_.correction.generate;
        seconds_.push_back(own);
    }
    head_seconds_ = pages * rates_.vector_seconds(model_.head, 1, cached_);
}

ExpertOrder::ExpertOrder(const Footprint& model, const Heat& heat) : known(heat.known()) {
    for (size_t l = 0; l < model.layers.size(); ++l) {
        const auto n = static_cast<size_t>(model.layers[l].experts);
        std::vector<int32_t> sorted(n);
        std::iota(sorted.begin(), sorted.end(), 0);
        const bool told = l < heat.share.size() && heat.share[l].size() == n;
        const auto share = [&](int32_t e) {
            const double s = told ? heat.share[l][static_cast<size_t>(e)] : 1;
            return std::isfinite(s) && s > 0 ? s : 0;
        };
        if (told)
            std::stable_sort(sorted.begin(), sorted.end(),
                             [&](auto a, auto b) { return share(a) > share(b); });
        std::vector<double> so_far(n + 1, 0);
        for (size_t i = 0; i < n; ++i)
            so_far[i + 1] = so_far[i] + share(sorted[i]);
        for (size_t i = 1; i <= n; ++i)
            so_far[i] = so_far[n] > 0 ? so_far[i] / so_far[n]
                                      : real(static_cast<int64_t>(i)) / real(static_cast<int64_t>(n));
        sums.push_back(std::move(so_far));
        order.push_back(std::move(sorted));
    }
}

DeviceBytes Estimator::bytes_of(const Assignment& a, int device) const {
    DeviceBytes bytes;
    for (size_t l = 0; l < model_.layers.size(); ++l) {
        const LayerFootprint& layer = model_.layers[l];
        const bool here = a.layers[l] == device;
        if (here) {
            bytes.weights += layer.dense_bytes;
            bytes.kv += layer_kv_[l];
        }
        if (device == kProcessor) bytes.experts += a.experts[l].memory * layer.expert_bytes;
        if (device != kProcessor && here) bytes.experts += a.experts[l].gpu * layer.expert_bytes;
    }
    if (device == kProcessor) {
        const bool head_here = a.head == kProcessor || model_.tied_head;
        bytes.weights += model_.table_bytes + model_.end_bytes - (head_here ? 0 : head_bytes_);
        bytes.weights -= a.disk_weights;
        bytes.compute = processor_compute_;
        bytes.adapter = request_.adapter_bytes;
        return bytes;
    }
    if (a.head == device) bytes.weights += head_bytes_;
    const bool used =
        a.head == device || std::find(a.layers.begin(), a.layers.end(), device) != a.layers.end();
    if (used) bytes.compute = gpu_compute_;
    return bytes;
}

double Estimator::expert_seconds(size_t layer, int device) const {
    const Work& work = model_.layers[layer].expert;
    if (device == kProcessor) return seconds_[layer].expert;
    return real(work.all_bytes()) / rates_.gpus[static_cast<size_t>(device)].memory;
}

double Estimator::attention_seconds(size_t layer, double positions) const {
    const KvShape& kv = model_.layers[layer].kv;
    const double seen = kv.window > 0 ? std::min(positions, real(kv.window)) : positions;
    // Formats of fewer bits save bytes and cost as much to decode.
    const double bytes = seen * real(kv_token_bytes(kv, DType::F16));
    return bytes / std::min(rates_.memory, rates_.token_attention);
}

Estimator::Times Estimator::token_times(const Assignment& a) const {
    Times t;
    int before = kProcessor;
    for (size_t l = 0; l < model_.layers.size(); ++l) {
        const LayerFootprint& layer = model_.layers[l];
        const LayerSeconds& own = seconds_[l];
        const int device = a.layers[l];
        const ExpertSplit& split = a.experts[l];
        const double used = real(layer.experts_used);
        const double on_gpu = heat_of(l, split.gpu), loaded = heat_of(l, split.gpu + split.memory);
        if (device == kProcessor) {
            (own.dense_by_memory ? t.memory : t.compute) += own.dense;
            t.memory += own.attention;
            t.overhead += rates_.layer / rates_.correction.generate;
        } else {
            const GpuRates& gpu = rates_.gpus[static_cast<size_t>(device)];
            t.gpu += real(layer.dense.all_bytes()) / gpu.memory + gpu.layer;
            t.gpu += used * on_gpu * expert_seconds(l, device);
            if (split.memory + split.disk > 0) t.overhead += 2 * gpu.crossing;
        }
        (own.expert_by_memory ? t.memory : t.compute) += used * (1 - on_gpu) * own.expert;
        t.disk += used * (1 - loaded) * real(layer.expert_bytes) / rates_.disk;
        if (device != before)
            t.overhead += rates_.gpus[static_cast<size_t>(std::max(device, before))].crossing;
        before = device;
    }
    if (a.head == kProcessor) {
        t.memory += head_seconds_ / rates_.correction.generate;
    } else {
        t.gpu += real(head_bytes_) / rates_.gpus[static_cast<size_t>(a.head)].memory;
    }
    // Pages that are read in turn push each other out of the system's cache.
    t.disk += 2 * real(a.disk_weights) / rates_.disk;
    return t;
}

double Estimator::token_seconds(const Assignment& a) const {
    return token_times(a).sum();
}

Limiting Estimator::token_limit(const Assignment& a) const {
    const Times t = token_times(a);
    const double most = std::max({t.memory, t.compute, t.gpu, t.disk, t.overhead});
    if (most == t.disk) return Limiting::disk;
    if (most == t.memory) return Limiting::memory_bandwidth;
    if (most == t.gpu) return Limiting::gpu_bandwidth;
    return Limiting::compute;
}

// `tokens` of a prompt go to about n different experts, some rows to each.
double Estimator::expert_prompt_seconds(const Assignment& a, size_t l, double tokens, double cached) const {
    const LayerFootprint& layer = model_.layers[l];
    if (layer.experts == 0) return 0;
    const double experts = real(layer.experts), used = real(layer.experts_used);
    const double n = experts * (1 - std::pow(1 - used / experts, tokens));
    const double rows = tokens * used / std::max(n, 1e-9);
    const double vector = rates_.vector_seconds(layer.expert, rows, cached);
    // Each expert's last group of tokens is half empty.
    const double matrix = rates_.matrix_seconds(layer.expert, rows + (rates_.group - 1) / 2, cached) +
                          rows * expert_activations(model_, layer) / rates_.elementwise;
    double processor = (rows <= kVectorRows ? std::min(vector, matrix) : matrix) / rates_.correction.prompt;
    const ExpertSplit& split = a.experts[l];
    const double on_gpu = real(split.gpu) / experts, on_disk = real(split.disk) / experts;
    double gpu_each = 0;
    if (a.layers[l] != kProcessor) {
        const GpuRates& gpu = rates_.gpus[static_cast<size_t>(a.layers[l])];
        gpu_each = std::max(2 * real(layer.expert.all_parameters()) * rows / gpu.matrix,
                            real(layer.expert.all_bytes()) / gpu.memory);
        // For long prompts it is faster to bring an expert to the GPU.
        processor = std::min(processor, gpu_each + real(layer.expert_bytes) / gpu.to_device);
    }
    return n *
           (on_gpu * gpu_each + (1 - on_gpu) * processor + on_disk * real(layer.expert_bytes) / rates_.disk);
}

double Estimator::layer_prompt_seconds(const Assignment& a, size_t l, double tokens, double cached) const {
    const LayerFootprint& layer = model_.layers[l];
    const double positions = real(request_.prompt_depth) + real(request_.prompt_tokens) / 2;
    const double seen = layer.kv.window > 0 ? std::min(positions, real(layer.kv.window)) : positions;
    const double value_dim = real(layer.kv.value_dim > 0 ? layer.kv.value_dim : layer.kv.key_dim);
    const double pairs = real(layer.heads) * seen * tokens;
    const double attention = 2 * (real(layer.kv.key_dim) + value_dim) * pairs; // flops
    if (a.layers[l] != kProcessor) {
        const GpuRates& gpu = rates_.gpus[static_cast<size_t>(a.layers[l])];
        const double flops = 2 * real(layer.dense.all_parameters()) * tokens + attention;
        return std::max(flops / gpu.matrix, real(layer.dense.all_bytes()) / gpu.memory) + gpu.layer;
    }
    const double dense = tokens <= kVectorRows ? rates_.vector_seconds(layer.dense, tokens, cached)
                                               : rates_.matrix_seconds(layer.dense, tokens, cached);
    const double between = tokens * dense_activations(model_, layer) / rates_.elementwise;
    // Measured with heads of 128, where the softmax takes as long as the products.
    constexpr double kSoftmax = 2 * (128 + 128);
    const double attending = (attention + kSoftmax * pairs) / 2 / rates_.prompt_attention;
    return (dense + between + attending + rates_.prompt_layer) / rates_.correction.prompt;
}

double Estimator::prompt_seconds(const Assignment& a) const {
    const auto batch = [&](int64_t tokens, double cached) {
        double seconds = 2 * real(a.disk_weights) / rates_.disk;
        for (size_t l = 0; l < model_.layers.size(); ++l)
            seconds += layer_prompt_seconds(a, l, real(tokens), cached) +
                       expert_prompt_seconds(a, l, real(tokens), cached);
        return seconds;
    };
    // A prompt comes after a pause in which other programs had the caches; what follows at once finds them
    // full.
    const int64_t first = std::min(request_.prompt_tokens, batch_), after = request_.prompt_tokens - first;
    double seconds = first > 0 ? batch(first, 0) : 0;
    if (after >= batch_) seconds += real(after / batch_) * batch(batch_, cached_);
    if (after % batch_ > 0) seconds += batch(after % batch_, cached_);
    if (a.head == kProcessor) return seconds + head_seconds_ / rates_.correction.prompt;
    return seconds + real(head_bytes_) / rates_.gpus[static_cast<size_t>(a.head)].memory;
}

} // namespace engine::placement
