// What is known of this computer from earlier runs of the program: measurements, speeds, and heat.
#pragma once

#include "app/bridge/command_engine.h"
#include "app/bridge/command_plan.h"

namespace app::cli {

struct KnownMachine {
    QString fingerprint;   // empty: nothing was ever kept
    QByteArray profile;    // as it is now, with what was measured and what replies taught
    qint64 calibrated = 0; // seconds since 1970; 0: not measured
    QString isa;           // that was measured
    bridge::Experience experience;

    void addTo(bridge::CommandPlan& plan) const; // of plan.path
};
KnownMachine knownMachine();

// A profile of this computer with what was measured of it before.
QByteArray withWhatWasMeasured(bridge::CommandEngine& engine, const QByteArray& fresh);
// Keeps what was measured. Empty, or why that was not possible.
QString keepMeasurements(const QByteArray& profile);

// Keeps how fast a reply was beside what is predicted for it, so that later plans know better. Not where the
// window was never opened: asking a question makes no database.
void keepSpeeds(const KnownMachine& machine, const QString& path, const bridge::LoadFacts& load,
                const bridge::CommandReply& reply);

} // namespace app::cli
