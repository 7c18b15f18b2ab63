// The keys.
#include "app/downloads/record_json.h"

namespace app::downloads {

QJsonObject toJson(const RepoFile& file) {
    return {{QStringLiteral("path"), file.path},
            {QStringLiteral("bytes"), file.bytes},
            {QStringLiteral("sha256"), file.sha256},
            {QStringLiteral("blob"), file.blobId}};
}

RepoFile fileFromJson(const QJsonObject& json) {
    return {json[QLatin1String("path")].toString(), json[QLatin1String("bytes")].toInteger(-1),
            json[QLatin1String("sha256")].toString(), json[QLatin1String("blob")].toString()};
}

} // namespace app::downloads
