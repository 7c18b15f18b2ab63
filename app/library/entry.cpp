// Entries as JSON, and what follows from their files.
#include "app/library/entry.h"

#include <QJsonArray>
#include <numeric>

namespace app::library {

namespace {

using bridge::ModelInfo;

QString word(const char* text) {
    return QLatin1String(text);
}

QJsonObject toJson(const EntryFile& file) {
    return {{word("path"), file.path},
            {word("sha256"), file.sha256},
            {word("device"), static_cast<qint64>(file.stamp.device)},
            {word("inode"), static_cast<qint64>(file.stamp.inode)},
            {word("size"), file.stamp.size},
            {word("modified"), file.stamp.modified},
            {word("links"), file.stamp.links}};
}

EntryFile fileFromJson(const QJsonObject& json) {
    EntryFile file;
    file.path = json[word("path")].toString();
    file.sha256 = json[word("sha256")].toString();
    file.stamp.device = static_cast<quint64>(json[word("device")].toInteger());
    file.stamp.inode = static_cast<quint64>(json[word("inode")].toInteger());
    file.stamp.size = json[word("size")].toInteger();
    file.stamp.modified = json[word("modified")].toInteger();
    file.stamp.links = json[word("links")].toInteger(1);
    return file;
}

QJsonObject toJson(const ModelInfo& info) {
    return {{word("name"), info.name},
            {word("architecture"), info.architecture},
            {word("quantization"), info.quantization},
            {word("parameters"), info.parameters},
            {word("active_parameters"), info.activeParameters},
            {word("layers"), info.layers},
            {word("experts"), info.experts},
            {word("experts_used"), info.expertsUsed},
            {word("context"), info.trainedContext},
            {word("bytes"), info.fileBytes},
            {word("has_template"), info.hasTemplate},
            {word("can_think"), info.canThink},
            {word("unsupported"), info.unsupported},
            {word("kind"), static_cast<int>(info.kind)},
            {word("base_model"), info.baseModel}};
}

ModelInfo infoFromJson(const QJsonObject& json) {
    ModelInfo info;
    const auto number = [&](const char* name) { return json[word(name)].toInteger(); };
    info.name = json[word("name")].toString();
    info.architecture = json[word("architecture")].toString();
    info.quantization = json[word("quantization")].toString();
    info.parameters = number("parameters");
    info.activeParameters = number("active_parameters");
    info.layers = number("layers");
    info.experts = number("experts");
    info.expertsUsed = number("experts_used");
    info.trainedContext = number("context");
    info.fileBytes = number("bytes");
    info.hasTemplate = json[word("has_template")].toBool();
    info.canThink = json[word("can_think")].toBool();
    info.unsupported = json[word("unsupported")].toString();
    info.kind = static_cast<ModelInfo::Kind>(
        qBound(qint64{0}, number("kind"), static_cast<qint64>(ModelInfo::Kind::other)));
    info.baseModel = json[word("base_model")].toString();
    return info;
}

template <typename E>
E enumAt(const QJsonObject& json, const char* name, E last) {
    const qint64 number = json[word(name)].toInteger();
    return number >= 0 && number <= static_cast<qint64>(last) ? static_cast<E>(number) : E{};
}

QStringList textsAt(const QJsonObject& json, const char* name) {
    QStringList texts;
    for (const QJsonValue& value : json[word(name)].toArray())
        texts.append(value.toString());
    return texts;
}

} // namespace

qint64 Entry::bytes() const {
    return std::accumulate(files.begin(), files.end(), qint64{0},
                           [](qint64 sum, const EntryFile& file) { return sum + file.stamp.size; });
}

bool Entry::hasFilesOf(const Entry& other) const {
    return std::equal(files.begin(), files.end(), other.files.begin(), other.files.end(),
                      [](const EntryFile& a, const EntryFile& b) {
                          return a.path == b.path && a.stamp.isUnchanged(b.stamp);
                      });
}

QJsonObject toJson(const Entry& entry) {
    QJsonArray files;
    for (const EntryFile& file : entry.files)
        files.append(toJson(file));
    return {{word("format"), static_cast<int>(entry.format)},
            {word("state"), static_cast<int>(entry.state)},
            {word("name"), entry.name},
            {word("source"), entry.source},
            {word("folder"), entry.folder},
            {word("owner"), static_cast<int>(entry.owner)},
            {word("info"), toJson(entry.info)},
            {word("files"), files},
            {word("missing_parts"), QJsonArray::fromStringList(entry.missingParts)},
            {word("problem"), entry.problem},
            {word("hint"), entry.hint},
            {word("also"), QJsonArray::fromStringList(entry.alsoKnownAs)},
            {word("manifest"), entry.manifest},
            {word("outer_template"), entry.hasOuterTemplate},
            {word("fingerprint"), entry.fingerprint},
            {word("verdict"), static_cast<int>(entry.verification.verdict)},
            {word("verified"), entry.verification.when.toUTC().toString(Qt::ISODateWithMs)}};
}

Entry entryFromJson(const QJsonObject& json) {
    Entry entry;
    entry.format = enumAt(json, "format", Entry::Format::safetensors);
    entry.state = enumAt(json, "state", Entry::State::damaged);
    entry.name = json[word("name")].toString();
    entry.source = json[word("source")].toString();
    entry.folder = json[word("folder")].toString();
    entry.owner = enumAt(json, "owner", Folder::Owner::llamaCpp);
    entry.info = infoFromJson(json[word("info")].toObject());
    for (const QJsonValue& file : json[word("files")].toArray())
        entry.files.append(fileFromJson(file.toObject()));
    entry.missingParts = textsAt(json, "missing_parts");
    entry.problem = json[word("problem")].toString();
    entry.hint = json[word("hint")].toString();
    entry.alsoKnownAs = textsAt(json, "also");
    entry.manifest = json[word("manifest")].toString();
    entry.hasOuterTemplate = json[word("outer_template")].toBool();
    entry.fingerprint = json[word("fingerprint")].toString();
    entry.verification.verdict = enumAt(json, "verdict", Verification::Verdict::differs);
    entry.verification.when = QDateTime::fromString(json[word("verified")].toString(), Qt::ISODateWithMs);
    return entry;
}

} // namespace app::library
