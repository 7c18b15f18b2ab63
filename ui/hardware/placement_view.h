// PlacementView: the map of experts with its legend, and in words the one under the pointer.
#pragma once

#include <array>

#include "app/bridge/engine_host.h"
#include "app/hardware/placement_map.h"
#include "ui/widgets/panel.h"

class QLabel;

namespace ui::widgets {
class Chip;
class Segmented;
} // namespace ui::widgets

namespace ui::hardware {

class PlacementGrid;

class PlacementView : public QWidget {
    Q_OBJECT
 public:
    explicit PlacementView(app::bridge::EngineHost& host, QWidget* parent = nullptr);

    void refresh(); // looks at the loaded model again

 private:
    struct TierRow {
        QLabel* experts;
        QLabel* bytes;
        QLabel* share;
    };
    QWidget* buildHead();
    QWidget* buildLegend();
    TierRow addTier(QLayout* layout, app::hardware::Tier tier, QWidget* parent);
    void showLegend();
    void showCurrent();

    app::bridge::EngineHost& m_host;
    QLabel* m_model;
    widgets::Segmented* m_order;
    PlacementGrid* m_grid;
    QLabel* m_nothing;
    QWidget* m_body;
    std::array<TierRow, app::hardware::kTiers> m_tiers;
    QLabel* m_cell;
    widgets::Chip* m_cellTier;
    QLabel* m_cellRank;
    QLabel* m_note;
    QList<app::bridge::ExpertLayer> m_shown;
};

} // namespace ui::hardware
