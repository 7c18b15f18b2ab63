// Adding, fading, and the form on disk.
#include "app/usage/expert_heat.h"

#include <QDataStream>
#include <QIODevice>
#include <cmath>
#include <numeric>

namespace app::usage {

namespace {
constexpr quint8 kForm = 1;
constexpr quint32 kMostLayers = 4096, kMostExperts = 65'536; // of any model; a damaged number is larger
} // namespace

void ExpertHeat::add(const QList<bridge::ExpertLayer>& calls, qint64 perToken) {
    for (const bridge::ExpertLayer& layer : calls) {
        if (layer.layer >= m_calls.size()) m_calls.resize(layer.layer + 1);
        QList<float>& counts = m_calls[layer.layer];
        if (counts.size() != layer.calls.size()) counts.fill(0, layer.calls.size());
        const auto fresh =
            static_cast<double>(std::accumulate(layer.calls.begin(), layer.calls.end(), quint64{0}));
        const double tokens = fresh / static_cast<double>(qMax<qint64>(perToken, 1));
        const auto fading = static_cast<float>(std::exp2(-tokens / kHalfLife));
        for (qsizetype e = 0; e < counts.size(); ++e)
            counts[e] = counts[e] * fading + static_cast<float>(layer.calls[e]);
    }
}

bridge::HeatShares ExpertHeat::shares() const {
    bridge::HeatShares shares = m_calls;
    for (QList<float>& layer : shares) {
        const float all = std::accumulate(layer.begin(), layer.end(), static_cast<float>(layer.size()));
        for (float& calls : layer)
            calls = (calls + 1) / all;
    }
    return shares;
}

QByteArray ExpertHeat::toBytes() const {
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    stream.setByteOrder(QDataStream::LittleEndian);
    stream.setFloatingPointPrecision(QDataStream::SinglePrecision);
    stream << kForm << static_cast<quint32>(m_calls.size());
    for (const QList<float>& layer : m_calls) {
        stream << static_cast<quint32>(layer.size());
        for (const float calls : layer)
            stream << calls;
    }
    return bytes;
}

std::optional<ExpertHeat> ExpertHeat::fromBytes(const QByteArray& bytes) {
    QDataStream stream(bytes);
    stream.setByteOrder(QDataStream::LittleEndian);
    stream.setFloatingPointPrecision(QDataStream::SinglePrecision);
    quint8 form = 0;
    quint32 layers = 0;
    stream >> form >> layers;
    if (form != kForm || layers > kMostLayers) return std::nullopt;
    ExpertHeat heat;
    heat.m_calls.resize(layers);
    for (QList<float>& layer : heat.m_calls) {
        quint32 experts = 0;
        stream >> experts;
        if (stream.status() != QDataStream::Ok || experts > kMostExperts) return std::nullopt;
        layer.resize(experts);
        for (float& calls : layer) {
            stream >> calls;
            if (!std::isfinite(calls) || calls < 0) return std::nullopt;
        }
    }
    if (stream.status() != QDataStream::Ok || !stream.atEnd()) return std::nullopt;
    return heat;
}

} // namespace app::usage
