// Drawing models and machines.
#include "random_plans.h"

#include <cmath>

using namespace engine;
using namespace engine::placement;

int64_t Draw::between(int64_t least, int64_t most) {
    return least + static_cast<int64_t>(real() * static_cast<double>(most - least + 1));
}

LayerFootprint Draw::layer(int64_t width, bool experts) {
    LayerFootprint layer;
    layer.heads = int64_t{1} << between(0, 6);
    layer.kv = chance(0.2) ? latent_kv_shape(512, 64)
                           : KvShape{int64_t{1} << between(0, 3), 32 * between(1, 8), 32 * between(1, 8),
                                     chance(0.2) ? between(1, 4096) : 0};
    layer.feed_forward = 32 * between(1, 512);
    const auto family = static_cast<size_t>(between(0, 5));
    const int64_t parameters = width * (4 * layer.heads * layer.kv.key_dim + 3 * layer.feed_forward);
    layer.dense.parameters[family] = parameters;
    layer.dense.bytes[family] = parameters / 2 + 1;
    layer.dense_bytes = layer.dense.bytes[family] + 8 * width;
    if (!experts) return layer;
    layer.experts = between(1, 160);
    layer.experts_used = between(1, std::min<int64_t>(layer.experts, 12));
    layer.expert.parameters[family] = 3 * width * layer.feed_forward;
    layer.expert.bytes[family] = layer.expert_bytes = layer.expert.parameters[family] / 2 + 1;
    return layer;
}

Footprint Draw::model() {
    Footprint model;
    model.width = 32 * between(1, 256);
    model.vocabulary = between(1, 200'000);
    model.trained_context = chance(0.2) ? 0 : between(1, 300'000);
    model.tied_head = chance(0.5);
    const int64_t layers = between(1, 40), dense_first = chance(0.5) ? 0 : between(0, 3);
    const bool mixture = chance(0.6), alike = chance(0.7);
    const LayerFootprint pattern = layer(model.width, mixture);
    for (int64_t i = 0; i < layers; ++i) {
        const bool experts = mixture && i >= dense_first;
        model.layers.push_back(alike && experts == (pattern.experts > 0) ? pattern
                                                                         : layer(model.width, experts));
    }
    model.head.parameters[1] = model.vocabulary * model.width;
    model.head.bytes[1] = model.table_bytes = model.vocabulary * model.width;
    model.end_bytes = 4 * model.width + (model.tied_head ? 0 : model.table_bytes);
    model.active_parameters = model.head.parameters[1];
    for (const LayerFootprint& l : model.layers)
        model.active_parameters += l.dense.all_parameters() + l.experts_used * l.expert.all_parameters();
    model.tokenizer_bytes = model.vocabulary * 100;
    model.main_dtype = chance(0.1) ? DType::F32 : DType::Q4_K;
    return model;
}

platform::MachineProfile Draw::machine(int most_gpus) {
    platform::MachineProfile machine;
    platform::Machine& m = machine.machine;
    m.memory_bytes = static_cast<int64_t>(std::exp2(24 + 16 * real()));
    m.available_bytes = static_cast<int64_t>(static_cast<double>(m.memory_bytes) * real());
    m.usable_cores = static_cast<int>(between(1, 128));
    m.topology = {{{0, {}, 0}},
                  {{{0}, 0, 0, platform::CoreKind::performance, {}, {}, {between(0, 1 << 26), 4}}},
                  0,
                  false};
    m.features.avx2 = chance(0.9);
    m.features.avx512 = m.features.avx2 && chance(0.5);
    m.features.avx512_vnni = m.features.avx512;
    for (int64_t g = between(0, most_gpus); g > 0; --g) {
        platform::Gpu gpu;
        gpu.name = "GPU";
        gpu.memory_bytes = static_cast<int64_t>(std::exp2(30 + 7 * real()));
        gpu.available_bytes = static_cast<int64_t>(static_cast<double>(gpu.memory_bytes) * real());
        gpu.compute_major = static_cast<int>(between(6, 12));
        machine.gpus.push_back(gpu);
    }
    if (chance(0.5))
        machine.calibration =
            platform::Calibration{0,
                                  "",
                                  {5 + 100 * real()},
                                  {{platform::FormatFamily::k_quants, 1 + 10 * real(), 10 + 100 * real()}},
                                  {}};
    if (machine.calibration && chance(0.5)) machine.calibration->corrected_by = {3 * real(), 3 * real()};
    return machine;
}

PlanRequest Draw::request(const Footprint& model) {
    PlanRequest request;
    const auto layers = static_cast<int64_t>(model.layers.size());
    if (chance(0.6)) request.context = between(1, 200'000);
    if (chance(0.5)) request.kv = chance(0.5) ? DType::F16 : DType::Q8_0;
    if (chance(0.5)) request.kv_offered = {DType::Q8_0, DType::Q4_0};
    if (chance(0.2)) request.gpu_layers = static_cast<int>(between(0, layers + 2));
    if (chance(0.2)) request.cpu_expert_layers = static_cast<int>(between(0, layers));
    if (chance(0.2)) request.gpus = {static_cast<int>(between(0, 3))};
    if (chance(0.3)) request.threads = static_cast<int>(between(1, 64));
    request.guardrail = static_cast<Guardrail>(between(0, 3));
    request.adapter_bytes = chance(0.2) ? between(0, 1 << 28) : 0;
    request.held_bytes = chance(0.2) ? between(0, 1 << 28) : 0;
    request.gpus_work = chance(0.7);
    return request;
}

Heat Draw::heat(const Footprint& model) {
    Heat heat;
    if (chance(0.5)) return heat;
    for (const LayerFootprint& layer : model.layers) {
        heat.share.emplace_back();
        for (int64_t e = 0; e < layer.experts; ++e)
            heat.share.back().push_back(static_cast<float>(real() * real()));
    }
    return heat;
}
