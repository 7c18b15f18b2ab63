// Qwen2 and 2.5: biases on q, k and v; upper layers may have a sliding window.
#include "engine/model/families/transformer.h"

namespace engine::model {

namespace {

Result<ModelSpec> from_gguf(const GgufSource& source) {
    return transformer_from_gguf(source, {});
}

Result<ModelSpec> from_config(const ConfigSource& source) {
    ENGINE_ASSIGN(ModelSpec spec, transformer_from_config(source, {.context = 32768}));
    for_each_attention(spec, [](GqaSpec& attention) { attention.qkv_bias = true; });
    ENGINE_TRY(set_qwen_windows(spec, source.config.keys()));
    return spec;
}

} // namespace

Family qwen2_family() {
    return {"qwen2", {"qwen2"}, from_gguf, from_config};
}

} // namespace engine::model
