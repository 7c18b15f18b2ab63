// Painting of rows.
#include "ui/models/fit/model_row.h"

#include <QPainter>
#include <QStyleOptionViewItem>

#include "ui/models/fit/model_words.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"
#include "ui/widgets/paint_line.h"

namespace ui::models {

using theme::Token;

namespace {

constexpr int kAvatar = 36;

void paintSurface(QPainter* painter, const QStyleOptionViewItem& option, theme::Palette palette) {
    const QRectF row = QRectF(option.rect).adjusted(0, 1, 0, -1);
    QStyle::State rest = option.state;
    if (rest.testFlag(QStyle::State_Selected)) {
        theme::paintRounded(painter, row, theme::metrics::kRadiusControl, palette[Token::AccentTint],
                            palette.tintsNeedEdge() ? palette[Token::Control] : QColor());
        rest &= ~(QStyle::State_Selected | QStyle::State_MouseOver);
    }
    theme::paintRow(painter, row, palette, rest); // over the tint: it would hide the ring of the focus
}

} // namespace

QSize modelRowSize() {
    return {200, theme::metrics::kTwoLineRowHeight};
}

void paintModelRow(QPainter* painter, const QStyleOptionViewItem& option, const ModelRow& row) {
    const theme::Palette palette = theme::Palette::of(option.palette);
    const bool on = option.state.testFlag(QStyle::State_Selected);
    const auto place = [&](const QRect& part) {
        return QStyle::visualRect(option.direction, option.rect, part);
    };
    const Qt::Alignment start = QStyle::visualAlignment(option.direction, Qt::AlignLeft);
    const Qt::Alignment end = QStyle::visualAlignment(option.direction, Qt::AlignRight);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    paintSurface(painter, option, palette);
    QRect box = option.rect.adjusted(12, 0, -12, 0);
    const QRect avatar(box.left(), box.center().y() - kAvatar / 2 + 1, kAvatar, kAvatar);
    theme::paintRounded(painter, place(avatar), theme::metrics::kRadiusCard,
                        palette[on ? Token::Base : Token::Hover]);
    widgets::paintLine(painter, place(avatar), theme::semibold(theme::font(theme::TextRole::Small)),
                       palette[on ? Token::Accent : Token::Muted], initials(row.name), Qt::AlignHCenter);
    box.setLeft(avatar.right() + 13);
    QRect head(box.left(), box.top() + 8, box.width(), theme::metrics::kChipHeight);
    QRect tail(box.left(), box.top() + 29, box.width(), 18);
    if (!row.chip.text.isEmpty()) {
        const int width = widgets::chipWidth(row.chip.text, row.chip.icon);
        const QRect at(head.right() - width + 1, head.top(), width, head.height());
        widgets::paintChip(painter, place(at), palette, row.chip.tone, row.chip.text, row.chip.icon);
        head.setRight(at.left() - theme::metrics::kSpace2);
    }
    const QFont small = theme::font(theme::TextRole::Caption);
    if (!row.speed.isEmpty()) {
        const int width = QFontMetrics(small).horizontalAdvance(row.speed) + 1;
        widgets::paintLine(painter, place(QRect(tail.right() - width + 1, tail.top(), width, tail.height())),
                           small, palette[Token::Text], row.speed, end);
        tail.setRight(tail.right() - width - theme::metrics::kSpace2);
    }
    widgets::paintLine(painter, place(head), theme::semibold(theme::font(theme::TextRole::Body)),
                       palette[Token::Text], row.name, start, Qt::ElideMiddle); // versions differ at the end
    widgets::paintLine(painter, place(tail), small, palette[Token::Muted], row.facts, start);
    painter->restore();
}

} // namespace ui::models
