// Looking on one thread; every calibration on a new one, since a thread that gave way does so for good.
#include "app/bridge/machine_probe.h"

#include <QFile>

#include "app/bridge/engine_factory.h"
#include "app/bridge/work_thread.h"

namespace app::bridge {

namespace {

std::vector<std::string> encoded(const QStringList& folders) {
    std::vector<std::string> out;
    for (const QString& folder : folders)
        out.push_back(QFile::encodeName(folder).toStdString());
    return out;
}

MachineProbe::Step stepOf(engine::api::CalibrationStep step) {
    switch (step) {
        case engine::api::CalibrationStep::memory:
            return MachineProbe::Step::memory;
        case engine::api::CalibrationStep::kernels:
            return MachineProbe::Step::kernels;
        case engine::api::CalibrationStep::disks:
            return MachineProbe::Step::disks;
        case engine::api::CalibrationStep::gpus:
            break;
    }
    return MachineProbe::Step::gpus;
}

UserMessage messageOf(const engine::Error& error) {
    UserMessage message;
    message.title = MachineProbe::tr("The computer's speed could not be measured");
    message.text = QString::fromStdString(error.message);
    message.hint = QString::fromStdString(error.hint);
    message.action = UserMessage::Action::retry;
    return message;
}

} // namespace

class MachineProbe::Worker {
 public:
    Worker(MachineProbe& probe, std::shared_ptr<const EngineFactory> factory)
        : m_probe(probe), m_factory(std::move(factory)) {}
    ~Worker() { m_stop.request(); }

    void look(const QStringList& folders) {
        if (!m_factory->machineProfile) return;
        m_looker.post([this, sources = engine::api::MachineSources{encoded(folders), {}, {}}] {
            const auto profile = QByteArray::fromStdString(m_factory->machineProfile(sources));
            tell([this, profile] { Q_EMIT m_probe.looked(profile); });
        });
    }

    void calibrate(engine::api::CalibrateRequest request, int threads) {
        if (m_running || !m_factory->calibrateMachine) return;
        m_running = true;
        m_stop = {};
        m_measurer = std::make_unique<WorkThread>(); // the one before has nothing to do any more
        m_measurer->post([this, request = std::move(request), threads, stop = m_stop] {
            engine::api::EngineOptions options;
            options.threads = threads;
            const auto progress = [this](engine::api::CalibrationStep step, double share) {
                tell([this, step, share] { Q_EMIT m_probe.calibrating(stepOf(step), share); });
            };
            auto profile = m_factory->calibrateMachine(options, request, progress, stop);
            tell([this, profile = std::move(profile)] { finish(profile); });
        });
    }

    void cancel() { m_stop.request(); }
    bool isRunning() const { return m_running; }

 private:
    void finish(const engine::Result<std::string>& profile) {
        m_running = false;
        if (profile.ok())
            Q_EMIT m_probe.calibrated(QByteArray::fromStdString(*profile));
        else if (profile.error().code == engine::ErrorCode::cancelled)
            Q_EMIT m_probe.calibrationCancelled();
        else
            Q_EMIT m_probe.calibrationFailed(messageOf(profile.error()));
    }
    template <typename F>
    void tell(F f) {
        QMetaObject::invokeMethod(&m_probe, std::move(f), Qt::QueuedConnection);
    }

    MachineProbe& m_probe;
    std::shared_ptr<const EngineFactory> m_factory;
    engine::StopToken m_stop; // of the calibration that runs
    bool m_running = false;
    std::unique_ptr<WorkThread> m_measurer;
    WorkThread m_looker; // last: it ends before what it uses
};

MachineProbe::MachineProbe(std::shared_ptr<const EngineFactory> factory, QObject* parent)
    : QObject(parent), m_worker(std::make_unique<Worker>(*this, std::move(factory))) {}

MachineProbe::~MachineProbe() = default;

void MachineProbe::look(const QStringList& folders) {
    m_worker->look(folders);
}

void MachineProbe::calibrate(const QByteArray& profile, const QStringList& folders, int threads,
                             bool giveWay) {
    engine::api::CalibrateRequest request;
    request.profile = profile.toStdString();
    request.folders = encoded(folders);
    request.give_way = giveWay;
    m_worker->calibrate(std::move(request), threads);
}

void MachineProbe::cancel() {
    m_worker->cancel();
}

bool MachineProbe::isCalibrating() const {
    return m_worker->isRunning();
}

} // namespace app::bridge
