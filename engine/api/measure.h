// Measuring: how fast models, single layers and this machine's memory are; synthetic models to do it with.
#pragma once

#include <string>
#include <vector>

#include "engine/api/types.h"
#include "engine/measure/results.h"

namespace engine::api {

using measure::LayerBenchReport;
using measure::LayerBenchRequest;
using measure::LayerKind;
using measure::LayerTiming;
using measure::ModelBenchReport;
using measure::ModelBenchRequest;
using measure::Spread;

struct SyntheticRequest {
    std::string shape;  // "qwen3-30b-a3b": see synthetic_shapes()
    int64_t layers = 0; // 0: all that the shape has
    std::string type;   // "Q4_K_M": see synthetic_types()
    uint64_t seed = 1;
    std::string path;
};

std::vector<std::string> synthetic_shapes();
std::vector<std::string> synthetic_types();

// Writes a GGUF file with random weights. Progress in bytes; what happened before a stop is removed. Errors:
// not_found (shape, with the list), unsupported (type, with the list), invalid_argument, disk_full, io,
// cancelled.
Result<void> write_synthetic_model(const SyntheticRequest& request, const Progress& progress,
                                   const StopToken& stop);

struct ModelMeasurement {
    ModelSummary model;
    MachineSummary machine;
    double load_seconds = 0; // what a person waits for, from opening the file on
    ModelBenchReport speed;
};
// Progress in repetitions.
Result<ModelMeasurement> measure_model(const EngineOptions& options, const LoadRequest& load,
                                       const ModelBenchRequest& request, const Progress& progress,
                                       const StopToken& stop);

struct LayerMeasurement {
    MachineSummary machine;
    LayerBenchReport speed;
};
Result<LayerMeasurement> measure_layer(const EngineOptions& options, const LayerBenchRequest& request,
                                       const StopToken& stop);

} // namespace engine::api
