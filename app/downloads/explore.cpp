// Catalogue first, then the hub; headers two at a time, the usual variant's first.
#include "app/downloads/explore.h"

#include <algorithm>

#include "app/downloads/base_model.h"
#include "app/downloads/recommendation.h"

namespace app::downloads {

namespace {

constexpr int kTypingMs = 300, kVisitingMs = 150;
constexpr int kHeadersAtOnce = 2;

FoundModel fromEntry(const CatalogueEntry& entry) {
    FoundModel model;
    model.repo = model.shape = entry.repo;
    model.title = entry.name;
    model.tags = entry.tags;
    model.parameters = entry.parameters;
    model.active = entry.active;
    model.context = entry.context;
    return model;
}

FoundModel fromName(const QString& repo) {
    FoundModel model;
    model.repo = repo;
    model.title = repo.section(QLatin1Char('/'), -1);
    return model;
}

// The hub's tags are many; these are the ones that people look for.
FoundModel fromHit(const ModelHit& hit, const QList<CatalogueEntry>& known) {
    FoundModel model = fromName(hit.repo);
    model.downloads = hit.downloads;
    model.gated = hit.gated;
    const auto has = [&](const char* word) {
        return model.title.contains(QLatin1String(word), Qt::CaseInsensitive) ||
               hit.tags.contains(QLatin1String(word));
    };
    if (const CatalogueEntry* base = sameShape(hit, known)) {
        model.shape = base->repo;
        model.parameters = base->parameters;
        model.active = base->active;
    }
    const bool mixture =
        model.parameters > 0 ? model.active < model.parameters : has("moe") || has("-A3B") || has("8x7B");
    if (mixture) model.tags.append(QStringLiteral("moe"));
    if (has("code")) model.tags.append(QStringLiteral("code"));
    if (has("conversational") || has("instruct") || has("chat")) model.tags.append(QStringLiteral("chat"));
    return model;
}

void sortRows(QList<FoundModel>& rows, Explore::Order order) {
    const auto merit = [](const FoundModel& row) {
        if (!row.runnable) return Merit{Merit::Group::doesNotFit};
        return row.plan ? meritOf(*row.plan, row.parameters) : Merit();
    };
    std::stable_sort(rows.begin(), rows.end(), [&](const FoundModel& a, const FoundModel& b) {
        switch (order) {
            case Explore::Order::best:
                return merit(a) < merit(b);
            case Explore::Order::downloads:
                return a.downloads > b.downloads;
            case Explore::Order::name:
                break;
        }
        return a.title.compare(b.title, Qt::CaseInsensitive) < 0;
    });
}

bool matches(const CatalogueEntry& entry, const QString& typed) {
    const QString text =
        entry.repo + QLatin1Char(' ') + entry.name + QLatin1Char(' ') + entry.tags.join(QLatin1Char(' '));
    for (const QString& word : typed.split(QLatin1Char(' '), Qt::SkipEmptyParts))
        if (!text.contains(word, Qt::CaseInsensitive)) return false;
    return true;
}

} // namespace

Explore::Explore(HubClient& hub, HeaderFetcher& headers, QList<CatalogueEntry> known, QObject* parent)
    : QObject(parent), m_hub(hub), m_headers(headers), m_known(std::move(known)) {
    m_typing.setSingleShot(true);
    m_typing.setInterval(kTypingMs);
    connect(&m_typing, &QTimer::timeout, this, &Explore::search);
    m_visiting.setSingleShot(true);
    m_visiting.setInterval(kVisitingMs);
    connect(&m_visiting, &QTimer::timeout, this, &Explore::ask);
    showRows();
}

const CatalogueEntry* Explore::known(const QString& repo) const {
    for (const CatalogueEntry& entry : m_known)
        if (entry.repo == repo) return &entry;
    return nullptr;
}

void Explore::setQuery(const QString& typed) {
    if (typed.trimmed() == m_query) return;
    m_query = typed.trimmed();
    m_hits.clear();
    m_search.reset();
    m_searching = !m_query.isEmpty();
    m_searchProblem = {};
    showRows();
    m_typing.stop();
    if (m_searching) m_typing.start();
    Q_EMIT searchChanged();
}

void Explore::setFilters(const Filters& filters) {
    if (filters == m_filters) return;
    m_filters = filters;
    showRows();
}

void Explore::setOrder(Order order) {
    if (order == m_order) return;
    m_order = order;
    showRows();
}

void Explore::setRuns(Runs runs) {
    m_runs = std::move(runs);
    showRows();
}

void Explore::search() {
    if (const auto address = parseAddress(m_query)) { // no search is needed for what has a name
        m_hits = {fromName(address->repo)};
        m_searching = false;
        showRows();
        Q_EMIT searchChanged();
        choose(address->repo);
        return;
    }
    m_searching = true;
    m_searchProblem = {};
    Q_EMIT searchChanged();
    m_search = std::make_unique<QObject>();
    m_hub.search(m_query, {QStringLiteral("gguf")}, m_search.get(),
                 [this](const Answer<QList<ModelHit>>& answer) {
                     m_searching = false;
                     m_searchProblem = answer.problem;
                     for (const ModelHit& hit : answer.value)
                         m_hits.append(fromHit(hit, m_known));
                     showRows();
                     Q_EMIT searchChanged();
                 });
}

bool Explore::passes(const FoundModel& model) const {
    const auto has = [&](const char* tag) { return model.tags.contains(QLatin1String(tag)); };
    if (m_filters.fits && (!model.runnable || (model.plan && !model.plan->fits()))) return false;
    return (!m_filters.chat || has("chat")) && (!m_filters.moe || has("moe")) &&
           (!m_filters.code || has("code"));
}

void Explore::showRows() {
    QList<FoundModel> rows;
    const bool address = parseAddress(m_query).has_value();
    for (const CatalogueEntry& entry : m_known)
        if (!address && matches(entry, m_query)) rows.append(fromEntry(entry));
    for (const FoundModel& hit : m_hits) {
        const auto row = std::find_if(rows.begin(), rows.end(),
                                      [&](const FoundModel& other) { return other.repo == hit.repo; });
        if (row == rows.end()) {
            rows.append(hit);
        } else {
            row->downloads = hit.downloads;
            row->gated = hit.gated;
        }
    }
    for (FoundModel& row : rows)
        addPlan(row);
    rows.removeIf([this](const FoundModel& row) { return !passes(row); });
    sortRows(rows, m_order);
    m_found.setRows(rows);
}

// What is known of its own files, else of the model that it was made from.
void Explore::addPlan(FoundModel& row) const {
    const CatalogueEntry* shape = known(row.shape);
    row.runnable = !shape || !m_runs || m_runs(shape->family);
    auto plan = m_plans.constFind(row.repo);
    const bool own = plan != m_plans.constEnd();
    if (!own) plan = m_plans.constFind(row.shape);
    if (plan == m_plans.constEnd()) return;
    row.plan = plan->plan;
    row.estimate = plan->estimate || !own;
}

void Explore::choose(const QString& repo) {
    if (repo == m_page.repo && !m_pageProblem) return;
    m_visit.reset();
    m_page = {};
    m_page.repo = repo;
    m_loading = true;
    m_pageProblem = {};
    m_waiting.clear();
    m_fetching = 0;
    m_variants.setVariants({});
    m_visiting.start();
    Q_EMIT pageChanged();
}

void Explore::ask() {
    m_visit = std::make_unique<QObject>();
    m_hub.list(
        m_page.repo, {}, m_visit.get(),
        [this, repo = m_page.repo](const Answer<RepoListing>& answer) { takePage(repo, answer); }, true);
}

// A plan of files that were seen is not replaced by an estimate.
void Explore::know(const QHash<QString, Known>& plans) {
    bool news = false;
    for (auto plan = plans.begin(); plan != plans.end(); ++plan) {
        const auto before = m_plans.constFind(plan.key());
        if (before != m_plans.constEnd() && (*before == *plan || (!before->estimate && plan->estimate)))
            continue;
        m_plans.insert(plan.key(), *plan);
        news = true;
    }
    if (news) showRows();
}

void Explore::replan() {
    m_plans.clear();
    showRows();
    if (m_page.revision.isEmpty()) return; // nothing was planned
    m_visit = std::make_unique<QObject>();
    planVariants();
}

void Explore::retry() {
    if (m_searchProblem) search();
    if (m_pageProblem) choose(m_page.repo);
}

void Explore::takePage(const QString& repo, const Answer<RepoListing>& answer) {
    m_loading = false;
    m_pageProblem = answer.problem;
    const CatalogueEntry* entry = known(repo);
    if (!answer.problem) {
        m_page = answer.value;
        m_page.repo = repo; // the row's name, also when the hub has renamed it
    } else if (entry) {
        m_variants.setVariants(entry->variants);
    }
    if (entry) {
        if (m_page.licence.isEmpty()) m_page.licence = entry->licence;
        if (m_page.parameters == 0) m_page.parameters = entry->parameters;
        if (m_page.context == 0) m_page.context = entry->context;
        if (m_page.description.isEmpty()) m_page.description = entry->description;
        if (m_page.architecture.isEmpty()) m_page.architecture = entry->family;
    }
    if (!answer.problem) planVariants();
    Q_EMIT pageChanged();
}

void Explore::planVariants() {
    const QList<RepoVariant> variants = variantsOf(m_page);
    m_variants.setVariants(variants);
    m_waiting = variants;
    m_fetching = 0;
    m_asked.clear();
    if (const auto usual = usualVariant(variants)) {
        m_waiting.removeOne(*usual);
        m_waiting.prepend(*usual);
    }
    nextHeader();
}

void Explore::nextHeader() {
    while (m_ask && m_fetching < kHeadersAtOnce && !m_waiting.isEmpty()) {
        const RepoVariant variant = m_waiting.takeFirst();
        ++m_fetching;
        m_headers.fetch(m_page.repo, m_page.revision, variant, m_visit.get(),
                        [this, repo = m_page.repo, name = variant.name](const Answer<QString>& path) {
                            --m_fetching;
                            if (path.problem) {
                                m_variants.setProblem(name, path.problem.text);
                            } else {
                                bridge::PlanQuery query;
                                query.path = path.value;
                                m_asked.insert(m_ask(query), {repo, name});
                            }
                            nextHeader();
                        });
    }
}

void Explore::take(quint64 number, const bridge::ModelPlan& plan) {
    const auto asked = m_asked.constFind(number);
    if (asked == m_asked.constEnd()) return;
    const auto [repo, name] = *asked;
    m_asked.erase(asked);
    if (repo != m_page.repo) return;
    m_variants.setPlan(name, plan);
    const VariantRow* best = m_variants.row(m_variants.recommendedRow());
    if (!best) best = m_variants.row(1); // the smallest: even that does not fit
    if (!best || !best->plan) return;
    m_plans[repo] = {*best->plan, false};
    m_found.setPlan(repo, *best->plan);
}

void Explore::fail(quint64 number, const bridge::UserMessage& message) {
    const auto asked = m_asked.constFind(number);
    if (asked == m_asked.constEnd()) return;
    if (asked->first == m_page.repo) m_variants.setProblem(asked->second, message.text);
    m_asked.erase(asked);
}

} // namespace app::downloads
