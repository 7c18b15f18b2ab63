// The list, its filters, and what happens to the model that is chosen.
#include "ui/models/downloaded/downloaded_view.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QScrollArea>
#include <QStackedLayout>

#include "ui/models/downloaded/entry_delegate.h"
#include "ui/models/downloaded/job_row.h"
#include "ui/models/downloaded/removal_dialog.h"
#include "ui/models/downloaded/shrink_dialog.h"
#include "ui/models/fit/model_words.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/list_delegate.h"
#include "ui/widgets/order_button.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/toast.h"
#include "ui/widgets/worded_rows.h"

namespace ui::models {

using app::library::EntryId;
using app::library::EntryPointer;
using app::library::ImportResult;
using app::library::Verification;
using Rows = app::library::LibraryListModel;

DownloadedView::DownloadedView(const LibraryServices& services, QWidget* page)
    : QObject(page), m_services(services), m_rows(services.library, services.advice), m_page(page) {
    m_side = buildSide();
    m_main = buildMain();
    m_toast = new widgets::Toast(page);
    connectJobs();
    connect(&m_rows, &QAbstractItemModel::modelReset, this, &DownloadedView::keepCurrent);
    connect(&m_rows, &QAbstractItemModel::rowsInserted, this, &DownloadedView::showState);
    connect(&m_rows, &QAbstractItemModel::rowsRemoved, this, &DownloadedView::showState);
    connect(&m_rows, &QAbstractItemModel::dataChanged, this, &DownloadedView::showCurrent);
    connect(&services.library, &app::library::Library::settled, this, &DownloadedView::showState);
    keepCurrent();
}

QWidget* DownloadedView::buildSide() {
    auto* side = new widgets::Panel(theme::Token::Window, m_page);
    side->setObjectName(QStringLiteral("downloadedSide"));
    m_search = new widgets::SearchField(tr("Name, family, quantisation or folder"), side);
    m_search->setObjectName(QStringLiteral("librarySearch"));
    connect(m_search, &QLineEdit::textChanged, this, &DownloadedView::applyFilter);
    connect(m_search, &widgets::SearchField::leaveRequested, this, &DownloadedView::focusList);
    auto* listFrame = new QWidget(side);
    m_list = new QListView(listFrame);
    m_list->setObjectName(QStringLiteral("libraryList"));
    m_list->setAccessibleName(tr("Models on this computer"));
    widgets::dressAsFlatList(m_list);
    m_list->setItemDelegate(new EntryDelegate(m_list));
    m_list->setModel(new widgets::WordedRows(m_rows, entryText, m_list));
    m_list->setUniformItemSizes(true);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, [this] {
        if (const EntryPointer entry = m_rows.entryAt(m_list->currentIndex().row())) m_current = entry->id;
        showCurrent();
    });
    connect(m_list, &QListView::doubleClicked, this, [this] {
        const EntryPointer entry = m_rows.entryAt(m_list->currentIndex().row());
        if (entry && entry->isLoadable()) Q_EMIT loadRequested(entry->path);
    });
    m_empty = new widgets::EmptyState(theme::Icon::Cube, QString(), QString(), listFrame);
    m_empty->setObjectName(QStringLiteral("libraryEmpty"));
    connect(m_empty, &widgets::EmptyState::actionRequested, this, [this] {
        if (m_rows.filter() == Rows::Filter()) return Q_EMIT findRequested();
        m_search->clear();
        for (QAbstractButton* chip : {m_fits, m_chat, m_experts})
            chip->setChecked(false);
        m_adapters->setChecked(false);
        m_problems->setChecked(false);
    });
    m_stack = new QStackedLayout(listFrame);
    m_stack->addWidget(m_list);
    m_stack->addWidget(m_empty);

    auto* head = new QVBoxLayout;
    head->setContentsMargins(12, 12, 12, 4);
    head->setSpacing(theme::metrics::kSpace2);
    head->addWidget(m_search);
    head->addWidget(buildFilters(side));
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addWidget(buildOrder(side));
    auto* inset = new QHBoxLayout;
    inset->setContentsMargins(8, 0, 8, 0);
    inset->addWidget(listFrame);
    layout->addLayout(inset, 1);
    layout->addWidget(buildJobs(side));
    return side;
}

