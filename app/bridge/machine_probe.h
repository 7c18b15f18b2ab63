// MachineProbe: looks what this computer has and measures how fast it is, on threads of its own. Profiles are
// JSON in the form of machine files.
#pragma once

#include <QByteArray>
#include <QObject>
#include <QStringList>
#include <memory>

#include "app/bridge/user_message.h"

namespace app::bridge {

struct EngineFactory;

class MachineProbe : public QObject {
    Q_OBJECT
 public:
    enum class Step { memory, kernels, disks, gpus };
    Q_ENUM(Step)

    explicit MachineProbe(std::shared_ptr<const EngineFactory> factory, QObject* parent = nullptr);
    ~MachineProbe() override; // stops what runs and waits for it

    // Answered by looked(); folders hold models, or will.
    void look(const QStringList& folders);

    // At most five seconds. Answered by calibrated(), calibrationFailed() or, after cancel(),
    // calibrationCancelled(). A second call while one runs is not heard. `giveWay`: to all that runs besides.
    void calibrate(const QByteArray& profile, const QStringList& folders, int threads, bool giveWay);
    void cancel();
    bool isCalibrating() const;

 Q_SIGNALS:
    void looked(const QByteArray& profile);
    void calibrating(app::bridge::MachineProbe::Step step, double share); // 0 to 1 of the whole
    void calibrated(const QByteArray& profile);
    void calibrationFailed(const app::bridge::UserMessage& message);
    void calibrationCancelled();

 private:
    class Worker;
    std::unique_ptr<Worker> m_worker;
};

} // namespace app::bridge
