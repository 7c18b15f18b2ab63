// The window.
#include "ui/shell/main_window.h"

#include <QApplication>
#include <QButtonGroup>
#include <QCloseEvent>
#include <QDesktopServices>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QKeyEvent>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <utility>

#include "app/settings/first_run.h"
#include "ui/chat/page/chat_page.h"
#include "ui/chat/page/problem_texts.h"
#include "ui/first_run/first_run.h"
#include "ui/hardware/hardware_page.h"
#include "ui/models/page/models_page.h"
#include "ui/settings/settings_page.h"
#include "ui/shell/command_palette.h"
#include "ui/shell/job_meter.h"
#include "ui/shell/status_line.h"
#include "ui/theme/icons.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/panel.h"
#include "ui/widgets/rail_button.h"
#include "ui/widgets/reading_order.h"

namespace ui::shell {

namespace {

// A model is a GGUF file or a folder with config.json; the latter may be dropped as any file inside it.
QString modelPathOf(const QUrl& url) {
    if (!url.isLocalFile()) return {};
    const QFileInfo info(url.toLocalFile());
    if (info.isDir()) return info.absoluteFilePath();
    if (info.suffix().compare(QLatin1String("gguf"), Qt::CaseInsensitive) == 0)
        return info.absoluteFilePath();
    const bool part =
        info.suffix() == QLatin1String("safetensors") || info.fileName() == QLatin1String("config.json");
    return part ? info.absolutePath() : QString();
}

bool isConversation(const QUrl& url) {
    return url.isLocalFile() &&
           QFileInfo(url.toLocalFile()).suffix().compare(QLatin1String("json"), Qt::CaseInsensitive) == 0 &&
           QFileInfo(url.toLocalFile()).fileName() != QLatin1String("config.json");
}

} // namespace

MainWindow::MainWindow(app::application::Application& application, theme::Theme& theme)
    : m_application(application),
      m_theme(theme),
      m_actions(this),
      m_rail(new QButtonGroup(this)),
      m_pages(new QStackedWidget(this)),
      m_banner(new widgets::Banner(this)),
      m_chat(new chat::ChatPage(application, this)) {
    setObjectName(QStringLiteral("mainWindow"));
    setWindowTitle(tr("Tandem"));
    setMinimumSize(960, 600);
    resize(1280, 800);
    setAcceptDrops(true);
    setContextMenuPolicy(Qt::NoContextMenu);

    m_banner->setObjectName(QStringLiteral("banner"));
    m_banner->setDismissible(true);
    m_banner->hide();
    m_pages->addWidget(m_chat);

    auto* body = new QWidget(this);
    auto* columns = new QHBoxLayout;
    columns->setContentsMargins(0, 0, 0, 0);
    columns->setSpacing(0);
    columns->addWidget(buildRail());
    columns->addWidget(m_pages, 1);
    auto* rows = new QVBoxLayout(body);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    rows->addWidget(m_banner);
    rows->addLayout(columns, 1);
    auto* jobs = new JobMeter(application.downloads(), application.importer(), application.shrinker(), this);
    connect(jobs, &QAbstractButton::clicked, m_actions[Command::ShowModels], &QAction::trigger);
    rows->addWidget(
        new StatusLine(application.engineHost(), application.chat(), application.liveSampling(), jobs, this));
    setCentralWidget(body);

    connectActions();
    connectApplication();
    followSettings();
    restoreGeometry(application.settings().value(app::settings::kWindowGeometry));
    m_chat->focusComposer();
}

MainWindow::~MainWindow() = default;

QWidget* MainWindow::buildRail() {
    auto* rail = new widgets::Panel(theme::Token::Window, this, Qt::RightEdge);
    rail->setObjectName(QStringLiteral("rail"));
    rail->setFixedWidth(theme::metrics::kRailWidth);
    auto* layout = new QVBoxLayout(rail);
    layout->setContentsMargins(4, 8, 4, 8);
    layout->setSpacing(4);
    const auto page = [&](theme::Icon icon, const QString& label, Page id, Command command) {
        auto* button = new widgets::RailButton(icon, label, rail);
        button->setCheckable(true);
        button->setToolTip(
            tr("%1 (%2)").arg(label, m_actions[command]->shortcut().toString(QKeySequence::NativeText)));
        m_rail->addButton(button, id);
        return button;
    };
    layout->addWidget(page(theme::Icon::Chat, tr("Chat"), kChatPage, Command::ShowChat));
    layout->addWidget(page(theme::Icon::Cube, tr("Models"), kModelsPage, Command::ShowModels));
    layout->addWidget(page(theme::Icon::Chip, tr("Hardware"), kHardwarePage, Command::ShowHardware));
    layout->addStretch();
    auto* file = new widgets::RailButton(theme::Icon::File, tr("File"), rail);
    file->setObjectName(QStringLiteral("fileMenuButton"));
    file->setCheckable(false);
    file->setAutoExclusive(false);
    file->setToolTip(tr("Open files, export, quit"));
    QMenu* menu = buildFileMenu();
    connect(file, &QAbstractButton::clicked, this, [file, menu] {
        menu->popup(file->mapToGlobal(QPoint(file->width() + 2, file->height() - menu->sizeHint().height())));
    });
    layout->addWidget(file);
    layout->addWidget(page(theme::Icon::Gear, tr("Settings"), kSettingsPage, Command::ShowSettings));
    m_rail->button(kChatPage)->setChecked(true);
    connect(m_rail, &QButtonGroup::idClicked, this, [this](int id) { showPage(static_cast<Page>(id)); });
    return rail;
}

QMenu* MainWindow::buildFileMenu() {
    auto* menu = new QMenu(this);
    menu->addAction(m_actions[Command::NewChat]);
    menu->addAction(m_actions[Command::OpenFile]);
    QMenu* recent = menu->addMenu(tr("Recent files"));
    recent->setObjectName(QStringLiteral("recentFilesMenu"));
    connect(recent, &QMenu::aboutToShow, this, [this, recent] { fillRecentFiles(recent); });
    menu->addSeparator();
    for (const Command command : {Command::ExportMarkdown, Command::ExportJson, Command::ImportConversation})
        menu->addAction(m_actions[command]);
    menu->addSeparator();
    for (const Command command : {Command::Palette, Command::Shortcuts, Command::About})
        menu->addAction(m_actions[command]);
    menu->addSeparator();
    menu->addAction(m_actions[Command::Quit]);
    return menu;
}

void MainWindow::fillRecentFiles(QMenu* menu) {
    menu->clear();
    for (const app::library::ModelEntry& entry : m_application.models().entries()) {
        const QString path = entry.info.path;
        QAction* action = menu->addAction(entry.info.name, this, [this, path] { openModelFile(path); });
        action->setToolTip(path);
        action->setEnabled(!entry.missing);
    }
    if (menu->isEmpty()) menu->addAction(tr("No files yet"))->setEnabled(false);
}

void MainWindow::connectActions() {
    const auto on = [this](Command command, auto act) {
        connect(m_actions[command], &QAction::triggered, this, act);
    };
    app::chat::ChatController& chat = m_application.chat();
    on(Command::NewChat, [this, &chat] {
        showPage(kChatPage);
        chat.newConversation();
        m_chat->focusComposer();
    });
    on(Command::OpenFile, [this] { chooseFile(); });
    on(Command::ImportConversation, [this] { m_chat->importConversation(); });
    on(Command::ExportMarkdown, [this, &chat] {
        m_chat->exportConversation(chat.currentId(), app::chat::ChatController::Format::markdown);
    });
    on(Command::ExportJson, [this, &chat] {
        m_chat->exportConversation(chat.currentId(), app::chat::ChatController::Format::json);
    });
    on(Command::Quit, [this] { close(); });
    on(Command::ChooseModel, [this] {
        showPage(kChatPage);
        m_chat->chooseModel();
    });
    on(Command::LoadSettings, [this] {
        showPage(kChatPage);
        m_chat->showLoadSettings();
    });
    on(Command::ReloadModel, [this] { m_application.engineHost().reload(); });
    on(Command::EjectModel, [this] { m_application.engineHost().eject(); });
    on(Command::SearchChats, [this] {
        showPage(kChatPage);
        m_chat->focusSearch();
    });
    on(Command::FindInChat, [this] {
        showPage(kChatPage);
        m_chat->findInChat();
    });
    on(Command::RenameChat, [this] { m_chat->renameChat(); });
    on(Command::DeleteChat, [&chat] { chat.deleteConversation(chat.currentId()); });
    on(Command::UndoDelete, [this] { m_chat->undoDelete(); });
    on(Command::StopReply, [&chat] { chat.stop(); });
    on(Command::Regenerate, [this] { m_chat->regenerateLast(); });
    on(Command::CopyLastReply, [this] { m_chat->copyLastReply(); });
    on(Command::PreviousMessage, [this] { m_chat->moveMessageFocus(-1); });
    on(Command::NextMessage, [this] { m_chat->moveMessageFocus(1); });
    on(Command::FocusComposer, [this] {
        showPage(kChatPage);
        m_chat->focusComposer();
    });
    on(Command::ToggleList, [this] { m_chat->setListVisible(!m_chat->isListVisible()); });
    on(Command::ToggleInspector, [this] { m_chat->setInspectorVisible(!m_chat->isInspectorVisible()); });
    on(Command::ZoomIn, [this] { zoom(1); });
    on(Command::ZoomOut, [this] { zoom(-1); });
    on(Command::ZoomReset, [this] { zoom(0); });
    on(Command::NextPane, [this] { cyclePane(1); });
    on(Command::PreviousPane, [this] { cyclePane(-1); });
    on(Command::ShowChat, [this] { showPage(kChatPage); });
    on(Command::ShowModels, [this] { showPage(kModelsPage); });
    on(Command::ShowHardware, [this] { showPage(kHardwarePage); });
    on(Command::ShowSettings, [this] { showPage(kSettingsPage); });
    on(Command::Palette, [this] { (new CommandPalette(m_actions, this))->open(); });
    on(Command::Shortcuts, [this] { (new CommandPalette(m_actions, this))->open(); });
    on(Command::About, [this] { showAbout(); });
    // Esc belongs to fields and lists unless there is something to stop.
    const auto enableStop = [this, &chat] { m_actions[Command::StopReply]->setEnabled(chat.isBusy()); };
    connect(&chat, &app::chat::ChatController::stageChanged, this, enableStop);
    connect(&chat, &app::chat::ChatController::currentChanged, this, enableStop);
    enableStop();
    connect(m_chat, &chat::ChatPage::openFileRequested, this, &MainWindow::chooseFile);
}

void MainWindow::connectApplication() {
    const auto show = [this](const app::bridge::UserMessage& message, widgets::Banner::Severity severity) {
        m_banner->setVisible(!message.isEmpty());
        if (!message.isEmpty())
            m_banner->setMessage(severity, message.title, chat::problemText(message), message.details);
    };
    connect(
        &m_application, &app::application::Application::storageProblem, this,
        [show](const app::bridge::UserMessage& message) { show(message, widgets::Banner::Severity::Error); });
    connect(&m_application, &app::application::Application::notice, this,
            [show](const app::bridge::UserMessage& message) {
                show(message, widgets::Banner::Severity::Warning);
            });
    connect(m_banner, &widgets::Banner::dismissed, m_banner, &QWidget::hide);
    connect(&m_application.settings(), &app::settings::Settings::changed, this, &MainWindow::followSettings);
    connect(&m_application.downloads(), &app::downloads::DownloadManager::activeCountChanged, this,
            [this](int count) {
                static_cast<widgets::RailButton*>(m_rail->button(kModelsPage))->setBadge(count);
            });
    app::chat::ChatController& chat = m_application.chat();
    const auto title = [this, &chat] {
        setWindowTitle(chat.title().isEmpty() ? tr("Tandem") : tr("%1 – Tandem").arg(chat.title()));
    };
    connect(&chat, &app::chat::ChatController::titleChanged, this, title);
    connect(&chat, &app::chat::ChatController::currentChanged, this, title);
}

void MainWindow::followSettings() {
    const app::settings::Settings& settings = m_application.settings();
    m_theme.setChoice(static_cast<theme::Theme::Choice>(settings.value(app::settings::kTheme)));
    m_theme.setMotion(settings.value(app::settings::kReducedMotion) ? theme::Theme::Motion::Reduced
                                                                    : theme::Theme::Motion::System);
}

QWidget* MainWindow::buildModels() {
    m_models = new models::ModelsPage(m_application, this);
    m_pages->addWidget(m_models);
    connect(m_models, &models::ModelsPage::loadRequested, this, &MainWindow::openModelFile);
    connect(m_models, &models::ModelsPage::revealRequested, this, [](const QString& path) {
        const QFileInfo info(path);
        QDesktopServices::openUrl(QUrl::fromLocalFile(info.isDir() ? path : info.absolutePath()));
    });
    connect(m_models, &models::ModelsPage::addressRequested, this,
            [](const QString& url) { QDesktopServices::openUrl(QUrl(url)); });
    return m_models;
}

QWidget* MainWindow::buildHardware() {
    auto* page = new hardware::HardwarePage(m_application, this);
    connect(page, &hardware::HardwarePage::modelRequested, this, &MainWindow::showModel);
    return page;
}

void MainWindow::showModel(const QString& repo) {
    showPage(kModelsPage);
    m_models->showModel(repo);
}

QWidget* MainWindow::pageOf(Page page) {
    if (page == kChatPage) return m_chat;
    if (page == kModelsPage) return m_models != nullptr ? m_models : buildModels();
    QWidget*& built = page == kHardwarePage ? m_hardware : m_settings;
    if (built != nullptr) return built;
    if (page == kHardwarePage)
        built = buildHardware();
    else
        built = new settings::SettingsPage(m_application.settings(), m_application.hubSettings(),
                                           m_application.library(), this);
    m_pages->addWidget(built);
    return built;
}

void MainWindow::showPage(Page page) {
    QWidget* shown = pageOf(page);
    const bool changes = m_pages->currentWidget() != shown;
    const bool first = shown->focusWidget() == nullptr; // the stack would choose whatever comes first in it
    m_pages->setCurrentWidget(shown);
    m_rail->button(page)->setChecked(true);
    const bool elsewhere = first || !shown->isAncestorOf(focusWidget());
    if (page == kModelsPage && elsewhere)
        m_models->focusPage();
    else if (page != kChatPage && elsewhere)
        shown->setFocus();
    if (page == kChatPage && changes) m_chat->focusComposer(); // else the focus stays on what is hidden now
}

void MainWindow::chooseFile() {
    auto* dialog = new QFileDialog(this, tr("Open a model file"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("Models (*.gguf *.safetensors config.json)"), tr("All files (*)")});
    const QString last = m_application.engineHost().modelPath();
    if (!last.isEmpty()) dialog->setDirectory(QFileInfo(last).absolutePath());
    connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::openModelFile);
    dialog->open();
}