// What runs, and why the last smaller copy could not be made.
QWidget* DownloadedView::buildJobs(QWidget* parent) {
    auto* jobs = new QWidget(parent);
    auto* column = new QVBoxLayout(jobs);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    const auto row = [&](auto& job, const char* name, const QString& kind, const QString& cancel,
                         const QString& title) {
        using Job = std::remove_reference_t<decltype(job)>;
        auto* made = new JobRow(kind, cancel, jobs);
        made->setObjectName(QLatin1String(name));
        connect(made, &JobRow::cancelRequested, &job, &Job::cancel);
        connect(&job, &Job::started, made, [made, title](const QString& of) { made->begin(title.arg(of)); });
        connect(&job, &Job::progressed, made, &JobRow::setProgress);
        connect(&job, &Job::finished, made, [made, &job] { made->setVisible(job.isAtWork()); });
        column->addWidget(made);
    };
    m_problem = new widgets::Banner(jobs);
    m_problem->setObjectName(QStringLiteral("shrinkProblem"));
    m_problem->setDismissible(true);
    m_problem->hide();
    column->addWidget(m_problem);
    row(m_services.importer, "importRow", tr("Import"), tr("Cancel the import"), tr("Taking in %1"));
    row(m_services.shrinker, "shrinkRow", tr("Smaller copy"), tr("Cancel the smaller copy"), tr("Making %1"));
    return jobs;
}

QWidget* DownloadedView::buildFilters(QWidget* parent) {
    auto* bar = new QWidget(parent);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    const auto chip = [&](const QString& text, const char* name) {
        auto* made = new widgets::FilterChip(text, bar);
        made->setObjectName(QLatin1String(name));
        connect(made, &QAbstractButton::toggled, this, &DownloadedView::applyFilter);
        row->addWidget(made);
        return made;
    };
    m_fits = chip(tr("Fits my computer"), "filterFits");
    m_fits->setVisible(m_services.advice.canAdvise());
    m_chat = chip(tr("Chat"), "filterChat");
    m_experts = chip(tr("MoE"), "filterExperts");
    row->addStretch();
    auto* more = new widgets::IconButton(theme::Icon::Filter, tr("More filters"), bar,
                                         widgets::IconButton::Size::Small);
    auto* menu = new QMenu(more);
    const auto entry = [&](const QString& text, const char* name) {
        QAction* action = menu->addAction(text);
        action->setObjectName(QLatin1String(name));
        action->setCheckable(true);
        connect(action, &QAction::toggled, this, &DownloadedView::applyFilter);
        return action;
    };
    m_adapters = entry(tr("Adapters only"), "filterAdapters");
    m_problems = entry(tr("Incomplete or damaged only"), "filterProblems");
    more->setMenu(menu);
    row->addWidget(more);
    return bar;
}

QWidget* DownloadedView::buildOrder(QWidget* parent) {
    auto* bar = new QWidget(parent);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(20, 0, 12, 4);
    m_count = new QLabel(bar);
    m_count->setObjectName(QStringLiteral("libraryCount"));
    m_count->setFont(theme::font(theme::TextRole::Caption));
    m_count->setForegroundRole(QPalette::PlaceholderText);
    row->addWidget(m_count, 1);
    auto* order = new widgets::OrderButton(bar);
    order->setObjectName(QStringLiteral("librarySort"));
    const auto add = [&](Rows::Sort sort, const QString& text) {
        order->addOrder(static_cast<int>(sort), text);
    };
    add(Rows::Sort::lastUsed, tr("Last used"));
    add(Rows::Sort::name, tr("Name"));
    add(Rows::Sort::size, tr("Size"));
    add(Rows::Sort::parameters, tr("Parameters"));
    m_rows.setSort(Rows::Sort::lastUsed);
    connect(order, &widgets::OrderButton::orderChosen, this,
            [this](int sort) { m_rows.setSort(static_cast<Rows::Sort>(sort)); });
    row->addWidget(order);
    return bar;
}

QWidget* DownloadedView::buildMain() {
    auto* main = new widgets::Panel(theme::Token::Base, m_page);
    main->setObjectName(QStringLiteral("downloadedMain"));
    m_pane = new EntryPane(m_services.library, m_services.advice, m_services.verifier, main);
    auto* area = new QScrollArea(main);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setFocusPolicy(Qt::NoFocus);
    area->viewport()->setAutoFillBackground(false);
    area->setWidget(m_pane);
    m_nothing =
        new widgets::EmptyState(theme::Icon::Cube, tr("Choose a model to see what it is."), QString(), main);
    m_mainStack = new QStackedLayout(main);
    m_mainStack->addWidget(area);
    m_mainStack->addWidget(m_nothing);
    connect(m_pane, &EntryPane::loadRequested, this, &DownloadedView::loadRequested);
    connect(m_pane, &EntryPane::revealRequested, this, &DownloadedView::revealRequested);
    connect(m_pane, &EntryPane::shrinkRequested, this, &DownloadedView::askForCopy);
    connect(m_pane, &EntryPane::deleteRequested, &m_services.remover, &app::library::Remover::plan);
    return main;
}

