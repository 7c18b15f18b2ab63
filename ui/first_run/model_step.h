// ModelStep: one model for this computer, how large it is and where it would go; fetched in the background
// when the person wants it.
#pragma once

#include <QWidget>

#include "app/application/application.h"

class QLabel;
class QVBoxLayout;

namespace ui::models {
class RecommendedRow;
}

namespace ui::widgets {
class Button;
class ElidedLabel;
} // namespace ui::widgets

namespace ui::first_run {

class ModelSummary;

class ModelStep : public QWidget {
    Q_OBJECT
 public:
    explicit ModelStep(app::application::Application& application, QWidget* parent = nullptr);

    bool offersDownload() const; // the one thing to do here; else it is to go on

 Q_SIGNALS:
    void offerChanged();

 private:
    QWidget* buildCard();
    void refresh();
    void showModel(const app::downloads::Recommendation& model);
    void showOthers();
    void showDownload(const app::downloads::DownloadStatus& status);
    void download();

    app::application::Application& m_application;
    QLabel* m_none;
    QWidget* m_card;
    ModelSummary* m_summary;
    widgets::ElidedLabel* m_where;
    widgets::Button* m_download;
    QLabel* m_progress;
    QWidget* m_line;
    QWidget* m_head;
    QVBoxLayout* m_others; // what may be shown instead
    QList<models::RecommendedRow*> m_rows;
    QString m_repo;        // of the model that is shown
    QString m_picked;      // by the person, instead of the best one; may be empty
    QString m_downloadId;  // empty: it was not asked for
    bool m_wanted = false; // as soon as the hub has said what there is of it
};

} // namespace ui::first_run
