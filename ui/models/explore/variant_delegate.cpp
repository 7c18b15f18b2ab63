// Painting of rows and their words.
#include "ui/models/explore/variant_delegate.h"

#include <QPainter>
#include <QStyle>

#include "ui/models/fit/variant_row.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"
#include "ui/widgets/paint_line.h"

namespace ui::models {

using app::downloads::RepoVariant;
using app::downloads::VariantRow;
using theme::Token;

namespace {

constexpr int kHeading = 28, kButton = 112;

FitChip chipOf(const VariantRow& row) {
    if (row.plan) return fitChip(row.plan->verdict, row.plan->missingBytes);
    if (!row.problem.isEmpty())
        return {widgets::Tone::Neutral, theme::Icon::Info, VariantDelegate::tr("Cannot estimate")};
    return {widgets::Tone::Neutral, theme::Icon::None, VariantDelegate::tr("Checking…")};
}

QString groupText(VariantRow::Group group) {
    switch (group) {
        case VariantRow::Group::small:
            return VariantDelegate::tr("Small");
        case VariantRow::Group::balanced:
            return VariantDelegate::tr("Balanced");
        case VariantRow::Group::large:
            break;
    }
    return VariantDelegate::tr("Large");
}

VariantCells cellsOf(const VariantRow& row) {
    return {row.variant.name, row.variant.quantisation, row.variant.bytes, chipOf(row),
            row.plan ? row.plan->generateTokensPerSecond : 0};
}

} // namespace

QString variantText(const VariantRow& row) {
    if (row.heading) return groupText(row.group);
    QStringList words{variantText(cellsOf(row))};
    if (!row.problem.isEmpty()) words.append(row.problem);
    if (row.recommended) words.append(VariantDelegate::tr("recommended"));
    return words.join(QStringLiteral(", "));
}

QSize VariantDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const {
    const auto row = index.data(app::downloads::VariantListModel::VariantRole).value<VariantRow>();
    return {400, row.heading ? kHeading : kVariantRowHeight};
}

void VariantDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const {
    const auto row = index.data(app::downloads::VariantListModel::VariantRole).value<VariantRow>();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setLayoutDirection(Qt::LeftToRight); // sides are told as they are seen
    if (row.heading)
        paintHeading(painter, option, row);
    else
        paintRow(painter, option, row);
    const theme::Palette palette = theme::Palette::of(option.palette);
    painter->setPen(palette[Token::Border]);
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
    painter->restore();
}

void VariantDelegate::paintHeading(QPainter* painter, const QStyleOptionViewItem& option,
                                   const VariantRow& row) const {
    const theme::Palette palette = theme::Palette::of(option.palette);
    painter->fillRect(option.rect, palette[Token::Raised]);
    widgets::paintLine(painter, option.rect.adjusted(16, 0, -16, 0), theme::font(theme::TextRole::Caption),
                       palette[Token::Muted], groupText(row.group),
                       QStyle::visualAlignment(option.direction, Qt::AlignLeft));
}

void VariantDelegate::paintRow(QPainter* painter, const QStyleOptionViewItem& option,
                               const VariantRow& row) const {
    VariantCells cells = cellsOf(row);
    if (row.plan && !row.plan->fits()) cells.speed = 0; // only who listens hears how slow it would be
    paintVariantRow(painter, option, cells);
    const theme::Palette palette = theme::Palette::of(option.palette);
    const VariantColumns at = VariantColumns::of(option.rect, option.direction);
    if (option.state.testFlag(QStyle::State_Selected)) { // the list's own button stands there
        const QRect words = chipPlace(option, at.action, tr("Recommended"), theme::Icon::Star);
        if (row.recommended && at.action.width() > words.width() + kButton)
            widgets::paintChip(painter, words, palette, widgets::Tone::Accent, tr("Recommended"),
                               theme::Icon::Star);
        return;
    }
    const QSize icon(theme::metrics::kIconMedium, theme::metrics::kIconMedium);
    theme::paintIcon(
        painter, theme::Icon::Download,
        QStyle::alignedRect(option.direction, Qt::AlignRight | Qt::AlignVCenter, icon, at.action),
        palette[Token::Muted]);
}

} // namespace ui::models
