// ModelPopup: search and choose a model with the keyboard or the mouse; stays open until a choice or Esc.
#pragma once

#include <QDialog>

#include "app/bridge/engine_host.h"
#include "app/library/model_list_model.h"
#include "app/library/recent_models.h"

class QListView;
class QStackedLayout;

namespace ui::widgets {
class EmptyState;
class SearchField;
} // namespace ui::widgets

namespace ui::chat {

class ModelPopup : public QDialog {
    Q_OBJECT
 public:
    ModelPopup(app::library::ModelListModel& list, app::library::RecentModels& models, QWidget* parent);

    void openUnder(const QWidget* button);

 Q_SIGNALS:
    void modelChosen(const QString& path);
    void loadSettingsRequested(const QString& path, const QString& name);
    void openFileRequested();

 protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

 private:
    void choose(const QModelIndex& index);
    void configure(const QModelIndex& index); // opens the load settings instead
    void showFirst();                         // the first row chosen, or why there is none

    app::library::ModelListModel& m_listModel;
    app::library::RecentModels& m_models;
    widgets::SearchField* m_search;
    QListView* m_list;
    widgets::EmptyState* m_empty;
    QStackedLayout* m_stack; // list or empty state
};

} // namespace ui::chat
