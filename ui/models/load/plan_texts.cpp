// Words of verdicts.
#include "ui/models/load/plan_texts.h"

#include <QCoreApplication>

namespace ui::models {

using app::bridge::ModelPlan;
using app::bridge::PlanDevice;
using Verdict = ModelPlan::Verdict;

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("PlanTexts", text);
}

// The first GPU that nothing is planned on.
QString idleGpu(const ModelPlan& plan) {
    for (const PlanDevice& device : plan.devices) {
        const qint64 used = device.weights + device.experts + device.kvCache + device.compute;
        if (device.kind == PlanDevice::Kind::gpu && used == 0 && plan.gpuLayers == 0) return device.name;
    }
    return {};
}

} // namespace

QString sizeWords(qint64 bytes) {
    const auto n = static_cast<double>(bytes);
    return bytes < 1'000'000'000 ? tr("%1 MB").arg(qRound(n / 1e6)) : tr("%1 GB").arg(n / 1e9, 0, 'f', 1);
}

QString tokensPerSecond(double rate) {
    return QString::number(rate, 'f', rate < 10 ? 1 : 0);
}

QString contextWords(qint64 tokens) {
    return tokens < 1024 ? QString::number(tokens) : tr("%1 k").arg(tokens / 1024);
}

QString verdictWords(const ModelPlan& plan) {
    switch (plan.verdict) {
        case Verdict::fitsGpu:
            return tr("Fits on GPU");
        case Verdict::fitsPartly:
            return tr("Fits, partly in RAM");
        case Verdict::fitsMemory:
            return tr("Fits in memory");
        case Verdict::fromDisk:
            return tr("Larger than memory");
        case Verdict::tight:
            return tr("Tight: close other programs");
        case Verdict::doesNotFit:
            return tr("Does not fit: needs %1 more").arg(sizeWords(plan.missingBytes));
        case Verdict::unknown:
            break;
    }
    return tr("Cannot be estimated");
}

QString verdictReason(const ModelPlan& plan) {
    if (plan.verdict == Verdict::unknown) return plan.sentence;
    QStringList parts;
    if (plan.verdict == Verdict::tight)
        parts.append(tr("%1 more are needed").arg(sizeWords(plan.missingBytes)));
    if (plan.verdict == Verdict::fromDisk) parts.append(tr("parts are read from disk again and again"));
    if (const double measured = plan.measured.generate; measured > 0)
        parts.append(tr("%1 tokens per second measured here, %2 predicted")
                         .arg(tokensPerSecond(measured), tokensPerSecond(plan.uncorrected().generate)));
    else if (plan.generateTokensPerSecond > 0)
        parts.append(tr("about %1 tokens per second").arg(tokensPerSecond(plan.generateTokensPerSecond)));
    if (!plan.quantize.isEmpty()) parts.append(tr("weights made %1 while loading").arg(plan.quantize));
    if (plan.gpuLayers > 0 && plan.cpuExpertLayers > 0)
        parts.append(
            tr("experts of %1 of %2 layers run on the CPU").arg(plan.cpuExpertLayers).arg(plan.expertLayers));
    if (const QString gpu = idleGpu(plan); !gpu.isEmpty())
        parts.append(tr("%1 is not used: this version computes on the processor").arg(gpu));
    return parts.join(QStringLiteral("; "));
}

widgets::Tone verdictTone(Verdict verdict) {
    switch (verdict) {
        case Verdict::fitsGpu:
        case Verdict::fitsPartly:
        case Verdict::fitsMemory:
            return widgets::Tone::Ok;
        case Verdict::fromDisk:
        case Verdict::tight:
            return widgets::Tone::Warn;
        case Verdict::doesNotFit:
            return widgets::Tone::Bad;
        case Verdict::unknown:
            break;
    }
    return widgets::Tone::Neutral;
}

theme::Icon verdictIcon(Verdict verdict) {
    switch (verdictTone(verdict)) {
        case widgets::Tone::Ok:
            return theme::Icon::Check;
        case widgets::Tone::Neutral:
            return theme::Icon::Info;
        default:
            return theme::Icon::Warn;
    }
}

} // namespace ui::models
