// The model popup.
#include "ui/chat/page/model_popup.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QPainter>
#include <QScreen>
#include <QStackedLayout>
#include <QVBoxLayout>

#include "ui/chat/page/model_row_delegate.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/palette.h"
#include "ui/theme/style.h"
#include "ui/widgets/button.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/list_delegate.h"
#include "ui/widgets/search_field.h"

namespace ui::chat {

using List = app::library::ModelListModel;

ModelPopup::ModelPopup(List& list, app::library::RecentModels& models, QWidget* parent)
    : QDialog(parent, Qt::Dialog | Qt::FramelessWindowHint),
      m_listModel(list),
      m_models(models),
      m_search(new widgets::SearchField(tr("Search models on this computer"), this)),
      m_list(new QListView(this)),
      m_empty(new widgets::EmptyState(theme::Icon::Cube, QString(), QString(), this)),
      m_stack(new QStackedLayout) {
    setObjectName(QStringLiteral("modelPopup"));
    setAccessibleName(tr("Choose a model"));
    setWindowTitle(tr("Choose a model"));
    setModal(true);
    auto* title = new QLabel(tr("Models on this computer"), this);
    title->setFont(theme::font(theme::TextRole::Title));
    auto* close =
        new widgets::IconButton(theme::Icon::Close, tr("Close"), this, widgets::IconButton::Size::Small);
    connect(close, &QAbstractButton::clicked, this, &QDialog::reject);

    m_search->setObjectName(QStringLiteral("modelSearch"));
    m_search->installEventFilter(this);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString& words) {
        m_listModel.setFilter(words);
        showFirst();
    });
    m_list->setObjectName(QStringLiteral("modelList"));
    m_list->setAccessibleName(tr("Models"));
    widgets::dressAsFlatList(m_list);
    m_list->setItemDelegate(new ModelRowDelegate(m_list));
    m_list->setModel(&list);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    connect(m_list, &QListView::clicked, this, &ModelPopup::choose);
    connect(m_list, &QListView::activated, this, &ModelPopup::choose);
    m_list->installEventFilter(this);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_list, &QListView::customContextMenuRequested, this, [this](const QPoint& at) {
        const QModelIndex index = m_list->indexAt(at);
        if (!index.isValid()) return;
        auto* menu = new QMenu(this);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        menu->addAction(theme::menuIcon(theme::Icon::Sliders), tr("Load settings…"), this,
                        [this, row = QPersistentModelIndex(index)] { configure(row); });
        menu->popup(m_list->viewport()->mapToGlobal(at));
        if (index.data(List::BuiltInRole).toBool()) return;
        const QString path = index.data(List::PathRole).toString();
        menu->addAction(theme::menuIcon(theme::Icon::Close), tr("Remove from this list (the file stays)"),
                        this, [this, path] { m_models.remove(path); });
    });
    auto* open = new widgets::Button(tr("Open file…"), this, theme::Variant::Normal, theme::Icon::Folder);
    open->setObjectName(QStringLiteral("openFileButton"));
    open->setKeyHint(QStringLiteral("Ctrl O"));
    open->setAutoDefault(false);
    connect(open, &QPushButton::clicked, this, [this] {
        reject();
        Q_EMIT openFileRequested();
    });

    auto* settings =
        new widgets::Button(tr("Load settings…"), this, theme::Variant::Normal, theme::Icon::Sliders);
    settings->setObjectName(QStringLiteral("loadSettingsButton"));
    settings->setKeyHint(QStringLiteral("Alt Enter"));
    settings->setAutoDefault(false);
    connect(settings, &QPushButton::clicked, this, [this] { configure(m_list->currentIndex()); });

    m_stack->addWidget(m_list);
    m_stack->addWidget(m_empty);
    connect(m_empty, &widgets::EmptyState::actionRequested, m_search, &QLineEdit::clear);
    connect(&list, &QAbstractItemModel::modelReset, this, &ModelPopup::showFirst);
    connect(&list, &QAbstractItemModel::rowsRemoved, this, &ModelPopup::showFirst);

    auto* head = new QHBoxLayout;
    head->addWidget(title, 1);
    head->addWidget(close);
    auto* foot = new QHBoxLayout;
    foot->addWidget(open);
    foot->addStretch();
    foot->addWidget(settings);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 16, 16);
    layout->setSpacing(theme::metrics::kSpace3);
    layout->addLayout(head);
    layout->addWidget(m_search);
    layout->addLayout(m_stack, 1);
    layout->addLayout(foot);
}

void ModelPopup::openUnder(const QWidget* button) {
    m_models.refresh();
    m_search->clear();
    showFirst();
    resize(600, 480);
    const QPoint anchor = button->mapToGlobal(QPoint(button->width() / 2, button->height() + 6));
    const QRect screen = button->screen()->availableGeometry();
    move(qBound(screen.left(), anchor.x() - width() / 2, qMax(screen.left(), screen.right() - width())),
         qMin(anchor.y(), qMax(screen.top(), screen.bottom() - height())));
    open();
    m_search->setFocus(Qt::PopupFocusReason);
}

void ModelPopup::showFirst() {
    const bool any = m_listModel.rowCount() > 0;
    m_stack->setCurrentIndex(any ? 0 : 1);
    if (any && !m_list->currentIndex().isValid()) m_list->setCurrentIndex(m_listModel.index(0));
    if (any) return;
    const QString words = m_listModel.filter();
    m_empty->setSentence(words.isEmpty() ? tr("No models yet. Open a GGUF file, or a folder with a model.")
                                         : tr("Nothing found for “%1”.").arg(words));
    m_empty->setAction(words.isEmpty() ? QString() : tr("Clear"));
}

void ModelPopup::choose(const QModelIndex& index) {
    if (!index.isValid()) return;
    const QString path = index.data(List::PathRole).toString();
    accept();
    Q_EMIT modelChosen(path);
}

void ModelPopup::configure(const QModelIndex& index) {
    if (!index.isValid()) return;
    const QString path = index.data(List::PathRole).toString(), name = index.data(Qt::DisplayRole).toString();
    accept();
    Q_EMIT loadSettingsRequested(path, name);
}

// Up, Down and Enter in the search field work on the list, so that a choice needs no Tab.
bool ModelPopup::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::KeyPress) {
        const auto* pressed = static_cast<QKeyEvent*>(event);
        const bool enter = pressed->key() == Qt::Key_Return || pressed->key() == Qt::Key_Enter;
        if (enter && (pressed->modifiers() & Qt::AltModifier) != 0) {
            configure(m_list->currentIndex());
            return true;
        }
    }
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            choose(m_list->currentIndex());
            return true;
        }
        if (key == Qt::Key_Up || key == Qt::Key_Down) {
            const int row = m_list->currentIndex().row() + (key == Qt::Key_Up ? -1 : 1);
            if (row >= 0 && row < m_listModel.rowCount()) m_list->setCurrentIndex(m_listModel.index(row));
            return true;
        }
    }
    if (watched == m_list && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent*>(event)->matches(QKeySequence::Delete)) {
        const QModelIndex index = m_list->currentIndex();
        if (index.isValid() && !index.data(List::BuiltInRole).toBool())
            m_models.remove(index.data(List::PathRole).toString());
        return true;
    }
    return QDialog::eventFilter(watched, event);
}

void ModelPopup::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape)
        reject();
    else
        QDialog::keyPressEvent(event);
}

void ModelPopup::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const theme::Palette palette = theme::Palette::of(this);
    painter.fillRect(rect(), palette[theme::Token::Base]);
    painter.setPen(palette[theme::Token::Control]);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

} // namespace ui::chat
