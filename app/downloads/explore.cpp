// Catalogue first, then the hub; headers two at a time, the usual variant's first.
#include "app/downloads/explore.h"

namespace app::downloads {

namespace {

constexpr int kTypingMs = 300;
constexpr int kHeadersAtOnce = 2;

FoundModel fromEntry(const CatalogueEntry& entry) {
    return {entry.repo, entry.name, entry.tags, entry.parameters, entry.active, entry.context, 0, false, {}};
}

// The hub's tags are many; these are the ones that people look for.
FoundModel fromHit(const ModelHit& hit) {
    FoundModel model;
    model.repo = hit.repo;
    model.title = hit.repo.section(QLatin1Char('/'), -1);
    model.downloads = hit.downloads;
    model.gated = hit.gated;
    const auto has = [&](const char* word) {
        return model.title.contains(QLatin1String(word), Qt::CaseInsensitive) ||
               hit.tags.contains(QLatin1String(word));
    };
    if (has("moe") || has("-A3B") || has("8x7B")) model.tags.append(QStringLiteral("moe"));
    if (has("code")) model.tags.append(QStringLiteral("code"));
    if (has("conversational") || has("instruct") || has("chat")) model.tags.append(QStringLiteral("chat"));
    return model;
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
    ++m_search;
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

void Explore::search() {
    if (const auto address = parseAddress(m_query)) { // no search is needed for what has a name
        m_hits = {FoundModel{
            address->repo, address->repo.section(QLatin1Char('/'), -1), {}, 0, 0, 0, 0, false, {}}};
        m_searching = false;
        showRows();
        Q_EMIT searchChanged();
        choose(address->repo);
        return;
    }
    m_searching = true;
    m_searchProblem = {};
    Q_EMIT searchChanged();
    m_hub.search(m_query, {QStringLiteral("gguf")}, this,
                 [this, number = m_search](const Answer<QList<ModelHit>>& answer) {
                     if (number != m_search) return;
                     m_searching = false;
                     m_searchProblem = answer.problem;
                     for (const ModelHit& hit : answer.value)
                         m_hits.append(fromHit(hit));
                     showRows();
                     Q_EMIT searchChanged();
                 });
}

bool Explore::passes(const FoundModel& model) const {
    const auto has = [&](const char* tag) { return model.tags.contains(QLatin1String(tag)); };
    if (m_filters.fits && model.plan && !model.plan->fits()) return false;
    return (!m_filters.chat || has("chat")) && (!m_filters.moe || has("moe")) &&
           (!m_filters.code || has("code"));
}

void Explore::showRows() {
    QList<FoundModel> rows;
    const bool address = parseAddress(m_query).has_value();
    for (const CatalogueEntry& entry : m_known)
        if (!address && matches(entry, m_query)) rows.append(fromEntry(entry));
    for (const FoundModel& hit : m_hits)
        if (!std::any_of(rows.begin(), rows.end(),
                         [&](const FoundModel& row) { return row.repo == hit.repo; }))
            rows.append(hit);
    for (FoundModel& row : rows)
        if (const auto plan = m_plans.constFind(row.repo); plan != m_plans.constEnd()) row.plan = *plan;
    rows.removeIf([this](const FoundModel& row) { return !passes(row); });
    m_found.setRows(rows);
}

void Explore::choose(const QString& repo) {
    if (repo == m_page.repo && !m_pageProblem) return;
    ++m_visit;
    m_page = {};
    m_page.repo = repo;
    m_loading = true;
    m_pageProblem = {};
    m_waiting.clear();
    m_fetching = 0;
    m_variants.setVariants({});
    Q_EMIT pageChanged();
    m_hub.list(
        repo, {}, this,
        [this, repo, visit = m_visit](const Answer<RepoListing>& answer) {
            if (visit == m_visit) takePage(repo, answer);
        },
        true);
}

void Explore::know(const QString& repo, const bridge::ModelPlan& plan) {
    if (const auto at = m_plans.constFind(repo); at != m_plans.constEnd() && *at == plan) return;
    m_plans.insert(repo, plan);
    if (m_filters.fits)
        showRows();
    else
        m_found.setPlan(repo, plan);
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
        const QList<RepoVariant> variants = variantsOf(m_page);
        m_variants.setVariants(variants);
        m_waiting = variants;
        if (const auto usual = usualVariant(variants)) {
            m_waiting.removeOne(*usual);
            m_waiting.prepend(*usual);
        }
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
    Q_EMIT pageChanged();
    nextHeader();
}

void Explore::nextHeader() {
    while (m_ask && m_fetching < kHeadersAtOnce && !m_waiting.isEmpty()) {
        const RepoVariant variant = m_waiting.takeFirst();
        ++m_fetching;
        m_headers.fetch(
            m_page.repo, m_page.revision, variant, this,
            [this, repo = m_page.repo, name = variant.name, visit = m_visit](const Answer<QString>& path) {
                if (visit != m_visit) return;
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
    m_plans[repo] = *best->plan;
    m_found.setPlan(repo, *best->plan);
}

void Explore::fail(quint64 number, const bridge::UserMessage& message) {
    const auto asked = m_asked.constFind(number);
    if (asked == m_asked.constEnd()) return;
    if (asked->first == m_page.repo) m_variants.setProblem(asked->second, message.text);
    m_asked.erase(asked);
}

} // namespace app::downloads