void DownloadedView::connectJobs() {
    app::library::Remover& remover = m_services.remover;
    connect(&remover, &app::library::Remover::planned, this,
            [this, &remover](EntryId id, const app::library::RemovalPlan& plan) {
                const EntryPointer entry = m_services.library.find(id);
                if (!entry) return;
                askForRemoval(m_page, *entry, plan, [this, &remover, id, plan, path = entry->path] {
                    Q_EMIT unloadRequested(path);
                    remover.remove(id, plan);
                });
            });
    connect(&remover, &app::library::Remover::removed, this, [this](EntryId, qint64 freed) {
        m_toast->show(freed > 0 ? tr("Deleted, %1 freed").arg(bytesText(freed)) : tr("Deleted"));
    });
    connect(&remover, &app::library::Remover::failed, this,
            [this](EntryId, const QString& reason) { m_toast->show(reason); });
    connect(&m_services.verifier, &app::library::Verifier::finished, this,
            [this](EntryId, Verification::Verdict, const QString& problem) {
                if (!problem.isEmpty()) m_toast->show(problem);
            });
    connect(&m_services.importer, &app::library::Importer::finished, this,
            [this](const ImportResult& result) {
                if (!result.problem.isEmpty())
                    m_toast->show(result.problem.text);
                else if (result.cancelled)
                    m_toast->show(tr("The import was cancelled; nothing of it is left"));
                else
                    m_toast->show(tr("Taken into the models folder"));
            });
    connect(&m_services.shrinker, &app::library::Shrinker::started, m_problem, &QWidget::hide);
    connect(&m_services.shrinker, &app::library::Shrinker::finished, this, &DownloadedView::showShrunk);
}

void DownloadedView::askForCopy(EntryId id) {
    const EntryPointer entry = m_services.library.find(id);
    if (!entry) return;
    auto* dialog = new ShrinkDialog(m_services.library, m_services.shrinker, m_services.planner, *entry,
                                    m_page->window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ShrinkDialog::copyRequested, &m_services.shrinker, &app::library::Shrinker::start);
    dialog->open();
}

void DownloadedView::showShrunk(const app::library::ShrinkResult& result) {
    if (!result.problem.isEmpty()) {
        const auto& problem = result.problem;
        m_problem->setMessage(widgets::Banner::Severity::Error, problem.title,
                              QStringList{problem.text, problem.hint}.join(QLatin1Char('\n')).trimmed());
        m_problem->show();
        return m_toast->show(problem.title);
    }
    if (result.cancelled) return m_toast->show(tr("Cancelled; nothing of the copy is left"));
    m_toast->show(tr("%1 is in the library").arg(QFileInfo(result.made).fileName()), tr("Show it"),
                  [this, path = result.made] {
                      if (const EntryPointer entry = m_services.library.findPath(path)) choose(entry->id);
                  });
}

void DownloadedView::applyFilter() {
    Rows::Filter filter;
    filter.words = m_search->text();
    filter.fits = m_fits->isChecked();
    filter.chat = m_chat->isChecked();
    filter.experts = m_experts->isChecked();
    filter.adapters = m_adapters->isChecked();
    filter.problems = m_problems->isChecked();
    m_rows.setFilter(filter);
    showState();
}

void DownloadedView::setFindAction(const QString& label) {
    m_findLabel = label;
    showState();
}

void DownloadedView::focusList() {
    if (!m_list->currentIndex().isValid() && m_rows.rowCount() > 0)
        m_list->setCurrentIndex(m_list->model()->index(0, 0));
    m_list->setFocus(Qt::OtherFocusReason);
}

void DownloadedView::choose(EntryId id) {
    m_current = id;
    keepCurrent();
}

// A model that begins anew takes the view's current row with it.
void DownloadedView::keepCurrent() {
    const int row = m_rows.rowOf(m_current);
    if (row >= 0)
        m_list->setCurrentIndex(m_list->model()->index(row, 0));
    else if (m_rows.rowCount() > 0 && m_current == 0)
        m_list->setCurrentIndex(m_list->model()->index(0, 0));
    showState();
}

void DownloadedView::showState() {
    const int rows = m_rows.rowCount();
    m_stack->setCurrentIndex(rows > 0 ? 0 : 1);
    const QString bytes = bytesText(m_rows.bytes());
    m_count->setText(rows == 1 ? tr("1 model · %1").arg(bytes) : tr("%1 models · %2").arg(rows).arg(bytes));
    if (rows == 0) {
        const bool filtered = m_rows.filter() != Rows::Filter();
        const bool looking = !m_services.library.isSettled();
        m_empty->setSentence(filtered && !m_search->text().isEmpty()
                                 ? tr("Nothing found for '%1'").arg(m_search->text())
                             : filtered ? tr("No model is like that.")
                             : looking  ? tr("Looking for models…")
                                        : tr("No models on this computer yet. Drop a GGUF file here."));
        m_empty->setAction(filtered ? tr("Clear") : looking ? QString() : m_findLabel);
    }
    showCurrent();
}

void DownloadedView::showCurrent() {
    const EntryPointer entry =
        m_rows.rowCount() > 0 ? m_rows.entryAt(m_list->currentIndex().row()) : EntryPointer();
    m_pane->show(entry);
    m_mainStack->setCurrentIndex(entry ? 0 : 1);
}

} // namespace ui::models