void MainWindow::openModelFile(const QString& path) {
    const QString model = modelPathOf(QUrl::fromLocalFile(QFileInfo(path).absoluteFilePath()));
    showPage(kChatPage);
    m_application.openModel(model.isEmpty() ? QFileInfo(path).absoluteFilePath() : model);
}

void MainWindow::comeToFront() {
    setWindowState(windowState() & ~Qt::WindowMinimized);
    show();
    raise();
    activateWindow();
}

void MainWindow::offerFirstRun() {
    app::settings::Settings& settings = m_application.settings();
    if (m_firstRun != nullptr || settings.value(app::settings::kFirstRunDone)) return;
    auto* steps = new first_run::FirstRun(m_application, this);
    m_firstRun = steps;
    connect(steps, &first_run::FirstRun::finished, this, [this, &settings] {
        settings.setValue(app::settings::kFirstRunDone, true);
        std::exchange(m_firstRun, nullptr)->deleteLater();
        centralWidget()->setEnabled(true);
        m_chat->focusComposer();
    });
    centralWidget()->setEnabled(false); // Tab must not wander into what is covered
    steps->setGeometry(rect());
    steps->show();
    steps->setFocus();
}

void MainWindow::resizeEvent(QResizeEvent* event) {
    QMainWindow::resizeEvent(event);
    if (m_firstRun != nullptr) m_firstRun->setGeometry(rect());
}

