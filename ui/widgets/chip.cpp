// Chips: colours per tone, sizes, painting.
#include "ui/widgets/chip.h"

#include <QPainter>

#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"

namespace ui::widgets {
namespace {

using theme::Token;

constexpr int kIcon = 14;

QFont chipFont() {
    return theme::font(theme::TextRole::Caption);
}

} // namespace

ChipLook chipLook(theme::Palette palette, Tone tone) {
    ChipLook look;
    switch (tone) {
        case Tone::Neutral:
            look = {palette[Token::Hover], palette[Token::Text], QColor()};
            break;
        case Tone::Accent:
            look = {palette[Token::AccentTint], palette[Token::Accent], QColor()};
            break;
        case Tone::Ok:
            look = {palette[Token::OkTint], palette[Token::Ok], QColor()};
            break;
        case Tone::Warn:
            look = {palette[Token::WarnTint], palette[Token::Warn], QColor()};
            break;
        case Tone::Bad:
            look = {palette[Token::BadTint], palette[Token::Bad], QColor()};
            break;
        case Tone::Outline:
            look = {QColor(), palette[Token::Muted], palette[Token::Border]};
            break;
    }
    if (palette.tintsNeedEdge()) look.edge = look.ink;
    return look;
}

int chipWidth(const QString& text, theme::Icon icon) {
    return QFontMetrics(chipFont()).horizontalAdvance(text) + 16 +
           (icon == theme::Icon::None ? 0 : kIcon + 4);
}

void paintChip(QPainter* painter, const QRect& rect, theme::Palette palette, Tone tone, const QString& text,
               theme::Icon icon) {
    const ChipLook look = chipLook(palette, tone);
    theme::paintRounded(painter, rect, rect.height() / 2.0, look.fill, look.edge);
    QRect box = rect.adjusted(8, 0, -8, 0);
    const auto direction = painter->layoutDirection();
    if (icon != theme::Icon::None) {
        const QRect glyph(box.left(), box.center().y() - kIcon / 2 + 1, kIcon, kIcon);
        theme::paintIcon(painter, icon, QStyle::visualRect(direction, rect, glyph), look.ink);
        box.setLeft(box.left() + kIcon + 4);
    }
    painter->setFont(chipFont());
    painter->setPen(look.ink);
    const QString shown = QFontMetrics(chipFont()).elidedText(text, Qt::ElideRight, box.width() + 1);
    painter->drawText(QStyle::visualRect(direction, rect, box), Qt::AlignVCenter | Qt::AlignLeft, shown);
}

Chip::Chip(const QString& text, QWidget* parent, Tone tone, theme::Icon icon)
    : QWidget(parent), m_tone(tone), m_icon(icon) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setText(text);
}

void Chip::setText(const QString& text) {
    m_text = text;
    setAccessibleName(text);
    updateGeometry();
    update();
}

void Chip::setTone(Tone tone) {
    m_tone = tone;
    update();
}

void Chip::setGlyph(theme::Icon icon) {
    m_icon = icon;
    updateGeometry();
    update();
}

QSize Chip::sizeHint() const {
    return {chipWidth(m_text, m_icon),
            qMax(theme::metrics::kChipHeight, QFontMetrics(chipFont()).height() + 4)};
}

void Chip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintChip(&painter, rect(), theme::Palette::of(this), m_tone, m_text, m_icon);
}

FilterChip::FilterChip(const QString& text, QWidget* parent) : QAbstractButton(parent) {
    setText(text);
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
}

QSize FilterChip::sizeHint() const {
    const QFontMetrics metrics(theme::font(theme::TextRole::Small));
    return {metrics.horizontalAdvance(text()) + 20,
            qMax(theme::metrics::kFilterChipHeight, metrics.height() + 6)};
}

void FilterChip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const theme::Palette palette = theme::Palette::of(this);
    const bool on = isChecked();
    const QColor ink = palette[on ? Token::Accent : underMouse() ? Token::Text : Token::Muted];
    theme::paintRounded(&painter, rect(), height() / 2.0,
                        palette[on             ? Token::AccentTint
                                : underMouse() ? Token::Hover
                                               : Token::Base],
                        on ? ink : palette[Token::Border]);
    painter.setFont(theme::font(theme::TextRole::Small));
    painter.setPen(ink);
    painter.drawText(rect(), Qt::AlignCenter, text());
}

} // namespace ui::widgets
