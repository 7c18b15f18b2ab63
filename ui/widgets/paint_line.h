// One line of text as rows of lists paint it.
#pragma once

#include <QColor>
#include <QFont>
#include <QRect>
#include <QString>

class QPainter;

namespace ui::widgets {

// In the middle of the box's height, cut where it is too narrow.
void paintLine(QPainter* painter, const QRect& box, const QFont& font, const QColor& ink, const QString& text,
               Qt::Alignment side = Qt::AlignLeft, Qt::TextElideMode elided = Qt::ElideRight);

} // namespace ui::widgets
