// Painting of the side lists' rows.
#include "ui/widgets/list_delegate.h"

#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QTimer>

#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"
#include "ui/theme/theme.h"
#include "ui/widgets/paint_line.h"
#include "ui/widgets/spinner.h"

namespace ui::widgets {
namespace {

using theme::Token;

ListKind kindOf(const QModelIndex& index) {
    return static_cast<ListKind>(index.data(kListKindRole).toInt());
}

theme::Icon iconOf(const QModelIndex& index) {
    return static_cast<theme::Icon>(index.data(kListIconRole).toInt());
}

} // namespace

void dressAsFlatList(QListView* view) {
    view->setFrameShape(QFrame::NoFrame);
    view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view->setEditTriggers(QAbstractItemView::EditKeyPressed);
    view->setMouseTracking(true);
    view->setUniformItemSizes(false);
    view->viewport()->setAutoFillBackground(false);
    view->setAutoFillBackground(false);
    view->setItemDelegate(new ListDelegate(view));
}

ListDelegate::ListDelegate(QListView* view) : QStyledItemDelegate(view), m_view(view) {}

QSize ListDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const QFontMetrics body(option.font);
    if (kindOf(index) == ListKind::Heading) {
        const QFontMetrics caption(theme::font(theme::TextRole::Caption));
        return {80, qMax(16, caption.height()) + 16};
    }
    const bool twoLines = !index.data(kListDetailRole).toString().isEmpty();
    return {80, twoLines ? theme::metrics::kTwoLineRowHeight
                         : qMax(theme::metrics::kRowHeight, body.height() + 10)};
}

void ListDelegate::paintHeading(QPainter* painter, const QStyleOptionViewItem& option,
                                const QModelIndex& index) const {
    const theme::Palette palette = theme::Palette::of(option.palette);
    QRect box = option.rect.adjusted(8, 8, -8, 0);
    if (iconOf(index) != theme::Icon::None) {
        const int side = theme::metrics::kIconSmall;
        const QRect glyph(box.left(), box.center().y() - side / 2, side, side);
        theme::paintIcon(painter, iconOf(index), QStyle::visualRect(option.direction, option.rect, glyph),
                         palette[Token::Muted]);
        box.setLeft(box.left() + side + 6);
    }
    paintLine(painter, QStyle::visualRect(option.direction, option.rect, box),
              theme::font(theme::TextRole::Caption), palette[Token::Muted],
              index.data(Qt::DisplayRole).toString(),
              QStyle::visualAlignment(option.direction, Qt::AlignLeft));
}

void ListDelegate::paintTexts(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index,
                              QRect box) const {
    const theme::Palette palette = theme::Palette::of(option.palette);
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const QFont title = selected ? theme::semibold(option.font) : option.font;
    const QString detail = index.data(kListDetailRole).toString();
    const QColor ink =
        palette[option.state.testFlag(QStyle::State_Enabled) ? Token::Text : Token::DisabledText];
    const auto side = QStyle::visualAlignment(option.direction, Qt::AlignLeft);
    const auto place = [&](const QRect& part) {
        return QStyle::visualRect(option.direction, option.rect, part);
    };
    if (detail.isEmpty()) {
        paintLine(painter, place(box), title, ink, index.data(Qt::DisplayRole).toString(), side);
        return;
    }
    const int half = box.height() / 2;
    paintLine(painter, place(box.adjusted(0, 6, 0, -half + 2)), title, ink,
              index.data(Qt::DisplayRole).toString(), side);
    paintLine(painter, place(box.adjusted(0, half, 0, -6)), theme::font(theme::TextRole::Small),
              palette[Token::Muted], detail, side);
}

void ListDelegate::paint(QPainter* painter, const QStyleOptionViewItem& given,
                         const QModelIndex& index) const {
    QStyleOptionViewItem option = given;
    initStyleOption(&option, index);
    painter->save();
    painter->setLayoutDirection(option.direction);
    if (kindOf(index) == ListKind::Heading) {
        paintHeading(painter, option, index);
        painter->restore();
        return;
    }
    const theme::Palette palette = theme::Palette::of(option.palette);
    theme::paintRow(painter, option.rect, palette, option.state);
    QRect box = option.rect.adjusted(8, 0, -8, 0);
    const auto place = [&](const QRect& part) {
        return QStyle::visualRect(option.direction, option.rect, part);
    };
    if (iconOf(index) != theme::Icon::None) {
        const int side = theme::metrics::kIconMedium;
        theme::paintIcon(painter, iconOf(index),
                         place(QRect(box.left(), box.center().y() - side / 2 + 1, side, side)),
                         palette[Token::Muted]);
        box.setLeft(box.left() + side + 8);
    }
    const QString trailing = index.data(kListTrailingRole).toString();
    if (index.data(kListBusyRole).toBool()) {
        const QRect ring(box.right() - 13, box.center().y() - 6, 14, 14);
        paintSpinner(painter, place(ring), palette[Token::Accent],
                     theme::prefersReducedMotion(m_view) ? 0.0 : spinnerTurn());
        box.setRight(ring.left() - 8);
        // The next turn of the ring: one repaint of this row, and only while it is on screen.
        if (!theme::prefersReducedMotion(m_view))
            QTimer::singleShot(50, m_view,
                               [view = m_view, rect = option.rect] { view->viewport()->update(rect); });
    } else if (!trailing.isEmpty()) {
        const QFont caption = theme::font(theme::TextRole::Caption);
        const int w = QFontMetrics(caption).horizontalAdvance(trailing);
        paintLine(painter, place(QRect(box.right() - w, box.top(), w + 1, box.height())), caption,
                  palette[Token::Muted], trailing);
        box.setRight(box.right() - w - 8);
    }
    paintTexts(painter, option, index, box);
    painter->restore();
}

// Qt's own editor has neither frame nor surface here: the row's text would show through.
QWidget* ListDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex&) const {
    auto* field = new QLineEdit(parent);
    field->setAccessibleName(tr("Name"));
    return field;
}

void ListDelegate::updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                                        const QModelIndex&) const {
    editor->setGeometry(option.rect.adjusted(2, 1, -2, -1));
}

} // namespace ui::widgets
