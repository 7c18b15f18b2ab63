// EntryDelegate: a model as a row of 56 px: initials, name and fit over its facts and expected speed.
#pragma once

#include <QStyledItemDelegate>

namespace ui::models {

class EntryDelegate : public QStyledItemDelegate {
    Q_OBJECT
 public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace ui::models
