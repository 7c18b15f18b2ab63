// VariantDelegate: a variant as a row of a table: quantisation, size, what is lost, fit, expected speed.
#pragma once

#include <QStyledItemDelegate>

#include "app/downloads/explore_models.h"

namespace ui::models {

// Where the columns stand, for rows and head alike.
struct VariantColumns {
    QRect quant, size, quality, fit, speed, action; // quality: empty where there is no room
    static VariantColumns of(const QRect& row, Qt::LayoutDirection direction);
};

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

QString qualityText(const app::downloads::RepoVariant& variant); // "Very small loss"
// The row in words, for screen readers.
QString variantText(const app::downloads::VariantRow& row);

} // namespace ui::models
