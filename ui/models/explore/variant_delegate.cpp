// Painting of rows and their words.
#include "ui/models/explore/variant_delegate.h"

#include <QPainter>
#include <QStyle>

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

constexpr int kRow = 38, kHeading = 28, kDot = 6, kButton = 112;

void drawText(QPainter* painter, const QRect& box, const QFont& font, const QColor& ink, const QString& text,
              Qt::Alignment side) {
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

void paintQuality(QPainter* painter, const QRect& box, const RepoVariant& variant, theme::Palette palette,
                  const QFont& font, Qt::LayoutDirection direction) {
    const auto place = [&](const QRect& part) { return QStyle::visualRect(direction, box, part); };
    QRect words = box;
    if (variant.quality() > 0) {
        painter->setPen(Qt::NoPen);
        for (int i = 0; i < 5; ++i) {
            painter->setBrush(palette[i < variant.quality() ? Token::Accent : Token::Control]);
            painter->drawEllipse(
                place(QRect(box.left() + i * (kDot + 3), box.center().y() - kDot / 2 + 1, kDot, kDot)));
        }
        words.setLeft(box.left() + 5 * (kDot + 3) + 5);
    }
    drawText(painter, place(words), font, palette[Token::Text], qualityText(variant),
             QStyle::visualAlignment(direction, Qt::AlignLeft));
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

VariantColumns VariantColumns::of(const QRect& row, Qt::LayoutDirection direction) {
    constexpr int kMargin = 16, kQuant = 80, kSize = 56, kFit = 146, kSpeed = 48, kAction = 106;
    constexpr int kLeastQuality = 52, kMostQuality = 162, kRecommended = 120;
    const int others = kQuant + kSize + kFit + kSpeed + kAction + 5 * kMargin;
    // What is left over goes before the action. Narrow panes lose the words of quality first, then all of it.
    const bool narrow = row.width() < others + kLeastQuality;
    const int margin = narrow ? 12 : kMargin, spare = row.width() - others - kRecommended;
    int x = row.left() + margin;
    const auto column = [&](int width, int gap) {
        const QRect box(x, row.top(), width, row.height());
        x += width + gap;
        return QStyle::visualRect(direction, row, box);
    };
    VariantColumns c;
    c.quant = column(narrow ? 72 : kQuant, 0);
    c.size = column(kSize, margin);
    if (!narrow) c.quality = column(qBound(kLeastQuality, spare, kMostQuality), kMargin / 2);
    c.fit = column(narrow ? 130 : kFit, 0);
    c.speed = column(narrow ? 44 : kSpeed, margin);
    c.action = column(row.right() + 1 - margin - x, 0);
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
    drawText(painter, option.rect.adjusted(16, 0, -16, 0), theme::font(theme::TextRole::Caption),
             palette[Token::Muted], groupText(row.group),
             QStyle::visualAlignment(option.direction, Qt::AlignLeft));
}

void VariantDelegate::paintRow(QPainter* painter, const QStyleOptionViewItem& option,
                               const VariantRow& row) const {
    const theme::Palette palette = theme::Palette::of(option.palette);
    const bool on = option.state.testFlag(QStyle::State_Selected);
    if (on || option.state.testFlag(QStyle::State_MouseOver))
        painter->fillRect(option.rect, palette[on ? Token::AccentTint : Token::Hover]);
    if (on)
        painter->fillRect(
            QStyle::visualRect(option.direction, option.rect,
                               QRect(option.rect.left(), option.rect.top(), 3, option.rect.height())),
            palette[Token::Accent]);
    const VariantColumns at = VariantColumns::of(option.rect, option.direction);
    const Qt::Alignment start = QStyle::visualAlignment(option.direction, Qt::AlignLeft);
    const Qt::Alignment end = QStyle::visualAlignment(option.direction, Qt::AlignRight);
    const auto chipIn = [&](const QRect& column, const QString& text, theme::Icon icon) {
        const QSize size(qMin(column.width(), widgets::chipWidth(text, icon)), theme::metrics::kChipHeight);
        return QStyle::alignedRect(option.direction, Qt::AlignLeft | Qt::AlignVCenter, size, column);
    };
    const QFont small = theme::font(theme::TextRole::Small);
    drawText(painter, at.quant, on ? theme::semibold(small) : small, palette[Token::Text], row.variant.name,
             start);
    drawText(painter, at.size, small, palette[Token::Text], bytesText(row.variant.bytes), end);
    if (!at.quality.isEmpty())
        paintQuality(painter, at.quality, row.variant, palette, small, option.direction);
    const FitChip chip = chipOf(row);
    widgets::paintChip(painter, chipIn(at.fit, chip.text, chip.icon), palette, chip.tone, chip.text,
                       chip.icon);
    const QString speed =
        row.plan && row.plan->fits() ? speedText(row.plan->generateTokensPerSecond) : QString();
    drawText(painter, at.speed, small, palette[Token::Text], speed.isEmpty() ? QStringLiteral("–") : speed,
             end);
    if (on) { // the list's own button stands there
        const QRect words = chipIn(at.action, tr("Recommended"), theme::Icon::Star);
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
