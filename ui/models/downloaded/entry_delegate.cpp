// Painting of rows.
#include "ui/models/downloaded/entry_delegate.h"

#include <QPainter>

#include "app/library/library_list_model.h"
#include "ui/models/downloaded/library_words.h"
#include "ui/models/fit/model_words.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"

namespace ui::models {

using Rows = app::library::LibraryListModel;
using app::library::EntryPointer;
using theme::Token;

namespace {

constexpr int kAvatar = 36;

FitChip chipOf(const QModelIndex& index, const app::library::Entry& entry) {
    const FitChip state = stateChip(entry);
    const QVariant verdict = index.data(Rows::VerdictRole);
    if (!state.text.isEmpty() || !verdict.isValid()) return state;
    return fitChip(static_cast<app::bridge::ModelPlan::Verdict>(verdict.toInt()),
                   index.data(Rows::MissingBytesRole).toLongLong());
}

void drawText(QPainter* painter, const QRect& box, const QFont& font, const QColor& ink, const QString& text,
              Qt::Alignment side) {
    painter->setFont(font);
    painter->setPen(ink);
    painter->drawText(box, static_cast<int>(Qt::AlignVCenter | side) | Qt::TextSingleLine,
                      QFontMetrics(font).elidedText(text, Qt::ElideRight, box.width()));
}

} // namespace

QSize EntryDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
    return {200, theme::metrics::kTwoLineRowHeight};
}

void EntryDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const {
    const auto entry = index.data(Rows::EntryRole).value<EntryPointer>();
    if (!entry) return;
    const theme::Palette palette = theme::Palette::of(option.palette);
    const bool on = option.state.testFlag(QStyle::State_Selected);
    const auto place = [&](const QRect& part) {
        return QStyle::visualRect(option.direction, option.rect, part);
    };
    const Qt::Alignment start = QStyle::visualAlignment(option.direction, Qt::AlignLeft);
    const Qt::Alignment end = QStyle::visualAlignment(option.direction, Qt::AlignRight);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRectF row = QRectF(option.rect).adjusted(0, 1, 0, -1);
    theme::paintRow(painter, row, palette, option.state);
    if (on)
        theme::paintRounded(painter, row, theme::metrics::kRadiusControl, palette[Token::AccentTint],
                            palette.tintsNeedEdge() ? palette[Token::Control] : QColor());
    QRect box = option.rect.adjusted(12, 0, -12, 0);
    const QRect avatar(box.left(), box.center().y() - kAvatar / 2 + 1, kAvatar, kAvatar);
    theme::paintRounded(painter, place(avatar), theme::metrics::kRadiusCard,
                        palette[on ? Token::Base : Token::Hover]);
    drawText(painter, place(avatar), theme::semibold(theme::font(theme::TextRole::Small)),
             palette[on ? Token::Accent : Token::Muted], initials(entry->name), Qt::AlignHCenter);
    box.setLeft(avatar.right() + 13);
    QRect head(box.left(), box.top() + 8, box.width(), theme::metrics::kChipHeight);
    QRect tail(box.left(), box.top() + 29, box.width(), 18);
    if (const FitChip chip = chipOf(index, *entry); !chip.text.isEmpty()) {
        const int width = widgets::chipWidth(chip.text, chip.icon);
        const QRect at(head.right() - width + 1, head.top(), width, head.height());
        widgets::paintChip(painter, place(at), palette, chip.tone, chip.text, chip.icon);
        head.setRight(at.left() - theme::metrics::kSpace2);
    }
    const QFont small = theme::font(theme::TextRole::Caption);
    if (const QString speed = speedText(index.data(Rows::SpeedRole).toDouble()); !speed.isEmpty()) {
        const QString text = tr("%1 tok/s").arg(speed);
        const int width = QFontMetrics(small).horizontalAdvance(text) + 1;
        drawText(painter, place(QRect(tail.right() - width + 1, tail.top(), width, tail.height())), small,
                 palette[Token::Text], text, end);
        tail.setRight(tail.right() - width - theme::metrics::kSpace2);
    }
    drawText(painter, place(head), theme::semibold(theme::font(theme::TextRole::Body)), palette[Token::Text],
             entry->name, start);
    drawText(painter, place(tail), small, palette[Token::Muted], factsLine(*entry), start);
    painter->restore();
}

} // namespace ui::models
