// A quantisation of a model as a row of a table, for the delegates of lists: name, size, what is lost, fit
// and expected speed; and the names of these columns over the list.
#pragma once

#include <QWidget>

#include "ui/models/fit/fit_chip.h"

class QAbstractScrollArea;
class QPainter;
class QStyleOptionViewItem;

namespace ui::models {

// Where the columns stand, for rows and head alike.
struct VariantColumns {
    QRect quant, size, quality, fit, speed, action; // quality: empty where there is no room
    static VariantColumns of(const QRect& row, Qt::LayoutDirection direction);
};

struct VariantCells {
    QString name, quantisation;
    qint64 bytes = 0;
    FitChip chip;
    double speed = 0; // tokens per second; 0: not said
};
// All but the action, which is the list's own.
void paintVariantRow(QPainter* painter, const QStyleOptionViewItem& option, const VariantCells& cells);
// At the beginning of `column`, as far as it goes.
QRect chipPlace(const QStyleOptionViewItem& option, const QRect& column, const QString& text,
                theme::Icon icon);
inline constexpr int kVariantRowHeight = 38;

QString qualityText(const QString& quantisation); // "Very small loss"
QString variantText(const VariantCells& cells);   // the row in words, for screen readers

class VariantHead : public QWidget {
    Q_OBJECT
 public:
    // Over these rows, and as wide: a scroll bar beside them takes from both.
    explicit VariantHead(const QAbstractScrollArea* rows, QWidget* parent = nullptr);

    VariantColumns columns() const;

 protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

 private:
    const QAbstractScrollArea* m_rows;
};

} // namespace ui::models
