// MainWindow: rail, pages and status line; opens files; remembers its place on the screen.
#pragma once

#include <QMainWindow>

#include "app/application/application.h"
#include "ui/shell/action_registry.h"
#include "ui/theme/theme.h"

class QButtonGroup;
class QMenu;
class QStackedWidget;

namespace ui::chat {
class ChatPage;
}
namespace ui::models {
class ModelsPage;
}
namespace ui::widgets {
class Banner;
class RailButton;
} // namespace ui::widgets

namespace ui::shell {

class MainWindow : public QMainWindow {
    Q_OBJECT
 public:
    MainWindow(app::application::Application& application, theme::Theme& theme);
    ~MainWindow() override;

    const ActionRegistry& actions() const { return m_actions; }
    void openModelFile(const QString& path);
    void comeToFront();
    void offerFirstRun(); // unless it was gone through before

 protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool focusNextPrevChild(bool next) override;

 private:
    enum Page { kChatPage, kModelsPage, kHardwarePage, kSettingsPage };
    QWidget* buildRail();
    QMenu* buildFileMenu();
    void fillRecentFiles(QMenu* menu);
    void connectActions();
    void connectApplication();
    QWidget* pageOf(Page page);
    QWidget* buildModels();
    QWidget* buildHardware();
    void showPage(Page page);
    void showModel(const QString& repo); // of the hub
    void chooseFile();
    void cyclePane(int step);
    void zoom(int step);
    void followSettings();
    void showAbout();

    app::application::Application& m_application;
    theme::Theme& m_theme;
    ActionRegistry m_actions;
    QButtonGroup* m_rail;
    QStackedWidget* m_pages;
    widgets::Banner* m_banner;
    chat::ChatPage* m_chat;
    QWidget* m_firstRun = nullptr;          // over everything else while it is there
    models::ModelsPage* m_models = nullptr; // these are built when first shown
    QWidget* m_hardware = nullptr;
    QWidget* m_settings = nullptr;
};

} // namespace ui::shell
