// Order, and the form in which results are kept.
#include "app/downloads/recommendation.h"

#include <QHash>
#include <QJsonArray>
#include <algorithm>
#include <tuple>

#include "app/downloads/record_json.h"

namespace app::downloads {

namespace {

using Verdict = bridge::ModelPlan::Verdict;

constexpr double kReadingSpeed = 10; // tokens/s; people read five words in a second

constexpr EnumName<Verdict> kVerdicts[] = {{Verdict::fitsGpu, "fits_gpu"},
                                           {Verdict::fitsPartly, "fits_partly"},
                                           {Verdict::fitsMemory, "fits_memory"},
                                           {Verdict::fromDisk, "from_disk"},
                                           {Verdict::tight, "tight"},
                                           {Verdict::doesNotFit, "does_not_fit"}};

bool fastEnough(const bridge::ModelPlan& plan) {
    return plan.fits() && plan.generateTokensPerSecond >= kReadingSpeed;
}

Merit::Group groupOf(const bridge::ModelPlan& plan) {
    using Group = Merit::Group;
    switch (plan.verdict) {
        case Verdict::unknown:
            return Group::unknown;
        case Verdict::tight:
            return Group::tight;
        case Verdict::fromDisk:
            return Group::fromDisk;
        case Verdict::doesNotFit:
            return Group::doesNotFit;
        default:
            return fastEnough(plan) ? Group::runsWell : Group::slow;
    }
}

} // namespace

void Recommendation::setPlan(const bridge::ModelPlan& made) {
    plan = made;
    memory = 0;
    for (const bridge::PlanDevice& device : std::as_const(plan.devices))
        if (device.kind != bridge::PlanDevice::Kind::disk)
            memory += device.weights + device.experts + device.kvCache + device.compute + device.adapter;
    plan.devices.clear();
}

bool Recommendation::runsWell() const {
    return fastEnough(plan);
}

bool Merit::operator<(const Merit& other) const {
    return std::tuple(group, -parameters, -tokensPerSecond) <
           std::tuple(other.group, -other.parameters, -other.tokensPerSecond);
}

Merit meritOf(const bridge::ModelPlan& plan, qint64 parameters) {
    const Merit::Group group = groupOf(plan);
    return {group, group == Merit::Group::runsWell ? parameters : 0, plan.generateTokensPerSecond};
}

qint64 weightBytes(const bridge::ModelPlan& plan) {
    qint64 bytes = 0;
    for (const bridge::PlanDevice& device : plan.devices)
        bytes += device.weights + device.experts;
    return bytes;
}

qint64 roomOf(const bridge::ModelPlan& plan) {
    qint64 room = 0;
    for (const bridge::PlanDevice& device : plan.devices)
        if (device.kind != bridge::PlanDevice::Kind::disk) room += device.limit;
    return room;
}

void sortByMerit(QList<Recommendation>& models, const QList<CatalogueEntry>& known) {
    QHash<QString, qsizetype> places;
    for (qsizetype i = 0; i < known.size(); ++i)
        places.insert(known[i].repo, i);
    const auto key = [&](const Recommendation& model) {
        const qsizetype place = places.value(model.repo, -1);
        return std::pair(meritOf(model.plan, place < 0 ? 0 : known[place].parameters), place);
    };
    std::sort(models.begin(), models.end(),
              [&](const Recommendation& a, const Recommendation& b) { return key(a) < key(b); });
}

QList<Alternative> alternativesTo(const Recommendation& best, const QList<Recommendation>& models,
                                  const QList<CatalogueEntry>& known) {
    using Kind = Alternative::Kind;
    QHash<QString, qint64> parameters;
    for (const CatalogueEntry& entry : known)
        if (entry.tags.contains(QLatin1String("chat"))) parameters.insert(entry.repo, entry.parameters);
    const auto serves = [&](Kind kind, const Recommendation& model) {
        switch (kind) {
            case Kind::faster:
                return model.plan.generateTokensPerSecond > 1.5 * best.plan.generateTokensPerSecond;
            case Kind::stronger:
                return parameters.value(model.repo) > parameters.value(best.repo);
            case Kind::smaller:
                return model.variant.bytes < best.variant.bytes / 2;
        }
        return false;
    };
    QList<Alternative> found;
    for (const Kind kind : {Kind::faster, Kind::stronger, Kind::smaller}) {
        for (const Recommendation& model : models) {
            const bool taken = std::any_of(found.begin(), found.end(), [&](const Alternative& other) {
                return other.repo == model.repo;
            });
            if (taken || model.repo == best.repo || !model.plan.fits() || !parameters.contains(model.repo) ||
                !serves(kind, model))
                continue;
            found.append({kind, model.repo});
            break;
        }
    }
    return found;
}

QJsonObject toJson(const Recommendation& model) {
    QJsonArray files;
    for (const RepoFile& file : model.variant.files)
        files.append(toJson(file));
    const bridge::ModelPlan& plan = model.plan;
    return {{QStringLiteral("repo"), model.repo},
            {QStringLiteral("revision"), model.revision},
            {QStringLiteral("variant"), model.variant.name},
            {QStringLiteral("quantisation"), model.variant.quantisation},
            {QStringLiteral("safetensors"), model.variant.format == RepoVariant::Format::safetensors},
            {QStringLiteral("bytes"), model.variant.bytes},
            {QStringLiteral("files"), files},
            {QStringLiteral("header"), plan.path},
            {QStringLiteral("verdict"), nameIn(kVerdicts, plan.verdict)},
            {QStringLiteral("missing_bytes"), plan.missingBytes},
            {QStringLiteral("context"), plan.contextSize},
            {QStringLiteral("prompt_tokens_per_s"), plan.promptTokensPerSecond},
            {QStringLiteral("generate_tokens_per_s"), plan.generateTokensPerSecond},
            {QStringLiteral("memory_bytes"), model.memory},
            {QStringLiteral("taken"), model.taken.toMSecsSinceEpoch()}};
}

Recommendation recommendationFromJson(const QJsonObject& json) {
    const auto text = [&](const char* name) { return json.value(QLatin1String(name)).toString(); };
    const auto integer = [&](const char* name) { return json.value(QLatin1String(name)).toInteger(); };
    Recommendation model;
    model.repo = text("repo");
    model.revision = text("revision");
    model.variant.name = text("variant");
    model.variant.quantisation = text("quantisation");
    if (json.value(QLatin1String("safetensors")).toBool())
        model.variant.format = RepoVariant::Format::safetensors;
    model.variant.bytes = integer("bytes");
    for (const QJsonValue& file : json.value(QLatin1String("files")).toArray())
        model.variant.files.append(fileFromJson(file.toObject()));
    model.plan.path = text("header");
    model.plan.verdict = valueIn(kVerdicts, text("verdict"), Verdict::unknown);
    model.plan.missingBytes = integer("missing_bytes");
    model.plan.contextSize = integer("context");
    model.plan.promptTokensPerSecond = json.value(QLatin1String("prompt_tokens_per_s")).toDouble();
    model.plan.generateTokensPerSecond = json.value(QLatin1String("generate_tokens_per_s")).toDouble();
    model.memory = integer("memory_bytes");
    model.taken = QDateTime::fromMSecsSinceEpoch(integer("taken"));
    return model;
}

} // namespace app::downloads
