// ExpertLayer: where the experts of one layer live and how often each was called.
#pragma once

#include <QList>
#include <QtGlobal>

namespace app::bridge {

enum class ExpertTier { gpu, memory, disk };

struct ExpertLayer {
    int layer = 0;          // of the model
    qint64 expertBytes = 0; // of one
    QList<ExpertTier> tiers;
    QList<quint64> calls; // since the model was loaded
    bool operator==(const ExpertLayer&) const = default;
};

} // namespace app::bridge
