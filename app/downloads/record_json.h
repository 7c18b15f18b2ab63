// What several records on the disk are made of: files of a repository, and the names that their enums have
// there.
#pragma once

#include <QJsonObject>

#include "app/downloads/repo_listing.h"

namespace app::downloads {

QJsonObject toJson(const RepoFile& file);
RepoFile fileFromJson(const QJsonObject& json);

// Names stay what they are when an enum grows; its numbers would not.
template <typename E>
struct EnumName {
    E value;
    const char* name;
};
template <typename E, size_t N>
QString nameIn(const EnumName<E> (&names)[N], E value) {
    for (const EnumName<E>& known : names)
        if (known.value == value) return QLatin1String(known.name);
    return {};
}
template <typename E, size_t N>
E valueIn(const EnumName<E> (&names)[N], const QString& name, E otherwise) {
    for (const EnumName<E>& known : names)
        if (name == QLatin1String(known.name)) return known.value;
    return otherwise;
}

} // namespace app::downloads
