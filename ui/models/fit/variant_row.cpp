// Painting of rows and their words.
#include "ui/models/fit/variant_row.h"

#include <QAbstractScrollArea>
#include <QCoreApplication>
#include <QEvent>
#include <QPainter>
#include <QStyle>
#include <QStyleOptionViewItem>

#include "app/bridge/quantisation.h"
#include "ui/models/fit/model_words.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"
#include "ui/widgets/paint_line.h"

namespace ui::models {

using theme::Token;

namespace {

constexpr int kDot = 6;

QString tr(const char* text) {
    return QCoreApplication::translate("Variants", text);
}

void paintQuality(QPainter* painter, const QRect& box, const QString& quantisation, theme::Palette palette,
                  const QFont& font, Qt::LayoutDirection direction) {
    const auto place = [&](const QRect& part) { return QStyle::visualRect(direction, box, part); };
    const int quality = app::bridge::qualityOf(quantisation);
    QRect words = box;
    if (quality > 0) {
        // Where colours are few, what is missing is hollow: white would be the louder of the two.
        const bool hollow = palette.tintsNeedEdge();
        for (int i = 0; i < 5; ++i) {
            const bool on = i < quality;
            const QRectF dot =
                place(QRect(box.left() + i * (kDot + 3), box.center().y() - kDot / 2 + 1, kDot, kDot));
            theme::paintRounded(painter, dot, kDot / 2.0,
                                on       ? palette[Token::Accent]
                                : hollow ? QColor()
                                         : palette[Token::Control],
                                hollow && !on ? palette[Token::Control] : QColor());
        }
        words.setLeft(box.left() + 5 * (kDot + 3) + 5);
    }
    widgets::paintLine(painter, place(words), font, palette[Token::Text], qualityText(quantisation),
                       QStyle::visualAlignment(direction, Qt::AlignLeft));
}

} // namespace

QString qualityText(const QString& quantisation) {
    const QString plain = quantisation.startsWith(QLatin1String("UD-")) ? quantisation.mid(3) : quantisation;
    const auto is = [&](const char* beginning) { return plain.startsWith(QLatin1String(beginning)); };
    if (is("BF16") || is("F16") || is("FP16") || is("F32")) return tr("Original weights");
    if (is("Q8") || is("F8") || is("FP8")) return tr("No visible loss");
    if (is("Q6")) return tr("Very close");
    if (is("Q5")) return tr("Hard to notice");
    if (is("Q4_K") || is("MXFP4")) return tr("Very small loss");
    switch (app::bridge::qualityOf(quantisation)) {
        case 4:
            return tr("Small loss");
        case 3:
            return tr("Some loss");
        case 2:
            return tr("Noticeable loss");
        case 1:
            return tr("Strong loss");
        default:
            return tr("Not known");
    }
}

QString variantText(const VariantCells& cells) {
    QStringList words{cells.name, bytesText(cells.bytes), qualityText(cells.quantisation), cells.chip.text};
    if (const QString speed = speedText(cells.speed); !speed.isEmpty())
        words.append(tr("%1 tokens per second").arg(speed));
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

QRect chipPlace(const QStyleOptionViewItem& option, const QRect& column, const QString& text,
                theme::Icon icon) {
    const QSize size(qMin(column.width(), widgets::chipWidth(text, icon)), theme::metrics::kChipHeight);
    return QStyle::alignedRect(option.direction, Qt::AlignLeft | Qt::AlignVCenter, size, column);
}

void paintVariantRow(QPainter* painter, const QStyleOptionViewItem& option, const VariantCells& cells) {
    const theme::Palette palette = theme::Palette::of(option.palette);
    const bool on = option.state.testFlag(QStyle::State_Selected);
    if (on || option.state.testFlag(QStyle::State_MouseOver))
        painter->fillRect(option.rect, palette[on ? Token::AccentTint : Token::Hover]);
    if (on)
        painter->fillRect(
            QStyle::visualRect(option.direction, option.rect,
                               QRect(option.rect.left(), option.rect.top(), 3, option.rect.height())),
            palette[Token::Accent]);
    // The tint tells which row is chosen, the ring whether the keys move it.
    theme::paintRow(painter, QRectF(option.rect).adjusted(5, 2, -2, -2), palette,
                    option.state & (QStyle::State_HasFocus | QStyle::State_KeyboardFocusChange));
    const VariantColumns at = VariantColumns::of(option.rect, option.direction);
    const Qt::Alignment start = QStyle::visualAlignment(option.direction, Qt::AlignLeft);
    const Qt::Alignment end = QStyle::visualAlignment(option.direction, Qt::AlignRight);
    const QFont small = theme::font(theme::TextRole::Small);
    widgets::paintLine(painter, at.quant, on ? theme::semibold(small) : small, palette[Token::Text],
                       cells.name, start);
    widgets::paintLine(painter, at.size, small, palette[Token::Text], bytesText(cells.bytes), end);
    if (!at.quality.isEmpty())
        paintQuality(painter, at.quality, cells.quantisation, palette, small, option.direction);
    widgets::paintChip(painter, chipPlace(option, at.fit, cells.chip.text, cells.chip.icon), palette,
                       cells.chip.tone, cells.chip.text, cells.chip.icon);
    const QString speed = speedText(cells.speed);
    widgets::paintLine(painter, at.speed, small, palette[Token::Text],
                       speed.isEmpty() ? QStringLiteral("–") : speed, end);
}

VariantHead::VariantHead(const QAbstractScrollArea* rows, QWidget* parent) : QWidget(parent), m_rows(rows) {
    setFixedHeight(theme::metrics::kTableHeadHeight);
    rows->viewport()->installEventFilter(this);
}

bool VariantHead::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize) update();
    return QWidget::eventFilter(watched, event);
}

VariantColumns VariantHead::columns() const {
    const QWidget* view = m_rows->viewport();
    const int left = mapFromGlobal(view->mapToGlobal(QPoint())).x();
    return VariantColumns::of(QRect(left, 0, view->width(), height()), layoutDirection());
}

void VariantHead::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const theme::Palette palette = theme::Palette::of(this);
    painter.fillRect(rect(), palette[Token::Raised]);
    painter.setPen(palette[Token::Border]);
    painter.drawLine(rect().bottomLeft(), rect().bottomRight());
    painter.setFont(theme::font(theme::TextRole::Small));
    painter.setPen(palette[Token::Muted]);
    const VariantColumns at = columns();
    const auto draw = [&](const QRect& box, const QString& text, Qt::Alignment side) {
        if (box.isEmpty()) return;
        painter.drawText(box, static_cast<int>(Qt::AlignVCenter | side) | Qt::TextSingleLine, text);
    };
    draw(at.quant, tr("Quant"), Qt::AlignLeft);
    draw(at.size, tr("Size"), Qt::AlignRight);
    draw(at.quality, tr("Quality"), Qt::AlignLeft);
    draw(at.fit, tr("Fit"), Qt::AlignLeft);
    const int before = isRightToLeft() ? 0 : 60;
    draw(at.speed.adjusted(-before, 0, 60 - before, 0), tr("Expected tok/s"), Qt::AlignRight);
}

} // namespace ui::models
