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

namespace ui::models {

namespace metrics = theme::metrics;
using app::downloads::Recommendation;
using theme::TextRole;
using theme::Token;

namespace {

constexpr int kFit = 136, kMemory = 84, kSpeed = 84, kLeastName = 160;

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
    int right = width() - metrics::kSpace2;
    const auto take = [&](int width) { // a column from the right
        const QRect box(right - width, 0, width, height());
        right -= width;
        return QStyle::visualRect(layoutDirection(), rect(), box);
    };
    const auto draw = [&](const QRect& box, const QFont& font, Token ink, const QString& text,
                          bool trailing) {
        painter.setFont(font);
        painter.setPen(palette[ink]);
        const Qt::Alignment side =
            QStyle::visualAlignment(layoutDirection(), trailing ? Qt::AlignRight : Qt::AlignLeft);
        painter.drawText(box, static_cast<int>(side | Qt::AlignVCenter) | Qt::TextSingleLine,
                         QFontMetrics(font).elidedText(text, Qt::ElideRight, box.width()));
    };
    const int icon = metrics::kIconSmall;
    const QRect arrow = take(icon + metrics::kSpace2);
    theme::paintIcon(
        &painter, isRightToLeft() ? theme::Icon::Left : theme::Icon::Right,
        QRect(isRightToLeft() ? arrow.left() : arrow.right() - icon, (height() - icon) / 2, icon, icon),
        palette[Token::Muted]);
    const QString speed = speedWords(m_model);
    draw(take(kSpeed), small, Token::Text, speed.isEmpty() ? QStringLiteral("–") : speed, true);
    draw(take(kMemory), small, Token::Text, bytesText(m_model.memory), true);
    take(metrics::kSpace2);
    const FitChip chip = fitChip(m_model.plan.verdict, m_model.plan.missingBytes);
    const QRect fit = take(kFit);
    const int chipWidth = qMin(fit.width(), widgets::chipWidth(chip.text, chip.icon));
    widgets::paintChip(&painter,
                       QStyle::visualRect(layoutDirection(), fit,
                                          QRect(fit.left(), (height() - metrics::kChipHeight) / 2, chipWidth,
                                                metrics::kChipHeight)),
                       palette, chip.tone, chip.text, chip.icon);
    const int left = metrics::kSpace2;
    right -= metrics::kSpace2;
    const QFont strong = theme::semibold(theme::font(TextRole::Body));
    const int name = qMin(QFontMetrics(strong).horizontalAdvance(text()) + 1, right - left);
    draw(QStyle::visualRect(layoutDirection(), rect(), QRect(left, 0, name, height())), strong, Token::Text,
         text(), false);
    const int rest = left + name + metrics::kSpace2;
    const QString variant = variantWords(m_model);
    if (QFontMetrics(small).horizontalAdvance(variant) < right - rest)
        draw(QStyle::visualRect(layoutDirection(), rect(), QRect(rest, 0, right - rest, height())), small,
             Token::Muted, variant, false);
}

} // namespace ui::models
