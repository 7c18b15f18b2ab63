// DownloadedView: the models on this computer: a list with search, filters and order, and one of them in
// full. Two widgets that stand beside each other on the models page.
#pragma once

#include <QObject>

#include "app/library/importer.h"
#include "app/library/library_list_model.h"
#include "app/library/remover.h"
#include "app/library/shrinker.h"
#include "app/library/verifier.h"
#include "ui/models/downloaded/entry_pane.h"

class QLabel;
class QListView;
class QMenu;
class QStackedLayout;

namespace ui::widgets {
class Banner;
class EmptyState;
class FilterChip;
class SearchField;
class Toast;
} // namespace ui::widgets

namespace ui::models {

// What the view works with.
struct LibraryServices {
    app::library::Library& library;
    app::library::FitAdvice& advice;
    app::library::Verifier& verifier;
    app::library::Remover& remover;
    app::library::Importer& importer;
    app::library::Shrinker& shrinker;
    app::bridge::Planner& planner;
};

class DownloadedView : public QObject {
    Q_OBJECT
 public:
    DownloadedView(const LibraryServices& services, QWidget* page);

    QWidget* side() const { return m_side; }
    QWidget* main() const { return m_main; }
    EntryPane* pane() const { return m_pane; }
    void focusList();
    void choose(app::library::EntryId id);
    // Empty when there is no place to find models (no Explore page yet).
    void setFindAction(const QString& label);

 Q_SIGNALS:
    void loadRequested(const QString& path);
    void revealRequested(const QString& path);
    void findRequested();
    void unloadRequested(const QString& path); // it is about to be deleted

 private:
    QWidget* buildSide();
    QWidget* buildFilters(QWidget* parent);
    QWidget* buildOrder(QWidget* parent);
    QWidget* buildJobs(QWidget* parent);
    QWidget* buildMain();
    void connectJobs();
    void showShrunk(const app::library::ShrinkResult& result);
    void askForCopy(app::library::EntryId id);
    void applyFilter();
    void showState();
    void showCurrent();
    void keepCurrent();

    LibraryServices m_services;
    app::library::LibraryListModel m_rows;
    QWidget* m_page;
    QWidget *m_side, *m_main;
    widgets::SearchField* m_search;
    widgets::FilterChip *m_fits, *m_chat, *m_experts;
    QAction *m_adapters, *m_problems;
    QLabel* m_count;
    QListView* m_list;
    widgets::EmptyState* m_empty;
    widgets::Banner* m_problem; // of the last smaller copy
    QStackedLayout* m_stack;    // list or empty state
    EntryPane* m_pane;
    widgets::EmptyState* m_nothing;
    QStackedLayout* m_mainStack; // pane or empty state
    widgets::Toast* m_toast;
    QString m_findLabel;
    app::library::EntryId m_current = 0;
};

} // namespace ui::models
