// Profile: a machine's profile as values for pages and tables; read from the JSON of machine files.
#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QList>
#include <QMetaType>
#include <QString>
#include <QStringList>
#include <optional>

namespace app::hardware {

struct CacheFacts {
    qint64 bytes = 0; // 0: not known
    int sharedBy = 0; // hardware threads
    bool operator==(const CacheFacts&) const = default;
};

struct ProcessorFacts {
    QString name;
    int performanceCores = 0, efficiencyCores = 0, threads = 0;
    int sockets = 0, memoryNodes = 0;
    int usableCores = 0;          // fewer in a container with a limit
    QStringList extensions;       // "avx512_vnni"
    QList<CacheFacts> l1, l2, l3; // the different ones
    int cores() const { return performanceCores + efficiencyCores; }
    bool operator==(const ProcessorFacts&) const = default;
};

struct GpuFacts {
    QString name, computeCapability, driver;
    qint64 memory = 0, available = 0;
    int pcieGeneration = 0, pcieLanes = 0;                                            // 0: not known
    double memoryGbPerSecond = 0, toDeviceGbPerSecond = 0, fromDeviceGbPerSecond = 0; // 0: not measured
    bool operator==(const GpuFacts&) const = default;
};

struct DiskFacts {
    QString mount, fileSystem;
    qint64 bytes = 0, free = 0;
    bool rotational = false, remote = false;
    double readGbPerSecond = 0; // 0: not measured
    bool operator==(const DiskFacts&) const = default;
};

struct KernelRate {
    QString family;                                         // "k_quants"
    double vectorGbPerSecond = 0, matrixGflopPerSecond = 0; // of one thread
    bool operator==(const KernelRate&) const = default;
};

struct CalibrationFacts {
    QDateTime when;
    QString isa;
    QList<double> readGbPerSecond; // [t - 1]: with t threads
    QList<KernelRate> rates;
    bool operator==(const CalibrationFacts&) const = default;
};

struct Profile {
    QString name;
    ProcessorFacts processor;
    qint64 memory = 0, availableMemory = 0, hugePage = 0;
    QList<GpuFacts> gpus;
    QString gpuNote; // why there are none, or what is wrong
    QList<DiskFacts> disks;
    std::optional<CalibrationFacts> calibration;
    bool operator==(const Profile&) const = default;
};

// nullopt: no profile.
std::optional<Profile> readProfile(const QByteArray& json);

// The same for the same hardware, whatever is free, plugged into its disks or measured.
QString fingerprint(const Profile& profile);

// `fresh` with what was measured for `old`, for the same hardware.
QByteArray withMeasurements(const QByteArray& fresh, const QByteArray& old);

// With the disks of `old` that it does not name: what was measured of them stays known.
QByteArray withDisksOf(const QByteArray& profile, const QByteArray& old);

// With the factors by which replies were faster than its calibration let expect; nothing without one.
QByteArray withCorrection(const QByteArray& profile, double prompt, double generate);

} // namespace app::hardware

Q_DECLARE_METATYPE(app::hardware::Profile)
