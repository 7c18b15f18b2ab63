// Recommendations: which models of the catalogue run well on this computer. At first as estimates from the
// catalogue's own numbers; the hub is asked for the headers of its files only when somebody wants to know.
// What it said is kept, and planned anew when the machine is another one.
#pragma once

#include <QHash>
#include <QObject>
#include <functional>
#include <memory>
#include <optional>

#include "app/downloads/header_fetcher.h"
#include "app/downloads/recommendation.h"
#include "app/storage/database.h"

namespace app::downloads {

class Recommendations : public QObject {
    Q_OBJECT
 public:
    // bridge::Planner::plan(), or a test's; the answer comes by take() or fail().
    using Ask = std::function<quint64(const bridge::PlanQuery& query)>;
    struct Miss {
        QString name, why; // of a model that could not be planned
    };

    Recommendations(HubClient& hub, HeaderFetcher& headers, storage::Database& database,
                    QList<CatalogueEntry> known, QObject* parent = nullptr);
    ~Recommendations() override;

    void setAsk(Ask ask) { m_ask = std::move(ask); }
    void load();                                // what earlier searches found
    void search(const QStringList& repos = {}); // asks the hub; empty: for every model
    void cancel();                              // what was found by then stays
    void replan();                              // the machine changed

    bool searching() const { return m_search != nullptr; }
    int looked() const { return m_looked; } // models of total()
    int total() const { return m_total; }
    int count() const { return static_cast<int>(m_known.size()); }   // of the catalogue
    const QList<Recommendation>& models() const { return m_models; } // the best first
    const QList<Miss>& misses() const { return m_misses; }           // of the last search
    const Problem& hubProblem() const { return m_hubProblem; }       // none: it has answered
    const CatalogueEntry* known(const QString& repo) const;
    const Recommendation* find(const QString& repo) const; // nullptr: not looked at
    const Recommendation* best() const;                    // to begin with, for talking; nullptr: none fits

    QList<Alternative> alternatives() const; // to best()

    // The planner's answers.
    void take(quint64 number, const bridge::ModelPlan& plan);
    void fail(quint64 number, const bridge::UserMessage& message);

 Q_SIGNALS:
    void changed();

 private:
    struct Look;
    using LookPointer = std::shared_ptr<Look>;

    void next();
    void begin(const CatalogueEntry& entry);
    void fetch(const LookPointer& look);
    void miss(const CatalogueEntry& entry, const QString& why);
    void missRest(const Problem& problem); // of those that wait
    void leave();                          // one model is done
    void takeAgain(const QString& repo, const std::optional<bridge::ModelPlan>& plan);
    void keep(const Recommendation& model);
    void save(const Recommendation& model);

    HubClient& m_hub;
    HeaderFetcher& m_headers;
    storage::Database& m_database;
    Ask m_ask;
    QList<CatalogueEntry> m_known;
    QList<Recommendation> m_models;
    QList<Miss> m_misses;
    Problem m_hubProblem;
    QList<CatalogueEntry> m_waiting;
    QHash<quint64, LookPointer> m_asked; // plans of headers that were fetched just now
    // Plans that need no hub, of headers that are here and of outlines: number -> repository.
    QHash<quint64, QString> m_askedAgain;
    std::unique_ptr<QObject> m_search; // whom the hub's answers are for; while there is a search
    bool m_reached = false;            // by this search: the hub has answered, whatever it said
    int m_looking = 0, m_looked = 0, m_total = 0;
};

} // namespace app::downloads
