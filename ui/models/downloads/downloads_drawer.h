// DownloadsDrawer: what is being downloaded, below the models page; folds down to its head.
#pragma once

#include <QHash>
#include <QTimer>

#include "app/downloads/download_manager.h"
#include "ui/widgets/panel.h"

class QLabel;
class QScrollArea;
class QVBoxLayout;

namespace ui::widgets {
class Announcer;
class Button;
class IconButton;
} // namespace ui::widgets

namespace ui::models {

class DownloadRow;

class DownloadsDrawer : public widgets::Panel {
    Q_OBJECT
 public:
    explicit DownloadsDrawer(app::downloads::DownloadManager& manager, QWidget* parent = nullptr);
    void setFolded(bool folded);
    // The models folder, whose free space is shown; asked for on another thread.
    void setFolder(const QString& folder);

 Q_SIGNALS:
    void revealRequested(const QString& path);

 private:
    QWidget* buildHead();
    void take(const app::downloads::DownloadStatus& status);
    void remove(const QString& id);
    void showSummary();
    void showHeight();
    void lookAtDisk();

    app::downloads::DownloadManager& m_manager;
    QString m_folder, m_free;
    QTimer m_lookSoon; // at the disk: the room on it is about to change
    QLabel* m_summary;
    widgets::Button* m_all;
    widgets::IconButton* m_fold;
    QScrollArea* m_scroll;
    QVBoxLayout* m_rows;
    widgets::Announcer* m_announcer;
    QHash<QString, DownloadRow*> m_byId;
    bool m_folded = false;
};

} // namespace ui::models
