// Counting on from what was saved.
#include "app/usage/heat_keeper.h"

#include <QDateTime>

#include "app/bridge/chat_runner.h"
#include "app/bridge/engine_host.h"
#include "app/usage/usage_store.h"

namespace app::usage {

namespace {
constexpr int kSaveMs = 5000; // while a reply runs; what a crash may lose
}

HeatKeeper::HeatKeeper(storage::Database& database, bridge::EngineHost& host, bridge::ChatRunner& runner,
                       QObject* parent)
    : QObject(parent), m_database(database), m_host(host) {
    m_pause.setSingleShot(true);
    m_pause.setInterval(kSaveMs);
    connect(&m_pause, &QTimer::timeout, this, &HeatKeeper::save);
    connect(&runner, &bridge::ChatRunner::batch, this, [this] {
        if (!m_pause.isActive()) m_pause.start();
    });
    connect(&runner, &bridge::ChatRunner::finished, this, &HeatKeeper::save);
    connect(&host, &bridge::EngineHost::aboutToUnload, this, [this] {
        save();
        follow({});
    });
    connect(&database, &storage::Database::opened, this, &HeatKeeper::read);
    if (database.isOpen()) read();
}

HeatKeeper::~HeatKeeper() {
    save();
}

void HeatKeeper::follow(const QString& file) {
    m_file = file;
    m_seen.clear();
}

void HeatKeeper::read() {
    m_database.read<QHash<QString, ExpertHeat>>(
        [](storage::Connection& connection) { return readHeats(connection); }, this,
        [this](const storage::Outcome<QHash<QString, ExpertHeat>>& read) {
            if (!read.ok()) return;
            m_heats = read.value();
            m_read = true;
            Q_EMIT changed();
        });
}

QList<bridge::ExpertLayer> HeatKeeper::takeCalls() {
    const QList<bridge::ExpertLayer> now = m_host.experts();
    QList<bridge::ExpertLayer> fresh = now;
    if (m_seen.size() == now.size())
        for (qsizetype l = 0; l < now.size(); ++l)
            for (qsizetype e = 0; e < now[l].calls.size(); ++e)
                fresh[l].calls[e] -= m_seen[l].calls[e];
    m_seen = now;
    return fresh;
}

// The counts run on in the engine: what comes before the old ones are read is added later.
void HeatKeeper::save() {
    if (!m_read || m_file.isEmpty() || !m_host.model().isMixtureOfExperts()) return;
    m_pause.stop();
    const QList<bridge::ExpertLayer> fresh = takeCalls();
    const auto used = [](const bridge::ExpertLayer& layer) {
        return std::any_of(layer.calls.begin(), layer.calls.end(), [](quint64 calls) { return calls > 0; });
    };
    if (std::none_of(fresh.begin(), fresh.end(), used)) return;
    ExpertHeat& heat = m_heats[m_file];
    heat.add(fresh, m_host.model().expertsUsed);
    m_database.write([file = m_file, bytes = heat.toBytes()](storage::Connection& connection) {
        return writeHeat(connection, file, bytes, QDateTime::currentMSecsSinceEpoch());
    });
    Q_EMIT changed();
}

} // namespace app::usage
