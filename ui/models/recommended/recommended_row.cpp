// Painting of a row and its words for screen readers.
#include "ui/models/recommended/recommended_row.h"

#include <QPainter>
#include <QStyle>
#include <QStyleOption>

#include "ui/models/fit/fit_chip.h"
#include "ui/models/fit/model_words.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"
#include "ui/widgets/paint_line.h"

namespace ui::models {

namespace metrics = theme::metrics;
using app::downloads::Recommendation;
using theme::TextRole;
using theme::Token;

namespace {

constexpr int kFit = 136, kMemory = 84, kSpeed = 84, kLeastName = 160;

// As they are seen, from right to left or left to right.
struct Columns {
    QRect name, fit, memory, speed, arrow;
    Columns(const QRect& row, Qt::LayoutDirection direction) {
        int right = row.right() + 1 - metrics::kSpace2;
        const auto take = [&](int width, int gap) {
            right -= width;
            const QRect box(right, row.top(), width, row.height());
            right -= gap;
            return QStyle::visualRect(direction, row, box);
        };
        arrow = take(metrics::kIconSmall + metrics::kSpace2, 0);
        speed = take(kSpeed, 0);
        memory = take(kMemory, metrics::kSpace2);
        fit = take(kFit, metrics::kSpace2);
        const int left = row.left() + metrics::kSpace2;
        name = QStyle::visualRect(direction, row, QRect(left, row.top(), right - left, row.height()));
    }
};

} // namespace

QString speedWords(const Recommendation& model) {
    const QString speed = model.plan.fits() ? speedText(model.plan.generateTokensPerSecond) : QString();
    return speed.isEmpty() ? QString() : RecommendedRow::tr("%1 tok/s").arg(speed);
}

QString variantWords(const Recommendation& model) {
    return model.estimate ? RecommendedRow::tr("%1, estimate").arg(model.variant.name) : model.variant.name;
}

RecommendedRow::RecommendedRow(QWidget* parent) : QAbstractButton(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setCursor(Qt::PointingHandCursor);
}

void RecommendedRow::setModel(const QString& name, const Recommendation& model) {
    m_model = model;
    setText(name);
    QStringList words{name, variantWords(model), fitChip(model.plan.verdict, model.plan.missingBytes).text,
                      tr("%1 of memory").arg(bytesText(model.memory))};
    if (const QString speed = speedWords(model); !speed.isEmpty()) words.append(speed);
    setAccessibleName(words.join(QStringLiteral(", ")));
    setToolTip(tr("Show %1 with all its variants").arg(name));
    update();
}

QSize RecommendedRow::sizeHint() const {
    return {kLeastName + kFit + kMemory + kSpeed + metrics::kSpace5, metrics::kTableRowHeight};
}

void RecommendedRow::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const theme::Palette palette = theme::Palette::of(this);
    QStyleOption option;
    option.initFrom(this);
    theme::paintRow(&painter, rect(), palette, option.state & ~QStyle::State_Selected);
    const QFont small = theme::font(TextRole::Small);
    const Columns at(rect(), layoutDirection());
    const Qt::Alignment start = QStyle::visualAlignment(layoutDirection(), Qt::AlignLeft);
    const Qt::Alignment end = QStyle::visualAlignment(layoutDirection(), Qt::AlignRight);
    const int icon = metrics::kIconSmall;
    theme::paintIcon(
        &painter, isRightToLeft() ? theme::Icon::Left : theme::Icon::Right,
        QRect(isRightToLeft() ? at.arrow.left() : at.arrow.right() - icon, (height() - icon) / 2, icon, icon),
        palette[Token::Muted]);
    const QString speed = speedWords(m_model);
    widgets::paintLine(&painter, at.speed, small, palette[Token::Text],
                       speed.isEmpty() ? QStringLiteral("–") : speed, end);
    widgets::paintLine(&painter, at.memory, small, palette[Token::Text], bytesText(m_model.memory), end);
    const FitChip chip = fitChip(m_model.plan.verdict, m_model.plan.missingBytes);
    const QSize chipSize(qMin(at.fit.width(), widgets::chipWidth(chip.text, chip.icon)),
                         metrics::kChipHeight);
    widgets::paintChip(
        &painter, QStyle::alignedRect(layoutDirection(), Qt::AlignLeft | Qt::AlignVCenter, chipSize, at.fit),
        palette, chip.tone, chip.text, chip.icon);
    // The variant beside the name, where there is room for all of it.
    const QFont strong = theme::semibold(theme::font(TextRole::Body));
    const int name = qMin(QFontMetrics(strong).horizontalAdvance(text()) + 1, at.name.width());
    const int rest = at.name.width() - name - metrics::kSpace2;
    const auto part = [&](int from, int width) {
        return QStyle::visualRect(layoutDirection(), at.name,
                                  QRect(at.name.left() + from, at.name.top(), width, at.name.height()));
    };
    widgets::paintLine(&painter, part(0, name), strong, palette[Token::Text], text(), start);
    const QString variant = variantWords(m_model);
    if (QFontMetrics(small).horizontalAdvance(variant) < rest)
        widgets::paintLine(&painter, part(name + metrics::kSpace2, rest), small, palette[Token::Muted],
                           variant, start);
}

RecommendedHead::RecommendedHead(QWidget* parent) : QWidget(parent) {
    setFixedHeight(metrics::kIconLarge);
}

void RecommendedHead::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const QColor ink = theme::Palette::of(this)[Token::Muted];
    const QFont font = theme::font(TextRole::Caption);
    const Columns at(rect(), layoutDirection());
    const Qt::Alignment start = QStyle::visualAlignment(layoutDirection(), Qt::AlignLeft);
    const Qt::Alignment end = QStyle::visualAlignment(layoutDirection(), Qt::AlignRight);
    widgets::paintLine(&painter, at.name, font, ink, tr("Model"), start);
    widgets::paintLine(&painter, at.fit, font, ink, tr("Fit"), start);
    widgets::paintLine(&painter, at.memory, font, ink, tr("Memory"), end);
    widgets::paintLine(&painter, at.speed, font, ink, tr("Expected"), end);
}

} // namespace ui::models
