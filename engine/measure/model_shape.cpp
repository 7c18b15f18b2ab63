// The table of shapes; the numbers are those of each model's config.json.
#include "engine/measure/model_shape.h"

#include <cctype>

namespace engine::measure {

namespace {

using QkNorm = model::GqaSpec::QkNorm;

ModelShape qwen3_moe(std::string name, int64_t layers, int64_t width, int64_t heads, int64_t expert_width) {
    return {.name = std::move(name),
            .architecture = "qwen3moe",
            .layers = layers,
            .width = width,
            .heads = heads,
            .kv_heads = 4,
            .head_dim = 128,
            .feed_forward = 3 * width,
            .experts = 128,
            .experts_used = 8,
            .expert_width = expert_width,
            .vocabulary = 151936,
            .context = 40960};
}

ModelShape qwen3(std::string name, int64_t layers, int64_t width, int64_t heads, int64_t feed_forward) {
    return {.name = std::move(name),
            .architecture = "qwen3",
            .layers = layers,
            .width = width,
            .heads = heads,
            .kv_heads = 8,
            .head_dim = 128,
            .feed_forward = feed_forward,
            .vocabulary = 151936,
            .context = 40960,
            .tied_head = true};
}

ModelShape mixtral() {
    return {.name = "mixtral-8x7b",
            .architecture = "llama",
            .layers = 32,
            .width = 4096,
            .heads = 32,
            .kv_heads = 8,
            .head_dim = 128,
            .feed_forward = 14336,
            .experts = 8,
            .experts_used = 2,
            .expert_width = 14336,
            .vocabulary = 32000,
            .context = 32768,
            .epsilon = 1e-5,
            .qk_norm = QkNorm::none,
            .vocabulary_kind = VocabularyKind::sentencepiece};
}

ModelShape olmoe() {
    return {.name = "olmoe",
            .architecture = "olmoe",
            .layers = 16,
            .width = 2048,
            .heads = 16,
            .kv_heads = 16,
            .head_dim = 128,
            .feed_forward = 1024,
            .experts = 64,
            .experts_used = 8,
            .expert_width = 1024,
            .vocabulary = 50304,
            .context = 4096,
            .rope_theta = 1e4,
            .epsilon = 1e-5,
            .qk_norm = QkNorm::whole,
            .vocabulary_kind = VocabularyKind::olmo};
}

// A Qwen3-MoE that a test writes in a moment.
ModelShape tiny() {
    ModelShape shape = qwen3_moe("tiny", 2, 256, 4, 256);
    shape.kv_heads = 2;
    shape.head_dim = 64;
    shape.experts = 8;
    shape.experts_used = 2;
    shape.vocabulary = 1024;
    shape.context = 4096;
    return shape;
}

std::vector<ModelShape> shapes() {
    return {qwen3_moe("qwen3-30b-a3b", 48, 2048, 32, 768),
            qwen3_moe("qwen3-235b-a22b", 94, 4096, 64, 1536),
            qwen3("qwen3-0.6b", 28, 1024, 16, 3072),
            qwen3("qwen3-4b", 36, 2560, 32, 9728),
            mixtral(),
            olmoe(),
            tiny()};
}

std::string plain(std::string_view name) {
    std::string out;
    for (const char c : name)
        out += c == ' ' || c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

} // namespace

QkNorm qk_norm_of(std::string_view architecture) {
    if (architecture.starts_with("qwen3")) return QkNorm::per_head;
    return architecture == "olmoe" ? QkNorm::whole : QkNorm::none;
}

Result<ModelShape> find_shape(std::string_view name) {
    std::string known;
    for (ModelShape& shape : shapes()) {
        if (shape.name == plain(name)) return std::move(shape);
        known += (known.empty() ? "" : ", ") + shape.name;
    }
    return Error{ErrorCode::not_found, "no shape is called \"" + std::string(name) + "\"",
                 "Choose one of " + known + "."};
}

std::vector<std::string> shape_names() {
    std::vector<std::string> names;
    for (const ModelShape& shape : shapes())
        names.push_back(shape.name);
    return names;
}

} // namespace engine::measure
