// Rows of RecentModels that match the filter.
#include "app/library/model_list_model.h"

#include <algorithm>

namespace app::library {

ModelListModel::ModelListModel(RecentModels& models, QObject* parent)
    : QAbstractListModel(parent), m_models(models) {
    connect(&models, &RecentModels::changed, this, &ModelListModel::rebuild);
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

void ModelListModel::rebuild() {
    const QStringList words = m_filter.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    QList<ModelEntry> rows;
    for (const ModelEntry& entry : m_models.entries()) {
        const QString text =
            QStringList{entry.info.name, entry.info.path, entry.info.architecture, entry.info.quantization}
                .join(QLatin1Char('\n'));
        if (std::all_of(words.begin(), words.end(),
                        [&](const QString& word) { return text.contains(word, Qt::CaseInsensitive); }))
            rows.append(entry);
    }
    beginResetModel();
    m_rows = rows;
    endResetModel();
}

} // namespace app::library
