// The engine of this process: opens files and loads models.
#include "engine/api/engine.h"

#include "engine/api/inspect.h"
#include "engine/api/loaded_model.h"

namespace engine::api {

namespace {

class LocalEngine final : public Engine {
 public:
    explicit LocalEngine(std::shared_ptr<Workshop> workshop) : workshop_(std::move(workshop)) {}

    MachineSummary machine() const override { return workshop_->summary(); }

    Result<ModelSummary> inspect(const std::string& path) override {
        ENGINE_ASSIGN(const formats::ModelFile file, formats::open_model_file(path));
        const auto tokenizer = text::load_tokenizer(file);
        if (!tokenizer.ok()) return summarise(file, nullptr, tokenizer.error().message);
        return summarise(file, tokenizer->get());
    }

    Result<std::shared_ptr<const Vocabulary>> open_vocabulary(const std::string& path) override {
        ENGINE_ASSIGN(const formats::ModelFile file, formats::open_model_file(path));
        ENGINE_ASSIGN(std::shared_ptr<const FileVocabulary> vocabulary, FileVocabulary::open(file));
        return std::shared_ptr<const Vocabulary>(std::move(vocabulary));
    }

    Result<std::shared_ptr<Model>> load(const LoadRequest& request, const Progress& progress,
                                        const StopToken& stop) override {
        return LoadedModel::load(workshop_, request, progress, stop);
    }

 private:
    std::shared_ptr<Workshop> workshop_;
};

} // namespace

Result<ModelSummary> inspect_header(const std::string& path) {
    ENGINE_ASSIGN(const formats::ModelFile file, formats::open_model_file(path));
    return summarise(file, nullptr);
}

Result<std::unique_ptr<Engine>> create_engine(const EngineOptions& options) {
    ENGINE_ASSIGN(std::shared_ptr<Workshop> workshop, Workshop::open(options));
    return std::unique_ptr<Engine>(std::make_unique<LocalEngine>(std::move(workshop)));
}

} // namespace engine::api
