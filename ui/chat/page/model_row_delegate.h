// ModelRowDelegate: a model as two lines: name and tags over quantization, size, context and the folder.
#pragma once

#include <QStyledItemDelegate>

namespace ui::chat {

class ModelRowDelegate : public QStyledItemDelegate {
    Q_OBJECT
 public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace ui::chat
