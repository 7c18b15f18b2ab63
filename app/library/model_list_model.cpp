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
    m_words = words.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    rebuild();
}

int ModelListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_recent.size() + m_unused.size());
}

QVariant ModelListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const ModelEntry entry = rowAt(index.row());
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

ModelEntry ModelListModel::rowAt(int row) const {
    const bool builtIn = !m_recent.isEmpty() && m_recent.last().builtIn;
    const qsizetype before = m_recent.size() - (builtIn ? 1 : 0);
    if (row < before) return m_recent[row];
    if (row - before >= m_unused.size()) return m_recent.last();
    const Entry& entry = *m_unused[row - before];
    ModelEntry made{entry.info, entry.path, entry.lastUsed};
    made.info.name = entry.name;
    made.info.path = entry.path;
    return made;
}

bool ModelListModel::passes(const bridge::ModelInfo& info, const QString& name) const {
    return std::all_of(m_words.begin(), m_words.end(), [&](const QString& word) {
        return name.contains(word, Qt::CaseInsensitive) || info.path.contains(word, Qt::CaseInsensitive) ||
               info.architecture.contains(word, Qt::CaseInsensitive) ||
               info.quantization.contains(word, Qt::CaseInsensitive);
    });
}

QList<EntryPointer> ModelListModel::unused() const {
    if (m_library == nullptr) return {};
    QSet<EntryId> used;
    for (const ModelEntry& recent : m_models.entries())
        for (const QString& path : {recent.info.path, recent.file})
            if (const EntryPointer entry = m_library->findPath(path)) used.insert(entry->id);
    QList<EntryPointer> rows;
    for (const EntryPointer& entry : m_library->entries()) {
        const bool model = entry->info.kind == bridge::ModelInfo::Kind::model;
        if (model && entry->state == Entry::State::ready && !used.contains(entry->id) &&
            passes(entry->info, entry->name))
            rows.append(entry);
    }
    std::sort(rows.begin(), rows.end(), [](const EntryPointer& a, const EntryPointer& b) {
        const int names = a->name.compare(b->name, Qt::CaseInsensitive);
        return names != 0 ? names < 0 : a->path < b->path;
    });
    return rows;
}

void ModelListModel::rebuild() {
    m_later.stop();
    QList<ModelEntry> recent = m_models.entries();
    recent.removeIf([this](const ModelEntry& entry) { return !passes(entry.info, entry.info.name); });
    const QList<EntryPointer> rest = unused();
    beginResetModel();
    m_recent = recent;
    m_unused = rest;
    endResetModel();
}

} // namespace app::library
