// The catalogue: well-known models that can be looked at without a network; each fact with its source.
#pragma once

#include <QList>
#include <QMap>
#include <QString>
#include <QStringList>

#include "app/bridge/planner.h"
#include "app/downloads/repo_variant.h"

namespace app::downloads {

struct CatalogueEntry {
    QString repo, name, family, licence, description;
    QStringList tags; // moe, thinking, tools, chat, code, vision
    qint64 parameters = 0, active = 0, context = 0;
    QList<RepoVariant> variants; // without files; may be empty
    std::optional<bridge::ModelOutline>
        outline;                    // to plan it without a network; not of what cannot be run yet
    QMap<QString, QString> sources; // by fact; "not verified" when nobody compared it

    bool isVerified(const QString& fact) const;
};

QList<CatalogueEntry> catalogue();
QList<CatalogueEntry> parseCatalogue(const QByteArray& json);

} // namespace app::downloads
