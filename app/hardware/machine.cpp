// Looking, storing, measuring.
#include "app/hardware/machine.h"

namespace app::hardware {

namespace {
constexpr int kRestMs = 3000; // that the engine has to be idle before the background measures
}

storage::Outcome<QByteArray> readStoredProfile(storage::Connection& connection, const QString& fingerprint) {
    QByteArray stored;
    STORAGE_TRY(connection.each(QStringLiteral("SELECT profile FROM machine_profiles WHERE fingerprint = ?"),
                                {fingerprint},
                                [&](const storage::Row& row) { stored = row.text(0).toUtf8(); }));
    return stored;
}

storage::Outcome<void> storeProfile(storage::Connection& connection, const QString& fingerprint,
                                    const QByteArray& profile) {
    return connection.run(
        QStringLiteral("INSERT INTO machine_profiles(fingerprint, taken, profile) VALUES (?, ?, ?) "
                       "ON CONFLICT(fingerprint) DO UPDATE SET taken = excluded.taken, "
                       "profile = excluded.profile"),
        {fingerprint, QDateTime::currentMSecsSinceEpoch(), QString::fromUtf8(profile)});
}

Machine::Machine(storage::Database& database, bridge::MachineProbe& probe, int threads, QObject* parent)
    : QObject(parent), m_database(database), m_probe(probe), m_threads(threads) {
    m_rest.setSingleShot(true);
    m_rest.setInterval(kRestMs);
    connect(&m_rest, &QTimer::timeout, this, [this] {
        if (m_wanted && !m_engineBusy && m_state == State::ready) calibrate(true);
    });
    using bridge::MachineProbe;
    connect(&probe, &MachineProbe::looked, this, &Machine::takeLook);
    connect(&probe, &MachineProbe::calibrating, this, [this](Step step, double share) {
        m_step = step;
        m_progress = share;
        Q_EMIT progressChanged();
    });
    connect(&probe, &MachineProbe::calibrated, this, &Machine::finishCalibration);
    connect(&probe, &MachineProbe::calibrationFailed, this, [this](const bridge::UserMessage& message) {
        m_failure = message;
        setState(State::ready);
    });
    connect(&probe, &MachineProbe::calibrationCancelled, this, [this] { setState(State::ready); });
}

void Machine::start(const QStringList& folders) {
    m_folders = folders;
    setState(State::looking);
    m_probe.look(folders);
}

void Machine::setFolders(const QStringList& folders) {
    if (folders == m_folders) return;
    m_folders = folders;
    if (m_state != State::unknown) m_probe.look(folders);
}

void Machine::measure() {
    if (m_state == State::ready) calibrate(false);
}

void Machine::cancel() {
    m_wanted = false;
    m_probe.cancel();
}

void Machine::setEngineBusy(bool busy) {
    if (busy == m_engineBusy) return;
    m_engineBusy = busy;
    if (busy && m_state == State::calibrating && m_inBackground) {
        m_wanted = true;
        m_probe.cancel();
    }
    if (!busy) calibrateWhenIdle();
}

void Machine::takeLook(const QByteArray& fresh) {
    if (!readProfile(fresh)) return; // an engine that says nothing
    if (m_state != State::looking) { // other folders: their disks are new, the rest stays
        if (m_state == State::ready) setProfile(withMeasurements(fresh, m_json));
        return;
    }
    setProfile(fresh);
    readStored(fresh);
}

// A database that cannot be read is one without a profile.
void Machine::readStored(const QByteArray& fresh) {
    const QString which = fingerprint(m_profile);
    m_database.read<QByteArray>(
        [which](storage::Connection& connection) { return readStoredProfile(connection, which); }, this,
        [this, fresh](const storage::Outcome<QByteArray>& stored) {
            const bool known = stored.ok() && !stored.value().isEmpty();
            if (known) setProfile(withMeasurements(fresh, stored.value()));
            setState(State::ready);
            m_wanted = !m_profile.calibration;
            calibrateWhenIdle();
        });
}

void Machine::setProfile(const QByteArray& json) {
    const auto profile = readProfile(json);
    if (!profile) return;
    m_json = json;
    m_profile = *profile;
    Q_EMIT profileChanged();
}

void Machine::save() {
    m_database.write([which = fingerprint(m_profile), json = m_json](storage::Connection& connection) {
        return storeProfile(connection, which, json);
    });
}

void Machine::setState(State state) {
    if (state == m_state) return;
    m_state = state;
    Q_EMIT stateChanged();
}

void Machine::calibrate(bool giveWay) {
    m_wanted = false;
    m_inBackground = giveWay;
    m_failure = {};
    m_step = Step::memory;
    m_progress = 0;
    setState(State::calibrating);
    m_probe.calibrate(m_json, m_folders, m_threads, giveWay);
}

void Machine::calibrateWhenIdle() {
    if (m_wanted && !m_engineBusy) m_rest.start();
}

void Machine::finishCalibration(const QByteArray& json) {
    setProfile(json);
    save();
    setState(State::ready);
}

} // namespace app::hardware
