// GpuSampler: what the GPUs do right now; the driver is asked on a thread of its own, because it may take
// long.
#pragma once

#include <QList>
#include <QMetaType>
#include <QObject>
#include <memory>

namespace app::bridge {

struct EngineFactory;

// Below zero: not known.
struct GpuSample {
    qint64 memoryUsed = -1, memoryTotal = -1; // bytes
    int loadPercent = -1, celsius = -1;
    double watts = -1;
    bool operator==(const GpuSample&) const = default;
};

class GpuSampler : public QObject {
    Q_OBJECT
 public:
    explicit GpuSampler(std::shared_ptr<const EngineFactory> factory, QObject* parent = nullptr);
    ~GpuSampler() override;

    // Answered by sampled(), in the order of the profile; not at all where there is no GPU, or while an
    // earlier answer is still out.
    void request();

 Q_SIGNALS:
    void sampled(const QList<app::bridge::GpuSample>& gpus);

 private:
    class Worker;
    std::unique_ptr<Worker> m_worker;
};

} // namespace app::bridge

Q_DECLARE_METATYPE(app::bridge::GpuSample)
