// HeatKeeper: adds up which experts the loaded model calls, and saves it now and then.
#pragma once

#include <QHash>
#include <QObject>
#include <QTimer>

#include "app/storage/database.h"
#include "app/usage/expert_heat.h"

namespace app::bridge {
class ChatRunner;
class EngineHost;
} // namespace app::bridge

namespace app::usage {

class HeatKeeper : public QObject {
    Q_OBJECT
 public:
    HeatKeeper(storage::Database& database, bridge::EngineHost& host, bridge::ChatRunner& runner,
               QObject* parent = nullptr);
    ~HeatKeeper() override; // saves what is new

    // The loaded model's file; empty: none, or not known yet.
    void follow(const QString& file);
    const QHash<QString, ExpertHeat>& all() const { return m_heats; } // by file

 Q_SIGNALS:
    void changed(); // all(), at most every few seconds

 private:
    void read();
    void save();
    QList<bridge::ExpertLayer> takeCalls();

    storage::Database& m_database;
    bridge::EngineHost& m_host;
    QHash<QString, ExpertHeat> m_heats;
    bool m_read = false; // what was saved earlier is in m_heats
    QString m_file;
    QList<bridge::ExpertLayer> m_seen; // calls that are in m_heats already
    QTimer m_pause;
};

} // namespace app::usage
