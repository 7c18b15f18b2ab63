// ModelSummary of the engine as ModelInfo.
#include "app/bridge/model_info.h"

#include "app/bridge/engine_words.h"

namespace app::bridge {

namespace {

ModelInfo::Kind kindOf(const std::string& kind) {
    if (kind.empty() || kind == "model") return ModelInfo::Kind::model;
    if (kind == "adapter") return ModelInfo::Kind::adapter;
    return kind == "projector" ? ModelInfo::Kind::projector : ModelInfo::Kind::other;
}

} // namespace

ModelInfo toModelInfo(const engine::api::ModelSummary& summary) {
    ModelInfo info;
    info.path = QString::fromStdString(summary.path);
    info.name = QString::fromStdString(summary.name);
    info.architecture = QString::fromStdString(summary.architecture);
    info.quantization = QString::fromStdString(summary.quantization);
    info.parameters = summary.parameters;
    info.activeParameters = summary.active_parameters;
    info.layers = summary.layers;
    info.experts = summary.experts;
    info.expertsUsed = summary.experts_used;
    info.trainedContext = summary.context;
    info.fileBytes = summary.file_bytes;
    info.hasTemplate = !summary.chat_template.empty();
    // Qwen and GLM say enable_thinking, DeepSeek thinking, gpt-oss reasoning_effort.
    for (const char* word : {"enable_thinking", "thinking is defined", "reasoning_effort"})
        info.canThink = info.canThink || summary.chat_template.find(word) != std::string::npos;
    info.unsupported = QString::fromStdString(summary.unsupported);
    info.kind = kindOf(summary.kind);
    info.baseModel = QString::fromStdString(summary.base_model);
    return info;
}

LoadFacts toLoadFacts(const engine::api::LoadFacts& facts) {
    return {QString::fromStdString(facts.isa), facts.threads, QString::fromStdString(facts.kv),
            QString::fromStdString(facts.quantize)};
}

} // namespace app::bridge
