// FoundDelegate: a model that was found, as a row of two lines.
#pragma once

#include <QStyledItemDelegate>

#include "app/downloads/explore_models.h"

namespace ui::models {

class FoundDelegate : public QStyledItemDelegate {
    Q_OBJECT
 public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

// "MoE · 30.5 B, 3.3 B active · 32 k · thinking"
QString factsOf(const app::downloads::FoundModel& model);
// The row in words, for screen readers.
QString foundText(const app::downloads::FoundModel& model);
// "64 tok/s", of a model of which no file was seen "est. 64 tok/s"; empty: not known
QString speedOf(const app::downloads::FoundModel& model);

} // namespace ui::models
