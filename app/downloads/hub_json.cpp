// QJsonDocument does the parsing; this file knows the names.
#include "app/downloads/hub_json.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include "app/downloads/safe_path.h"

namespace app::downloads {

namespace {

constexpr qsizetype kDescriptionLength = 400;
constexpr qsizetype kLongestText = 2048; // more is no name, and would be painted
constexpr qsizetype kMostTags = 500;

QString text(const QJsonObject& object, const char* name) {
    const QString text = object.value(QLatin1String(name)).toString();
    return text.size() > kLongestText ? QString() : text;
}
// Counts and sizes; what can be none reads as not known.
qint64 number(const QJsonObject& object, const char* name, qint64 otherwise = 0) {
    const qint64 number = object.value(QLatin1String(name)).toInteger(otherwise);
    return number < 0 || number > kLargestFile ? otherwise : number;
}

ModelHit toHit(const QJsonObject& object) {
    ModelHit hit;
    hit.repo = text(object, "id");
    if (hit.repo.isEmpty()) hit.repo = text(object, "modelId");
    hit.downloads = number(object, "downloads");
    hit.likes = number(object, "likes");
    hit.updated = QDateTime::fromString(text(object, "lastModified"), Qt::ISODateWithMs);
    for (const QJsonValue& tag : object.value(QLatin1String("tags")).toArray())
        if (hit.tags.size() < kMostTags) hit.tags.append(tag.toString().left(kLongestText));
    const QJsonValue gated = object.value(QLatin1String("gated")); // false, "auto" or "manual"
    hit.gated = gated.isString() || gated.toBool();
    return hit;
}

QString licenceOf(const QJsonObject& object, const QStringList& tags) {
    const QJsonObject card = object.value(QLatin1String("cardData")).toObject();
    const QString named = text(card, "license");
    if (!named.isEmpty() && named != QLatin1String("other")) return named;
    if (const QString other = text(card, "license_name"); !other.isEmpty()) return other;
    for (const QString& tag : tags)
        if (tag.startsWith(QLatin1String("license:"))) return tag.mid(8);
    return named;
}

// The number format that most weights have.
QString mostOf(const QJsonObject& parameters) {
    QString most;
    for (auto it = parameters.begin(); it != parameters.end(); ++it)
        if (most.isEmpty() || it->toInteger() > parameters.value(most).toInteger()) most = it.key();
    return most;
}

bool isProse(const QString& line) {
    static const QRegularExpression kMarkup(
        QStringLiteral(R"(^\s*(#|<|!\[|\[!|\||>|[-*+] |\d+\. |```|---|===|\[))"));
    return !line.trimmed().isEmpty() && !kMarkup.match(line).hasMatch();
}

QString withoutMarkup(QString text) {
    static const QRegularExpression kLink(QStringLiteral(R"(!?\[([^\]]*)\]\([^)]*\))"));
    static const QRegularExpression kTag(QStringLiteral("<[^>]*>"));
    text.replace(kLink, QStringLiteral("\\1"));
    text.remove(kTag);
    for (const char* mark : {"**", "__", "`"})
        text.remove(QLatin1String(mark));
    return text.simplified();
}

} // namespace

std::optional<QList<ModelHit>> parseHits(const QByteArray& json) {
    const QJsonDocument document = QJsonDocument::fromJson(json);
    if (!document.isArray()) return std::nullopt;
    QList<ModelHit> hits;
    for (const QJsonValue& value : document.array()) {
        ModelHit hit = toHit(value.toObject());
        if (isRepositoryName(hit.repo)) hits.append(hit);
    }
    return hits;
}

std::optional<RepoListing> parseModel(const QByteArray& json) {
    const QJsonDocument document = QJsonDocument::fromJson(json);
    const QJsonObject object = document.object();
    RepoListing listing;
    listing.facts = toHit(object);
    listing.repo = listing.facts.repo;
    listing.revision = text(object, "sha");
    if (listing.repo.isEmpty() || listing.revision.isEmpty()) return std::nullopt;
    listing.licence = licenceOf(object, listing.facts.tags);
    const QJsonObject gguf = object.value(QLatin1String("gguf")).toObject();
    const QJsonObject safetensors = object.value(QLatin1String("safetensors")).toObject();
    const QJsonObject config = object.value(QLatin1String("config")).toObject();
    listing.parameters = number(gguf, "total", number(safetensors, "total"));
    listing.context = number(gguf, "context_length");
    listing.architecture = text(gguf, "architecture");
    if (listing.architecture.isEmpty()) listing.architecture = text(config, "model_type");
    listing.dtype = mostOf(safetensors.value(QLatin1String("parameters")).toObject());
    const QJsonValue base =
        object.value(QLatin1String("cardData")).toObject().value(QLatin1String("base_model"));
    listing.baseModel =
        (base.isArray() ? base.toArray().at(0).toString() : base.toString()).left(kLongestText);
    return listing;
}

std::optional<QList<RepoFile>> parseTree(const QByteArray& json) {
    const QJsonDocument document = QJsonDocument::fromJson(json);
    if (!document.isArray()) return std::nullopt;
    QList<RepoFile> files;
    for (const QJsonValue& value : document.array()) {
        const QJsonObject object = value.toObject();
        if (text(object, "type") != QLatin1String("file")) continue;
        RepoFile file;
        file.path = text(object, "path");
        file.bytes = number(object, "size", -1);
        const QJsonObject lfs = object.value(QLatin1String("lfs")).toObject();
        if (!lfs.isEmpty()) {
            file.sha256 = text(lfs, "oid").toLower();
            if (file.sha256.startsWith(QLatin1String("sha256:"))) file.sha256.remove(0, 7);
            file.bytes = number(lfs, "size", file.bytes);
        } else {
            file.blobId = text(object, "oid").toLower();
        }
        if (!file.path.isEmpty()) files.append(file);
    }
    return files;
}

QList<RepoFile> withoutRepeats(const QList<RepoFile>& files) {
    QHash<QString, RepoFile> seen;
    QList<RepoFile> kept;
    for (const RepoFile& file : files) {
        const auto before = seen.constFind(file.path);
        if (before != seen.constEnd() && *before == file) continue;
        seen.insert(file.path, file);
        kept.append(file);
    }
    return kept;
}

QString firstParagraph(const QByteArray& readme) {
    QStringList lines = QString::fromUtf8(readme).split(QLatin1Char('\n'));
    if (!lines.isEmpty() && lines.first().trimmed() == QLatin1String("---")) { // front matter
        const qsizetype end = lines.indexOf(QRegularExpression(QStringLiteral("^---\\s*$")), 1);
        lines = end < 0 ? QStringList() : lines.mid(end + 1);
    }
    QString found;
    bool fenced = false;
    for (const QString& line : lines) {
        if (line.trimmed().startsWith(QLatin1String("```"))) fenced = !fenced;
        if (!fenced && isProse(line)) {
            found += line.left(kLongestText) + QLatin1Char(' ');
            if (found.size() > 2 * kLongestText) break;
        } else if (!found.isEmpty()) {
            const QString plain = withoutMarkup(found);
            if (plain.size() >= 40) break;
            found.clear();
        }
    }
    QString plain = withoutMarkup(found);
    if (plain.size() <= kDescriptionLength) return plain;
    plain.truncate(plain.lastIndexOf(QLatin1Char(' '), kDescriptionLength - 1));
    return plain.left(kDescriptionLength) + QStringLiteral("…");
}

QByteArray nextLink(const QByteArray& linkHeader) {
    for (const QByteArray& part : linkHeader.split(',')) {
        const qsizetype begin = part.indexOf('<'), end = part.indexOf('>');
        if (begin >= 0 && end > begin && part.mid(end).contains("rel=\"next\""))
            return part.mid(begin + 1, end - begin - 1);
    }
    return {};
}

} // namespace app::downloads
