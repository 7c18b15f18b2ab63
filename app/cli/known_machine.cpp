// The window may be open at the same time: connections are short.
#include "app/cli/known_machine.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

#include "app/hardware/machine.h"
#include "app/storage/fingerprint.h"
#include "app/storage/migrations.h"
#include "app/storage/paths.h"
#include "app/usage/usage_store.h"

namespace app::cli {

using storage::Connection;
using storage::Outcome;

namespace {

// Null: there is none, or it cannot be read.
std::unique_ptr<Connection> openDatabase(Connection::Mode mode) {
    const QString file = storage::Paths::standard().databaseFile();
    if (!QFileInfo::exists(file)) return nullptr;
    auto opened = Connection::open(file, mode);
    return opened.ok() ? std::move(opened.value()) : nullptr;
}

QString fingerprintOf(const QByteArray& profile) {
    const auto seen = hardware::readProfile(profile);
    return seen ? hardware::fingerprint(*seen) : QString();
}

QByteArray withMeasurements(Connection& connection, const QByteArray& fresh) {
    const auto stored = hardware::readStoredProfile(connection, fingerprintOf(fresh));
    const bool known = stored.ok() && !stored.value().isEmpty();
    return known ? hardware::withMeasurements(fresh, stored.value()) : fresh;
}

} // namespace

KnownMachine knownMachine() {
    KnownMachine known;
    const auto connection = openDatabase(Connection::Mode::readOnly);
    if (!connection) return known;
    bridge::CommandMachine request;
    request.folders = {QDir::homePath()};
    const auto fresh = bridge::CommandEngine().machine(request);
    if (!fresh) return known;
    known.fingerprint = fingerprintOf(*fresh);
    known.profile = withMeasurements(*connection, *fresh);
    if (const auto seen = hardware::readProfile(known.profile); seen && seen->calibration) {
        known.calibrated = seen->calibration->when.toSecsSinceEpoch();
        known.isa = seen->calibration->isa;
    }
    const auto samples = usage::readSpeeds(*connection, known.fingerprint);
    const auto heats = usage::readHeats(*connection);
    if (!samples.ok() || !heats.ok()) return known; // of a version that knew neither
    const bridge::Speeds by = usage::correctionOf(samples.value(), known.calibrated, known.isa);
    known.profile = hardware::withCorrection(known.profile, by.prompt, by.generate);
    known.experience = usage::experienceOf(samples.value(), heats.value());
    return known;
}

void KnownMachine::addTo(bridge::CommandPlan& plan) const {
    plan.profile = profile;
    if (!experience.isEmpty()) plan.experience = experience.value(storage::fingerprint(plan.path));
}

QByteArray withWhatWasMeasured(bridge::CommandEngine& engine, const QByteArray& fresh) {
    const auto connection = openDatabase(Connection::Mode::readOnly);
    if (!connection) return fresh;
    bridge::CommandMachine request;
    request.profile = withMeasurements(*connection, fresh);
    return engine.machine(request).value_or(fresh);
}

QString keepMeasurements(const QByteArray& profile) {
    const storage::Paths paths = storage::Paths::standard();
    const auto kept = [&]() -> Outcome<void> {
        STORAGE_TRY(paths.create());
        auto opened = Connection::open(paths.databaseFile(), Connection::Mode::readWrite);
        if (!opened.ok()) return opened.failure();
        STORAGE_TRY(storage::migrate(*opened.value()));
        const QString machine = fingerprintOf(profile);
        const auto before = hardware::readStoredProfile(*opened.value(), machine);
        if (!before.ok()) return before.failure();
        return hardware::storeProfile(*opened.value(), machine,
                                      hardware::withDisksOf(profile, before.value()));
    }();
    return kept.ok() ? QString() : kept.failure().message;
}

void keepSpeeds(const KnownMachine& machine, const QString& path, const bridge::LoadFacts& load,
                const bridge::CommandReply& reply) {
    bridge::ReplyMetrics metrics;
    metrics.promptTokens = reply.promptTokens;
    metrics.cachedTokens = reply.cachedTokens;
    metrics.generatedTokens = reply.generatedTokens;
    metrics.promptTokensPerSecond = reply.promptTokensPerSecond.value_or(-1);
    metrics.tokensPerSecond = reply.generateTokensPerSecond.value_or(-1);
    const auto samples = usage::samplesOf(metrics);
    if (machine.fingerprint.isEmpty() || samples.isEmpty()) return;
    bridge::CommandPlan request;
    request.path = path;
    request.kvPrecision = load.kv.toStdString();
    request.quantize = load.quantize.toStdString();
    request.threads = load.threads;
    machine.addTo(request);
    const auto predicted = bridge::predictSpeeds(request, usage::workOf(metrics));
    const auto connection = openDatabase(Connection::Mode::readWrite);
    if (!predicted || !connection) return;
    for (usage::SpeedSample sample : samples) {
        sample.file = storage::fingerprint(path);
        sample.load = load;
        sample.calibrated = load.isa == machine.isa ? machine.calibrated : 0;
        sample.taken = QDateTime::currentMSecsSinceEpoch();
        if (usage::bringToUsualWork(sample, predicted->usual, predicted->asDone))
            (void)usage::addSpeed(*connection, machine.fingerprint, sample); // an older schema: not kept
    }
}

} // namespace app::cli
