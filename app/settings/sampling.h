// Sampling: how the next word is drawn, as people set it; with the range of each number.
#pragma once

#include <QJsonObject>
#include <QList>
#include <QMetaType>
#include <QString>

namespace app::settings {

struct Sampling {
    bool greedy = false;
    bool fixedSeed = false; // otherwise each reply draws its own seed
    qint64 seed = 0;
    double temperature = 0.8;
    int topK = 40; // 0: off
    double topP = 0.95;
    double minP = 0.05;
    double typicalP = 1.0;
    double xtcProbability = 0.0;
    double xtcThreshold = 0.1;
    double repetitionPenalty = 1.0;
    double frequencyPenalty = 0.0;
    double presencePenalty = 0.0;
    int penaltyWindow = 64; // -1: the whole context
    double dryMultiplier = 0.0;
    double dryBase = 1.75;
    int dryAllowedLength = 2;

    bool operator==(const Sampling&) const = default;
    QJsonObject toJson() const;
    static Sampling fromJson(const QJsonObject& json); // absent or out of range: the default
};

// One number of Sampling: what a slider and a spin box need.
struct SamplingField {
    const char* name; // also its key in JSON: "temperature"
    double minimum, maximum, step;
    int decimals;  // 0: a whole number
    bool advanced; // hidden in simple mode
    double (*get)(const Sampling&);
    void (*set)(Sampling&, double);
};
const QList<SamplingField>& samplingFields();

} // namespace app::settings

Q_DECLARE_METATYPE(app::settings::Sampling)
