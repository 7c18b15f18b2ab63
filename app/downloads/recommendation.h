// Recommendation: a model of the catalogue as it would run on this computer, in the variant to take here.
#pragma once

#include <QDateTime>
#include <QJsonObject>

#include "app/bridge/planner.h"
#include "app/downloads/catalogue.h"

namespace app::downloads {

struct Recommendation {
    QString repo;          // of the catalogue
    bool estimate = false; // from the catalogue's numbers alone: no revision, no files
    QString revision;      // the commit's id, for a download
    RepoVariant variant;
    bridge::ModelPlan plan; // of the headers at plan.path; its devices are not kept
    qint64 memory = 0;      // bytes that it would take of memory and GPUs together
    QDateTime taken;        // when the hub was asked; not valid for an estimate

    void setPlan(const bridge::ModelPlan& plan);
    bool runsWell() const; // it fits, and writes faster than people read
};

// How well a plan serves somebody here, the best first: what runs well, the largest before all others, for
// what more parameters know is what they are loaded for; then the slower ones, the fastest first; then what
// is not known, and what does not fit.
struct Merit {
    enum class Group { runsWell, slow, unknown, tight, fromDisk, doesNotFit };
    Group group = Group::unknown;
    qint64 parameters = 0; // 0 where the size is no merit
    double tokensPerSecond = 0;
    bool operator<(const Merit& other) const; // is better
};
Merit meritOf(const bridge::ModelPlan& plan, qint64 parameters);

// Of a model's outline: about what its file would have.
qint64 weightBytes(const bridge::ModelPlan& plan);

// Bytes that a model may take of memory and GPUs together.
qint64 roomOf(const bridge::ModelPlan& plan);

void sortByMerit(QList<Recommendation>& models, const QList<CatalogueEntry>& known);

// What else somebody may want than the best one.
struct Alternative {
    enum class Kind { faster, stronger, smaller }; // smaller: to download
    Kind kind = Kind::faster;
    QString repo;
};
// At most one of each kind. `models` are sorted by merit.
QList<Alternative> alternativesTo(const Recommendation& best, const QList<Recommendation>& models,
                                  const QList<CatalogueEntry>& known);

QJsonObject toJson(const Recommendation& model);
Recommendation recommendationFromJson(const QJsonObject& json);

} // namespace app::downloads
