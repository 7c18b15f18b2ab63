// Painting of rows and their words.
#include "ui/models/explore/variant_delegate.h"

#include <QPainter>

#include "ui/models/fit/fit_chip.h"
#include "ui/models/fit/model_words.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"

namespace ui::models {

using app::downloads::RepoVariant;
using app::downloads::VariantRow;
using theme::Token;

namespace {

constexpr int kRow = 38, kHeading = 28, kDot = 6;

void drawText(QPainter* painter, const QRect& box, const QFont& font, const QColor& ink, const QString& text,
              Qt::Alignment side = Qt::AlignLeft) {
    painter->setFont(font);
    painter->setPen(ink);
    painter->drawText(box, static_cast<int>(Qt::AlignVCenter | side) | Qt::TextSingleLine,
                      QFontMetrics(font).elidedText(text, Qt::ElideRight, box.width()));
}

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

void paintQuality(QPainter* painter, QRect box, const RepoVariant& variant, theme::Palette palette,
                  const QFont& font) {
    if (variant.quality() > 0) {
        painter->setPen(Qt::NoPen);
        for (int i = 0; i < 5; ++i) {
            painter->setBrush(palette[i < variant.quality() ? Token::Accent : Token::Control]);
            painter->drawEllipse(
                QRect(box.left() + i * (kDot + 3), box.center().y() - kDot / 2 + 1, kDot, kDot));
        }
        box.setLeft(box.left() + 5 * (kDot + 3) + 5);
    }
    drawText(painter, box, font, palette[Token::Text], qualityText(variant));
}

} // namespace

QString qualityText(const RepoVariant& variant) {
    const QString plain = variant.quantisation.startsWith(QLatin1String("UD-")) ? variant.quantisation.mid(3)
                                                                                : variant.quantisation;
    const auto is = [&](const char* beginning) { return plain.startsWith(QLatin1String(beginning)); };
    if (is("BF16") || is("F16") || is("FP16") || is("F32")) return VariantDelegate::tr("Original weights");
    if (is("Q8") || is("F8") || is("FP8")) return VariantDelegate::tr("No visible loss");
    if (is("Q6")) return VariantDelegate::tr("Very close");
    if (is("Q5")) return VariantDelegate::tr("Hard to notice");
    if (is("Q4_K") || is("MXFP4")) return VariantDelegate::tr("Very small loss");
    switch (variant.quality()) {
        case 4:
            return VariantDelegate::tr("Small loss");
        case 3:
            return VariantDelegate::tr("Some loss");
        case 2:
            return VariantDelegate::tr("Noticeable loss");
        case 1:
            return VariantDelegate::tr("Strong loss");
        default:
            return VariantDelegate::tr("Not known");
    }
}

QString variantText(const VariantRow& row) {
    if (row.heading) return groupText(row.group);
    QStringList words{row.variant.name, bytesText(row.variant.bytes), qualityText(row.variant),
                      chipOf(row).text};
    if (row.plan)
        if (const QString speed = speedText(row.plan->generateTokensPerSecond); !speed.isEmpty())
            words.append(VariantDelegate::tr("%1 tokens per second").arg(speed));
    if (!row.problem.isEmpty()) words.append(row.problem);
    if (row.recommended) words.append(VariantDelegate::tr("recommended"));
    return words.join(QStringLiteral(", "));
}

VariantColumns VariantColumns::of(const QRect& row) {
    const int left = row.left() + 16, top = row.top(), height = row.height();
    // What is left over goes before the action; narrow panes lose the words of quality first.
    const int quality = qBound(52, row.width() - 16 - 92 - 62 - 150 - 84 - 250, 160);
    VariantColumns c;
    c.quant = QRect(left, top, 86, height);
    c.size = QRect(c.quant.right() + 1, top, 56, height);
    c.quality = QRect(c.size.right() + 17, top, quality, height);
    c.fit = QRect(c.quality.right() + 9, top, 156, height);
    c.speed = QRect(c.fit.right() + 1, top, 70, height);
    c.action = QRect(c.speed.right() + 13, top, row.right() - c.speed.right() - 28, height);
    return c;
}

QSize VariantDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const {
    const auto row = index.data(app::downloads::VariantListModel::VariantRole).value<VariantRow>();
    return {400, row.heading ? kHeading : kRow};
}

void VariantDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const {
    const auto row = index.data(app::downloads::VariantListModel::VariantRole).value<VariantRow>();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
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
    drawText(painter, option.rect.adjusted(16, 0, -16, 0), theme::font(theme::TextRole::Caption),
             palette[Token::Muted], groupText(row.group));
}

void VariantDelegate::paintRow(QPainter* painter, const QStyleOptionViewItem& option,
                               const VariantRow& row) const {
    const theme::Palette palette = theme::Palette::of(option.palette);
    const bool on = option.state.testFlag(QStyle::State_Selected);
    if (on || option.state.testFlag(QStyle::State_MouseOver))
        painter->fillRect(option.rect, palette[on ? Token::AccentTint : Token::Hover]);
    if (on)
        painter->fillRect(QRect(option.rect.left(), option.rect.top(), 3, option.rect.height()),
                          palette[Token::Accent]);
    const VariantColumns at = VariantColumns::of(option.rect);
    const QFont small = theme::font(theme::TextRole::Small);
    drawText(painter, at.quant, on ? theme::semibold(small) : small, palette[Token::Text], row.variant.name);
    drawText(painter, at.size, small, palette[Token::Text], bytesText(row.variant.bytes), Qt::AlignRight);
    paintQuality(painter, at.quality, row.variant, palette, small);
    const FitChip chip = chipOf(row);
    const int width = qMin(at.fit.width(), widgets::chipWidth(chip.text, chip.icon));
    const int top = at.fit.center().y() - theme::metrics::kChipHeight / 2 + 1;
    widgets::paintChip(painter, QRect(at.fit.left(), top, width, theme::metrics::kChipHeight), palette,
                       chip.tone, chip.text, chip.icon);
    const QString speed =
        row.plan && row.plan->fits() ? speedText(row.plan->generateTokensPerSecond) : QString();
    drawText(painter, at.speed, small, palette[Token::Text], speed.isEmpty() ? QStringLiteral("–") : speed,
             Qt::AlignRight);
    if (on) {
        if (!row.recommended) return; // the list's own button stands there
        const QString words = tr("Recommended");
        const int chips = widgets::chipWidth(words, theme::Icon::Star);
        if (at.action.width() < chips + 120) return;
        widgets::paintChip(painter, QRect(at.action.left(), top, chips, theme::metrics::kChipHeight), palette,
                           widgets::Tone::Accent, words, theme::Icon::Star);
        return;
    }
    const int icon = theme::metrics::kIconMedium;
    theme::paintIcon(painter, theme::Icon::Download,
                     QRect(at.action.right() - icon, at.action.center().y() - icon / 2, icon, icon),
                     palette[Token::Muted]);
}

} // namespace ui::models
