// DownloadRow: one download in the drawer: state, name, bar, words, what can be done; below them, where
// something is wrong, what that is and what helps.
#pragma once

#include <QWidget>

#include "app/downloads/download_record.h"
#include "ui/theme/icons.h"

namespace ui::widgets {
class ElidedLabel;
class IconButton;
class MeterBar;
} // namespace ui::widgets

namespace ui::models {

class DownloadRow : public QWidget {
    Q_OBJECT
 public:
    explicit DownloadRow(const app::downloads::DownloadStatus& status, QWidget* parent = nullptr);
    void setStatus(const app::downloads::DownloadStatus& status);
    const app::downloads::DownloadStatus& status() const { return m_status; }

 Q_SIGNALS:
    void pauseRequested();
    void resumeRequested(); // also: retry
    void revealRequested();
    void cancelRequested(); // out of the list, once it is done

 protected:
    void paintEvent(QPaintEvent* event) override;

 private:
    bool waits() const; // for its next try
    void act();
    void showAction(const QString& name);
    void showProblem();

    app::downloads::DownloadStatus m_status;
    widgets::ElidedLabel* m_name;
    widgets::MeterBar* m_bar;
    widgets::ElidedLabel* m_words;
    widgets::ElidedLabel* m_problem;
    widgets::IconButton* m_action;
    widgets::IconButton* m_cancel;
};

} // namespace ui::models
