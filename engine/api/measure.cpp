// The workshop opened for measuring instead of talking.
#include "engine/api/measure.h"

#include "engine/api/loaded_model.h"
#include "engine/api/workshop.h"
#include "engine/measure/layer_bench.h"
#include "engine/measure/model_bench.h"
#include "engine/measure/model_shape.h"
#include "engine/measure/synthetic_model.h"
#include "engine/measure/type_mixture.h"

namespace engine::api {

std::vector<std::string> synthetic_shapes() {
    return measure::shape_names();
}
std::vector<std::string> synthetic_types() {
    return measure::mixture_names();
}

Result<void> write_synthetic_model(const SyntheticRequest& request, const Progress& progress,
                                   const StopToken& stop) {
    ENGINE_ASSIGN(measure::ModelShape shape, measure::find_shape(request.shape));
    ENGINE_ASSIGN(const measure::TypeMixture mixture, measure::find_mixture(request.type));
    constexpr int64_t kMostLayers = 4096; // that a file may have (model/families)
    if (request.layers < 0 || request.layers > kMostLayers)
        return Error{ErrorCode::invalid_argument, "a model has 1 to 4096 layers", "0 stands for all."};
    if (request.layers > 0) shape.layers = request.layers;
    return measure::write_synthetic_model(shape, mixture, request.seed, request.path, progress, stop);
}

Result<ModelMeasurement> measure_model(const EngineOptions& options, const LoadRequest& load,
                                       const ModelBenchRequest& request, const Progress& progress,
                                       const StopToken& stop) {
    ENGINE_ASSIGN(const auto workshop, Workshop::open(options));
    const double begun = measure::seconds_now();
    ENGINE_ASSIGN(const auto model, LoadedModel::load(workshop, load, {}, stop));
    ModelMeasurement out;
    out.load_seconds = measure::seconds_now() - begun;
    out.model = model->summary();
    out.machine = workshop->summary();
    auto& loaded = static_cast<LoadedModel&>(*model);
    ENGINE_ASSIGN(out.speed, measure::bench_model(loaded.decoder(), loaded.exec(), request, progress, stop));
    return out;
}

Result<LayerMeasurement> measure_layer(const EngineOptions& options, const LayerBenchRequest& request,
                                       const StopToken& stop) {
    ENGINE_ASSIGN(const auto workshop, Workshop::open(options));
    const auto context = workshop->exec_context();
    LayerMeasurement out;
    out.machine = workshop->summary();
    ENGINE_ASSIGN(out.speed, measure::bench_layer(*context, request, stop));
    return out;
}

} // namespace engine::api
