// EntryDelegate: a model as a row of 56 px: initials, name and fit over its facts and its speed, measured or
// expected.
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
    bool helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option,
                   const QModelIndex& index) override;
};

// The row in words, for screen readers.
QString entryText(const QModelIndex& index);

} // namespace ui::models
