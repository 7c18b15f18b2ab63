// Linear: see linear.h.
#include "engine/runtime/blocks/linear.h"

namespace engine::runtime {

namespace {

Error absent(const model::WeightId& id) {
    return {ErrorCode::not_found,
            "the weight " + model::canonical_name(id) + " is not there in the shape that the model needs",
            "The file is damaged, or it is not the kind of model that it says it is."};
}

} // namespace

Result<Linear> Linear::bind(const Binding& from, model::WeightId id, int64_t out, int64_t in, bool bias) {
    Linear linear;
    linear.weight = from.weights.matrix(id);
    const Shape& shape = linear.weight.shape;
    if (!linear.weight || shape.rows() != out || shape.inner() != in) return absent(id);
    if (!from.context.supports(linear.weight.dtype))
        return Error{ErrorCode::unsupported,
                     "the weight " + model::canonical_name(id) + " is of type " +
                         std::string(name(linear.weight.dtype)) + ", which cannot be computed with",
                     "Choose a file of the model with another quantisation."};
    if (!bias) return linear;
    id.bias = true;
    ENGINE_ASSIGN(linear.bias, bind_vector(from, id, out));
    return linear;
}

Result<const float*> bind_vector(const Binding& from, const model::WeightId& id, int64_t n) {
    const TensorView view = from.weights.find(id);
    if (!view || view.dtype != DType::F32 || view.shape.elements() != n) return absent(id);
    return reinterpret_cast<const float*>(view.data);
}

} // namespace engine::runtime
