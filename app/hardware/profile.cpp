// The JSON comes from the engine or from an older version of it, so absent is the only thing that is
// expected.
#include "app/hardware/profile.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

namespace app::hardware {

namespace {

QJsonValue at(const QJsonObject& object, const char* key) {
    return object.value(QLatin1String(key));
}
QString text(const QJsonObject& object, const char* key) {
    return at(object, key).toString();
}

// Numbers in "0-3,8".
int countOf(const QString& list) {
    int count = 0;
    for (const QString& piece : list.split(QLatin1Char(','))) {
        const QStringList ends = piece.split(QLatin1Char('-'));
        count += ends.last().toInt() - ends.first().toInt() + 1;
    }
    return count;
}

void addCache(QList<CacheFacts>& caches, const QJsonObject& row, const char* level) {
    const QJsonObject json = at(row, level).toObject();
    const CacheFacts cache{at(json, "bytes").toInteger(), at(json, "processors").toInt()};
    if (cache.bytes > 0 && !caches.contains(cache)) caches.append(cache);
}

ProcessorFacts readProcessor(const QJsonObject& json) {
    ProcessorFacts facts;
    const QJsonObject cpu = at(json, "cpu").toObject();
    facts.name = text(cpu, "name");
    for (const QJsonValue& value : at(cpu, "features").toArray())
        facts.extensions.append(value.toString());
    QSet<int> sockets;
    for (const QJsonValue& value : at(json, "cores").toArray()) {
        const QJsonObject row = value.toObject();
        const QJsonArray lists = at(row, "processors").toArray();
        const int count = countOf(lists.first().toString());
        const bool efficient = text(row, "kind") == QLatin1String("efficiency");
        (efficient ? facts.efficiencyCores : facts.performanceCores) += count;
        facts.threads += count * static_cast<int>(lists.size());
        sockets.insert(at(row, "socket").toInt());
        addCache(facts.l1, row, "l1d");
        addCache(facts.l2, row, "l2");
        addCache(facts.l3, row, "l3");
    }
    facts.sockets = static_cast<int>(sockets.size());
    facts.memoryNodes = static_cast<int>(at(json, "nodes").toArray().size());
    facts.usableCores = at(cpu, "usable_cores").toInt(facts.cores());
    return facts;
}

GpuFacts readGpu(const QJsonObject& json) {
    GpuFacts gpu;
    gpu.name = text(json, "name");
    gpu.computeCapability = text(json, "compute_capability");
    gpu.driver = text(json, "driver");
    gpu.memory = at(json, "memory_bytes").toInteger();
    gpu.available = at(json, "available_bytes").toInteger();
    gpu.pcieGeneration = at(json, "pcie_generation").toInt();
    gpu.pcieLanes = at(json, "pcie_lanes").toInt();
    gpu.memoryGbPerSecond = at(json, "memory_gb_per_s").toDouble();
    gpu.toDeviceGbPerSecond = at(json, "to_device_gb_per_s").toDouble();
    gpu.fromDeviceGbPerSecond = at(json, "from_device_gb_per_s").toDouble();
    return gpu;
}

DiskFacts readDisk(const QJsonObject& json) {
    DiskFacts disk;
    disk.mount = text(json, "mount");
    disk.fileSystem = text(json, "file_system");
    disk.bytes = at(json, "bytes").toInteger();
    disk.free = at(json, "free_bytes").toInteger();
    disk.rotational = at(json, "rotational").toBool();
    disk.remote = at(json, "remote").toBool();
    disk.readGbPerSecond = at(json, "read_gb_per_s").toDouble();
    return disk;
}

CalibrationFacts readCalibration(const QJsonObject& json) {
    CalibrationFacts facts;
    facts.when = QDateTime::fromSecsSinceEpoch(at(json, "unix_seconds").toInteger());
    facts.isa = text(json, "isa");
    for (const QJsonValue& speed : at(json, "read_gb_per_s").toArray())
        facts.readGbPerSecond.append(speed.toDouble());
    for (const QJsonValue& value : at(json, "rates").toArray()) {
        const QJsonObject rate = value.toObject();
        facts.rates.append({text(rate, "family"), at(rate, "vector_gb_per_s").toDouble(),
                            at(rate, "matrix_gflop_per_s").toDouble()});
    }
    return facts;
}

void keep(QJsonObject& fresh, const QJsonObject& old, const char* key) {
    if (const QJsonValue value = at(old, key); !value.isUndefined()) fresh.insert(QLatin1String(key), value);
}

// Entries of a list that are the same thing by `name` in both.
void keepInList(QJsonObject& fresh, const QJsonObject& old, const char* list, const char* name,
                std::initializer_list<const char*> keys) {
    QJsonArray entries = at(fresh, list).toArray();
    const QJsonArray before = at(old, list).toArray();
    for (qsizetype i = 0; i < entries.size(); ++i) {
        QJsonObject entry = entries[i].toObject();
        for (const QJsonValue& value : before) {
            if (text(value.toObject(), name) != text(entry, name)) continue;
            for (const char* key : keys)
                keep(entry, value.toObject(), key);
            break;
        }
        entries[i] = entry;
    }
    fresh.insert(QLatin1String(list), entries);
}

} // namespace

std::optional<Profile> readProfile(const QByteArray& bytes) {
    const QJsonObject json = QJsonDocument::fromJson(bytes).object();
    if (!at(json, "cores").isArray() || !at(json, "memory").isObject()) return std::nullopt;
    Profile profile;
    profile.name = text(json, "name");
    profile.processor = readProcessor(json);
    const QJsonObject memory = at(json, "memory").toObject();
    profile.memory = at(memory, "bytes").toInteger();
    profile.availableMemory = at(memory, "available_bytes").toInteger();
    profile.hugePage = at(memory, "huge_page_bytes").toInteger();
    for (const QJsonValue& gpu : at(json, "gpus").toArray())
        profile.gpus.append(readGpu(gpu.toObject()));
    profile.gpuNote = text(json, "gpu_note");
    for (const QJsonValue& disk : at(json, "disks").toArray())
        profile.disks.append(readDisk(disk.toObject()));
    if (at(json, "calibration").isObject())
        profile.calibration = readCalibration(at(json, "calibration").toObject());
    return profile;
}

QString fingerprint(const Profile& profile) {
    const ProcessorFacts& cpu = profile.processor;
    QStringList parts{cpu.name, cpu.extensions.join(QLatin1Char(',')),
                      QStringLiteral("%1+%2 cores %3 threads %4 usable %5 nodes")
                          .arg(cpu.performanceCores)
                          .arg(cpu.efficiencyCores)
                          .arg(cpu.threads)
                          .arg(cpu.usableCores)
                          .arg(cpu.memoryNodes),
                      // Kernels reserve a little more or less of the same memory.
                      QStringLiteral("%1 GB").arg(qRound64(static_cast<double>(profile.memory) / 1e9))};
    for (const GpuFacts& gpu : profile.gpus)
        parts.append(
            QStringLiteral("%1 %2 GB").arg(gpu.name).arg(qRound64(static_cast<double>(gpu.memory) / 1e9)));
    const QByteArray all = parts.join(QLatin1Char('\n')).toUtf8();
    return QString::fromLatin1(QCryptographicHash::hash(all, QCryptographicHash::Sha256).toHex());
}

QByteArray withMeasurements(const QByteArray& fresh, const QByteArray& old) {
    QJsonObject json = QJsonDocument::fromJson(fresh).object();
    const QJsonObject before = QJsonDocument::fromJson(old).object();
    keep(json, before, "calibration");
    keepInList(json, before, "disks", "mount", {"read_gb_per_s"});
    keepInList(json, before, "gpus", "name",
               {"memory_gb_per_s", "to_device_gb_per_s", "from_device_gb_per_s", "matrix_tflop_per_s"});
    return QJsonDocument(json).toJson();
}

QByteArray withDisksOf(const QByteArray& profile, const QByteArray& old) {
    QJsonObject json = QJsonDocument::fromJson(profile).object();
    QJsonArray disks = at(json, "disks").toArray();
    QSet<QString> mounts;
    for (const QJsonValue& disk : disks)
        mounts.insert(text(disk.toObject(), "mount"));
    for (const QJsonValue& disk : at(QJsonDocument::fromJson(old).object(), "disks").toArray())
        if (!mounts.contains(text(disk.toObject(), "mount"))) disks.append(disk);
    json.insert(QLatin1String("disks"), disks);
    return QJsonDocument(json).toJson();
}

QByteArray withCorrection(const QByteArray& profile, double prompt, double generate) {
    QJsonObject json = QJsonDocument::fromJson(profile).object();
    QJsonObject calibration = at(json, "calibration").toObject();
    if (calibration.isEmpty() || (prompt == 1 && generate == 1)) return profile;
    calibration.insert(QLatin1String("corrected_by"), QJsonObject{{QStringLiteral("prompt"), prompt},
                                                                  {QStringLiteral("generate"), generate}});
    json.insert(QLatin1String("calibration"), calibration);
    return QJsonDocument(json).toJson();
}

} // namespace app::hardware
