// The list of conversations and what can be done with them.
#include "ui/chat/page/conversation_panel.h"

#include <QKeyEvent>
#include <QListView>
#include <QMenu>
#include <QPainter>
#include <QStackedLayout>
#include <QStyle>
#include <QVBoxLayout>

#include "ui/chat/page/conversation_rows.h"
#include "ui/theme/icons.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/button.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/list_delegate.h"
#include "ui/widgets/search_field.h"

namespace ui::chat {

using app::chat::ChatController;
using Source = app::chat::ConversationListModel;

namespace {

// Stands over the end of a row's title, so it has a ground of its own.
class RowMenuButton : public widgets::IconButton {
 public:
    using IconButton::IconButton;

 protected:
    void paintEvent(QPaintEvent* event) override {
        QPainter(this).fillRect(rect(), theme::Palette::of(this)[theme::Token::Hover]);
        IconButton::paintEvent(event);
    }
};

} // namespace

ConversationPanel::ConversationPanel(ChatController& controller, QWidget* parent)
    : Panel(theme::Token::Window, parent),
      m_controller(controller),
      m_rows(new ConversationRows(controller, this)),
      m_search(new widgets::SearchField(tr("Search chats"), this)),
      m_list(new QListView(this)),
      m_rowMenu(new RowMenuButton(theme::Icon::More, tr("Chat menu"), m_list->viewport(),
                                  widgets::IconButton::Size::Small)),
      m_empty(new widgets::EmptyState(theme::Icon::Chat, QString(), QString(), this)),
      m_stack(new QStackedLayout) {
    setObjectName(QStringLiteral("conversationPanel"));
    setMinimumWidth(180);
    setMaximumWidth(420);

    auto* fresh = new widgets::Button(tr("New chat"), this, theme::Variant::Normal, theme::Icon::Plus);
    fresh->setObjectName(QStringLiteral("newChatButton"));
    fresh->setKeyHint(QStringLiteral("Ctrl N"));
    connect(fresh, &QPushButton::clicked, this, &ConversationPanel::newChatRequested);

    m_search->setObjectName(QStringLiteral("chatSearch"));
    connect(m_search, &QLineEdit::textChanged, controller.conversations(), &Source::setSearch);
    connect(m_search, &widgets::SearchField::leaveRequested, this, &ConversationPanel::focusList);

    m_list->setObjectName(QStringLiteral("conversationList"));
    m_list->setAccessibleName(tr("Chats"));
    m_list->setModel(m_rows);
    widgets::dressAsFlatList(m_list);
    m_list->installEventFilter(this);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_list, &QListView::clicked, this, &ConversationPanel::open);
    connect(m_list, &QListView::activated, this, &ConversationPanel::open);
    connect(m_list, &QListView::customContextMenuRequested, this, &ConversationPanel::showMenu);

    // For the mouse; from the keyboard the menu key opens the same menu.
    m_rowMenu->setObjectName(QStringLiteral("rowMenuButton"));
    m_rowMenu->setFocusPolicy(Qt::NoFocus);
    m_rowMenu->hide();
    connect(m_list, &QListView::entered, this, &ConversationPanel::placeRowMenu);
    connect(m_list, &QListView::viewportEntered, m_rowMenu, &QWidget::hide);
    connect(m_rowMenu, &QAbstractButton::clicked, this, [this] { showMenu(m_rowMenu->geometry().center()); });
    m_list->viewport()->installEventFilter(this);

    m_stack->addWidget(m_list);
    m_stack->addWidget(m_empty);
    connect(m_empty, &widgets::EmptyState::actionRequested, m_search, &QLineEdit::clear);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::metrics::kSpace2, theme::metrics::kSpace2, theme::metrics::kSpace2, 0);
    layout->setSpacing(0); // the list brings its own room for its first head
    layout->addWidget(fresh);
    layout->addSpacing(theme::metrics::kSpace2);
    layout->addWidget(m_search);
    layout->addSpacing(1);
    layout->addLayout(m_stack, 1);

    connect(&controller, &ChatController::currentChanged, this, &ConversationPanel::followCurrent);
    connect(m_rows, &QAbstractItemModel::modelReset, this, &ConversationPanel::followCurrent);
    connect(m_rows, &QAbstractItemModel::rowsInserted, this, &ConversationPanel::followCurrent);
    connect(m_rows, &QAbstractItemModel::rowsRemoved, this, &ConversationPanel::followCurrent);
    connect(controller.conversations(), &Source::searchFinished, this, &ConversationPanel::followCurrent);
    connect(controller.conversations(), &Source::loaded, this, &ConversationPanel::followCurrent);
    followCurrent();
}

