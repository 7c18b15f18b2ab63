// One monitor, opened at the first request; a driver that is not there is not asked again.
#include "app/bridge/gpu_sampler.h"

#include "app/bridge/engine_factory.h"
#include "app/bridge/work_thread.h"

namespace app::bridge {

namespace {

GpuSample sampleOf(const engine::api::GpuState& state) {
    GpuSample sample;
    sample.memoryTotal = state.memory_bytes;
    if (state.memory_bytes >= 0 && state.free_bytes >= 0)
        sample.memoryUsed = state.memory_bytes - state.free_bytes;
    sample.loadPercent = state.load_percent;
    sample.celsius = state.celsius;
    sample.watts = state.watts;
    return sample;
}

} // namespace

class GpuSampler::Worker {
 public:
    Worker(GpuSampler& sampler, std::shared_ptr<const EngineFactory> factory)
        : m_sampler(sampler), m_factory(std::move(factory)) {}

    void request() {
        if (m_waiting || m_absent || !m_factory->openGpuMonitor) return;
        m_waiting = true;
        m_thread.post([this] {
            QList<GpuSample> gpus;
            if (open()) {
                for (const auto& state : m_monitor->sample())
                    gpus.append(sampleOf(state));
            }
            const bool absent = m_monitor == nullptr;
            QMetaObject::invokeMethod(
                &m_sampler, [this, gpus, absent] { finish(gpus, absent); }, Qt::QueuedConnection);
        });
    }

 private:
    bool open() { // on the thread
        if (m_monitor) return true;
        auto monitor = m_factory->openGpuMonitor({});
        if (monitor.ok()) m_monitor = *std::move(monitor);
        return m_monitor != nullptr;
    }
    void finish(const QList<GpuSample>& gpus, bool absent) {
        m_waiting = false;
        m_absent = absent;
        if (!absent) Q_EMIT m_sampler.sampled(gpus);
    }

    GpuSampler& m_sampler;
    std::shared_ptr<const EngineFactory> m_factory;
    bool m_waiting = false, m_absent = false;
    std::unique_ptr<engine::api::GpuMonitor> m_monitor; // the thread's own
    WorkThread m_thread;                                // last: it ends before what it uses
};

GpuSampler::GpuSampler(std::shared_ptr<const EngineFactory> factory, QObject* parent)
    : QObject(parent), m_worker(std::make_unique<Worker>(*this, std::move(factory))) {}

GpuSampler::~GpuSampler() = default;

void GpuSampler::request() {
    m_worker->request();
}

} // namespace app::bridge