void MainWindow::cyclePane(int step) {
    setAttribute(Qt::WA_KeyboardFocusChange); // Qt sets it for Tab; without it a list does not mark its row
    QWidget* page = m_pages->currentWidget();
    if (page == m_chat) return m_chat->cyclePane(step);
    if (page == m_models) return m_models->cyclePane(step, m_rail->checkedButton());
    QWidget* pane = page->isAncestorOf(focusWidget()) ? m_rail->checkedButton() : page;
    pane->setFocus(Qt::TabFocusReason);
}

void MainWindow::zoom(int step) {
    app::settings::Settings& settings = m_application.settings();
    settings.setValue(app::settings::kTextZoom,
                      step == 0 ? 100 : settings.value(app::settings::kTextZoom) + 10 * step);
}

void MainWindow::showAbout() {
    auto* box =
        new QMessageBox(QMessageBox::NoIcon, tr("About Tandem"),
                        tr("<b>Tandem %1</b><br>Runs large language models on your own computer.<br><br>"
                           "Nothing you write leaves this machine.<br>Apache License 2.0")
                            .arg(QApplication::applicationVersion()),
                        QMessageBox::Close, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

void MainWindow::closeEvent(QCloseEvent* event) {
    m_application.settings().setValue(app::settings::kWindowGeometry, saveGeometry());
    m_chat->saveLayout();
    QMainWindow::closeEvent(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    if (!urls.isEmpty() && (!modelPathOf(urls.first()).isEmpty() || isConversation(urls.first())))
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const QUrl url = event->mimeData()->urls().value(0);
    if (isConversation(url))
        m_application.chat().importConversation(url.toLocalFile());
    else if (!modelPathOf(url).isEmpty())
        openModelFile(url.toLocalFile());
    event->acceptProposedAction();
}

void MainWindow::changeEvent(QEvent* event) {
    if (event->type() == QEvent::WindowStateChange) m_application.liveSampling().setActive(!isMinimized());
    QMainWindow::changeEvent(event);
}

// Enter presses the button that has the focus, as Space does; Qt does so in dialogs only.
void MainWindow::keyPressEvent(QKeyEvent* event) {
    auto* button = qobject_cast<QAbstractButton*>(focusWidget());
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && button != nullptr && button->isEnabled())
        button->click();
    else
        QMainWindow::keyPressEvent(event);
}

bool MainWindow::focusNextPrevChild(bool next) {
    return widgets::focusInReadingOrder(this, next);
}

} // namespace ui::shell
