// By their beginnings: makers of files add letters behind them.
#include "app/bridge/quantisation.h"

#include <algorithm>
#include <initializer_list>

namespace app::bridge {

int qualityOf(const QString& quantisation) {
    const QString plain = quantisation.startsWith(QLatin1String("UD-")) ? quantisation.mid(3) : quantisation;
    const auto is = [&](std::initializer_list<const char*> beginnings) {
        return std::any_of(beginnings.begin(), beginnings.end(),
                           [&](const char* beginning) { return plain.startsWith(QLatin1String(beginning)); });
    };
    if (is({"BF16", "F16", "F32", "FP", "F8", "Q8", "Q6", "Q5"})) return 5;
    if (is({"Q4", "IQ4", "MXFP4"})) return 4;
    if (is({"IQ3_XXS", "Q2", "IQ2"})) return 2;
    if (is({"Q3", "IQ3"})) return 3;
    if (is({"IQ1", "Q1", "TQ"})) return 1;
    return 0;
}

} // namespace app::bridge
