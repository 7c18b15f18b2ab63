// Painting of the meter.
#include "ui/widgets/meter_bar.h"

#include <QPainter>
#include <QStyle>
#include <cmath>

#include "ui/theme/style.h"

namespace ui::widgets {

MeterBar::MeterBar(const QString& name, QWidget* parent) : QWidget(parent) {
    setAccessibleName(name);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setFraction(0);
}

void MeterBar::setFraction(double fraction) {
    m_fraction = std::isfinite(fraction) ? qBound(0.0, fraction, 1.0) : 0.0;
    const QString percent = tr("%1 %").arg(qRound(m_fraction * 100));
    if (accessibleDescription() != percent) setAccessibleDescription(percent);
    update();
}

void MeterBar::setToken(theme::Token token) {
    m_token = token;
    update();
}

void MeterBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const theme::Palette palette = theme::Palette::of(this);
    const QRectF bar(0, (height() - 5) / 2.0, width(), 5);
    const QColor edge = palette.tintsNeedEdge() ? palette[theme::Token::Control] : QColor();
    theme::paintRounded(&painter, bar, 2.5, palette[theme::Token::Hover], edge);
    if (m_fraction <= 0) return;
    QRectF filled = bar;
    filled.setWidth(qMax(5.0, bar.width() * m_fraction));
    if (isRightToLeft()) filled.moveRight(bar.right());
    theme::paintRounded(&painter, filled, 2.5, palette[m_token]);
}

} // namespace ui::widgets
