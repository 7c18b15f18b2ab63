// Explore: looking for a model: what is typed becomes a list, what is chosen there becomes its variants with
// a plan for each, before anything is downloaded.
#pragma once

#include <QHash>
#include <QObject>
#include <QTimer>
#include <memory>

#include "app/downloads/catalogue.h"
#include "app/downloads/explore_models.h"
#include "app/downloads/header_fetcher.h"
#include "app/downloads/hub_client.h"

namespace app::downloads {

class Explore : public QObject {
    Q_OBJECT
 public:
    // Asks for a plan and gives back its number; the answer comes by take() or fail().
    // bridge::Planner::plan(), or a test's.
    using Ask = std::function<quint64(const bridge::PlanQuery& query)>;
    struct Filters {
        bool fits = false, chat = false, moe = false, code = false;
        bool operator==(const Filters&) const = default;
    };
    enum class Order { best, downloads, name }; // best: for this computer
    // A plan that was made elsewhere, of a repository's recommended variant.
    struct Known {
        bridge::ModelPlan plan;
        bool estimate = false; // from the numbers of the model alone
        bool operator==(const Known&) const = default;
    };
    using Runs = std::function<bool(const QString& architecture)>;

    Explore(HubClient& hub, HeaderFetcher& headers, QList<CatalogueEntry> known, QObject* parent = nullptr);

    void setAsk(Ask ask) { m_ask = std::move(ask); }
    void setRuns(Runs runs); // which families this version can run; bridge::Planner::knows(), or a test's
    void setQuery(const QString& typed); // searched a moment after the last change
    void setFilters(const Filters& filters);
    void setOrder(Order order);
    Order order() const { return m_order; }
    void choose(const QString& repo); // asked for a moment later, so that passing over a row costs nothing
    void know(const QHash<QString, Known>& plans); // by repository
    void replan();                                 // the machine changed; needs no network
    void retry();                                  // the search or the page that failed

    FoundListModel* found() { return &m_found; }
    VariantListModel* variants() { return &m_variants; }
    const RepoListing& page() const { return m_page; }      // repo empty: nothing is chosen
    const CatalogueEntry* known(const QString& repo) const; // nullptr: not in the catalogue
    bool searching() const { return m_searching; }
    bool loading() const { return m_loading; } // the page
    const Problem& searchProblem() const { return m_searchProblem; }
    const Problem& pageProblem() const { return m_pageProblem; }

    // The planner's answers.
    void take(quint64 number, const bridge::ModelPlan& plan);
    void fail(quint64 number, const bridge::UserMessage& message);

 Q_SIGNALS:
    void searchChanged(); // searching() or searchProblem()
    void pageChanged();   // page(), loading() or pageProblem()

 private:
    void search();
    void ask();
    void showRows();
    void addPlan(FoundModel& row) const;
    void takePage(const QString& repo, const Answer<RepoListing>& answer);
    void planVariants();
    void nextHeader();
    bool passes(const FoundModel& model) const;

    HubClient& m_hub;
    HeaderFetcher& m_headers;
    Ask m_ask;
    Runs m_runs;
    QList<CatalogueEntry> m_known;
    QString m_query;
    Filters m_filters;
    Order m_order = Order::best;
    QList<FoundModel> m_hits;      // of the hub, for m_query
    QHash<QString, Known> m_plans; // of recommended variants, by repository
    FoundListModel m_found;
    VariantListModel m_variants;
    RepoListing m_page;
    QList<RepoVariant> m_waiting;                        // for their headers
    QHash<quint64, std::pair<QString, QString>> m_asked; // number -> repository, variant
    QTimer m_typing, m_visiting;                         // until the hub is asked
    std::unique_ptr<QObject> m_search, m_visit; // whom the hub's answers are for; another one gives them up
    bool m_searching = false, m_loading = false;
    int m_fetching = 0;
    Problem m_searchProblem, m_pageProblem;
};

} // namespace app::downloads
