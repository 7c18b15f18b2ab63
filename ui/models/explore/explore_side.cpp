// Search field, filter chips, list.
#include "ui/models/explore/explore_side.h"

#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QLabel>
#include <QListView>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/models/explore/found_delegate.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/list_delegate.h"
#include "ui/widgets/order_button.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/text_label.h"
#include "ui/widgets/worded_rows.h"

namespace ui::models {

using app::downloads::Explore;
using app::downloads::FoundListModel;

ExploreSide::ExploreSide(Explore& explore, QWidget* parent)
    : Panel(theme::Token::Window, parent),
      m_explore(explore),
      m_search(new widgets::SearchField(tr("Name, owner/repository or address"), this)) {
    setObjectName(QStringLiteral("exploreSide"));
    m_search->setObjectName(QStringLiteral("exploreSearch"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 12, 0, 0);
    column->setSpacing(theme::metrics::kSpace2);
    auto* top = new QVBoxLayout;
    top->setContentsMargins(12, 0, 12, 0);
    top->setSpacing(theme::metrics::kSpace2);
    top->addWidget(m_search);
    top->addWidget(buildFilters());
    m_problem = new widgets::Banner(this);
    m_problem->setObjectName(QStringLiteral("exploreProblem"));
    m_problem->hide();
    top->addWidget(m_problem);
    top->addWidget(buildOrder());
    column->addLayout(top);
    column->addWidget(buildList(), 1);
    connect(m_search, &QLineEdit::textChanged, &explore, &Explore::setQuery);
    connect(m_search, &widgets::SearchField::leaveRequested, this, [this] { m_list->setFocus(); });
    connect(m_problem, &widgets::Banner::actionRequested, &explore, &Explore::retry);
    connect(&explore, &Explore::searchChanged, this, &ExploreSide::showState);
    connect(m_rows, &QAbstractItemModel::modelReset, this, &ExploreSide::keepChoice);
    connect(&explore, &Explore::pageChanged, this, &ExploreSide::keepChoice);
    keepChoice();
}

QWidget* ExploreSide::buildFilters() {
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    const auto add = [&](const QString& text, const char* name) {
        auto* chip = new widgets::FilterChip(text, box);
        chip->setObjectName(QLatin1String(name));
        chip->setAccessibleName(text);
        connect(chip, &QAbstractButton::toggled, this, &ExploreSide::applyFilters);
        row->addWidget(chip);
        return chip;
    };
    m_fits = add(tr("Fits my computer"), "filterFits");
    m_chat = add(tr("Chat"), "filterChat");
    m_moe = add(tr("MoE"), "filterMoe");
    m_code = add(tr("Code"), "filterCode");
    row->addStretch();
    return box;
}

QWidget* ExploreSide::buildOrder() {
    auto* bar = new QWidget(this);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(8, 0, 0, 0);
    m_count = new widgets::MutedLabel(theme::TextRole::Caption, bar);
    m_count->setObjectName(QStringLiteral("exploreCount"));
    row->addWidget(m_count, 1);
    auto* order = new widgets::OrderButton(bar);
    order->setObjectName(QStringLiteral("exploreOrder"));
    const auto add = [&](Explore::Order which, const QString& text) {
        order->addOrder(static_cast<int>(which), text);
    };
    add(Explore::Order::best, tr("Best for this computer"));
    add(Explore::Order::downloads, tr("Most downloaded"));
    add(Explore::Order::name, tr("Name"));
    m_explore.setOrder(Explore::Order::best);
    connect(order, &widgets::OrderButton::orderChosen, this,
            [this](int which) { m_explore.setOrder(static_cast<Explore::Order>(which)); });
    row->addWidget(order);
    return bar;
}

QWidget* ExploreSide::buildList() {
    auto* box = new QWidget(this);
    auto* inset = new QHBoxLayout(box);
    inset->setContentsMargins(8, 0, 8, 0);
    m_stack = new QStackedWidget(box);
    inset->addWidget(m_stack);
    m_list = new QListView(m_stack);
    m_list->setObjectName(QStringLiteral("exploreList"));
    m_list->setAccessibleName(tr("Models found"));
    widgets::dressAsFlatList(m_list);
    m_list->setItemDelegate(new FoundDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_rows = new widgets::WordedRows(
        *m_explore.found(),
        [](const QModelIndex& index) {
            return foundText(index.data(FoundListModel::ModelRole).value<app::downloads::FoundModel>());
        },
        m_list);
    m_list->setModel(m_rows);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex& index) {
                const QString repo = index.data(FoundListModel::RepoRole).toString();
                if (!repo.isEmpty()) m_explore.choose(repo);
            });
    m_empty = new widgets::EmptyState(theme::Icon::Search, QString(), tr("Clear"), m_stack);
    connect(m_empty, &widgets::EmptyState::actionRequested, this, [this] {
        for (widgets::FilterChip* chip : {m_fits, m_chat, m_moe, m_code})
            chip->setChecked(false);
        m_search->clear();
        m_search->setFocus();
    });
    m_stack->addWidget(m_list);
    m_stack->addWidget(m_empty);
    return box;
}

void ExploreSide::focusSearch() {
    m_search->setFocus();
    m_search->selectAll();
}

void ExploreSide::applyFilters() {
    m_explore.setFilters({m_fits->isChecked(), m_chat->isChecked(), m_moe->isChecked(), m_code->isChecked()});
}

QString ExploreSide::countText() const {
    if (m_explore.searching()) return tr("Searching…");
    const QList<app::downloads::FoundModel>& rows = m_explore.found()->rows();
    const auto open = std::count_if(rows.begin(), rows.end(), [](const auto& row) { return !row.plan; });
    if (m_fits->isChecked() && open > 0) return tr("%1 fit, %2 not known").arg(rows.size() - open).arg(open);
    return rows.size() == 1 ? tr("1 model") : tr("%1 models").arg(rows.size());
}

void ExploreSide::showState() {
    const int rows = m_explore.found()->rowCount();
    m_count->setText(countText());
    const bool nothing = rows == 0 && !m_explore.searching() && !m_explore.searchProblem();
    m_empty->setSentence(m_search->text().isEmpty() ? tr("Nothing passes these filters.")
                                                    : tr("Nothing found for \"%1\".").arg(m_search->text()));
    m_stack->setCurrentWidget(nothing ? static_cast<QWidget*>(m_empty) : m_list);
    const auto problem = m_explore.searchProblem().message();
    m_problem->setVisible(!problem.isEmpty());
    if (problem.isEmpty()) return;
    m_problem->setMessage(
        widgets::Banner::Severity::Warning, problem.title,
        (problem.hint + QLatin1Char(' ') + tr("Shown are models that are known without it.")).trimmed(),
        problem.details);
    m_problem->setAction(tr("Try again"));
}

// The list is new: what is looked at stays chosen when it is still there.
void ExploreSide::keepChoice() {
    const int row = m_explore.found()->rowOf(m_explore.page().repo);
    const QSignalBlocker quiet(m_list->selectionModel());
    m_list->setCurrentIndex(row < 0 ? QModelIndex() : m_rows->index(row, 0));
    m_list->viewport()->update();
    showState();
}

} // namespace ui::models
