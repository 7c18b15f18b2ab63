// The tables of what using models taught.
#pragma once

#include "app/storage/connection.h"
#include "app/usage/expert_heat.h"
#include "app/usage/speeds.h"

namespace app::usage {

storage::Outcome<QList<SpeedSample>> readSpeeds(storage::Connection& connection, const QString& machine);
// The oldest of its load and work goes when there are more than kKeptSamples.
storage::Outcome<void> addSpeed(storage::Connection& connection, const QString& machine,
                                const SpeedSample& sample);

storage::Outcome<QHash<QString, ExpertHeat>> readHeats(storage::Connection& connection); // by file
storage::Outcome<void> writeHeat(storage::Connection& connection, const QString& file,
                                 const QByteArray& bytes, qint64 now);

} // namespace app::usage
