// PlacementView: where the experts of a model are, or would be, with a legend, and in words the one under the
// pointer.
#pragma once

#include <array>

#include "app/bridge/engine_host.h"
#include "app/bridge/planner.h"
#include "app/hardware/placement_map.h"
#include "app/library/library.h"
#include "ui/widgets/panel.h"

class QComboBox;
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
    PlacementView(app::bridge::EngineHost& host, app::bridge::Planner& planner,
                  app::library::Library& library, QWidget* parent = nullptr);

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
    void fillModels();
    void choose();
    void ask();
    bool isPreview() const; // of a model that is not loaded
    void showMap(const QList<app::bridge::ExpertLayer>& layers);
    void showNothing();
    void showLegend();
    void showCurrent();

    app::bridge::EngineHost& m_host;
    app::bridge::Planner& m_planner;
    app::library::Library& m_library;
    QComboBox* m_models;
    QLabel* m_size;
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
    QString m_picked;              // path of a model that the person wants to see; empty: the first
    quint64 m_asked = 0;           // number of the plan that a preview waits for
    app::bridge::ModelPlan m_plan; // of the preview
    QString m_problem;             // why there is none
};

} // namespace ui::hardware
