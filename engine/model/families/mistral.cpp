// Mistral: Llama with a sliding window. Its GGUF files call themselves llama.
#include "engine/model/families/transformer.h"

namespace engine::model {

namespace {

Result<ModelSpec> from_config(const ConfigSource& source) {
    ENGINE_ASSIGN(ModelSpec spec, transformer_from_config(source, {.context = 131072, .kv_heads = 8}));
    ENGINE_TRY(set_windows(spec, source.config.keys(), 4096));
    return spec;
}

} // namespace

Family mistral_family() {
    return {"llama", {"mistral"}, nullptr, from_config};
}

} // namespace engine::model
