// Painting of the stacked bar.
#include "ui/widgets/memory_bar.h"

#include <QPainter>
#include <QPainterPath>
#include <QStyle>

#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"

namespace ui::widgets {

using theme::Token;

QString gigabytes(qint64 bytes) {
    return QString::number(static_cast<double>(bytes) / 1e9, 'f', 1);
}

// Lines of 1.5 px, 5 px apart, rising to the right.
void paintHatching(QPainter* painter, const QRectF& rect, const QColor& color) {
    painter->save();
    painter->setClipRect(rect, Qt::IntersectClip);
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(color, 1.5));
    for (qreal x = rect.left() - rect.height(); x < rect.right(); x += 5 * 1.414)
        painter->drawLine(QPointF(x, rect.bottom()), QPointF(x + rect.height(), rect.top()));
    painter->restore();
}

MemoryBar::MemoryBar(const QString& name, QWidget* parent) : QWidget(parent) {
    setAccessibleName(name);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void MemoryBar::setParts(const QList<MemoryPart>& parts, qint64 total, qint64 limit) {
    if (parts == m_parts && total == m_total && limit == m_limit) return;
    m_parts = parts;
    m_total = total;
    m_limit = limit;
    QStringList words;
    for (const MemoryPart& part : parts)
        if (part.bytes > 0) words.append(tr("%1 %2 GB").arg(part.name, gigabytes(part.bytes)));
    setAccessibleDescription(tr("%1; of %2 GB").arg(words.join(QStringLiteral(", ")), gigabytes(total)));
    update();
}

// The name with the figure where there is room, else the figure, else nothing.
void MemoryBar::paintLabel(QPainter* painter, const QRectF& box, const MemoryPart& part) const {
    if (part.estimated) return; // letters on hatching are hard to read
    const QFontMetricsF metrics(painter->font());
    const QString figure = gigabytes(part.bytes);
    for (const QString& text : {tr("%1 %2").arg(part.name, figure), figure}) {
        if (metrics.horizontalAdvance(text) + 10 > box.width()) continue;
        painter->setPen(theme::Palette::of(this)[Token::OnFill]);
        painter->drawText(box, Qt::AlignCenter, text);
        return;
    }
}

void MemoryBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const theme::Palette palette = theme::Palette::of(this);
    QPainterPath outline;
    outline.addRoundedRect(rect(), theme::metrics::kRadiusBar, theme::metrics::kRadiusBar);
    painter.setClipPath(outline);
    painter.fillRect(rect(), palette[Token::MemFree]);
    qint64 sum = 0;
    for (const MemoryPart& part : m_parts)
        sum += part.bytes;
    const auto all = static_cast<double>(qMax<qint64>(qMax(sum, m_total), 1));
    const auto visual = [this](const QRectF& box) {
        return isRightToLeft() ? QRectF(width() - box.right(), box.top(), box.width(), box.height()) : box;
    };
    painter.setFont(theme::semibold(theme::font(theme::TextRole::Caption)));
    double at = 0;
    for (const MemoryPart& part : m_parts) {
        const double wide = static_cast<double>(part.bytes) / all * width();
        // Parts are 1 px of the surface apart, so that colour is never alone.
        const QRectF box = visual(QRectF(at, 0, wide, height()).adjusted(at > 0 ? 1 : 0, 0, 0, 0));
        at += wide;
        if (wide < 1) continue;
        painter.fillRect(QRectF(visual(QRectF(at - wide, 0, 1, height()))), palette[Token::Base]);
        painter.fillRect(box, palette[part.token]);
        if (part.estimated) paintHatching(&painter, box, palette[Token::OnFill]);
        paintLabel(&painter, box, part);
    }
    painter.setClipping(false);
    if (palette.tintsNeedEdge())
        theme::paintRounded(&painter, QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5),
                            theme::metrics::kRadiusBar, QColor(), palette[Token::Control]);
    if (sum <= m_total) return;
    // Where the memory ends.
    const double edge = static_cast<double>(m_total) / all * width();
    painter.fillRect(visual(QRectF(edge - 1, 0, 2, height())), palette[Token::Bad]);
}

} // namespace ui::widgets
