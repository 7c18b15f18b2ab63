// Machine: this computer's profile, kept with its measurements; taken anew at every start, measured when the
// hardware is another one than before or when somebody asks.
#pragma once

#include <QByteArray>
#include <QObject>
#include <QStringList>
#include <QTimer>

#include "app/bridge/machine_probe.h"
#include "app/hardware/profile.h"
#include "app/storage/database.h"

namespace app::hardware {

// The profile that is kept for hardware with this fingerprint; empty: none.
storage::Outcome<QByteArray> readStoredProfile(storage::Connection& connection, const QString& fingerprint);
storage::Outcome<void> storeProfile(storage::Connection& connection, const QString& fingerprint,
                                    const QByteArray& profile);

class Machine : public QObject {
    Q_OBJECT
 public:
    using Step = bridge::MachineProbe::Step;
    enum class State { unknown, looking, ready, calibrating };
    Q_ENUM(State)

    // `threads`: that the engine uses; 0: its choice.
    Machine(storage::Database& database, bridge::MachineProbe& probe, int threads, QObject* parent = nullptr);

    void start(
        const QStringList& folders); // that hold models; looks, reads what is stored, measures if need be
    void setFolders(const QStringList& folders); // looks again when they are others

    State state() const { return m_state; }
    const Profile& profile() const { return m_profile; }
    const QByteArray& json() const { return m_json; } // for the Planner; empty: not known yet
    Step step() const { return m_step; }
    double progress() const { return m_progress; }                   // of the calibration, 0 to 1
    const bridge::UserMessage& failure() const { return m_failure; } // of the last calibration; empty: none

    void measure(); // now
    void cancel();
    // While the engine works, nothing is measured in the background: the numbers would be wrong, and the work
    // slower. What runs then is stopped and made up for later.
    void setEngineBusy(bool busy);

 Q_SIGNALS:
    void stateChanged();
    void profileChanged();
    void progressChanged();

 private:
    void takeLook(const QByteArray& fresh);
    void readStored(const QByteArray& fresh);
    void setProfile(const QByteArray& json);
    void save();
    void setState(State state);
    void calibrate(bool giveWay);
    void calibrateWhenIdle();
    void finishCalibration(const QByteArray& json);

    storage::Database& m_database;
    bridge::MachineProbe& m_probe;
    int m_threads;
    QStringList m_folders;
    State m_state = State::unknown;
    QByteArray m_json;
    Profile m_profile;
    Step m_step = Step::memory;
    double m_progress = 0;
    bridge::UserMessage m_failure;
    bool m_engineBusy = false;
    bool m_wanted = false;       // a calibration in the background, when the engine rests
    bool m_inBackground = false; // the one that runs
    QTimer m_rest;
};

} // namespace app::hardware
