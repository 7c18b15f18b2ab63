// Ranks and sums.
#include "app/hardware/placement_map.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace app::hardware {

PlacementMap::PlacementMap(QList<bridge::ExpertLayer> layers) : m_layers(std::move(layers)) {
    m_layers.removeIf([](const bridge::ExpertLayer& layer) {
        return layer.tiers.isEmpty() || layer.tiers.size() != layer.calls.size();
    });
    rankRows();
    sumUp();
}

void PlacementMap::rankRows() {
    for (const bridge::ExpertLayer& layer : std::as_const(m_layers)) {
        QList<int> order(layer.calls.size()), rank(layer.calls.size());
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(),
                         [&](int a, int b) { return layer.calls[a] > layer.calls[b]; });
        for (int r = 0; r < static_cast<int>(order.size()); ++r)
            rank[order[r]] = r;
        m_experts = std::max(m_experts, static_cast<int>(order.size()));
        m_byRank.append(order);
        m_ranks.append(rank);
        m_rowCalls.append(std::accumulate(layer.calls.begin(), layer.calls.end(), quint64{0}));
        m_allCalls += m_rowCalls.last();
    }
}

void PlacementMap::sumUp() {
    for (int row = 0; row < layers(); ++row) {
        const bridge::ExpertLayer& layer = m_layers[row];
        for (int e = 0; e < expertsOf(row); ++e) {
            TierSummary& sum = m_summaries[static_cast<size_t>(layer.tiers[e])];
            ++sum.experts;
            sum.bytes += layer.expertBytes;
            if (m_allCalls > 0)
                sum.share += static_cast<double>(layer.calls[e]) / static_cast<double>(m_allCalls);
            m_hottest = std::max(m_hottest, share(row, e));
        }
    }
}

double PlacementMap::share(int row, int expert) const {
    const quint64 all = m_rowCalls[row];
    return all > 0 ? static_cast<double>(m_layers[row].calls[expert]) / static_cast<double>(all) : 0;
}

int PlacementMap::heatLevel(int row, int expert) const {
    const double share = this->share(row, expert);
    if (share <= 0 || m_hottest <= 0) return 0;
    const int halvings = static_cast<int>(std::floor(std::log2(m_hottest / share)));
    return std::clamp(kHeatLevels - 1 - halvings, 0, kHeatLevels - 1);
}

} // namespace app::hardware
