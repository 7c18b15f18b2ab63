// LiveSampling: what processor, memory, disks and GPUs do right now, once a second.
#pragma once

#include <QMetaType>
#include <QObject>
#include <QTimer>

#include "app/bridge/gpu_sampler.h"

namespace app::hardware {

struct LiveSample {
    double cpuPercent = -1;     // of the whole machine; below zero: not known yet
    double processPercent = -1; // of it, this program
    qint64 memoryUsed = 0;      // bytes, whole machine, without what the system can give back
    qint64 memoryTotal = 0;
    qint64 processMemory = 0;                                 // bytes resident of this program
    double diskReadPerSecond = -1, diskWrittenPerSecond = -1; // bytes, all disks; below zero: not known yet
    QList<bridge::GpuSample> gpus;                            // a moment older than the rest
};

class LiveSampling : public QObject {
    Q_OBJECT
 public:
    explicit LiveSampling(QObject* parent = nullptr);
    void follow(bridge::GpuSampler& gpus); // asks it with every sample
    const LiveSample& last() const { return m_last; }
    void setActive(bool active); // a hidden window needs no figures

 Q_SIGNALS:
    void sampled(const app::hardware::LiveSample& sample);

 private:
    struct Counters {
        quint64 busy = 0, all = 0, process = 0;
        qint64 read = -1, written = -1; // bytes
        qint64 milliseconds = 0;        // of a clock that only goes forward
    };
    void sample();
    static Counters readCounters();

    bridge::GpuSampler* m_gpus = nullptr;
    QTimer m_timer;
    Counters m_before;
    LiveSample m_last;
};

} // namespace app::hardware

Q_DECLARE_METATYPE(app::hardware::LiveSample)
