// Speeds that replies had, and what they teach: how fast a model is here, and by how much predictions err.
#pragma once

#include <QList>
#include <QString>

#include "app/bridge/chat_turn.h"
#include "app/bridge/planner.h"
#include "app/usage/expert_heat.h"

namespace app::usage {

struct SpeedSample {
    enum class Work { prompt, generate };
    QString file; // its fingerprint
    bridge::LoadFacts load;
    Work work = Work::prompt;
    // A reply at depth 4000 is slower than one from an empty cache, and a prompt of 200 tokens slower per
    // token than one of 2000: both speeds are of the usual work, reached by the factor that the prediction
    // has between the usual work and what was done. So their ratio is that of the work that was done.
    double tokensPerSecond = 0, predicted = 0;
    qint64 calibrated = 0; // seconds: of the calibration behind `predicted`; 0: none of these kernels
    qint64 taken = 0;      // milliseconds
    bool operator==(const SpeedSample&) const = default;
};

// Of a reply: its kinds of work with their speeds as they were. Without those that were too short to tell.
QList<SpeedSample> samplesOf(const bridge::ReplyMetrics& reply);
bridge::PlanQuery::Work workOf(const bridge::ReplyMetrics& reply);
// With the speed that the usual work would have had, by what is predicted for it and for what was done.
// False: that cannot be said.
bool bringToUsualWork(SpeedSample& sample, const bridge::Speeds& usual, const bridge::Speeds& asDone);

// Of one load and kind of work. Their median stands for it: a reply beside a build or a backup is an outlier,
// and five later ones have forgotten what an older version of the kernels could do.
inline constexpr int kKeptSamples = 9;

// Adds one, and drops the oldest of its load and work when there are more than kKeptSamples.
void keep(QList<SpeedSample>& samples, const SpeedSample& sample);

// By file, each kind of load by the instruction set that was used last.
bridge::Experience experienceOf(const QList<SpeedSample>& samples, const QHash<QString, ExpertHeat>& heats);

// A model's file from here on says something about others: smaller ones, as the built-in one, live in the
// processor's caches, and most of their time passes between the kernels.
inline constexpr qint64 kTellingBytes = qint64{256} << 20;

// By how much replies of all models were faster than predicted from this calibration; 1 where too few were
// seen. Only its own samples count, so that a new calibration or another instruction set begins anew.
bridge::Speeds correctionOf(const QList<SpeedSample>& samples, qint64 calibrated, const QString& isa);

} // namespace app::usage
