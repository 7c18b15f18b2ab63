// Application: builds the services in order, wires them to each other, stops them in reverse.
#pragma once

#include <QObject>
#include <memory>

#include "app/bridge/chat_runner.h"
#include "app/bridge/engine_host.h"
#include "app/bridge/header_probe.h"
#include "app/bridge/planner.h"
#include "app/bridge/token_counter.h"
#include "app/chat/chat_controller.h"
#include "app/downloads/download_manager.h"
#include "app/downloads/explore.h"
#include "app/downloads/hub_settings.h"
#include "app/downloads/recommendations.h"
#include "app/hardware/live_sampling.h"
#include "app/hardware/machine.h"
#include "app/library/fit_advice.h"
#include "app/library/importer.h"
#include "app/library/library.h"
#include "app/library/model_list_model.h"
#include "app/library/recent_models.h"
#include "app/library/remover.h"
#include "app/library/shrinker.h"
#include "app/library/verifier.h"
#include "app/settings/presets.h"
#include "app/settings/settings.h"
#include "app/storage/database.h"
#include "app/usage/usage.h"

namespace app::application {

struct Setup {
    storage::Paths paths = storage::Paths::standard();
    std::shared_ptr<const bridge::EngineFactory> engine; // bridge::localEngine(), or a fake one in tests
    library::Places places = library::Places::ofThisComputer(); // where other programs keep models
    bridge::ProbeHeader
        probeHeader;      // bridge::probeGguf; without it models are not planned before their download
    QString builtInModel; // library::RecentModels::findBuiltIn(...); may be empty
};

class Application : public QObject {
    Q_OBJECT
 public:
    explicit Application(const Setup& setup, QObject* parent = nullptr);
    ~Application() override;

    // Opens the database and loads a model: `modelFile`, else the one of last time, else the built-in one
    // (unless the person turned loading at start off: then it is only offered).
    void start(const QString& modelFile = {});
    void openModel(const QString& path); // with the person's own options for it
    void openModel(const QString& path, const bridge::LoadOptions& options);
    // What the person chose for this model, else for all.
    bridge::LoadOptions loadOptions(const QString& path) const;
    void saveLoadOptions(const QString& path, const bridge::LoadOptions& options);

    settings::Settings& settings() { return m_settings; }
    settings::Presets& presets() { return m_presets; }
    bridge::EngineHost& engineHost() { return m_host; }
    bridge::Planner& planner() { return m_planner; }
    library::RecentModels& models() { return m_models; }
    library::Library& library() { return m_library; }
    library::Verifier& verifier() { return m_verifier; }
    library::Remover& remover() { return m_remover; }
    library::Importer& importer() { return m_importer; }
    library::Shrinker& shrinker() { return m_shrinker; }
    library::FitAdvice& fitAdvice() { return m_advice; }
    library::ModelListModel& modelList() { return m_modelList; }
    chat::ChatController& chat() { return m_chat; }
    hardware::LiveSampling& liveSampling() { return m_sampling; }
    hardware::Machine& machine() { return m_machine; }
    usage::Usage& usage() { return m_usage; }
    downloads::HubClient& hub() { return m_hub; }
    downloads::DownloadManager& downloads() { return m_downloads; }
    downloads::Explore& explore() { return m_explore; }
    downloads::Recommendations& recommendations() { return m_recommendations; }
    downloads::HubSettings& hubSettings() { return m_hubSettings; }
    storage::Database& database() { return m_database; }

 Q_SIGNALS:
    // Things that are wrong with the whole program, for a banner: conversations cannot be opened or saved. An
    // empty message takes the banner away.
    void storageProblem(const app::bridge::UserMessage& message);
    // Worth telling once: the database was damaged and set aside.
    void notice(const app::bridge::UserMessage& message);
    void modelDownloaded(const QString& path); // the file to open of it

 private:
    QString nameOf(const QString& path) const;
    void wireStorage();
    void wireModels();
    void wireLibrary();
    void wireMachine();
    QStringList modelFolders() const;
    void wireDownloads();

    storage::Paths m_paths;
    settings::Settings m_settings;
    settings::Presets m_presets;
    storage::Database m_database;
    bridge::EngineHost m_host;
    bridge::Planner m_planner;
    bridge::ChatRunner m_runner;
    bridge::TokenCounter m_counter;
    bridge::MachineProbe m_probe;
    bridge::GpuSampler m_gpuSampler;
    usage::Usage m_usage;
    library::RecentModels m_models;
    library::Library m_library;
    library::Verifier m_verifier;
    library::Remover m_remover;
    library::Importer m_importer;
    library::Shrinker m_shrinker;
    library::FitAdvice m_advice;
    library::ModelListModel m_modelList;
    chat::ConversationStore m_store;
    chat::ChatController m_chat;
    hardware::LiveSampling m_sampling;
    hardware::Machine m_machine;
    downloads::HubClient m_hub;
    downloads::DownloadManager m_downloads;
    downloads::HubSettings m_hubSettings;
    downloads::HeaderFetcher m_headers;
    downloads::Explore m_explore;
    downloads::Recommendations m_recommendations;
};

} // namespace app::application
