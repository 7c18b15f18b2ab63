// Painting of surfaces and hairlines.
#include "ui/widgets/panel.h"

#include <QPaintEvent>
#include <QPainter>

#include "ui/theme/metrics.h"
#include "ui/theme/style.h"

namespace ui::widgets {

Panel::Panel(theme::Token surface, QWidget* parent, Qt::Edges hairlines)
    : QWidget(parent), m_surface(surface), m_edges(hairlines) {
    setAttribute(Qt::WA_OpaquePaintEvent);
    setHairlines(hairlines);
}

void Panel::setHairlines(Qt::Edges edges) {
    m_edges = edges;
    setContentsMargins(edges.testFlag(Qt::LeftEdge), edges.testFlag(Qt::TopEdge),
                       edges.testFlag(Qt::RightEdge), edges.testFlag(Qt::BottomEdge));
    update();
}

void Panel::paintEvent(QPaintEvent* event) {
    QPainter painter(this);
    const theme::Palette palette = theme::Palette::of(this);
    painter.fillRect(event->rect(), palette[m_surface]);
    const QColor line = palette[theme::Token::Border];
    if (m_edges.testFlag(Qt::TopEdge)) painter.fillRect(0, 0, width(), 1, line);
    if (m_edges.testFlag(Qt::BottomEdge)) painter.fillRect(0, height() - 1, width(), 1, line);
    if (m_edges.testFlag(Qt::LeftEdge)) painter.fillRect(0, 0, 1, height(), line);
    if (m_edges.testFlag(Qt::RightEdge)) painter.fillRect(width() - 1, 0, 1, height(), line);
}

Card::Card(QWidget* parent) : QWidget(parent) {
    setContentsMargins(theme::metrics::kSpace4, theme::metrics::kSpace3, theme::metrics::kSpace4,
                       theme::metrics::kSpace3);
}

void Card::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const theme::Palette palette = theme::Palette::of(this);
    theme::paintRounded(&painter, rect(), theme::metrics::kRadiusCard, palette[theme::Token::Raised],
                        palette[theme::Token::Border]);
}

Separator::Separator(Qt::Orientation orientation, QWidget* parent) : QWidget(parent) {
    if (orientation == Qt::Horizontal)
        setFixedHeight(1);
    else
        setFixedWidth(1);
}

void Separator::paintEvent(QPaintEvent*) {
    QPainter(this).fillRect(rect(), theme::Palette::of(this)[theme::Token::Border]);
}

} // namespace ui::widgets
