// Rows are told one by one: a view repaints what changed.
#include "app/downloads/download_list_model.h"

namespace app::downloads {

int DownloadListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant DownloadListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const DownloadStatus& row = m_rows[index.row()];
    switch (role) {
        case Qt::DisplayRole:
        case TitleRole:
            return QStringLiteral("%1 · %2").arg(row.repo.section(QLatin1Char('/'), -1), row.variant);
        case IdRole:
            return row.id;
        case StateRole:
            return static_cast<int>(row.state);
        case ReceivedRole:
            return row.received;
        case TotalRole:
            return row.total;
        case SpeedRole:
            return row.bytesPerSecond;
        case SecondsLeftRole:
            return row.secondsLeft;
        case NextTryRole:
            return row.nextTryMs;
        case ProblemRole:
            return QVariant::fromValue(row.problem.message());
        case PathRole:
            return row.path;
        default:
            return {};
    }
}

int DownloadListModel::rowOf(const QString& id) const {
    for (qsizetype i = 0; i < m_rows.size(); ++i)
        if (m_rows[i].id == id) return static_cast<int>(i);
    return -1;
}

const DownloadStatus* DownloadListModel::find(const QString& id) const {
    const int row = rowOf(id);
    return row < 0 ? nullptr : &m_rows[row];
}

void DownloadListModel::update(const QList<DownloadStatus>& statuses) {
    for (const DownloadStatus& status : statuses) {
        const int row = rowOf(status.id);
        if (row >= 0) {
            m_rows[row] = status;
            Q_EMIT dataChanged(index(row), index(row));
            continue;
        }
        const int end = static_cast<int>(m_rows.size());
        beginInsertRows({}, end, end);
        m_rows.append(status);
        endInsertRows();
    }
}

void DownloadListModel::remove(const QString& id) {
    const int row = rowOf(id);
    if (row < 0) return;
    beginRemoveRows({}, row, row);
    m_rows.removeAt(row);
    endRemoveRows();
}

} // namespace app::downloads
