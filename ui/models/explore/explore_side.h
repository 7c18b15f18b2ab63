// ExploreSide: what to look for, and the models that were found; for the left of the models page.
#pragma once

#include "app/downloads/explore.h"
#include "ui/widgets/panel.h"

class QLabel;
class QListView;
class QStackedWidget;

namespace ui::widgets {
class Banner;
class EmptyState;
class FilterChip;
class SearchField;
class WordedRows;
} // namespace ui::widgets

namespace ui::models {

class ExploreSide : public widgets::Panel {
    Q_OBJECT
 public:
    explicit ExploreSide(app::downloads::Explore& explore, QWidget* parent = nullptr);
    void focusSearch();

 private:
    QWidget* buildFilters();
    QWidget* buildOrder();
    QWidget* buildList();
    void applyFilters();
    void showState();
    QString countText() const;
    void keepChoice();

    app::downloads::Explore& m_explore;
    widgets::SearchField* m_search;
    widgets::FilterChip *m_fits, *m_chat, *m_moe, *m_code;
    QLabel* m_count;
    widgets::Banner* m_problem;
    QStackedWidget* m_stack;
    QListView* m_list;
    widgets::WordedRows* m_rows;
    widgets::EmptyState* m_empty;
};

} // namespace ui::models
