// PlacementGrid: every expert as a cell: its hue is the tier, its brightness how hot it is.
#pragma once

#include <QPixmap>
#include <QWidget>

#include "app/hardware/placement_map.h"
#include "ui/theme/palette.h"

namespace ui::hardware {

theme::Token tierToken(app::hardware::Tier tier);
QString tierName(app::hardware::Tier tier); // "VRAM"
qreal heatOpacity(int level);               // 0 to kHeatLevels - 1

// One row per layer; the arrow keys and the pointer choose a cell.
class PlacementGrid : public QWidget {
    Q_OBJECT
 public:
    enum class Order { hottestFirst, byNumber };

    explicit PlacementGrid(QWidget* parent = nullptr);

    void setMap(const app::hardware::PlacementMap& map);
    const app::hardware::PlacementMap& map() const { return m_map; }
    void setOrder(Order order);

    struct Cell {
        int row = -1, expert = -1; // of the map; -1: none
        bool isValid() const { return row >= 0; }
        bool operator==(const Cell&) const = default;
    };
    Cell current() const { return m_current; }
    void setCurrent(Cell cell);

    QSize sizeHint() const override { return {896, 340}; }
    QSize minimumSizeHint() const override { return {320, 240}; }

 Q_SIGNALS:
    void currentChanged();

 protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

 private:
    QRectF cellRect(int row, int column) const;
    QRect cells() const; // without the numbers at the edges
    int expertAt(int row, int column) const;
    int columnOf(Cell cell) const;
    Cell cellAt(const QPoint& point) const;
    void paintCells(QPainter* painter) const;
    void paintNumbers(QPainter* painter) const;
    void invalidate();

    app::hardware::PlacementMap m_map;
    Order m_order = Order::hottestFirst;
    Cell m_current;
    QPixmap m_picture; // of all cells; a null one is painted anew
};

} // namespace ui::hardware
