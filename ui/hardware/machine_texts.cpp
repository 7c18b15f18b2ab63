// Numbers and words.
#include "ui/hardware/machine_texts.h"

#include <QCoreApplication>
#include <QLocale>

namespace ui::hardware {

using app::hardware::CacheFacts;
using app::hardware::Profile;

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("MachineTexts", text);
}

QString number(double value, int digits) {
    return QLocale::c().toString(value, 'f', digits);
}

QString speed(double gbPerSecond) {
    return tr("%1 GB/s").arg(number(gbPerSecond, gbPerSecond < 10 ? 2 : 1));
}

QString cacheSize(qint64 bytes) {
    return bytes < (1 << 20)
               ? tr("%1 KB").arg(bytes >> 10)
               : tr("%1 MB").arg(QLocale::c().toString(static_cast<double>(bytes) / 1048576.0, 'g', 4));
}

// "12 × 32 MB": a cache shared by some threads is there once for each such group.
QString cacheText(const QList<CacheFacts>& caches, int threads) {
    QStringList parts;
    for (const CacheFacts& cache : caches) {
        const int count = cache.sharedBy > 0 ? threads / cache.sharedBy : 1;
        const bool alone = caches.size() == 1 && count > 1;
        parts.append(alone ? tr("%1 × %2").arg(count).arg(cacheSize(cache.bytes)) : cacheSize(cache.bytes));
    }
    return parts.join(QStringLiteral(", "));
}

QString coresText(const app::hardware::ProcessorFacts& cpu) {
    const QString cores = cpu.efficiencyCores > 0
                              ? tr("%1 P + %2 E").arg(cpu.performanceCores).arg(cpu.efficiencyCores)
                              : QString::number(cpu.performanceCores);
    return tr("%1 · %2 threads").arg(cores).arg(cpu.threads);
}

// Short names of what kernels use, the best of a kind only.
QString extensionsText(const QStringList& features) {
    const auto has = [&](const char* name) { return features.contains(QLatin1String(name)); };
    QStringList parts;
    if (has("amx_bf16") || has("amx_int8")) parts.append(QStringLiteral("AMX"));
    if (has("avx512"))
        parts.append(QStringLiteral("AVX-512"));
    else if (has("avx2"))
        parts.append(QStringLiteral("AVX2"));
    if (has("avx512_vnni") || has("avx_vnni")) parts.append(QStringLiteral("VNNI"));
    if (has("avx512_bf16")) parts.append(QStringLiteral("BF16"));
    return parts.isEmpty() ? tr("none that are used") : parts.join(QStringLiteral(", "));
}

QString matrixRate(const Profile& profile) {
    for (const auto& rate : profile.calibration->rates) {
        if (rate.family != QLatin1String("floats") || rate.matrixGflopPerSecond <= 0) continue;
        const auto threads = static_cast<double>(profile.calibration->readGbPerSecond.size());
        const double all = rate.matrixGflopPerSecond * threads;
        return all >= 1000 ? tr("%1 TFLOPS bf16").arg(number(all / 1000, 1))
                           : tr("%1 GFLOPS bf16").arg(number(all, 0));
    }
    return {};
}

} // namespace

QString gigabytesNumber(qint64 bytes, int digits) {
    return number(static_cast<double>(bytes) / 1e9, digits);
}

QString gigabytes(qint64 bytes, int digits) {
    return tr("%1 GB").arg(gigabytesNumber(bytes, digits));
}

QString bytesText(qint64 bytes) {
    return bytes > 0 && bytes < 1'000'000'000 ? tr("%1 MB").arg(bytes / 1'000'000) : gigabytes(bytes);
}

QString extensionsLabel() {
    return tr("Extensions");
}

