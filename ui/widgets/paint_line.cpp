// Eliding and drawing.
#include "ui/widgets/paint_line.h"

#include <QFontMetrics>
#include <QPainter>

namespace ui::widgets {

void paintLine(QPainter* painter, const QRect& box, const QFont& font, const QColor& ink, const QString& text,
               Qt::Alignment side, Qt::TextElideMode elided) {
    painter->setFont(font);
    painter->setPen(ink);
    painter->drawText(box, static_cast<int>(side | Qt::AlignVCenter) | Qt::TextSingleLine,
                      QFontMetrics(font).elidedText(text, elided, box.width()));
}

} // namespace ui::widgets
