// VariantDelegate: a variant as a row of a table: quantisation, size, what is lost, fit, expected speed.
#pragma once

#include <QStyledItemDelegate>

#include "app/downloads/explore_models.h"

namespace ui::models {

class VariantDelegate : public QStyledItemDelegate {
    Q_OBJECT
 public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

 private:
    void paintHeading(QPainter* painter, const QStyleOptionViewItem& option,
                      const app::downloads::VariantRow& row) const;
    void paintRow(QPainter* painter, const QStyleOptionViewItem& option,
                  const app::downloads::VariantRow& row) const;
};

// The row in words, for screen readers.
QString variantText(const app::downloads::VariantRow& row);

} // namespace ui::models