FactCard::Facts processorFacts(const Profile& profile) {
    const auto& cpu = profile.processor;
    FactCard::Facts facts{{tr("Cores"), coresText(cpu)}};
    if (cpu.sockets > 1) facts.append({tr("Sockets"), QString::number(cpu.sockets)});
    if (cpu.usableCores < cpu.cores()) facts.append({tr("Usable here"), tr("%1 cores").arg(cpu.usableCores)});
    facts.append({extensionsLabel(), extensionsText(cpu.extensions)});
    if (!cpu.l2.isEmpty()) facts.append({tr("L2 cache"), cacheText(cpu.l2, cpu.threads)});
    if (!cpu.l3.isEmpty()) facts.append({tr("L3 cache"), cacheText(cpu.l3, cpu.threads)});
    if (profile.calibration) {
        if (const QString rate = matrixRate(profile); !rate.isEmpty())
            facts.append({tr("Matrix rate"), rate});
    }
    return facts;
}

FactCard::Facts memoryFacts(const Profile& profile) {
    FactCard::Facts facts{
        {tr("Available"), gigabytes(profile.availableMemory)},
        {tr("NUMA nodes"), QString::number(profile.processor.memoryNodes)},
        {tr("Huge pages"), profile.hugePage > 0 ? tr("%1 MB").arg(profile.hugePage >> 20) : tr("none")}};
    if (profile.calibration && !profile.calibration->readGbPerSecond.isEmpty()) {
        const QList<double>& speeds = profile.calibration->readGbPerSecond;
        facts.append({tr("Read"), speed(speeds.last())});
        if (speeds.size() > 1) facts.append({tr("Read, 1 thread"), speed(speeds.first())});
    }
    return facts;
}

FactCard::Facts gpuFacts(const app::hardware::GpuFacts& gpu) {
    FactCard::Facts facts;
    QString compute = gpu.computeCapability;
    if (!gpu.driver.isEmpty()) compute += tr(" · driver %1").arg(gpu.driver);
    facts.append({tr("Compute"), compute});
    facts.append({tr("VRAM"), tr("%1, %2 free").arg(gigabytes(gpu.memory), gigabytes(gpu.available))});
    if (gpu.memoryGbPerSecond > 0) facts.append({tr("VRAM read"), speed(gpu.memoryGbPerSecond)});
    if (gpu.pcieGeneration > 0) {
        QString link = tr("%1.0 × %2").arg(gpu.pcieGeneration).arg(gpu.pcieLanes);
        if (gpu.toDeviceGbPerSecond > 0) link += QStringLiteral(" · ") + speed(gpu.toDeviceGbPerSecond);
        facts.append({tr("PCIe"), link});
    }
    return facts;
}

FactCard::Facts diskFacts(const app::hardware::DiskFacts& disk) {
    FactCard::Facts facts{{tr("Free"), gigabytes(disk.free, 0)}, {tr("Size"), gigabytes(disk.bytes, 0)}};
    if (disk.readGbPerSecond > 0) facts.append({tr("Sequential read"), speed(disk.readGbPerSecond)});
    facts.append({tr("File system"), disk.fileSystem});
    if (disk.remote) facts.append({tr("Place"), tr("on the network")});
    if (disk.rotational) facts.append({tr("Kind"), tr("rotating disk")});
    return facts;
}

QString familyName(const QString& family) {
    if (family == QLatin1String("floats")) return QStringLiteral("F32, F16, BF16");
    if (family == QLatin1String("bytes")) return QStringLiteral("Q8_0, FP8");
    if (family == QLatin1String("legacy")) return QStringLiteral("Q4_0 – Q5_1");
    if (family == QLatin1String("k_quants")) return QStringLiteral("Q4_K, Q5_K");
    if (family == QLatin1String("k_quants_16")) return QStringLiteral("Q2_K, Q3_K, Q6_K");
    if (family == QLatin1String("i_quants")) return QStringLiteral("IQ4_NL, IQ4_XS");
    if (family == QLatin1String("grids")) return QStringLiteral("IQ1 – IQ3");
    if (family == QLatin1String("groups")) return QStringLiteral("MXFP4, INT4");
    return family;
}

QString measuredText(const Profile& profile) {
    if (!profile.calibration) return tr("Not measured yet");
    return tr("Measured %1").arg(QLocale().toString(profile.calibration->when.date(), QLocale::ShortFormat));
}

} // namespace ui::hardware
