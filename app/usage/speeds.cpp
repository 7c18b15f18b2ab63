// Medians of medians.
#include "app/usage/speeds.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace app::usage {

using bridge::LoadFacts;
using Work = SpeedSample::Work;

namespace {

// Shorter prompts go through the kernels for few rows and are mostly one look at all weights: their speed
// says more about their length than about the machine.
constexpr qint64 kLeastPrompt = 128;
// A small model writes 16 tokens in 50 ms, of which one turn of the system's scheduler is a tenth.
constexpr qint64 kLeastReply = 16;

double median(QList<double> values) {
    if (values.isEmpty()) return 0;
    std::sort(values.begin(), values.end());
    const qsizetype middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

// Fingerprints begin with it.
qint64 sizeOf(const QString& file) {
    return file.section(QLatin1Char('-'), 0, 0).toLongLong();
}

using LoadKey = std::tuple<QString, int, QString, QString>; // file, threads, KV, quantised to

LoadKey keyOf(const SpeedSample& sample) {
    return {sample.file, sample.load.threads, sample.load.kv, sample.load.quantize};
}

} // namespace

QList<SpeedSample> samplesOf(const bridge::ReplyMetrics& reply) {
    QList<SpeedSample> samples;
    const auto add = [&](Work work, double tokensPerSecond) {
        SpeedSample sample;
        sample.work = work;
        sample.tokensPerSecond = tokensPerSecond;
        samples.append(sample);
    };
    if (reply.promptTokens - reply.cachedTokens >= kLeastPrompt && reply.promptTokensPerSecond > 0)
        add(Work::prompt, reply.promptTokensPerSecond);
    if (reply.generatedTokens >= kLeastReply && reply.tokensPerSecond > 0)
        add(Work::generate, reply.tokensPerSecond);
    return samples;
}

bridge::PlanQuery::Work workOf(const bridge::ReplyMetrics& reply) {
    return {reply.promptTokens - reply.cachedTokens, reply.cachedTokens, reply.generatedTokens,
            reply.promptTokens};
}

bool bringToUsualWork(SpeedSample& sample, const bridge::Speeds& usual, const bridge::Speeds& asDone) {
    const bool prompt = sample.work == Work::prompt;
    sample.predicted = prompt ? usual.prompt : usual.generate;
    sample.tokensPerSecond *= sample.predicted / (prompt ? asDone.prompt : asDone.generate);
    return std::isfinite(sample.tokensPerSecond) && sample.tokensPerSecond > 0;
}

void keep(QList<SpeedSample>& samples, const SpeedSample& sample) {
    samples.append(sample);
    const auto same = [&](const SpeedSample& other) {
        return other.file == sample.file && other.load == sample.load && other.work == sample.work;
    };
    if (std::count_if(samples.begin(), samples.end(), same) > kKeptSamples)
        samples.erase(std::find_if(samples.begin(), samples.end(), same));
}

bridge::Experience experienceOf(const QList<SpeedSample>& samples, const QHash<QString, ExpertHeat>& heats) {
    std::map<LoadKey, const SpeedSample*> newest;
    for (const SpeedSample& sample : samples) {
        const SpeedSample*& known = newest[keyOf(sample)];
        if (known == nullptr || sample.taken > known->taken) known = &sample;
    }
    bridge::Experience experience;
    for (auto heat = heats.cbegin(); heat != heats.cend(); ++heat)
        experience[heat.key()].heat = heat->shares();
    for (const auto& [key, last] : newest) {
        QList<double> prompt, generate;
        for (const SpeedSample& sample : samples)
            if (sample.file == last->file && sample.load == last->load)
                (sample.work == Work::prompt ? prompt : generate).append(sample.tokensPerSecond);
        experience[last->file].speeds.append({last->load, {median(prompt), median(generate)}});
    }
    return experience;
}

bridge::Speeds correctionOf(const QList<SpeedSample>& samples, qint64 calibrated, const QString& isa) {
    constexpr qsizetype kLeast = 3; // of a load, before it has a say about others
    std::map<LoadKey, QList<double>> prompt, generate;
    for (const SpeedSample& sample : samples)
        if (calibrated > 0 && sample.calibrated == calibrated && sample.load.isa == isa &&
            sample.predicted > 0 && sizeOf(sample.file) >= kTellingBytes)
            (sample.work == Work::prompt ? prompt : generate)[keyOf(sample)].append(sample.tokensPerSecond /
                                                                                    sample.predicted);
    const auto over = [](const std::map<LoadKey, QList<double>>& loads) {
        QList<double> medians;
        for (const auto& [key, ratios] : loads)
            if (ratios.size() >= kLeast) medians.append(median(ratios));
        return medians.isEmpty() ? 1 : median(medians);
    };
    return {over(prompt), over(generate)};
}

} // namespace app::usage
