// Tab goes in reading order: by where the widgets stand, not by when they were made.
//
// Qt's own chain holds widgets in the order of their making and loses some when setTabOrder meets compound
// widgets that are not in a window yet (Qt 6.4).
#pragma once

#include <QList>
#include <QWidget>

namespace ui::widgets {

// Everything below `root` that Tab stops at, line by line. A stop is not looked into: a spin box's field or
// the messages of a transcript are its own affair.
QList<QWidget*> tabStops(const QWidget* root);

// Moves the focus to the next or previous stop of `window`, around the end; false when there is none.
// For overrides of focusNextPrevChild.
bool focusInReadingOrder(QWidget* window, bool next);

} // namespace ui::widgets
