// Read from the program's resources.
#include "app/downloads/catalogue.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

static void initResources() {
    Q_INIT_RESOURCE(catalogue);
}

namespace app::downloads {

namespace {

std::optional<bridge::ModelOutline> outlineOf(const CatalogueEntry& entry, const QJsonObject& shape) {
    if (shape.isEmpty()) return std::nullopt;
    const auto number = [&](const char* name) { return shape[QLatin1String(name)].toInteger(); };
    bridge::ModelOutline outline;
    outline.architecture = entry.family;
    outline.layers = number("layers");
    outline.width = number("width");
    outline.heads = number("heads");
    outline.kvHeads = number("kv_heads");
    outline.headSize = number("head_size");
    outline.feedForward = number("feed_forward");
    outline.experts = number("experts");
    outline.expertsUsed = number("experts_used");
    outline.expertWidth = number("expert_width");
    outline.vocabulary = number("vocabulary");
    outline.context = entry.context;
    outline.tiedHead = shape[QLatin1String("tied_head")].toBool();
    return outline;
}

} // namespace

bool CatalogueEntry::isVerified(const QString& fact) const {
    return sources.value(fact, QStringLiteral("not verified")) != QLatin1String("not verified");
}

QList<CatalogueEntry> parseCatalogue(const QByteArray& json) {
    QList<CatalogueEntry> entries;
    for (const QJsonValue& value : QJsonDocument::fromJson(json).array()) {
        const QJsonObject row = value.toObject();
        const auto text = [&](const char* name) { return row[QLatin1String(name)].toString(); };
        CatalogueEntry entry{text("repo"),
                             text("name"),
                             text("family"),
                             text("licence"),
                             text("description"),
                             {},
                             0,
                             0,
                             0,
                             {},
                             {},
                             {}};
        entry.parameters = row[QLatin1String("parameters")].toInteger();
        entry.active = row[QLatin1String("active")].toInteger();
        entry.context = row[QLatin1String("context")].toInteger();
        for (const QJsonValue& tag : row[QLatin1String("tags")].toArray())
            entry.tags.append(tag.toString());
        for (const QJsonValue& item : row[QLatin1String("variants")].toArray()) {
            RepoVariant variant;
            variant.name = variant.quantisation = item[QLatin1String("name")].toString();
            variant.bytes = item[QLatin1String("bytes")].toInteger();
            entry.variants.append(variant);
        }
        entry.outline = outlineOf(entry, row[QLatin1String("shape")].toObject());
        const QJsonObject sources = row[QLatin1String("sources")].toObject();
        for (auto it = sources.begin(); it != sources.end(); ++it)
            entry.sources[it.key()] = it->toString();
        entries.append(entry);
    }
    return entries;
}

QList<CatalogueEntry> catalogue() {
    initResources();
    QFile file(QStringLiteral(":/downloads/models.json"));
    return file.open(QIODevice::ReadOnly) ? parseCatalogue(file.readAll()) : QList<CatalogueEntry>();
}

} // namespace app::downloads
