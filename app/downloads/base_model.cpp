// By the tag "base_model:quantized:OWNER/NAME", which the hub makes of the model card.
#include "app/downloads/base_model.h"

#include <algorithm>

namespace app::downloads {

namespace {

QString nameOf(const QString& repo) {
    QString name = repo.section(QLatin1Char('/'), -1);
    if (name.endsWith(QLatin1String("-GGUF"), Qt::CaseInsensitive)) name.chop(5);
    return name;
}

} // namespace

const CatalogueEntry* sameShape(const ModelHit& hit, const QList<CatalogueEntry>& known) {
    const auto find = [&](const auto& fits) -> const CatalogueEntry* {
        const auto at = std::find_if(known.begin(), known.end(), fits);
        return at == known.end() ? nullptr : &*at;
    };
    if (const auto* own = find([&](const CatalogueEntry& entry) { return entry.repo == hit.repo; }))
        return own;
    const QLatin1String quantised("base_model:quantized:");
    for (const QString& tag : hit.tags) {
        if (!tag.startsWith(quantised)) continue;
        const QString base = nameOf(tag.mid(quantised.size()));
        const auto same = [&](const QString& name) { return name.compare(base, Qt::CaseInsensitive) == 0; };
        return find(
            [&](const CatalogueEntry& entry) { return same(entry.name) || same(nameOf(entry.repo)); });
    }
    return nullptr;
}

} // namespace app::downloads
