// Two models at a time: listing, header, plan, and again while the variant does not fit.
#include "app/downloads/recommendations.h"

#include <QJsonDocument>

#include "app/downloads/variant_choice.h"

namespace app::downloads {

namespace {

constexpr int kAtOnce = 2;

} // namespace

// A model on its way.
struct Recommendations::Look {
    CatalogueEntry entry;
    Recommendation model;
    VariantChoice choice;
};

Recommendations::Recommendations(HubClient& hub, HeaderFetcher& headers, storage::Database& database,
                                 QList<CatalogueEntry> known, QObject* parent)
    : QObject(parent), m_hub(hub), m_headers(headers), m_database(database), m_known(std::move(known)) {}

Recommendations::~Recommendations() = default;

const CatalogueEntry* Recommendations::known(const QString& repo) const {
    for (const CatalogueEntry& entry : m_known)
        if (entry.repo == repo) return &entry;
    return nullptr;
}

const Recommendation* Recommendations::find(const QString& repo) const {
    for (const Recommendation& model : m_models)
        if (model.repo == repo) return &model;
    return nullptr;
}

const Recommendation* Recommendations::best() const {
    for (const Recommendation& model : m_models) {
        const CatalogueEntry* entry = known(model.repo);
        if (model.plan.fits() && entry && entry->tags.contains(QLatin1String("chat"))) return &model;
    }
    return nullptr;
}

QList<Alternative> Recommendations::alternatives() const {
    const Recommendation* model = best();
    return model ? alternativesTo(*model, m_models, m_known) : QList<Alternative>();
}

void Recommendations::load() {
    m_database.read<QList<Recommendation>>(
        [](storage::Connection& connection) -> storage::Outcome<QList<Recommendation>> {
            QList<Recommendation> models;
            STORAGE_TRY(connection.each(
                QStringLiteral("SELECT facts FROM recommendations"), {}, [&](const storage::Row& row) {
                    models.append(
                        recommendationFromJson(QJsonDocument::fromJson(row.text(0).toUtf8()).object()));
                }));
            return models;
        },
        this,
        [this](const storage::Outcome<QList<Recommendation>>& stored) {
            if (!stored.ok()) return replan(); // as if nobody had asked
            for (const Recommendation& model : stored.value()) {
                const Recommendation* newer = find(model.repo);
                if ((!newer || newer->estimate) && known(model.repo)) keep(model);
            }
            replan();
            Q_EMIT changed();
        });
}

void Recommendations::search(const QStringList& repos) {
    if (m_search || !m_ask) return;
    m_search = std::make_unique<QObject>();
    m_reached = false;
    m_looking = m_looked = 0;
    m_misses.clear();
    m_hubProblem = {};
    m_waiting = m_known;
    if (!repos.isEmpty())
        m_waiting.removeIf([&](const CatalogueEntry& entry) { return !repos.contains(entry.repo); });
    m_total = static_cast<int>(m_waiting.size());
    Q_EMIT changed();
    next();
}

void Recommendations::cancel() {
    if (!m_search) return;
    m_search.reset();
    m_waiting.clear();
    m_asked.clear();
    Q_EMIT changed();
}

void Recommendations::next() {
    while (m_looking < kAtOnce && !m_waiting.isEmpty())
        begin(m_waiting.takeFirst());
    if (m_looking > 0 || !m_search) return;
    m_search.reset();
    Q_EMIT changed();
}

void Recommendations::begin(const CatalogueEntry& entry) {
    ++m_looking;
    m_hub.list(entry.repo, {}, m_search.get(), [this, entry](const Answer<RepoListing>& answer) {
        m_reached = m_reached || !answer.problem.isOfHub();
        if (!m_reached) missRest(answer.problem);
        if (answer.problem) return miss(entry, answer.problem.text);
        const QList<RepoVariant> variants = variantsOf(answer.value);
        if (variants.isEmpty())
            return miss(entry, tr("There are no model files in it that can be run here."));
        const auto look = std::make_shared<Look>(Look{entry, {}, VariantChoice(variants)});
        look->model.repo = entry.repo;
        look->model.revision = answer.value.revision;
        look->model.taken = QDateTime::currentDateTime();
        fetch(look);
    });
}

void Recommendations::fetch(const LookPointer& look) {
    look->model.variant = *look->choice.next();
    m_headers.fetch(look->entry.repo, look->model.revision, look->model.variant, m_search.get(),
                    [this, look](const Answer<QString>& path) {
                        if (path.problem) return miss(look->entry, path.problem.text);
                        bridge::PlanQuery query;
                        query.path = path.value;
                        m_asked.insert(m_ask(query), look);
                    });
}

void Recommendations::take(quint64 number, const bridge::ModelPlan& plan) {
    if (const QString repo = m_askedAgain.take(number); !repo.isEmpty()) return takeAgain(repo, plan);
    const LookPointer look = m_asked.take(number);
    if (!look) return; // somebody else's question
    look->model.setPlan(plan);
    look->choice.take(plan.fits(), roomOf(plan));
    if (look->choice.next()) return fetch(look);
    keep(look->model);
    save(look->model);
    leave();
}

void Recommendations::fail(quint64 number, const bridge::UserMessage& message) {
    // A header that is gone: what it said then still holds.
    if (const QString repo = m_askedAgain.take(number); !repo.isEmpty()) return takeAgain(repo, {});
    if (const LookPointer look = m_asked.take(number)) miss(look->entry, message.text);
}

void Recommendations::takeAgain(const QString& repo, const std::optional<bridge::ModelPlan>& plan) {
    const Recommendation* before = find(repo);
    if (plan && (!before || before->estimate)) {
        Recommendation model;
        model.repo = repo;
        model.estimate = true;
        model.variant.name = model.variant.quantisation = QStringLiteral("Q4_K_M");
        model.variant.bytes = weightBytes(*plan);
        model.setPlan(*plan);
        keep(model);
    } else if (plan && before->plan.path == plan->path) {
        Recommendation model = *before;
        model.setPlan(*plan);
        keep(model);
    }
    if (m_askedAgain.isEmpty()) Q_EMIT changed();
}

void Recommendations::miss(const CatalogueEntry& entry, const QString& why) {
    m_misses.append({entry.name, why});
    leave();
}

// No hub is there: nobody has to wait until each of them has been tried.
void Recommendations::missRest(const Problem& problem) {
    m_hubProblem = problem;
    for (const CatalogueEntry& entry : std::as_const(m_waiting))
        m_misses.append({entry.name, problem.text});
    m_looked += static_cast<int>(m_waiting.size());
    m_waiting.clear();
}

void Recommendations::leave() {
    --m_looking;
    ++m_looked;
    Q_EMIT changed();
    next();
}

void Recommendations::keep(const Recommendation& model) {
    m_models.removeIf([&](const Recommendation& other) { return other.repo == model.repo; });
    m_models.append(model);
    sortByMerit(m_models, m_known);
}

void Recommendations::save(const Recommendation& model) {
    const QString facts = QString::fromUtf8(QJsonDocument(toJson(model)).toJson(QJsonDocument::Compact));
    m_database.write([repo = model.repo, facts](storage::Connection& connection) {
        return connection.run(QStringLiteral("INSERT INTO recommendations(repo, facts) VALUES (?, ?) "
                                             "ON CONFLICT(repo) DO UPDATE SET facts = excluded.facts"),
                              {repo, facts});
    });
}

void Recommendations::replan() {
    if (!m_ask) return;
    m_askedAgain.clear(); // answers on their way are about another machine
    for (const CatalogueEntry& entry : std::as_const(m_known)) {
        const Recommendation* model = find(entry.repo);
        const bool exact = model && !model->estimate;
        if (!exact && !entry.outline) continue;
        bridge::PlanQuery query;
        if (exact)
            query.path = model->plan.path;
        else
            query.outline = entry.outline;
        m_askedAgain.insert(m_ask(query), entry.repo);
    }
}

} // namespace app::downloads
