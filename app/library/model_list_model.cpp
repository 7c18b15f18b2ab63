// Rows of RecentModels and Library that match the filter.
#include "app/library/model_list_model.h"

#include <QSet>
#include <algorithm>

namespace app::library {

namespace {
constexpr int kLaterMs = 100;
}

ModelListModel::ModelListModel(RecentModels& models, Library* library, QObject* parent)
    : QAbstractListModel(parent), m_models(models), m_library(library) {
    connect(&models, &RecentModels::changed, this, &ModelListModel::rebuild);
    m_later.setSingleShot(true);
    m_later.setInterval(kLaterMs);
    connect(&m_later, &QTimer::timeout, this, &ModelListModel::rebuild);
    if (library != nullptr) {
        const auto later = [this] {
            if (!m_later.isActive()) m_later.start();
        };
        connect(library, &Library::changed, this, later);
        connect(library, &Library::removed, this, later);
    }
    rebuild();
}

void ModelListModel::setFilter(const QString& words) {
    if (words == m_filter) return;
    m_filter = words;
    rebuild();
}

int ModelListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant ModelListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const ModelEntry& entry = m_rows[index.row()];
    switch (role) {
        case Qt::DisplayRole:
        case NameRole:
            return entry.info.name;
        case Qt::ToolTipRole:
        case PathRole:
            return entry.info.path;
        case ArchitectureRole:
            return entry.info.architecture;
        case QuantizationRole:
            return entry.info.quantization;
        case ParametersRole:
            return entry.info.parameters;
        case FileBytesRole:
            return entry.info.fileBytes;
        case ContextRole:
            return entry.info.trainedContext;
        case ExpertsRole:
            return entry.info.experts;
        case CanThinkRole:
            return entry.info.canThink;
        case BuiltInRole:
            return entry.builtIn;
        case MissingRole:
            return entry.missing;
        case LastUsedRole:
            return entry.lastUsed;
        case UnsupportedRole:
            return entry.info.unsupported;
        default:
            return {};
    }
}

QHash<int, QByteArray> ModelListModel::roleNames() const {
    return {{PathRole, "path"},
            {NameRole, "name"},
            {ArchitectureRole, "architecture"},
            {QuantizationRole, "quantization"},
            {ParametersRole, "parameters"},
            {FileBytesRole, "fileBytes"},
            {ContextRole, "context"},
            {ExpertsRole, "experts"},
            {CanThinkRole, "canThink"},
            {BuiltInRole, "builtIn"},
            {MissingRole, "missing"},
            {LastUsedRole, "lastUsed"},
            {UnsupportedRole, "unsupported"}};
}

QList<ModelEntry> ModelListModel::unused() const {
    if (m_library == nullptr) return {};
    QSet<EntryId> used;
    for (const ModelEntry& recent : m_models.entries())
        for (const QString& path : {recent.info.path, recent.file})
            if (const EntryPointer entry = m_library->findPath(path)) used.insert(entry->id);
    QList<ModelEntry> rows;
    for (const EntryPointer& entry : m_library->entries()) {
        const bool model = entry->info.kind == bridge::ModelInfo::Kind::model;
        if (!model || entry->state != Entry::State::ready || used.contains(entry->id)) continue;
        ModelEntry row;
        row.info = entry->info;
        row.info.name = entry->name;
        row.info.path = row.file = entry->path;
        row.lastUsed = entry->lastUsed;
        rows.append(row);
    }
    std::sort(rows.begin(), rows.end(), [](const ModelEntry& a, const ModelEntry& b) {
        const int names = a.info.name.compare(b.info.name, Qt::CaseInsensitive);
        return names != 0 ? names < 0 : a.info.path < b.info.path;
    });
    return rows;
}

void ModelListModel::rebuild() {
    m_later.stop();
    QList<ModelEntry> all = m_models.entries();
    const bool guide = !all.isEmpty() && all.last().builtIn;
    const QList<ModelEntry> rest = unused();
    for (qsizetype i = 0; i < rest.size(); ++i)
        all.insert(all.size() - (guide ? 1 : 0), rest[i]);
    const QStringList words = m_filter.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    all.removeIf([&](const ModelEntry& entry) {
        const QString text =
            QStringList{entry.info.name, entry.info.path, entry.info.architecture, entry.info.quantization}
                .join(QLatin1Char('\n'));
        return !std::all_of(words.begin(), words.end(),
                            [&](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
    });
    beginResetModel();
    m_rows = all;
    endResetModel();
}

} // namespace app::library