void ConversationPanel::focusSearch() {
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void ConversationPanel::focusList() {
    m_list->setFocus(Qt::OtherFocusReason);
    for (int row = 0; !m_list->currentIndex().isValid() && row < m_rows->rowCount(); ++row) {
        if (!m_rows->index(row, 0).data(Source::IsHeaderRole).toBool())
            m_list->setCurrentIndex(m_rows->index(row, 0));
    }
}

app::chat::ConversationId ConversationPanel::selected() const {
    return m_list->currentIndex().data(Source::IdRole).toLongLong();
}

void ConversationPanel::renameCurrent() {
    const int row = m_controller.conversations()->rowOf(
        m_list->hasFocus() && selected() != 0 ? selected() : m_controller.currentId());
    if (row < 0) return;
    m_list->setCurrentIndex(m_rows->index(row, 0));
    m_list->setFocus(Qt::OtherFocusReason);
    m_list->edit(m_rows->index(row, 0));
}

void ConversationPanel::placeRowMenu(const QModelIndex& index) {
    const bool row =
        index.data(Source::IdRole).toLongLong() != 0 && !index.data(Source::GeneratingRole).toBool();
    m_rowMenu->setVisible(row);
    if (!row) return;
    const QRect box = m_list->visualRect(index);
    const QSize size = m_rowMenu->sizeHint();
    const QRect at(box.right() - size.width() - 1, box.center().y() - size.height() / 2 + 1, size.width(),
                   size.height());
    m_rowMenu->setGeometry(QStyle::visualRect(layoutDirection(), box, at));
}

bool ConversationPanel::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_list->viewport()) {
        if (event->type() == QEvent::Leave || event->type() == QEvent::Wheel) m_rowMenu->hide();
        return Panel::eventFilter(watched, event);
    }
    if (watched == m_list && event->type() == QEvent::KeyPress && selected() != 0 &&
        static_cast<QKeyEvent*>(event)->matches(QKeySequence::Delete)) {
        m_controller.deleteConversation(selected());
        return true;
    }
    return Panel::eventFilter(watched, event);
}

void ConversationPanel::open(const QModelIndex& index) {
    const auto id = index.data(Source::IdRole).toLongLong();
    if (id != 0) m_controller.openConversation(id);
}

// The open conversation is the marked row, unless the person is walking the list with the keyboard.
void ConversationPanel::followCurrent() {
    updateEmptyState();
    const int row = m_controller.conversations()->rowOf(m_controller.currentId());
    const QModelIndex index = row < 0 ? QModelIndex() : m_rows->index(row, 0);
    if (index != m_list->currentIndex()) m_list->setCurrentIndex(index);
}

void ConversationPanel::updateEmptyState() {
    const Source* source = m_controller.conversations();
    const bool empty = source->isLoaded() && m_rows->rowCount() == 0 && !source->isSearching();
    if (empty) {
        const bool searching = !source->search().isEmpty();
        m_empty->setSentence(searching ? tr("Nothing found for “%1”.").arg(source->search())
                                       : tr("Your chats will be listed here."));
        m_empty->setAction(searching ? tr("Clear") : QString());
    }
    m_stack->setCurrentIndex(empty ? 1 : 0);
}

void ConversationPanel::showMenu(const QPoint& at) {
    const QModelIndex index = m_list->indexAt(at);
    const auto id = index.data(Source::IdRole).toLongLong();
    if (id == 0) return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const bool pinned = index.data(Source::PinnedRole).toBool();
    const auto add = [&](theme::Icon icon, const QString& text, auto act) {
        menu->addAction(theme::menuIcon(icon), text, this, act);
    };
    add(theme::Icon::Edit, tr("Rename"), [this, id] {
        const int row = m_controller.conversations()->rowOf(id);
        if (row >= 0) m_list->edit(m_rows->index(row, 0));
    });
    add(theme::Icon::Pin, pinned ? tr("Unpin") : tr("Pin"),
        [this, id, pinned] { m_controller.setPinned(id, !pinned); });
    add(theme::Icon::Copy, tr("Duplicate"), [this, id] { m_controller.duplicate(id); });
    menu->addSeparator();
    add(theme::Icon::Save, tr("Export as Markdown…"),
        [this, id] { Q_EMIT exportRequested(id, ChatController::Format::markdown); });
    add(theme::Icon::Save, tr("Export as JSON…"),
        [this, id] { Q_EMIT exportRequested(id, ChatController::Format::json); });
    menu->addSeparator();
    add(theme::Icon::Trash, tr("Delete"), [this, id] { m_controller.deleteConversation(id); });
    menu->popup(m_list->viewport()->mapToGlobal(at));
}

} // namespace ui::chat
