// The list as a small JSON file, written whole and atomically.
#include "app/library/recent_models.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtConcurrent>
#include <algorithm>

#include "app/storage/atomic_file.h"

namespace app::library {

namespace {

constexpr qsizetype kMost = 100;
const QString kGuide = QStringLiteral("guide");

QJsonObject toJson(const ModelEntry& entry) {
    const bridge::ModelInfo& info = entry.info;
    return {{QStringLiteral("path"), info.path},
            {QStringLiteral("file"), entry.file},
            {QStringLiteral("name"), info.name},
            {QStringLiteral("architecture"), info.architecture},
            {QStringLiteral("quantization"), info.quantization},
            {QStringLiteral("parameters"), info.parameters},
            {QStringLiteral("active_parameters"), info.activeParameters},
            {QStringLiteral("layers"), info.layers},
            {QStringLiteral("experts"), info.experts},
            {QStringLiteral("experts_used"), info.expertsUsed},
            {QStringLiteral("context"), info.trainedContext},
            {QStringLiteral("bytes"), info.fileBytes},
            {QStringLiteral("has_template"), info.hasTemplate},
            {QStringLiteral("can_think"), info.canThink},
            {QStringLiteral("last_used"), entry.lastUsed.toUTC().toString(Qt::ISODateWithMs)}};
}

ModelEntry fromJson(const QJsonObject& json) {
    const auto number = [&](const char* name) { return json[QLatin1String(name)].toInteger(); };
    const auto text = [&](const char* name) { return json[QLatin1String(name)].toString(); };
    ModelEntry entry;
    entry.info.path = text("path");
    entry.file = text("file").isEmpty() ? entry.info.path : text("file");
    entry.info.name = text("name");
    entry.info.architecture = text("architecture");
    entry.info.quantization = text("quantization");
    entry.info.parameters = number("parameters");
    entry.info.activeParameters = number("active_parameters");
    entry.info.layers = number("layers");
    entry.info.experts = number("experts");
    entry.info.expertsUsed = number("experts_used");
    entry.info.trainedContext = number("context");
    entry.info.fileBytes = number("bytes");
    entry.info.hasTemplate = json[QLatin1String("has_template")].toBool();
    entry.info.canThink = json[QLatin1String("can_think")].toBool();
    entry.lastUsed = QDateTime::fromString(text("last_used"), Qt::ISODateWithMs);
    return entry;
}

QString cleanPath(const QString& path) {
    return QDir::cleanPath(QFileInfo(path).absoluteFilePath());
}

// One file, whatever way leads to it; also when it is not there. Not for loading: the name of a blob that a
// link leads to says nothing of the other parts.
QString identity(const QString& path) {
    const QString canonical = QFileInfo(path).canonicalFilePath();
    return canonical.isEmpty() ? cleanPath(path) : canonical;
}

} // namespace

RecentModels::RecentModels(const storage::Paths& paths, const QString& builtInPath, QObject* parent)
    : QObject(parent), m_file(paths.dataFolder() + QStringLiteral("/models.json")), m_builtIn(builtInPath) {
    connect(&m_refresh, &QFutureWatcherBase::finished, this, [this] {
        const QStringList missing = m_refresh.result();
        for (ModelEntry& entry : m_entries)
            entry.missing = missing.contains(entry.info.path);
        Q_EMIT changed();
    });
    m_writer.setMaxThreadCount(1);
    load();
    refresh();
}

RecentModels::~RecentModels() {
    m_refresh.waitForFinished();
}

void RecentModels::markUsed(const bridge::ModelInfo& info) {
    ModelEntry entry;
    entry.info = info;
    entry.info.path = cleanPath(info.path);
    entry.file = identity(info.path);
    entry.info.placement.clear(); // true of one load only
    entry.info.contextSize = 0;
    entry.lastUsed = QDateTime::currentDateTimeUtc();
    entry.builtIn = !m_builtIn.isEmpty() && entry.file == identity(m_builtIn);
    m_entries.removeIf([&](const ModelEntry& other) {
        return other.file == entry.file || other.info.path == entry.info.path ||
               (entry.builtIn && other.builtIn);
    });
    m_entries.insert(entry.builtIn ? m_entries.size() : 0, entry);
    if (m_entries.size() > kMost) m_entries.removeAt(kMost - 1); // the oldest before the built-in one
    save();
    Q_EMIT changed();
}

void RecentModels::remove(const QString& path) {
    const QString which = identity(path);
    if (m_entries.removeIf([&](const ModelEntry& entry) { return entry.file == which && !entry.builtIn; }) ==
        0)
        return;
    save();
    Q_EMIT changed();
}

void RecentModels::relocate(const QString& from, const QString& to) {
    bool any = false;
    for (ModelEntry& entry : m_entries) {
        if (entry.builtIn || entry.info.path != from) continue;
        entry.info.path = cleanPath(to);
        entry.file = identity(to);
        entry.missing = false;
        any = true;
    }
    if (!any) return;
    save();
    Q_EMIT changed();
}

void RecentModels::refresh() {
    QStringList paths;
    for (const ModelEntry& entry : m_entries)
        paths.append(entry.info.path);
    // In the background: a sleeping network disk takes seconds to say no.
    m_refresh.setFuture(QtConcurrent::run([paths] {
        QStringList missing;
        for (const QString& path : paths)
            if (!QFileInfo::exists(path)) missing.append(path);
        return missing;
    }));
}

QString RecentModels::findBuiltIn(const QString& programFolder) {
    const QDir program(programFolder);
    QStringList folders{program.filePath(kGuide), program.filePath(QStringLiteral("../share/tandem/guide"))};
    QString above = QStringLiteral(".");
    for (int i = 0; i < 4; ++i) { // build/<preset>/bin lies three below the source tree
        folders.append(program.filePath(above + QStringLiteral("/resources/guide")));
        above += QStringLiteral("/..");
    }
    for (const QString& folder : folders) {
        const QStringList files = QDir(folder).entryList({QStringLiteral("*.gguf")}, QDir::Files, QDir::Name);
        if (!files.isEmpty()) return QDir(folder).canonicalPath() + QLatin1Char('/') + files.first();
    }
    return {};
}

void RecentModels::load() {
    QFile file(m_file);
    if (file.open(QIODevice::ReadOnly)) {
        for (const QJsonValue& value : QJsonDocument::fromJson(file.readAll()).array()) {
            const ModelEntry entry = fromJson(value.toObject());
            if (!entry.info.path.isEmpty()) m_entries.append(entry);
        }
    }
    if (m_builtIn.isEmpty()) return;
    ModelEntry guide;
    guide.info.path = identity(m_builtIn);
    guide.file = guide.info.path;
    guide.info.name = QFileInfo(m_builtIn).completeBaseName();
    m_entries.removeIf([&](const ModelEntry& entry) {
        const bool same = entry.file == guide.file;
        if (same) guide = entry;
        return same;
    });
    guide.builtIn = true;
    m_entries.append(guide);
}

void RecentModels::save() {
    QJsonArray list;
    for (const ModelEntry& entry : m_entries)
        list.append(toJson(entry));
    // In the background, in order: a slow disk is nobody's business here.
    m_writer.start([this, file = m_file, bytes = QJsonDocument(list).toJson()] {
        const storage::Outcome<void> saved = storage::writeAtomically(file, bytes);
        if (saved.ok()) return;
        QMetaObject::invokeMethod(
            this, [this, reason = saved.failure().message] { Q_EMIT saveFailed(reason); },
            Qt::QueuedConnection);
    });
}

} // namespace app::library
