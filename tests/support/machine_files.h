// Machine files for tests: those that are shipped, and what a calibration adds.
#pragma once

#include <QByteArray>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace tests {

// "two-gpus-24-8": of resources/machines.
inline QByteArray machineFile(const char* name) {
    QFile file(QStringLiteral(TANDEM_SOURCE_DIR "/resources/machines/%1.json").arg(QLatin1String(name)));
    if (!file.open(QIODevice::ReadOnly)) qFatal("no machine file %s", name);
    return file.readAll();
}

inline constexpr char kCalibration[] = R"({"unix_seconds": 1795000000, "isa": "avx512",
 "read_gb_per_s": [18.4, 33.1, 45.0, 52.9, 57.5, 60.8, 63.0, 65.2, 66.1, 67.3, 68.0, 69.2, 70.1, 70.6, 71.0, 71.4],
 "rates": [{"family": "floats", "vector_gb_per_s": 41.2, "matrix_gflop_per_s": 112},
  {"family": "bytes", "vector_gb_per_s": 38.0, "matrix_gflop_per_s": 121},
  {"family": "legacy", "vector_gb_per_s": 21.5, "matrix_gflop_per_s": 118},
  {"family": "k_quants", "vector_gb_per_s": 19.7, "matrix_gflop_per_s": 104},
  {"family": "i_quants", "vector_gb_per_s": 12.3, "matrix_gflop_per_s": 96},
  {"family": "groups", "vector_gb_per_s": 17.1, "matrix_gflop_per_s": 101},
  {"family": "k_quants_16", "vector_gb_per_s": 18.2, "matrix_gflop_per_s": 88},
  {"family": "grids", "vector_gb_per_s": 3.4, "matrix_gflop_per_s": 74}]})";

inline QByteArray calibrated(const QByteArray& profile) {
    QJsonObject json = QJsonDocument::fromJson(profile).object();
    json.insert(QStringLiteral("calibration"), QJsonDocument::fromJson(kCalibration).object());
    QJsonArray disks = json.value(QStringLiteral("disks")).toArray();
    for (qsizetype i = 0; i < disks.size(); ++i) {
        QJsonObject disk = disks[i].toObject();
        disk.insert(QStringLiteral("read_gb_per_s"), 6.4);
        disks[i] = disk;
    }
    json.insert(QStringLiteral("disks"), disks);
    return QJsonDocument(json).toJson();
}

} // namespace tests
