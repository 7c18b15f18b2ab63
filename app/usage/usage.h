// Usage: what using models teaches for later plans: compares what replies really gave with what was predicted
// for them, keeps it, and hands it to the planner together with the heat of experts.
#pragma once

#include <QHash>
#include <QObject>
#include <optional>

#include "app/bridge/chat_turn.h"
#include "app/bridge/planner.h"
#include "app/bridge/work_thread.h"
#include "app/storage/database.h"
#include "app/usage/heat_keeper.h"
#include "app/usage/speeds.h"

namespace app::bridge {
class ChatRunner;
class EngineHost;
} // namespace app::bridge

namespace app::usage {

// What predictions on this computer come from.
struct Basis {
    QString machine;       // its fingerprint
    qint64 calibrated = 0; // seconds since 1970; 0: not measured
    QString isa;           // that was measured
    bool operator==(const Basis&) const = default;
};

class Usage : public QObject {
    Q_OBJECT
 public:
    Usage(storage::Database& database, bridge::EngineHost& host, bridge::ChatRunner& runner,
          bridge::Planner& planner, QObject* parent = nullptr);

    // Reads what is known of this machine when it is another one than before.
    void setBasis(const Basis& basis);

    // By how much replies of all models were faster than predicted.
    bridge::Speeds correction() const { return m_correction; }
    // The loaded model as it runs: predicted, and measured where it is known. Null: no model, or not yet.
    const bridge::ModelPlan* loaded() const { return m_loaded ? &*m_loaded : nullptr; }

 Q_SIGNALS:
    void correctionChanged();
    void loadedChanged();
    void learnt(const QString& path); // something about this model

 private:
    void followModel();
    void askForLoaded();
    bridge::PlanQuery queryOfLoaded() const;
    void takeReply(const bridge::TurnOutcome& outcome);
    void takePlan(quint64 number, const bridge::ModelPlan& plan);
    void teach();
    bool correct(); // whether the correction became another one

    // A reply, while it is found out what was predicted for it.
    struct Question {
        QString path;
        QList<SpeedSample> samples; // speeds as they were
        bridge::PlanQuery query;
        Basis basis;
        std::optional<bridge::ModelPlan> usual; // the usual work, asked for first
    };
    void finish(Question question, const bridge::ModelPlan& done);

    storage::Database& m_database;
    bridge::EngineHost& m_host;
    bridge::Planner& m_planner;
    Basis m_basis;
    QList<SpeedSample> m_samples; // of this machine
    bridge::Speeds m_correction{1, 1};
    QString m_file; // fingerprint of the loaded model's; empty: not known yet
    std::optional<bridge::ModelPlan> m_loaded;
    quint64 m_loadedQuestion = 0;
    QHash<quint64, Question> m_questions;
    HeatKeeper m_heat;
    bridge::WorkThread m_reader; // last: it ends before what it tells
};

} // namespace app::usage
