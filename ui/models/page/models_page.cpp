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
#include "ui/models/downloads/downloads_drawer.h"
#include "ui/models/explore/explore_pane.h"
#include "ui/models/explore/explore_side.h"
#include "ui/models/fit/model_words.h"
#include "ui/theme/icons.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/panel.h"
#include "ui/widgets/reading_order.h"

namespace ui::models {

using app::bridge::EngineHost;
using app::library::ImportRequest;

namespace {

constexpr int kLeftWidth = 380;
enum Tab { kExplore, kDownloaded, kFolders };

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

// "RTX 4080 SUPER 17.2 GB + 67.1 GB RAM"; empty: not known yet.
QString machineText(const app::hardware::Profile& profile) {
    if (profile.memory <= 0) return {};
    QStringList parts;
    for (const app::hardware::GpuFacts& gpu : profile.gpus)
        parts.append(gpu.name + QLatin1Char(' ') + bytesText(gpu.memory));
    if (parts.isEmpty()) parts.append(profile.processor.name);
    parts.append(ModelsPage::tr("%1 RAM").arg(bytesText(profile.memory)));
    return parts.join(QStringLiteral(" + "));
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
      m_downloaded(new DownloadedView(
          {application.library(), application.fitAdvice(), application.verifier(), application.remover(),
           application.importer(), application.shrinker(), application.planner()},
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
    addExplore();
    addTab(tr("Downloaded"), m_downloaded->side(), m_downloaded->main());
    addTab(tr("Folders"), m_folders->side(), m_folders->main());
    addDrawer();
    m_downloaded->setFindAction(tr("Find a model"));
    m_tabs->setCurrentIndex(kDownloaded);

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

void ModelsPage::addTab(const QString& title, QWidget* side, QWidget* main) {
    m_sides->addWidget(side);
    m_mains->addWidget(main);
    m_tabs->addTab(title);
}

void ModelsPage::addExplore() {
    m_explore = new ExploreSide(m_application.explore(), this);
    auto* pane = new ExplorePane(m_application.explore(), this);
    connect(pane, &ExplorePane::downloadRequested, this,
            [this](const QString& repo, const QString& revision, const app::downloads::RepoVariant& variant) {
                const QString folder = m_application.hubSettings().folderOf(repo);
                m_application.downloads().add(app::downloads::specOf(repo, revision, variant, folder));
            });
    connect(pane, &ExplorePane::cardRequested, this, [this](const QString& repo) {
        const QString hub = m_application.settings().value(app::settings::kHubEndpoint);
        Q_EMIT addressRequested(hub + QLatin1Char('/') + repo);
    });
    const auto& machine = m_application.machine();
    connect(&machine, &app::hardware::Machine::profileChanged, pane,
            [&machine, pane] { pane->setMachineText(machineText(machine.profile())); });
    pane->setMachineText(machineText(machine.profile()));
    addTab(tr("Explore"), m_explore, pane);
}

void ModelsPage::addDrawer() {
    m_drawer = new DownloadsDrawer(m_application.downloads(), this);
    const app::library::Library& library = m_application.library();
    m_drawer->setFolder(library.modelsFolder());
    connect(&library, &app::library::Library::foldersChanged, m_drawer,
            [this, &library] { m_drawer->setFolder(library.modelsFolder()); });
    connect(m_drawer, &DownloadsDrawer::revealRequested, this, &ModelsPage::revealRequested);
    m_rows->addWidget(m_drawer);
}

void ModelsPage::showExplore() {
    m_tabs->setCurrentIndex(kExplore);
    m_explore->focusSearch();
}

void ModelsPage::showModel(const QString& repo) {
    showExplore();
    m_application.explore().choose(repo);
}

void ModelsPage::focusPage() {
    switch (m_tabs->currentIndex()) {
        case kExplore:
            return m_explore->focusSearch();
        case kDownloaded:
            return m_downloaded->focusList();
        default:
            return m_folders->focusList();
    }
}

void ModelsPage::cyclePane(int step, QWidget* rail) {
    QList<QWidget*> panes{rail};
    for (QWidget* pane :
         {m_sides->currentWidget(), m_mains->currentWidget(), static_cast<QWidget*>(m_drawer)})
        if (pane->isVisible() && !widgets::tabStops(pane).isEmpty()) panes.append(pane);
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
    m_tabs->setTabText(kDownloaded, count > 0 ? tr("Downloaded  %1").arg(count) : tr("Downloaded"));
}

void ModelsPage::showLoaded() {
    const EngineHost& host = m_application.engineHost();
    m_downloaded->pane()->setLoaded(host.state() == EngineHost::State::ready ? host.modelPath() : QString());
}

} // namespace ui::models
