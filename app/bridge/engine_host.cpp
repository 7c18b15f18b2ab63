// Loading and unloading on threads of their own.
#include "app/bridge/engine_host.h"

#include <QElapsedTimer>
#include <QFileInfo>
#include <QLoggingCategory>
#include <chrono>
#include <mutex>

#include "app/bridge/engine_factory.h"
#include "app/bridge/engine_words.h"
#include "app/bridge/loaded_model.h"
#include "app/bridge/plan_words.h"
#include "app/bridge/work_thread.h"

namespace app::bridge {

namespace {

Q_LOGGING_CATEGORY(engineLog, "tandem.engine")

constexpr int kProgressMs = 33;

void logLine(engine::LogLevel level, std::string_view line) {
    const QString text = QString::fromUtf8(line.data(), static_cast<qsizetype>(line.size()));
    if (level == engine::LogLevel::warning)
        qCWarning(engineLog).noquote() << text;
    else
        qCDebug(engineLog).noquote() << text;
}

struct Loading {
    std::shared_ptr<LoadedModel> loaded;
    ModelInfo info;
    UserMessage failure;
    bool cancelled = false;
};

} // namespace

class EngineHost::Worker {
 public:
    Worker(EngineHost& host, std::shared_ptr<const EngineFactory> factory, int threads)
        : m_host(host), m_factory(std::move(factory)), m_threads(threads) {}
    ~Worker() { m_stop.request(); }

    void cancel() { m_stop.request(); }
    void release(std::shared_ptr<LoadedModel>& loaded); // gigabytes are given back on the loader's thread
    void load(quint64 ticket, const QString& path, const LoadOptions& options);
    void inspect(const QString& path);
    void setMachine(const QByteArray& profile) {
        if (!m_factory || !m_factory->readMachine) return;
        auto machine = m_factory->readMachine({profile.constData(), static_cast<size_t>(profile.size())});
        const std::lock_guard lock(m_mutex);
        if (machine.ok()) m_calibration = std::move(*machine).calibration;
    }

 private:
    engine::Result<std::shared_ptr<engine::api::Engine>> engine(int threads);
    engine::Result<Loading> perform(quint64 ticket, const engine::api::LoadRequest& request, int threads,
                                    const engine::StopToken& stop);
    static void waitUntilGone(const std::weak_ptr<LoadedModel>& previous, const engine::StopToken& stop);
    engine::Progress progressReport(quint64 ticket);
    template <typename F>
    void tell(F f) {
        QMetaObject::invokeMethod(&m_host, std::move(f), Qt::QueuedConnection);
    }

