// Words of verdicts.
#include "ui/models/fit/fit_chip.h"

#include <QCoreApplication>

#include "ui/models/fit/model_words.h"

namespace ui::models {

FitChip fitChip(app::bridge::ModelPlan::Verdict verdict, qint64 missingBytes) {
    using Verdict = app::bridge::ModelPlan::Verdict;
    using theme::Icon;
    using widgets::Tone;
    const auto tr = [](const char* text) { return QCoreApplication::translate("Fit", text); };
    switch (verdict) {
        case Verdict::fitsGpu:
            return {Tone::Ok, Icon::Check, tr("Fits on GPU")};
        case Verdict::fitsPartly:
            return {Tone::Ok, Icon::Check, tr("Fits, partly in RAM")};
        case Verdict::fitsMemory:
            return {Tone::Ok, Icon::Check, tr("Fits in RAM")};
        case Verdict::fromDisk:
            return {Tone::Warn, Icon::Warn, tr("Slow: reads from disk")};
        case Verdict::tight:
            return {Tone::Warn, Icon::Warn, tr("Tight")};
        case Verdict::doesNotFit:
            return {Tone::Bad, Icon::Close,
                    missingBytes > 0 ? tr("Needs %1 more").arg(bytesText(missingBytes)) : tr("Does not fit")};
        case Verdict::unknown:
            break;
    }
    return {Tone::Neutral, Icon::Info, tr("Cannot estimate")};
}

} // namespace ui::models
