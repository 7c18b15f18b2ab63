// One line per fact, the label on the left.
#include "app/cli/machine_table.h"

#include <QDateTime>
#include <QJsonArray>
#include <QSet>
#include <QStringList>

namespace app::cli {

namespace {

QLatin1String key(const char* name) {
    return QLatin1String(name);
}

QString row(const char* label, const QString& text) {
    return QStringLiteral("%1  %2\n").arg(QLatin1String(label), -12).arg(text);
}

QString gigabytes(const QJsonValue& bytes) {
    return QStringLiteral("%1 GB").arg(bytes.toDouble() / 1e9, 0, 'f', 1);
}

QString speed(double value, const char* unit) {
    return QStringLiteral("%1 %2").arg(value, 0, 'f', value < 10 ? 2 : 1).arg(QLatin1String(unit));
}

// Numbers in "0-3,8".
qint64 countOf(const QString& list) {
    qint64 count = 0;
    for (const QString& piece : list.split(QLatin1Char(','))) {
        const QStringList ends = piece.split(QLatin1Char('-'));
        count += ends.last().toLongLong() - ends.first().toLongLong() + 1;
    }
    return count;
}

struct Cores {
    qint64 performance = 0, efficiency = 0, threads = 0;
    QSet<int> sockets;
};

Cores countCores(const QJsonArray& rows) {
    Cores cores;
    for (const QJsonValue& value : rows) {
        const QJsonObject object = value.toObject();
        const QJsonArray lists = object.value(key("processors")).toArray();
        const qint64 count = countOf(lists.first().toString());
        const bool small = object.value(key("kind")).toString() == QLatin1String("efficiency");
        (small ? cores.efficiency : cores.performance) += count;
        cores.threads += count * lists.size();
        cores.sockets.insert(object.value(key("socket")).toInt());
    }
    return cores;
}

QString cacheText(const QJsonObject& row) {
    QStringList parts;
    for (const char* level : {"l1d", "l2", "l3"}) {
        const QJsonObject cache = row.value(QLatin1String(level)).toObject();
        const qint64 bytes = cache.value(key("bytes")).toInteger();
        if (bytes == 0) continue;
        const QString size = bytes < (1 << 20) ? QStringLiteral("%1 KB").arg(bytes >> 10)
                                               : QStringLiteral("%1 MB").arg(bytes >> 20);
        const int shared = cache.value(key("processors")).toInt();
        parts.append(QLatin1String(level).mid(0, 2).toString().toUpper() + QLatin1Char(' ') + size +
                     (shared > 1 ? QStringLiteral(" per %1 threads").arg(shared) : QString()));
    }
    return parts.join(QStringLiteral(", "));
}

QString processorRows(const QJsonObject& profile) {
    const QJsonObject cpu = profile.value(key("cpu")).toObject();
    const QJsonArray rows = profile.value(key("cores")).toArray();
    const Cores cores = countCores(rows);
    QString text = row("processor", cpu.value(key("name")).toString());
    QString line = cores.efficiency > 0 ? QStringLiteral("%1 performance and %2 efficiency cores")
                                              .arg(cores.performance)
                                              .arg(cores.efficiency)
                                        : QStringLiteral("%1 cores").arg(cores.performance);
    line += QStringLiteral(", %1 threads, %2 socket(s), %3 memory node(s)")
                .arg(cores.threads)
                .arg(cores.sockets.size())
                .arg(profile.value(key("nodes")).toArray().size());
    text += row("cores", line);
    const qint64 usable = cpu.value(key("usable_cores")).toInteger();
    if (usable != cores.performance + cores.efficiency)
        text += row("usable", QStringLiteral("%1 cores").arg(usable));
    QStringList caches;
    for (const QJsonValue& value : rows)
        caches.append(cacheText(value.toObject()));
    caches.removeDuplicates();
    caches.removeAll(QString());
    if (!caches.isEmpty()) text += row("caches", caches.join(QStringLiteral("; ")));
    QStringList features;
    for (const QJsonValue& value : cpu.value(key("features")).toArray())
        features.append(value.toString());
    return text + row("extensions", features.isEmpty() ? QStringLiteral("none that are used")
                                                       : features.join(QStringLiteral(", ")));
}

QString memoryRows(const QJsonObject& profile) {
    const QJsonObject memory = profile.value(key("memory")).toObject();
    QString line =
        QStringLiteral("%1, %2 available")
            .arg(gigabytes(memory.value(key("bytes"))), gigabytes(memory.value(key("available_bytes"))));
    if (const qint64 page = memory.value(key("huge_page_bytes")).toInteger(); page > 0)
        line += QStringLiteral(", huge pages of %1 MB").arg(page >> 20);
    return row("memory", line);
}

QString gpuRows(const QJsonObject& profile) {
    QString text;
    int index = 0;
    for (const QJsonValue& value : profile.value(key("gpus")).toArray()) {
        const QJsonObject gpu = value.toObject();
        QString line = QStringLiteral("%1, %2, %3 free, compute %4")
                           .arg(gpu.value(key("name")).toString(), gigabytes(gpu.value(key("memory_bytes"))),
                                gigabytes(gpu.value(key("available_bytes"))),
                                gpu.value(key("compute_capability")).toString());
        if (const int generation = gpu.value(key("pcie_generation")).toInt(); generation > 0)
            line +=
                QStringLiteral(", PCIe %1.0 x%2").arg(generation).arg(gpu.value(key("pcie_lanes")).toInt());
        if (const QString driver = gpu.value(key("driver")).toString(); !driver.isEmpty())
            line += QStringLiteral(", driver ") + driver;
        text += row(qPrintable(QStringLiteral("GPU %1").arg(index++)), line);
    }
    if (const QString note = profile.value(key("gpu_note")).toString(); !note.isEmpty())
        text += row(index > 0 ? "" : "GPU", note);
    else if (index == 0)
        text += row("GPU", QStringLiteral("none"));
    return text;
}

QString diskRows(const QJsonObject& profile) {
    QString text;
    for (const QJsonValue& value : profile.value(key("disks")).toArray()) {
        const QJsonObject disk = value.toObject();
        QString line =
            QStringLiteral("%1 (%2), %3, %4 free")
                .arg(disk.value(key("mount")).toString(), disk.value(key("file_system")).toString(),
                     gigabytes(disk.value(key("bytes"))), gigabytes(disk.value(key("free_bytes"))));
        if (disk.value(key("remote")).toBool()) line += QStringLiteral(", on the network");
        if (disk.value(key("rotational")).toBool()) line += QStringLiteral(", rotating");
        if (const double read = disk.value(key("read_gb_per_s")).toDouble(); read > 0)
            line += QStringLiteral(", reads ") + speed(read, "GB/s");
        text += row("disk", line);
    }
    return text;
}

QString calibrationRows(const QJsonObject& profile) {
    const QJsonObject calibration = profile.value(key("calibration")).toObject();
    if (calibration.isEmpty()) return row("measured", QStringLiteral("not yet (--calibrate measures)"));
    const auto when = QDateTime::fromSecsSinceEpoch(calibration.value(key("unix_seconds")).toInteger());
    QString text =
        row("measured", QStringLiteral("%1, kernels %2")
                            .arg(when.toString(Qt::ISODate), calibration.value(key("isa")).toString()));
    QStringList speeds;
    const QJsonArray reads = calibration.value(key("read_gb_per_s")).toArray();
    for (qsizetype threads = 1; threads <= reads.size(); threads *= 2)
        speeds.append(
            QStringLiteral("%1: %2").arg(threads).arg(speed(reads[threads - 1].toDouble(), "GB/s")));
    if (const qsizetype all = reads.size(); (all & (all - 1)) != 0)
        speeds.append(QStringLiteral("%1: %2").arg(all).arg(speed(reads.last().toDouble(), "GB/s")));
    text += row("memory reads", speeds.join(QStringLiteral(", ")) + QStringLiteral(" (by threads)"));
    for (const QJsonValue& value : calibration.value(key("rates")).toArray()) {
        const QJsonObject rates = value.toObject();
        text += row(qPrintable(rates.value(key("family")).toString()),
                    QStringLiteral("a thread: vector %1, matrix %2")
                        .arg(speed(rates.value(key("vector_gb_per_s")).toDouble(), "GB/s"),
                             speed(rates.value(key("matrix_gflop_per_s")).toDouble(), "GFLOP/s")));
    }
    return text;
}

} // namespace

QString machineTable(const QJsonObject& profile) {
    return row("machine", profile.value(key("name")).toString()) + processorRows(profile) +
           memoryRows(profile) + gpuRows(profile) + diskRows(profile) + calibrationRows(profile);
}

} // namespace app::cli
