// The table of sampling fields, and Sampling as JSON by way of it.
#include "app/settings/sampling.h"

#include <QJsonValue>
#include <cmath>

namespace app::settings {

namespace {

// TANDEM_FIELD(member): how a number of any type is read and written through a double.
#define TANDEM_FIELD(member)                                               \
    [](const Sampling& from) { return static_cast<double>(from.member); }, \
        [](Sampling& to, double value) { to.member = static_cast<decltype(to.member)>(value); }

} // namespace

const QList<SamplingField>& samplingFields() {
    static const QList<SamplingField> fields{
        {"temperature", 0, 2, 0.05, 2, false, TANDEM_FIELD(temperature)},
        {"top_p", 0, 1, 0.01, 2, false, TANDEM_FIELD(topP)},
        {"top_k", 0, 1000, 1, 0, false, TANDEM_FIELD(topK)},
        {"min_p", 0, 1, 0.01, 2, false, TANDEM_FIELD(minP)},
        {"repetition_penalty", 0.5, 2, 0.01, 2, false, TANDEM_FIELD(repetitionPenalty)},
        {"frequency_penalty", -2, 2, 0.05, 2, true, TANDEM_FIELD(frequencyPenalty)},
        {"presence_penalty", -2, 2, 0.05, 2, true, TANDEM_FIELD(presencePenalty)},
        {"penalty_window", -1, 100000, 1, 0, true, TANDEM_FIELD(penaltyWindow)},
        {"typical_p", 0, 1, 0.01, 2, true, TANDEM_FIELD(typicalP)},
        {"xtc_probability", 0, 1, 0.01, 2, true, TANDEM_FIELD(xtcProbability)},
        {"xtc_threshold", 0, 0.5, 0.01, 2, true, TANDEM_FIELD(xtcThreshold)},
        {"dry_multiplier", 0, 5, 0.05, 2, true, TANDEM_FIELD(dryMultiplier)},
        {"dry_base", 1, 4, 0.05, 2, true, TANDEM_FIELD(dryBase)},
        {"dry_allowed_length", 1, 100, 1, 0, true, TANDEM_FIELD(dryAllowedLength)},
    };
    return fields;
}

QJsonObject Sampling::toJson() const {
    QJsonObject json{{QStringLiteral("greedy"), greedy}};
    // As text: a JSON number is a double and would round a large seed.
    if (fixedSeed) json[QStringLiteral("seed")] = QString::number(seed);
    for (const SamplingField& field : samplingFields())
        json[QLatin1String(field.name)] = field.get(*this);
    return json;
}

Sampling Sampling::fromJson(const QJsonObject& json) {
    Sampling sampling;
    sampling.greedy = json[QStringLiteral("greedy")].toBool(sampling.greedy);
    const QJsonValue seed = json[QStringLiteral("seed")];
    const qint64 number = seed.isString() ? seed.toString().toLongLong(&sampling.fixedSeed) : 0;
    if (sampling.fixedSeed) sampling.seed = number;
    for (const SamplingField& field : samplingFields()) {
        const QJsonValue found = json[QLatin1String(field.name)];
        if (!found.isDouble() || found.toDouble() < field.minimum || found.toDouble() > field.maximum)
            continue;
        field.set(sampling, field.decimals == 0 ? std::round(found.toDouble()) : found.toDouble());
    }
    return sampling;
}

} // namespace app::settings
