// Reading only: the window may be open.
#include "app/cli/known_machine.h"

#include <QDir>
#include <QFileInfo>

#include "app/bridge/command_engine.h"
#include "app/hardware/machine.h"
#include "app/storage/fingerprint.h"
#include "app/storage/paths.h"
#include "app/usage/usage_store.h"

namespace app::cli {

void addWhatIsKnown(bridge::CommandPlan& plan) {
    const QString file = storage::Paths::standard().databaseFile();
    if (!QFileInfo::exists(file)) return;
    auto opened = storage::Connection::open(file, storage::Connection::Mode::readOnly);
    if (!opened.ok()) return;
    storage::Connection& connection = *opened.value();
    bridge::CommandEngine engine;
    const auto fresh = engine.machine({{QDir::homePath()}, {}, false});
    const auto seen = fresh ? hardware::readProfile(*fresh) : std::nullopt;
    if (!seen) return;
    const QString machine = hardware::fingerprint(*seen);
    const auto stored = hardware::readStoredProfile(connection, machine);
    if (!stored.ok() || stored.value().isEmpty()) return;
    plan.profile = hardware::withMeasurements(*fresh, stored.value());
    const auto samples = usage::readSpeeds(connection, machine);
    const auto heats = usage::readHeats(connection);
    if (!samples.ok() || !heats.ok()) return; // of a version that knew neither
    if (const auto known = hardware::readProfile(plan.profile); known && known->calibration) {
        const bridge::Speeds by = usage::correctionOf(
            samples.value(), known->calibration->when.toSecsSinceEpoch(), known->calibration->isa);
        plan.profile = hardware::withCorrection(plan.profile, by.prompt, by.generate);
    }
    plan.experience =
        usage::experienceOf(samples.value(), heats.value()).value(storage::fingerprint(plan.path));
}

} // namespace app::cli
