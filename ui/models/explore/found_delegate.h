// FoundDelegate: a model that was found as two lines: initials, name and fit chip over what kind and size it
// is.
#pragma once

#include <QStyledItemDelegate>

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
QString factsOf(const QModelIndex& index);

} // namespace ui::models
