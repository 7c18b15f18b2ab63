// Painting of the chart.
#include "ui/widgets/line_chart.h"

#include <QPainter>

namespace ui::widgets {

namespace {
constexpr double kLineWidth = 1.5;
constexpr double kAreaOpacity = 0.14;
} // namespace

LineChart::LineChart(const QString& name, int capacity, QWidget* parent)
    : QWidget(parent), m_samples(capacity) {
    setAccessibleName(name);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void LineChart::setTop(double top) {
    m_top = top;
    update();
}

void LineChart::append(double value, const QString& text) {
    m_samples.append(value);
    setAccessibleDescription(text);
    update();
}

// Through the low and the high end of each column, so that one column stands for any number of samples.
QPolygonF LineChart::line(const QList<SampleRing::Range>& columns, int first, int end, double top) const {
    const double step = (width() - kLineWidth) / qMax<double>(1, static_cast<double>(columns.size() - 1));
    const double usable = height() - 2 - kLineWidth;
    const auto y = [&](double value) {
        return 1 + kLineWidth / 2 + usable * (1 - qBound(0.0, value / top, 1.0));
    };
    QPolygonF points;
    for (int c = first; c < end; ++c) {
        const double x = kLineWidth / 2 + step * c;
        points.append({isRightToLeft() ? width() - x : x, y(columns[c].low)});
        if (columns[c].high > columns[c].low) points.append({points.last().x(), y(columns[c].high)});
    }
    return points;
}

void LineChart::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const theme::Palette palette = theme::Palette::of(this);
    const QColor color = palette[theme::Token::Series1];
    painter.fillRect(0, height() - 1, width(), 1, palette[theme::Token::Border]);
    const QList<SampleRing::Range> columns = m_samples.columns(width());
    const SampleRing::Range range = m_samples.range();
    if (range.isEmpty()) return;
    const double top = m_top > 0 ? m_top : qMax(range.high * 1.15, 1e-9);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor area = color;
    area.setAlphaF(static_cast<float>(kAreaOpacity));
    for (int first = 0, end = 0; first < columns.size(); first = end + 1) { // runs between gaps
        for (end = first; end < columns.size() && !columns[end].isEmpty();)
            ++end;
        const QPolygonF points = line(columns, first, end, top);
        if (points.isEmpty()) continue;
        QPolygonF filled = points;
        filled.append({points.last().x(), height() - 1.0});
        filled.append({points.first().x(), height() - 1.0});
        painter.setPen(Qt::NoPen);
        painter.setBrush(area);
        painter.drawPolygon(filled);
        painter.setPen(QPen(color, kLineWidth, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolyline(points);
    }
}

} // namespace ui::widgets
