// PlacementMap: every expert of a model by layer: in which tier it lives and how hot it is.
#pragma once

#include <QList>
#include <QString>
#include <array>

#include "app/bridge/expert_use.h"

namespace app::hardware {

using Tier = bridge::ExpertTier;
inline constexpr int kTiers = 3;
inline constexpr int kHeatLevels = 5;

struct TierSummary {
    qint64 experts = 0, bytes = 0;
    double share = 0; // of all calls
};

class PlacementMap {
 public:
    PlacementMap() = default;
    explicit PlacementMap(QList<bridge::ExpertLayer> layers);

    bool isEmpty() const { return m_layers.isEmpty(); }
    int layers() const { return static_cast<int>(m_layers.size()); } // with experts
    int experts() const { return m_experts; }                        // of the layer that has most
    int expertsOf(int row) const { return static_cast<int>(m_layers[row].tiers.size()); }
    int layerNumber(int row) const { return m_layers[row].layer; } // the model's own
    bool hasHeat() const { return m_allCalls > 0; }

    // Of the expert with this number in this row.
    Tier tier(int row, int expert) const { return m_layers[row].tiers[expert]; }
    double share(int row, int expert) const; // of the row's calls
    // 0 to kHeatLevels - 1: halves of the hottest expert's share, of all rows and tiers; the coldest without
    // any call.
    int heatLevel(int row, int expert) const;
    int rank(int row, int expert) const { return m_ranks[row][expert]; }      // 0: the row's hottest
    int expertAtRank(int row, int rank) const { return m_byRank[row][rank]; } // ties by number

    TierSummary summary(Tier tier) const { return m_summaries[static_cast<size_t>(tier)]; }

 private:
    void rankRows();
    void sumUp();

    QList<bridge::ExpertLayer> m_layers;
    QList<QList<int>> m_byRank, m_ranks;
    QList<quint64> m_rowCalls;
    quint64 m_allCalls = 0;
    double m_hottest = 0; // share
    int m_experts = 0;
    std::array<TierSummary, kTiers> m_summaries;
};

} // namespace app::hardware
