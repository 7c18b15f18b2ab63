// Rows of views, tabs, menus and progress bars.
#include <QPainter>
#include <QStyleOption>
#include <QWidget>

#include "ui/theme/metrics.h"
#include "ui/theme/style.h"

namespace ui::theme {

void paintRow(QPainter* painter, const QRectF& rect, Palette palette, QStyle::State state) {
    const bool selected = state.testFlag(QStyle::State_Selected);
    const bool hover = state.testFlag(QStyle::State_MouseOver) && state.testFlag(QStyle::State_Enabled);
    const bool ring =
        state.testFlag(QStyle::State_HasFocus) && state.testFlag(QStyle::State_KeyboardFocusChange);
    if (!selected && !hover && !ring) return;
    QColor edge;
    if (selected && palette.tintsNeedEdge()) edge = palette[Token::Control];
    if (ring) edge = palette[Token::Accent];
    const QColor fill = selected || hover ? palette[Token::Hover] : QColor();
    paintRounded(painter, rect, metrics::kRadiusControl, fill, edge, ring ? 2 : 1);
}

void Style::drawTab(const QStyleOptionTab* option, QPainter* painter) const {
    const Palette palette = Palette::of(option->palette);
    const QRectF rect = option->rect;
    const bool selected = option->state.testFlag(State_Selected);
    if (selected)
        painter->fillRect(QRectF(rect.left() + 10, rect.bottom() - 2, rect.width() - 20, 2),
                          palette[Token::Accent]);
    if (option->state.testFlag(State_HasFocus) && option->state.testFlag(State_KeyboardFocusChange) &&
        selected)
        paintRounded(painter, rect.adjusted(3, 4, -3, -6), metrics::kRadiusControl, QColor(),
                     palette[Token::Accent], metrics::kFocusWidth);
}

void Style::drawTabLabel(const QStyleOptionTab* option, QPainter* painter, const QWidget* widget) const {
    const Palette palette = Palette::of(option->palette);
    const bool selected = option->state.testFlag(State_Selected);
    const bool hover = option->state.testFlag(State_MouseOver);
    const bool enabled = option->state.testFlag(State_Enabled);
    painter->save();
    QFont font = painter->font();
    if (selected) font.setWeight(QFont::DemiBold);
    painter->setFont(font);
    painter->setPen(palette[!enabled ? Token::DisabledText : selected || hover ? Token::Text : Token::Muted]);
    const QRect text = subElementRect(SE_TabBarTabText, option, widget).adjusted(-8, 0, 8, 0);
    painter->drawText(text, Qt::AlignCenter | Qt::TextShowMnemonic, option->text);
    painter->restore();
}

void Style::drawMenuItem(const QStyleOptionMenuItem* option, QPainter* painter, const QWidget* widget) const {
    const Palette palette = Palette::of(option->palette);
    const QRect rect = option->rect;
    if (option->menuItemType == QStyleOptionMenuItem::Separator) {
        painter->fillRect(rect.left(), rect.center().y(), rect.width(), 1, palette[Token::Border]);
        return;
    }
    const bool enabled = option->state.testFlag(State_Enabled);
    const bool active = enabled && option->state.testFlag(State_Selected);
    if (active)
        paintRounded(painter, rect, metrics::kRadiusControl, palette[Token::Hover],
                     palette.tintsNeedEdge() ? palette[Token::Control] : QColor());
    const QColor ink = palette[enabled ? Token::Text : Token::DisabledText];
    const QColor quiet = palette[enabled ? Token::Muted : Token::DisabledText];
    const auto place = [&](const QRect& box) { return visualRect(option->direction, rect, box); };
    const QRect mark = place(QRect(rect.left() + 8, rect.center().y() - 7, 16, 16));
    if (option->checkType != QStyleOptionMenuItem::NotCheckable && option->checked)
        paintIcon(painter, Icon::Check, mark, palette[Token::Accent]);
    else if (!option->icon.isNull())
        option->icon.paint(painter, mark, Qt::AlignCenter,
                           !enabled ? QIcon::Disabled
                           : active ? QIcon::Active
                                    : QIcon::Normal);
    painter->save();
    painter->setFont(option->font);
    painter->setPen(ink);
    const int tab = static_cast<int>(option->text.indexOf(QLatin1Char('\t')));
    const QRect text = rect.adjusted(32, 0, -28, 0);
    const int flags = Qt::AlignVCenter | Qt::TextSingleLine |
                      (styleHint(SH_UnderlineShortcut, option, widget, nullptr) != 0 ? Qt::TextShowMnemonic
                                                                                     : Qt::TextHideMnemonic);
    painter->drawText(place(text),
                      flags | static_cast<int>(visualAlignment(option->direction, Qt::AlignLeft)),
                      tab < 0 ? option->text : option->text.left(tab));
    if (tab >= 0) {
        painter->setPen(quiet);
        painter->drawText(place(rect.adjusted(0, 0, -12, 0)),
                          flags | static_cast<int>(visualAlignment(option->direction, Qt::AlignRight)),
                          option->text.mid(tab + 1));
    }
    painter->restore();
    if (option->menuItemType == QStyleOptionMenuItem::SubMenu)
        paintIcon(painter, option->direction == Qt::RightToLeft ? Icon::Left : Icon::Right,
                  place(QRect(rect.right() - 22, rect.center().y() - 6, 14, 14)), quiet);
}

void Style::drawProgress(const QStyleOptionProgressBar* option, QPainter* painter) const {
    const Palette palette = Palette::of(option->palette);
    const qreal height = qMin(6, option->rect.height());
    const QRectF bar(option->rect.left(), option->rect.center().y() + 0.5 - height / 2, option->rect.width(),
                     height);
    paintRounded(painter, bar, height / 2, palette[Token::Hover]);
    const qreal range = option->maximum - option->minimum;
    // Unknown length: a still third of the bar; the words beside it say what is going on.
    const qreal share = range > 0 ? (option->progress - option->minimum) / range : 1.0 / 3;
    if (share > 0)
        paintRounded(painter, QRectF(bar.left(), bar.top(), bar.width() * qMin(share, 1.0), height),
                     height / 2, palette[Token::Accent]);
}

} // namespace ui::theme
