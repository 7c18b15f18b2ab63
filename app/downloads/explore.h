// Explore: looking for a model: what is typed becomes a list, what is chosen there becomes its variants with
// a plan for each, before anything is downloaded.
#pragma once

#include <QHash>
#include <QObject>
#include <QTimer>

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

    Explore(HubClient& hub, HeaderFetcher& headers, QList<CatalogueEntry> known, QObject* parent = nullptr);

    void setAsk(Ask ask) { m_ask = std::move(ask); }
    void setQuery(const QString& typed); // searched a moment after the last change
    void setFilters(const Filters& filters);
    void choose(const QString& repo);
    void know(const QString& repo,
              const bridge::ModelPlan& plan); // of its recommended variant, made elsewhere
    void retry();                             // the search or the page that failed

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
    void showRows();
    void takePage(const QString& repo, const Answer<RepoListing>& answer);
    void nextHeader();
    bool passes(const FoundModel& model) const;

    HubClient& m_hub;
    HeaderFetcher& m_headers;
    Ask m_ask;
    QList<CatalogueEntry> m_known;
    QString m_query;
    Filters m_filters;
    QList<FoundModel> m_hits;                  // of the hub, for m_query
    QHash<QString, bridge::ModelPlan> m_plans; // of recommended variants, by repository
    FoundListModel m_found;
    VariantListModel m_variants;
    RepoListing m_page;
    QList<RepoVariant> m_waiting;                        // for their headers
    QHash<quint64, std::pair<QString, QString>> m_asked; // number -> repository, variant
    QTimer m_typing;
    quint64 m_search = 0, m_visit = 0; // grow with each; late answers to earlier ones are dropped
    bool m_searching = false, m_loading = false;
    int m_fetching = 0;
    Problem m_searchProblem, m_pageProblem;
};

} // namespace app::downloads
