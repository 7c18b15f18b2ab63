// EngineHost: owns the engine and the one loaded model. The engine works on threads of its own; everything
// here returns at once and answers by signals on the thread of the EngineHost.
#pragma once

#include <QObject>
#include <memory>

#include "app/bridge/expert_use.h"
#include "app/bridge/model_info.h"
#include "app/bridge/planner.h"
#include "app/bridge/user_message.h"

namespace app::bridge {

struct EngineFactory;
struct LoadedModel;

struct LoadOptions {
    qint64 contextSize = 0; // tokens; 0: the engine's choice
    PlanQuery::KvPrecision kvPrecision = PlanQuery::KvPrecision::automatic;
    PlanQuery::Quantize quantize = PlanQuery::Quantize::automatic;
    PlanQuery::Guardrail guardrail = PlanQuery::Guardrail::balanced;
    int gpuLayers = -1, cpuExpertLayers = -1; // -1: chosen; kept for plans, as nothing runs on GPUs yet
    int threads = 0;                          // 0: as the program is set
    bool anyway = false;                      // load even where the plan says that it does not fit
    bool operator==(const LoadOptions&) const = default;
};

class EngineHost : public QObject {
    Q_OBJECT
 public:
    enum class State {
        none,     // nothing was ever chosen
        loading,  // modelName(), progress()
        ready,    // model()
        failed,   // modelName(), failure()
        unloaded, // modelName(): was loaded, or is known from last time; reload() brings it
    };
    Q_ENUM(State)

    // `threads`: 0 is one per physical core.
    EngineHost(std::shared_ptr<const EngineFactory> factory, int threads, QObject* parent = nullptr);
    ~EngineHost() override; // stops what runs and waits for it

    State state() const { return m_state; }
    double progress() const { return m_progress; } // 0 to 1; below zero: not known yet
    const ModelInfo& model() const { return m_model; }
    QString modelPath() const { return m_path; } // in every state but none
    QString modelName() const;                   // for people, in every state but none
    const UserMessage& failure() const { return m_failure; }
    const LoadOptions& options() const { return m_options; } // of the last load

    // The profile that plans are made for, so that loads choose as they do.
    void setMachine(const QByteArray& profile);

    // The file of last time, so that the window can offer it: unloaded.
    void remember(const QString& path, const QString& name);
    void relocate(const QString& from, const QString& to);           // the file was moved
    void load(const QString& path, const LoadOptions& options = {}); // cancels a load that runs
    void cancelLoad();                                               // back to unloaded
    void reload() { load(m_path, m_options); }
    void reload(const LoadOptions& options) { load(m_path, options); }
    void eject();

    void inspect(const QString& path); // reads the header alone: inspected() or inspectFailed()

    QList<ExpertLayer> experts() const; // of the loaded model, at this moment; empty: none

    // For the other classes of this room; null unless ready.
    std::shared_ptr<LoadedModel> loadedModel() const { return m_loaded; }

 Q_SIGNALS:
    void stateChanged(app::bridge::EngineHost::State state);
    void progressChanged(double progress);
    void aboutToUnload(); // whoever holds the model lets go of it
    void inspected(const app::bridge::ModelInfo& model);
    void inspectFailed(const QString& path, const app::bridge::UserMessage& message);

 private:
    class Worker;
    friend class Worker;
    void setState(State state);
    void unload();
    void finishLoad(quint64 ticket, std::shared_ptr<LoadedModel>& loaded, const ModelInfo& info,
                    const UserMessage& failure, bool cancelled);
    void reportProgress(quint64 ticket, double progress);

    std::unique_ptr<Worker> m_worker;
    std::shared_ptr<LoadedModel> m_loaded;
    State m_state = State::none;
    double m_progress = -1;
    ModelInfo m_model;
    QString m_path, m_name;
    UserMessage m_failure;
    LoadOptions m_options;
    quint64 m_ticket = 0; // answers of older loads are dropped
};

} // namespace app::bridge

Q_DECLARE_METATYPE(app::bridge::LoadOptions)
