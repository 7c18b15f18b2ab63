// Painting of the rail's entries.
#include "ui/widgets/rail_button.h"

#include <QPainter>

#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"

namespace ui::widgets {

RailButton::RailButton(theme::Icon icon, const QString& label, QWidget* parent)
    : QAbstractButton(parent), m_icon(icon) {
    setText(label);
    setAccessibleName(label);
    setCheckable(true);
    setAutoExclusive(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
}

void RailButton::setBadge(int count) {
    m_badge = count;
    setAccessibleName(count > 0 ? tr("%1, %n at work", nullptr, count).arg(text()) : text());
    update();
}

void RailButton::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const theme::Palette palette = theme::Palette::of(this);
    const bool on = isChecked();
    const QColor ink = palette[!isEnabled()   ? theme::Token::DisabledText
                               : on           ? theme::Token::Accent
                               : underMouse() ? theme::Token::Text
                                              : theme::Token::Muted];
    const QColor edge = on && palette.tintsNeedEdge() ? ink : QColor();
    if (on || underMouse())
        theme::paintRounded(&painter, rect(), theme::metrics::kRadiusControl,
                            palette[on ? theme::Token::AccentTint : theme::Token::Hover], edge);
    const int side = theme::metrics::kIconRail;
    theme::paintIcon(&painter, m_icon, QRectF((width() - side) / 2.0, 7, side, side), ink);
    painter.setFont(theme::font(theme::TextRole::Caption));
    painter.setPen(ink);
    const QFontMetrics metrics(painter.font());
    painter.drawText(QRect(0, 30, width(), 18), Qt::AlignCenter,
                     metrics.elidedText(text(), Qt::ElideRight, width() - 2));
    if (m_badge <= 0) return;
    const QString count = m_badge > 99 ? QStringLiteral("99+") : QString::number(m_badge);
    QFont font = theme::semibold(painter.font());
    font.setPointSizeF(font.pointSizeF() * 0.9);
    painter.setFont(font);
    const int w = qMax(15, QFontMetrics(font).horizontalAdvance(count) + 8);
    const QRect badge(width() - 8 - w, 4, w, 15);
    theme::paintRounded(&painter, badge, 7.5, palette[theme::Token::Accent]);
    painter.setPen(palette[theme::Token::AccentText]);
    painter.drawText(badge, Qt::AlignCenter, count);
}

} // namespace ui::widgets
