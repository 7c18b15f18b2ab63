// ExpertHeat: how often each expert of each layer was called, older calls counting less.
#pragma once

#include <QByteArray>
#include <QList>
#include <optional>

#include "app/bridge/expert_use.h"
#include "app/bridge/planner.h"

namespace app::usage {

class ExpertHeat {
 public:
    // Calls since the last time; `perToken`: experts of a layer that one token uses. What was there before
    // fades by half with every kHalfLife tokens: some hundred replies, so that another kind of work shows,
    // and one long prompt does not turn everything over.
    static constexpr double kHalfLife = 65'536;
    void add(const QList<bridge::ExpertLayer>& calls, qint64 perToken);

    bool isEmpty() const { return m_calls.isEmpty(); }
    // For plans. Each expert counts as if it had been called once more: one that a few hundred tokens did not
    // need is not one that is never needed.
    bridge::HeatShares shares() const;

    // Little-endian: a byte for the form (1), the number of layers (4 bytes), for each layer its number of
    // experts (4 bytes) and so many floats. nullopt: not of this form.
    QByteArray toBytes() const;
    static std::optional<ExpertHeat> fromBytes(const QByteArray& bytes);

    bool operator==(const ExpertHeat&) const = default;

 private:
    QList<QList<float>> m_calls; // {layers of the model}{experts}; {} for dense layers
};

} // namespace app::usage
