// Tabs, panes and drops.
#include "ui/models/page/models_page.h"

#include <QDragEnterEvent>
#include <QMenu>
#include <QMimeData>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include "ui/models/downloaded/downloaded_view.h"
#include "ui/models/downloaded/folders_view.h"
#include "ui/theme/icons.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/panel.h"
#include "ui/widgets/reading_order.h"

namespace ui::models {

using app::bridge::EngineHost;
using app::library::ImportRequest;

namespace {

constexpr int kLeftWidth = 380;

// As high as the headers of the other pages.
class HeaderTabs : public QTabBar {
 public:
    using QTabBar::QTabBar;

 protected:
    QSize tabSizeHint(int index) const override {
        return {QTabBar::tabSizeHint(index).width(), theme::metrics::kHeaderHeight};
    }
};

QStringList localFiles(const QMimeData* data) {
    QStringList paths;
    for (const QUrl& url : data->urls())
        if (url.isLocalFile()) paths.append(url.toLocalFile());
    return paths;
}

} // namespace

ModelsPage::ModelsPage(app::application::Application& application, QWidget* parent)
    : QWidget(parent),
      m_application(application),
      m_tabs(new HeaderTabs(this)),
      m_sides(new QStackedWidget(this)),
      m_mains(new QStackedWidget(this)),
      m_splitter(new QSplitter(Qt::Horizontal, this)),
      m_rows(new QVBoxLayout(this)),
      m_downloaded(new DownloadedView({application.library(), application.fitAdvice(), application.verifier(),
                                       application.remover(), application.importer()},
                                      this)),
      m_folders(new FoldersView(application.library(), this)) {
    setObjectName(QStringLiteral("modelsPage"));
    setAcceptDrops(true);
    m_splitter->setHandleWidth(1);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(buildLeft());
    m_splitter->addWidget(m_mains);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({kLeftWidth, 1000});
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setSpacing(0);
    m_rows->addWidget(m_splitter, 1);
    addTab(0, tr("Downloaded"), m_downloaded->side(), m_downloaded->main());
    addTab(1, tr("Folders"), m_folders->side(), m_folders->main());

    connect(m_downloaded, &DownloadedView::loadRequested, this, &ModelsPage::loadRequested);
    connect(m_downloaded, &DownloadedView::revealRequested, this, &ModelsPage::revealRequested);
    connect(m_folders, &FoldersView::revealRequested, this, &ModelsPage::revealRequested);
    connect(m_downloaded, &DownloadedView::findRequested, this, &ModelsPage::showExplore);
    connect(m_downloaded, &DownloadedView::unloadRequested, this, [this](const QString& path) {
        if (m_application.engineHost().modelPath() == path) m_application.engineHost().eject();
    });
    app::library::Library& library = application.library();
    connect(&library, &app::library::Library::changed, this, &ModelsPage::showCount);
    connect(&library, &app::library::Library::removed, this, &ModelsPage::showCount);
    connect(&application.engineHost(), &EngineHost::stateChanged, this, &ModelsPage::showLoaded);
    showCount();
    showLoaded();
}

QWidget* ModelsPage::buildLeft() {
    auto* left = new widgets::Panel(theme::Token::Window, this);
    left->setMinimumWidth(320);
    left->setMaximumWidth(520);
    m_tabs->setObjectName(QStringLiteral("modelsTabs"));
    m_tabs->setAccessibleName(tr("Models"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int tab) {
        m_sides->setCurrentIndex(tab);
        m_mains->setCurrentIndex(tab);
    });
    auto* head = new widgets::Panel(theme::Token::Window, left, Qt::BottomEdge);
    head->setFixedHeight(theme::metrics::kHeaderHeight);
    auto* headLayout = new QHBoxLayout(head);
    headLayout->setContentsMargins(6, 0, 0, 0);
    headLayout->addWidget(m_tabs);
    headLayout->addStretch();
    auto* layout = new QVBoxLayout(left);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(head);
    layout->addWidget(m_sides, 1);
    return left;
}

void ModelsPage::addTab(int at, const QString& title, QWidget* side, QWidget* main) {
    m_sides->insertWidget(at, side);
    m_mains->insertWidget(at, main);
    m_tabs->insertTab(at, title);
}

void ModelsPage::addExplore(QWidget* side, QWidget* main) {
    m_downloadedTab = 1;
    addTab(0, tr("Explore"), side, main);
    m_tabs->setCurrentIndex(m_downloadedTab);
    m_downloaded->setFindAction(tr("Find a model"));
    showCount();
}

void ModelsPage::setDrawer(QWidget* drawer) {
    m_rows->addWidget(drawer);
}

void ModelsPage::showExplore() {
    if (m_downloadedTab > 0) m_tabs->setCurrentIndex(0);
}

void ModelsPage::focusPage() {
    if (m_tabs->currentIndex() == m_downloadedTab)
        m_downloaded->focusList();
    else if (m_tabs->currentIndex() == m_downloadedTab + 1)
        m_folders->focusList();
    else
        m_sides->currentWidget()->setFocus();
}

void ModelsPage::cyclePane(int step, QWidget* rail) {
    QList<QWidget*> panes{rail};
    for (QWidget* pane : {m_sides->currentWidget(), m_mains->currentWidget()})
        if (!widgets::tabStops(pane).isEmpty()) panes.append(pane);
    qsizetype at = 0;
    for (qsizetype i = 1; i < panes.size(); ++i)
        if (panes[i]->isAncestorOf(window()->focusWidget())) at = i;
    const qsizetype next = (at + step + panes.size()) % panes.size();
    if (next == 0)
        rail->setFocus(Qt::TabFocusReason);
    else if (panes[next] == m_sides->currentWidget())
        focusPage();
    else
        widgets::tabStops(panes[next]).first()->setFocus(Qt::TabFocusReason);
}

void ModelsPage::importFiles(const QStringList& paths, Qt::KeyboardModifiers modifiers) {
    const auto start = [this, paths](ImportRequest::Mode mode) {
        m_application.importer().start({paths, mode, m_application.library().modelsFolder()});
    };
    const bool control = modifiers.testFlag(Qt::ControlModifier);
    const bool shift = modifiers.testFlag(Qt::ShiftModifier);
    if (control && shift) return start(ImportRequest::Mode::link);
    if (control) return start(ImportRequest::Mode::copy);
    if (shift) return start(ImportRequest::Mode::move);
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("importMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto entry = [&](theme::Icon icon, const QString& text, ImportRequest::Mode mode) {
        menu->addAction(theme::menuIcon(icon), text, this, [start, mode] { start(mode); });
    };
    entry(theme::Icon::Copy, tr("Copy into the models folder"), ImportRequest::Mode::copy);
    entry(theme::Icon::Right, tr("Move into the models folder"), ImportRequest::Mode::move);
    entry(theme::Icon::External, tr("Link from the models folder"), ImportRequest::Mode::link);
    menu->addSeparator();
    menu->addAction(theme::menuIcon(theme::Icon::Close), tr("Cancel"), menu, &QWidget::close);
    menu->popup(QCursor::pos());
}

void ModelsPage::dragEnterEvent(QDragEnterEvent* event) {
    if (!localFiles(event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void ModelsPage::dropEvent(QDropEvent* event) {
    importFiles(localFiles(event->mimeData()), event->modifiers());
    event->acceptProposedAction();
}

void ModelsPage::showEvent(QShowEvent* event) {
    m_application.library().rescan(); // what nobody told of
    QWidget::showEvent(event);
}

void ModelsPage::showCount() {
    const qsizetype count = m_application.library().entries().size();
    m_tabs->setTabText(m_downloadedTab, count > 0 ? tr("Downloaded  %1").arg(count) : tr("Downloaded"));
}

void ModelsPage::showLoaded() {
    const EngineHost& host = m_application.engineHost();
    m_downloaded->pane()->setLoaded(host.state() == EngineHost::State::ready ? host.modelPath() : QString());
}

} // namespace ui::models
