// SQL of measured speeds and of heat.
#include "app/usage/usage_store.h"

namespace app::usage {

using storage::Connection;
using storage::Outcome;
using storage::Row;

namespace {

// A null string would be a NULL.
QString text(const QString& string) {
    return string.isNull() ? QStringLiteral("") : string;
}

} // namespace

Outcome<QList<SpeedSample>> readSpeeds(Connection& connection, const QString& machine) {
    QList<SpeedSample> samples;
    STORAGE_TRY(connection.each(
        QStringLiteral("SELECT file, isa, threads, kv, quantize, work, tokens_per_s, predicted, calibrated, "
                       "taken FROM measured_speeds WHERE machine = ? ORDER BY id"),
        {text(machine)}, [&](const Row& row) {
            SpeedSample sample;
            sample.file = row.text(0);
            sample.load = {row.text(1), static_cast<int>(row.integer(2)), row.text(3), row.text(4)};
            sample.work = row.text(5) == QLatin1String("prompt") ? SpeedSample::Work::prompt
                                                                 : SpeedSample::Work::generate;
            sample.tokensPerSecond = row.value(6).toDouble();
            sample.predicted = row.value(7).toDouble();
            sample.calibrated = row.integer(8);
            sample.taken = row.integer(9);
            samples.append(sample);
        }));
    return samples;
}

Outcome<void> addSpeed(Connection& connection, const QString& machine, const SpeedSample& sample) {
    const bool prompt = sample.work == SpeedSample::Work::prompt;
    const QVariantList load{text(machine),
                            text(sample.file),
                            text(sample.load.isa),
                            sample.load.threads,
                            text(sample.load.kv),
                            text(sample.load.quantize),
                            prompt ? QStringLiteral("prompt") : QStringLiteral("generate")};
    STORAGE_TRY(connection.run(
        QStringLiteral(
            "INSERT INTO measured_speeds (machine, file, isa, threads, kv, quantize, work, "
            "tokens_per_s, predicted, calibrated, taken) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        load + QVariantList{sample.tokensPerSecond, sample.predicted, sample.calibrated, sample.taken}));
    return connection.run(
        QStringLiteral(
            "DELETE FROM measured_speeds WHERE id IN (SELECT id FROM measured_speeds WHERE machine = ? AND "
            "file = ? AND isa = ? AND threads = ? AND kv = ? AND quantize = ? AND work = ? "
            "ORDER BY id DESC LIMIT -1 OFFSET ?)"),
        load + QVariantList{kKeptSamples});
}

Outcome<QHash<QString, ExpertHeat>> readHeats(Connection& connection) {
    QHash<QString, ExpertHeat> heats;
    STORAGE_TRY(
        connection.each(QStringLiteral("SELECT file, calls FROM expert_heat"), {}, [&](const Row& row) {
            if (const auto heat = ExpertHeat::fromBytes(row.value(1).toByteArray()))
                heats[row.text(0)] = *heat;
        }));
    return heats;
}

Outcome<void> writeHeat(Connection& connection, const QString& file, const QByteArray& bytes, qint64 now) {
    return connection.run(
        QStringLiteral("INSERT INTO expert_heat (file, calls, updated) VALUES (?, ?, ?) ON CONFLICT (file) "
                       "DO UPDATE SET calls = excluded.calls, updated = excluded.updated"),
        {file, bytes, now});
}

} // namespace app::usage
