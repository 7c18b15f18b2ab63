// The label on the left.
#include "app/hardware/report.h"

#include <QStringList>

namespace app::hardware {

namespace {

QString row(const QString& label, const QString& text) {
    return QStringLiteral("%1  %2\n").arg(label, -12).arg(text);
}
QString row(const char* label, const QString& text) {
    return row(QString::fromLatin1(label), text);
}

QString gigabytes(qint64 bytes) {
    return QStringLiteral("%1 GB").arg(static_cast<double>(bytes) / 1e9, 0, 'f', 1);
}

QString speed(double value, const char* unit) {
    return QStringLiteral("%1 %2").arg(value, 0, 'f', value < 10 ? 2 : 1).arg(QLatin1String(unit));
}

QString cacheText(const QString& level, const QList<CacheFacts>& caches) {
    QStringList parts;
    for (const CacheFacts& cache : caches) {
        QString part = cache.bytes < (1 << 20) ? QStringLiteral("%1 KB").arg(cache.bytes >> 10)
                                               : QStringLiteral("%1 MB").arg(
                                                     static_cast<double>(cache.bytes) / 1048576.0, 0, 'g', 4);
        if (cache.sharedBy > 1) part += QStringLiteral(" per %1 threads").arg(cache.sharedBy);
        parts.append(part);
    }
    return parts.isEmpty() ? QString() : level + QLatin1Char(' ') + parts.join(QStringLiteral(" and "));
}

QString processorRows(const ProcessorFacts& cpu) {
    QString text = row("processor", cpu.name);
    QString line = cpu.efficiencyCores > 0 ? QStringLiteral("%1 performance and %2 efficiency cores")
                                                 .arg(cpu.performanceCores)
                                                 .arg(cpu.efficiencyCores)
                                           : QStringLiteral("%1 cores").arg(cpu.performanceCores);
    line += QStringLiteral(", %1 threads, %2 socket(s), %3 memory node(s)")
                .arg(cpu.threads)
                .arg(cpu.sockets)
                .arg(cpu.memoryNodes);
    text += row("cores", line);
    if (cpu.usableCores != cpu.cores())
        text += row("usable", QStringLiteral("%1 cores").arg(cpu.usableCores));
    QStringList caches{cacheText(QStringLiteral("L1"), cpu.l1), cacheText(QStringLiteral("L2"), cpu.l2),
                       cacheText(QStringLiteral("L3"), cpu.l3)};
    caches.removeAll(QString());
    if (!caches.isEmpty()) text += row("caches", caches.join(QStringLiteral(", ")));
    return text + row("extensions", cpu.extensions.isEmpty() ? QStringLiteral("none that are used")
                                                             : cpu.extensions.join(QStringLiteral(", ")));
}

QString memoryRows(const Profile& profile) {
    QString line =
        QStringLiteral("%1, %2 available").arg(gigabytes(profile.memory), gigabytes(profile.availableMemory));
    if (profile.hugePage > 0) line += QStringLiteral(", huge pages of %1 MB").arg(profile.hugePage >> 20);
    return row("memory", line);
}

QString gpuRow(const GpuFacts& gpu, qsizetype index) {
    QString line = QStringLiteral("%1, %2, %3 free, compute %4")
                       .arg(gpu.name, gigabytes(gpu.memory), gigabytes(gpu.available), gpu.computeCapability);
    if (gpu.pcieGeneration > 0)
        line += QStringLiteral(", PCIe %1.0 x%2").arg(gpu.pcieGeneration).arg(gpu.pcieLanes);
    if (!gpu.driver.isEmpty()) line += QStringLiteral(", driver ") + gpu.driver;
    return row(QStringLiteral("GPU %1").arg(index), line);
}

QString gpuRows(const Profile& profile) {
    QString text;
    for (qsizetype i = 0; i < profile.gpus.size(); ++i)
        text += gpuRow(profile.gpus[i], i);
    if (!profile.gpuNote.isEmpty()) return text + row(text.isEmpty() ? "GPU" : "", profile.gpuNote);
    return text.isEmpty() ? row("GPU", QStringLiteral("none")) : text;
}

QString diskRow(const DiskFacts& disk) {
    QString line = QStringLiteral("%1 (%2), %3, %4 free")
                       .arg(disk.mount, disk.fileSystem, gigabytes(disk.bytes), gigabytes(disk.free));
    if (disk.remote) line += QStringLiteral(", on the network");
    if (disk.rotational) line += QStringLiteral(", rotating");
    if (disk.readGbPerSecond > 0) line += QStringLiteral(", reads ") + speed(disk.readGbPerSecond, "GB/s");
    return row("disk", line);
}

// With 1, 2, 4, ... threads and with all.
QString readSpeeds(const QList<double>& speeds) {
    QStringList parts;
    for (qsizetype threads = 1; threads <= speeds.size(); ++threads) {
        if ((threads & (threads - 1)) != 0 && threads != speeds.size()) continue;
        parts.append(QStringLiteral("%1 with %2").arg(speed(speeds[threads - 1], "GB/s")).arg(threads));
    }
    return parts.join(QStringLiteral(", ")) + QStringLiteral(" thread(s)");
}

QString calibrationRows(const std::optional<CalibrationFacts>& calibration) {
    if (!calibration) return row("measured", QStringLiteral("not yet"));
    QString text =
        row("measured",
            QStringLiteral("%1, kernels %2").arg(calibration->when.toString(Qt::ISODate), calibration->isa));
    text += row("memory reads", readSpeeds(calibration->readGbPerSecond));
    for (const KernelRate& rate : calibration->rates) {
        text += row(rate.family, QStringLiteral("vector %1, matrix %2 a thread")
                                     .arg(speed(rate.vectorGbPerSecond, "GB/s"),
                                          speed(rate.matrixGflopPerSecond, "GFLOP/s")));
    }
    return text;
}

} // namespace

QString report(const Profile& profile) {
    QString text = row("machine", profile.name) + processorRows(profile.processor) + memoryRows(profile) +
                   gpuRows(profile);
    for (const DiskFacts& disk : profile.disks)
        text += diskRow(disk);
    return text + calibrationRows(profile.calibration);
}

} // namespace app::hardware
