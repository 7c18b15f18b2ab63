// DownloadListModel: downloads as rows for the drawer, newest last.
#pragma once

#include <QAbstractListModel>

#include "app/downloads/download_record.h"

namespace app::downloads {

class DownloadListModel : public QAbstractListModel {
    Q_OBJECT
 public:
    enum Role {
        IdRole = Qt::UserRole + 1,
        TitleRole,       // "Qwen3-8B-GGUF · Q4_K_M", also Qt::DisplayRole
        StateRole,       // int(DownloadState)
        ReceivedRole,    // qint64, bytes
        TotalRole,       // qint64, bytes
        SpeedRole,       // qint64, bytes per second
        SecondsLeftRole, // qint64, below zero: not known
        NextTryRole,     // qint64, milliseconds; below zero: none is planned
        ProblemRole,     // bridge::UserMessage, empty when all is well
        PathRole,
    };
    using QAbstractListModel::QAbstractListModel;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

    const QList<DownloadStatus>& statuses() const { return m_rows; }
    const DownloadStatus* find(const QString& id) const;
    void update(const QList<DownloadStatus>& statuses);
    void remove(const QString& id);

 private:
    int rowOf(const QString& id) const; // -1: none
    QList<DownloadStatus> m_rows;
};

} // namespace app::downloads
