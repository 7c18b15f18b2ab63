// A model as a row of two lines, for the delegates of lists: initials, name and fit chip over what it is and
// how fast.
#pragma once

#include "ui/models/fit/fit_chip.h"

class QPainter;
class QStyleOptionViewItem;

namespace ui::models {

struct ModelRow {
    QString name, facts, speed; // speed: "64 tok/s"; empty: not said
    FitChip chip;               // no text: none
};
void paintModelRow(QPainter* painter, const QStyleOptionViewItem& option, const ModelRow& row);
QSize modelRowSize();

} // namespace ui::models