    EngineHost& m_host;
    std::shared_ptr<const EngineFactory> m_factory;
    int m_threads;
    std::mutex m_mutex; // guards the engine and its threads, and the calibration
    std::optional<engine::api::Calibration> m_calibration;
    std::shared_ptr<engine::api::Engine> m_engine;
    int m_engineThreads = 0;
    engine::StopToken m_stop;              // of the last load
    std::weak_ptr<LoadedModel> m_previous; // the loader waits until it is gone
    WorkThread m_loader, m_inspector;      // last: they end before what they use
};

// One that computes with `threads`, below zero: any. A number of threads of its own needs an engine of its
// own, because workers are made with it.
engine::Result<std::shared_ptr<engine::api::Engine>> EngineHost::Worker::engine(int threads) {
    const std::lock_guard lock(m_mutex);
    const int wanted = threads > 0 ? threads : m_threads;
    if (!m_engine || (threads >= 0 && wanted != m_engineThreads)) {
        engine::api::EngineOptions options;
        options.threads = wanted;
        options.log = logLine;
        ENGINE_ASSIGN(m_engine, m_factory->create(options));
        m_engineThreads = wanted;
    }
    return m_engine;
}

void EngineHost::Worker::release(std::shared_ptr<LoadedModel>& loaded) {
    if (!loaded) return;
    m_previous = loaded;
    // A holder of its own, so that this thread never keeps the last reference.
    auto holder = std::make_shared<std::shared_ptr<LoadedModel>>(std::move(loaded));
    loaded.reset();
    m_loader.post([holder] { holder->reset(); });
}

engine::Progress EngineHost::Worker::progressReport(quint64 ticket) {
    auto sinceLast = std::make_shared<QElapsedTimer>();
    return [this, ticket, sinceLast](int64_t done, int64_t total) {
        if (sinceLast->isValid() && sinceLast->elapsed() < kProgressMs && done < total) return;
        sinceLast->start();
        const double share = total > 0 ? static_cast<double>(done) / static_cast<double>(total) : -1;
        tell([host = &m_host, ticket, share] { host->reportProgress(ticket, share); });
    };
}

// The model before may still be finishing a token elsewhere: two at once might not fit the memory.
void EngineHost::Worker::waitUntilGone(const std::weak_ptr<LoadedModel>& previous,
                                       const engine::StopToken& stop) {
    while (!previous.expired() && !stop.requested())
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
}

engine::Result<Loading> EngineHost::Worker::perform(quint64 ticket, const engine::api::LoadRequest& request,
                                                    int threads, const engine::StopToken& stop) {
    ENGINE_ASSIGN(const auto engine, this->engine(threads));
    Loading loading;
    loading.loaded = std::make_shared<LoadedModel>();
    ENGINE_ASSIGN(loading.loaded->model, engine->load(request, progressReport(ticket), stop));
    // The session now, so that memory that is missing for the context is told here and not at the first
    // message.
    ENGINE_ASSIGN(loading.loaded->session, loading.loaded->model->start_session());
    loading.info = toModelInfo(loading.loaded->model->summary());
    loading.info.path = QString::fromStdString(request.path);
    loading.info.placement = QString::fromStdString(loading.loaded->model->placement());
    loading.info.contextSize = loading.loaded->session->context_size();
    loading.info.load = toLoadFacts(loading.loaded->model->load_facts());
    if (stop.requested()) return engine::Error{engine::ErrorCode::cancelled, {}, {}};
    return loading;
}

void EngineHost::Worker::load(quint64 ticket, const QString& path, const LoadOptions& options) {
    m_stop.request();
    m_stop = engine::StopToken();
    m_loader.post([this, ticket, stop = m_stop, previous = m_previous, path, options] {
        waitUntilGone(previous, stop);
        engine::api::LoadRequest request = toLoadRequest(path, options);
        {
            const std::lock_guard lock(m_mutex);
            request.calibration = m_calibration;
        }
        engine::Result<Loading> result = perform(ticket, request, options.threads, stop);
        Loading loading;
        if (result.ok()) {
            loading = std::move(result).value();
        } else {
            loading.cancelled = result.error().code == engine::ErrorCode::cancelled;
            loading.failure = toUserMessage(result.error(), Task::loading);
        }
        tell([host = &m_host, ticket, loading]() mutable {
            host->finishLoad(ticket, loading.loaded, loading.info, loading.failure, loading.cancelled);
        });
    });
}

void EngineHost::Worker::inspect(const QString& path) {
    m_inspector.post([this, path] {
        engine::Result<ModelInfo> info = [&]() -> engine::Result<ModelInfo> {
            ENGINE_ASSIGN(const auto engine, this->engine(-1));
            ENGINE_ASSIGN(const engine::api::ModelSummary summary, engine->inspect(path.toStdString()));
            return toModelInfo(summary);
        }();
        if (!info.ok()) {
            const UserMessage message = toUserMessage(info.error(), Task::inspecting);
            tell([host = &m_host, path, message] { Q_EMIT host->inspectFailed(path, message); });
            return;
        }
        info->path = path;
        tell([host = &m_host, found = *info] { Q_EMIT host->inspected(found); });
    });
}

EngineHost::EngineHost(std::shared_ptr<const EngineFactory> factory, int threads, QObject* parent)
    : QObject(parent), m_worker(std::make_unique<Worker>(*this, std::move(factory), threads)) {}

EngineHost::~EngineHost() {
    Q_EMIT aboutToUnload();
    m_loaded.reset();
}

QString EngineHost::modelName() const {
    if (m_state == State::ready) return m_model.name;
    return m_name.isEmpty() ? QFileInfo(m_path).completeBaseName() : m_name;
}

void EngineHost::setMachine(const QByteArray& profile) {
    m_worker->setMachine(profile);
}

void EngineHost::remember(const QString& path, const QString& name) {
    if (m_state != State::none || path.isEmpty()) return;
    m_path = path;
    m_name = name;
    setState(State::unloaded);
}

void EngineHost::relocate(const QString& from, const QString& to) {
    if (m_path != from) return;
    m_path = to;
    if (m_state == State::ready) m_model.path = to;
}

void EngineHost::load(const QString& path, const LoadOptions& options) {
    if (path.isEmpty()) return;
    unload();
    if (path != m_path) m_name.clear();
    m_path = path;
    m_options = options;
    m_progress = -1;
    m_failure = {};
    m_worker->load(++m_ticket, path, options);
    setState(State::loading);
}

void EngineHost::cancelLoad() {
    if (m_state != State::loading) return;
    ++m_ticket;
    m_worker->cancel();
    setState(State::unloaded);
}

void EngineHost::eject() {
    cancelLoad();
    if (m_state != State::ready) return;
    unload();
    setState(State::unloaded);
}

void EngineHost::inspect(const QString& path) {
    m_worker->inspect(path);
}

void EngineHost::unload() {
    if (!m_loaded) return;
    m_name = m_model.name;
    Q_EMIT aboutToUnload();
    m_worker->release(m_loaded);
    m_model = {};
}

void EngineHost::finishLoad(quint64 ticket, std::shared_ptr<LoadedModel>& loaded, const ModelInfo& info,
                            const UserMessage& failure, bool cancelled) {
    if (ticket != m_ticket) {
        m_worker->release(loaded);
        return;
    }
    if (!loaded) {
        m_failure = failure;
        setState(cancelled ? State::unloaded : State::failed);
        return;
    }
    m_loaded = std::move(loaded);
    m_model = info;
    m_name = info.name;
    m_progress = 1;
    setState(State::ready);
}

void EngineHost::reportProgress(quint64 ticket, double progress) {
    if (ticket != m_ticket || m_state != State::loading) return;
    m_progress = progress;
    Q_EMIT progressChanged(progress);
}

void EngineHost::setState(State state) {
    m_state = state;
    Q_EMIT stateChanged(state);
}

QList<ExpertLayer> EngineHost::experts() const {
    QList<ExpertLayer> layers;
    if (!m_loaded) return layers;
    for (const engine::api::ExpertLayer& from : m_loaded->model->expert_layers()) {
        ExpertLayer layer;
        layer.layer = static_cast<int>(from.layer);
        layer.expertBytes = from.expert_bytes;
        for (const engine::api::ExpertTier tier : from.tiers)
            layer.tiers.append(static_cast<ExpertTier>(tier));
        layer.calls = QList<quint64>(from.calls.begin(), from.calls.end());
        layers.append(std::move(layer));
    }
    return layers;
}

} // namespace app::bridge
