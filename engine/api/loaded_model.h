// LoadedModel: a model with its weights in place, ready to speak.
#pragma once

#include "engine/api/engine.h"
#include "engine/api/vocabulary.h"
#include "engine/api/workshop.h"
#include "engine/generation/session.h"
#include "engine/placement/footprint.h"
#include "engine/placement/ledger.h"
#include "engine/placement/variants.h"
#include "engine/runtime/expert_counter.h"

namespace engine::api {

class LoadedModel final : public Model, public std::enable_shared_from_this<LoadedModel> {
 public:
    static Result<std::shared_ptr<Model>> load(std::shared_ptr<Workshop> workshop, const LoadRequest& request,
                                               const Progress& progress, const StopToken& stop);

    const ModelSummary& summary() const override { return summary_; }
    const Vocabulary& vocabulary() const override { return *vocabulary_; }
    std::string placement() const override;
    LoadFacts load_facts() const override;
    std::vector<ExpertLayer> expert_layers() const override;
    Result<std::unique_ptr<Session>> start_session() override;
    Result<void> logits(std::span<const int32_t> ids, const LogitsSink& sink, const StopToken& stop) override;
    Result<PerplexityReport> perplexity(std::string_view text, int64_t window, const Progress& progress,
                                        const StopToken& stop) override;

    // For measuring: nobody else may work with the model then.
    runtime::Decoder& decoder() { return *speaker_->decoder; }
    ops::ExecContext& exec() { return *exec_; }

 private:
    LoadedModel() = default;
    // Which of the variants is loaded, in what memory.
    Result<void> reserve_memory(const LoadRequest& request, std::span<const placement::Variant> variants);
    Result<placement::Ledger::Entry> reserve_session();
    void count_experts(runtime::Decoder& decoder);

    std::shared_ptr<Workshop> workshop_;
    placement::Footprint footprint_;
    placement::Ledger::Entry memory_; // weights and workspace
    Guardrail guardrail_ = Guardrail::balanced;
    bool anyway_ = false;
    ModelSummary summary_;
    std::shared_ptr<const FileVocabulary> vocabulary_;
    std::vector<int64_t> expert_bytes_;             // by layer, of one expert; 0: a dense layer
    std::shared_ptr<runtime::ExpertCounter> calls_; // null: no experts
    std::unique_ptr<ops::ExecContext> exec_;        // before the speaker, whose decoder works with it
    std::shared_ptr<generation::Speaker> speaker_;
    int64_t context_ = 0;
    std::optional<KvPrecision> kv_precision_;
    std::string quantize_;
};

} // namespace engine::api
