// Order and wires.
#include "app/application/application.h"

#include <QFileInfo>
#include <csignal>

#include "app/application/saved_loads.h"

namespace app::application {

using bridge::EngineHost;
using bridge::UserMessage;
using storage::Failure;

namespace {

QString hintOf(const Failure& failure, const storage::Paths& paths) {
    switch (failure.kind) {
        case Failure::Kind::diskFull:
            return Application::tr(
                       "Free some space on the disk of %1. Everything is kept in memory until then.")
                .arg(paths.dataFolder());
        case Failure::Kind::newerSchema:
            return Application::tr(
                       "They are left as they are in %1. Start the newer version, or set "
                       "TANDEM_DATA_DIR to another folder.")
                .arg(paths.dataFolder());
        case Failure::Kind::corrupt:
            return Application::tr(
                       "Close all windows of Tandem and start it again: then what can be read of %1 "
                       "is saved.")
                .arg(paths.databaseFile());
        default:
            break;
    }
    if (!failure.passes()) return {};
    return Application::tr("Everything is kept in memory, and saving is tried again: %1")
        .arg(paths.dataFolder());
}

// The catalogue less what this version cannot run.
QList<downloads::CatalogueEntry> runnable(const bridge::Planner& planner) {
    QList<downloads::CatalogueEntry> entries = downloads::catalogue();
    entries.removeIf([&](const auto& entry) { return !planner.knows(entry.family); });
    return entries;
}

} // namespace

Application::Application(const Setup& setup, QObject* parent)
    : QObject(parent),
      m_paths(setup.paths),
      m_settings(setup.paths.settingsFile()),
      m_presets(m_settings),
      m_database(setup.paths),
      m_host(setup.engine, m_settings.value(settings::kThreads)),
      m_planner(setup.engine, m_settings.value(settings::kThreads)),
      m_runner(m_host),
      m_counter(m_host),
      m_probe(setup.engine),
      m_gpuSampler(setup.engine),
      m_usage(m_database, m_host, m_runner, m_planner),
      m_models(setup.paths, setup.builtInModel),
      m_library(m_database, m_settings, setup.paths, setup.engine, setup.places),
      m_verifier(m_library, m_database),
      m_remover(m_library),
      m_shrinker(setup.engine, m_settings.value(settings::kThreads)),
      m_modelList(m_models, &m_library),
      m_store(m_database),
      m_chat(m_store, m_host, m_runner, m_counter, m_settings, m_presets),
      m_machine(m_database, m_probe, m_settings.value(settings::kThreads)),
      m_downloads(setup.paths.downloadsFolder()),
      m_hubSettings(m_settings, setup.paths, m_hub, m_downloads),
      m_headers(setup.paths.headersFolder(), setup.probeHeader),
      m_explore(m_hub, m_headers, downloads::catalogue()),
      m_recommendations(m_hub, m_headers, m_database, runnable(m_planner)) {
#ifdef SIGXFSZ
    std::signal(SIGXFSZ, SIG_IGN); // a limit on file sizes is a full disk, not the end of the program
#endif
    wireStorage();
    wireModels();
    wireLibrary();
    wireMachine();
    wireDownloads();
}

Application::~Application() = default;

void Application::start(const QString& modelFile) {
    m_database.open();
    m_library.start();
    m_recommendations.load();
    m_machine.start(modelFolders());
    m_hubSettings.readToken();
    const QString last = m_settings.value(settings::kLastModel);
    const bool lastThere = !last.isEmpty() && QFileInfo::exists(last);
    const QString model = !modelFile.isEmpty() ? modelFile : lastThere ? last : m_models.builtInPath();
    if (modelFile.isEmpty() && !m_settings.value(settings::kLoadLastModel))
        m_host.remember(model, nameOf(model));
    else if (!model.isEmpty())
        openModel(model);
}

void Application::openModel(const QString& path) {
    openModel(path, loadOptions(path));
}

void Application::openModel(const QString& path, const bridge::LoadOptions& options) {
    m_host.load(QFileInfo(path).absoluteFilePath(), options);
}

bridge::LoadOptions Application::loadOptions(const QString& path) const {
    bridge::LoadOptions options;
    options.contextSize = m_settings.value(settings::kContextSize);
    return savedLoadOptions(m_settings, QFileInfo(path).absoluteFilePath()).value_or(options);
}

void Application::saveLoadOptions(const QString& path, const bridge::LoadOptions& options) {
    application::saveLoadOptions(m_settings, QFileInfo(path).absoluteFilePath(), options);
}

QString Application::nameOf(const QString& path) const {
    for (const library::ModelEntry& entry : m_models.entries())
        if (entry.info.path == path) return entry.info.name;
    return QFileInfo(path).completeBaseName();
}

void Application::wireModels() {
    connect(&m_host, &EngineHost::stateChanged, this, [this](EngineHost::State state) {
        if (state != EngineHost::State::ready) return;
        m_models.markUsed(m_host.model());
        m_library.markUsed(m_host.modelPath());
        m_settings.setValue(settings::kLastModel, m_host.modelPath());
    });
}

void Application::wireLibrary() {
    connect(&m_library, &library::Library::moved, this, [this](const QString& from, const QString& to) {
        m_models.relocate(from, to);
        m_host.relocate(from, to);
        if (const auto options = savedLoadOptions(m_settings, from)) saveLoadOptions(to, *options);
        if (m_settings.value(settings::kLastModel) == from) m_settings.setValue(settings::kLastModel, to);
    });
    connect(&m_library, &library::Library::changed, this, [this](const QList<library::EntryId>& ids) {
        QStringList paths;
        for (const library::EntryId id : ids)
            if (const library::EntryPointer entry = m_library.find(id)) paths.append(entry->path);
        m_advice.forget(paths);
    });
    m_advice.setAsk([this](const bridge::PlanQuery& query) { return m_planner.plan(query); });
    connect(&m_planner, &bridge::Planner::planned, &m_advice, &library::FitAdvice::take);
    connect(&m_planner, &bridge::Planner::failed, &m_advice, &library::FitAdvice::fail);
    connect(&m_planner, &bridge::Planner::machineChanged, &m_advice, &library::FitAdvice::forgetAll);
    connect(&m_importer, &library::Importer::finished, &m_library, &library::Library::rescan);
    connect(&m_shrinker, &library::Shrinker::finished, &m_library, &library::Library::rescan);
}

void Application::wireMachine() {
    const auto plan = [this] {
        const bridge::Speeds by = m_usage.correction();
        const QByteArray profile = hardware::withCorrection(m_machine.json(), by.prompt, by.generate);
        m_planner.setMachine(profile);
        m_host.setMachine(profile);
    };
    connect(&m_machine, &hardware::Machine::profileChanged, this, [this, plan] {
        const auto& calibration = m_machine.profile().calibration;
        m_usage.setBasis({hardware::fingerprint(m_machine.profile()),
                          calibration ? calibration->when.toSecsSinceEpoch() : 0,
                          calibration ? calibration->isa : QString()});
        plan();
    });
    connect(&m_usage, &usage::Usage::correctionChanged, this, plan);
    connect(&m_usage, &usage::Usage::learnt, this, [this](const QString& path) { m_advice.forget({path}); });
    m_sampling.follow(m_gpuSampler);
    const auto busy = [this] {
        m_machine.setEngineBusy(m_host.state() == EngineHost::State::loading || m_chat.isBusy() ||
                                m_shrinker.isAtWork());
    };
    connect(&m_host, &EngineHost::stateChanged, this, busy);
    connect(&m_chat, &chat::ChatController::stageChanged, this, busy);
    connect(&m_shrinker, &library::Shrinker::started, this, busy);
    connect(&m_shrinker, &library::Shrinker::finished, this, busy);
    connect(&m_models, &library::RecentModels::changed, this,
            [this] { m_machine.setFolders(modelFolders()); });
}

QStringList Application::modelFolders() const {
    QStringList folders{m_paths.dataFolder()};
    for (const library::ModelEntry& entry : m_models.entries()) {
        const QString folder = QFileInfo(entry.info.path).absolutePath();
        if (!entry.missing && !folders.contains(folder)) folders.append(folder);
    }
    return folders;
}

void Application::wireDownloads() {
    // What was running goes on once the token is there that it may need.
    connect(&m_hubSettings, &downloads::HubSettings::ready, &m_downloads, &downloads::DownloadManager::load);
    connect(&m_hubSettings, &downloads::HubSettings::accessChanged, this,
            [this](const downloads::HubAccess& access) { m_headers.setAccess(access); });
    m_headers.setAccess(m_hubSettings.access());
    connect(&m_downloads, &downloads::DownloadManager::finished, this,
            [this](const downloads::DownloadStatus& status) {
                for (const auto& [path, sha256] : status.hashes.asKeyValueRange())
                    m_library.noteHash(path, sha256);
                Q_EMIT modelDownloaded(status.path);
            });
    connect(this, &Application::modelDownloaded, &m_library, &library::Library::rescan);
    m_explore.setAsk([this](const bridge::PlanQuery& query) { return m_planner.plan(query); });
    connect(&m_planner, &bridge::Planner::planned, &m_explore, &downloads::Explore::take);
    connect(&m_planner, &bridge::Planner::failed, &m_explore, &downloads::Explore::fail);
    m_explore.setRuns([this](const QString& architecture) { return m_planner.knows(architecture); });
    connect(&m_planner, &bridge::Planner::machineChanged, &m_explore, &downloads::Explore::replan);
    using downloads::Recommendations;
    m_recommendations.setAsk([this](const bridge::PlanQuery& query) { return m_planner.plan(query); });
    connect(&m_planner, &bridge::Planner::planned, &m_recommendations, &Recommendations::take);
    connect(&m_planner, &bridge::Planner::failed, &m_recommendations, &Recommendations::fail);
    connect(&m_planner, &bridge::Planner::machineChanged, &m_recommendations, &Recommendations::replan);
    connect(&m_recommendations, &Recommendations::changed, this, [this] {
        QHash<QString, downloads::Explore::Known> plans;
        for (const downloads::Recommendation& model : m_recommendations.models())
            plans.insert(model.repo, {model.plan, model.estimate});
        m_explore.know(plans);
    });
}

void Application::wireStorage() {
    connect(&m_database, &storage::Database::opened, this, [this](const storage::OpenReport& report) {
        m_chat.start();
        if (report.setAside.isEmpty()) return;
        UserMessage message;
        message.title = tr("The conversations' file was damaged");
        const QString saved =
            report.salvaged == 1 ? tr("One conversation") : tr("%1 conversations").arg(report.salvaged);
        message.text = tr("It was set aside as %1. %2 could be saved out of it.").arg(report.setAside, saved);
        Q_EMIT notice(message);
    });
    const auto tell = [this](const Failure& failure, const QString& title) {
        UserMessage message;
        message.title = title;
        message.text = failure.message;
        message.hint = hintOf(failure, m_paths);
        if (failure.kind == Failure::Kind::diskFull) message.action = UserMessage::Action::freeDiskSpace;
        Q_EMIT storageProblem(message);
    };
    connect(&m_database, &storage::Database::openFailed, this, [tell](const Failure& failure) {
        tell(failure, tr("The conversations cannot be opened; new ones will not be saved"));
    });
    connect(&m_database, &storage::Database::stuck, this, [this, tell](const Failure& failure) {
        tell(failure,
             m_database.isOpen() ? tr("Not saved yet") : tr("The conversations cannot be opened yet"));
    });
    connect(&m_database, &storage::Database::recovered, this, [this] { Q_EMIT storageProblem({}); });
}

} // namespace app::application
