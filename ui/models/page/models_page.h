// ModelsPage: tabs over a left pane, what is chosen there beside it, the downloads below; takes in files that
// are dropped on it.
#pragma once

#include <QWidget>

#include "app/application/application.h"

class QHBoxLayout;
class QSplitter;
class QStackedWidget;
class QTabBar;
class QVBoxLayout;

namespace ui::models {

class DownloadedView;
class DownloadsDrawer;
class ExploreSide;
class FoldersView;

class ModelsPage : public QWidget {
    Q_OBJECT
 public:
    explicit ModelsPage(app::application::Application& application, QWidget* parent = nullptr);

    void showExplore();
    void showModel(const QString& repo); // in Explore, whatever was looked for there

    void focusPage();
    void cyclePane(int step, QWidget* rail); // F6
    // Asks how, unless the modifiers say it: Ctrl copies, Shift moves, both link.
    void importFiles(const QStringList& paths, Qt::KeyboardModifiers modifiers);

 Q_SIGNALS:
    void loadRequested(const QString& path);
    void revealRequested(const QString& path);
    void addressRequested(const QString& url); // to be opened in a browser

 protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void showEvent(QShowEvent* event) override;

 private:
    QWidget* buildLeft();
    void addExplore();
    void addDrawer();
    void addTab(const QString& title, QWidget* side, QWidget* main);
    void showCount();
    void showLoaded();

    app::application::Application& m_application;
    QTabBar* m_tabs;
    QStackedWidget *m_sides, *m_mains;
    QSplitter* m_splitter;
    QVBoxLayout* m_rows;
    DownloadedView* m_downloaded;
    FoldersView* m_folders;
    ExploreSide* m_explore = nullptr;
    DownloadsDrawer* m_drawer = nullptr;
};

} // namespace ui::models
