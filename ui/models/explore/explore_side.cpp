// Search field, filter chips, list.
#include "ui/models/explore/explore_side.h"

#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QLabel>
#include <QListView>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/models/explore/found_delegate.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/list_delegate.h"
#include "ui/widgets/search_field.h"

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
    m_count = new QLabel(this);
    m_count->setFont(theme::font(theme::TextRole::Caption));
    m_count->setForegroundRole(QPalette::PlaceholderText);
    m_count->setContentsMargins(8, 4, 8, 0);
    top->addWidget(m_count);
    column->addLayout(top);
    column->addWidget(buildList(), 1);
    connect(m_search, &QLineEdit::textChanged, &explore, &Explore::setQuery);
    connect(m_search, &widgets::SearchField::leaveRequested, this, [this] { m_list->setFocus(); });
    connect(m_problem, &widgets::Banner::actionRequested, &explore, &Explore::retry);
    connect(&explore, &Explore::searchChanged, this, &ExploreSide::showState);
    connect(explore.found(), &QAbstractItemModel::modelReset, this, &ExploreSide::keepChoice);
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

QWidget* ExploreSide::buildList() {
    m_stack = new QStackedWidget(this);
    m_list = new QListView(m_stack);
    m_list->setObjectName(QStringLiteral("exploreList"));
    m_list->setAccessibleName(tr("Models found"));
    widgets::dressAsFlatList(m_list);
    m_list->setItemDelegate(new FoundDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setModel(m_explore.found());
    m_list->setContentsMargins(8, 0, 8, 0);
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
    return m_stack;
}

void ExploreSide::focusSearch() {
    m_search->setFocus();
    m_search->selectAll();
}

void ExploreSide::applyFilters() {
    m_explore.setFilters({m_fits->isChecked(), m_chat->isChecked(), m_moe->isChecked(), m_code->isChecked()});
}

void ExploreSide::showState() {
    const int rows = m_explore.found()->rowCount();
    m_count->setText(m_explore.searching() ? tr("Searching…")
                     : rows == 1           ? tr("1 model")
                                           : tr("%1 models").arg(rows));
    const bool nothing = rows == 0 && !m_explore.searching() && !m_explore.searchProblem();
    m_empty->setSentence(m_search->text().isEmpty() ? tr("Nothing passes these filters.")
                                                    : tr("Nothing found for \"%1\".").arg(m_search->text()));
    m_stack->setCurrentWidget(nothing ? static_cast<QWidget*>(m_empty) : m_list);
    const auto problem = m_explore.searchProblem().message();
    m_problem->setVisible(!problem.isEmpty());
    if (problem.isEmpty()) return;
    m_problem->setMessage(widgets::Banner::Severity::Warning, problem.title,
                          tr("Showing models that are known without it."), problem.details);
    m_problem->setAction(tr("Try again"));
}

// The list is new: what is looked at stays chosen when it is still there.
void ExploreSide::keepChoice() {
    const int row = m_explore.found()->rowOf(m_explore.page().repo);
    const QSignalBlocker quiet(m_list->selectionModel());
    m_list->setCurrentIndex(row < 0 ? QModelIndex() : m_explore.found()->index(row));
    m_list->viewport()->update();
    showState();
}

} // namespace ui::models
