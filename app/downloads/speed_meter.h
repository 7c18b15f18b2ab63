// SpeedMeter: bytes per second over the last seconds; nothing for a while is zero, not the last speed.
#pragma once

#include <QElapsedTimer>
#include <deque>
#include <utility>

namespace app::downloads {

class SpeedMeter {
 public:
    SpeedMeter() { m_clock.start(); }
    void add(qint64 bytes) {
        const qint64 now = m_clock.elapsed();
        if (!m_steps.empty() && now - m_steps.back().first < kStepMs)
            m_steps.back().second += bytes;
        else
            m_steps.emplace_back(now, bytes);
    }
    qint64 bytesPerSecond() {
        const qint64 now = m_clock.elapsed();
        while (!m_steps.empty() && now - m_steps.front().first > kWindowMs)
            m_steps.pop_front();
        if (m_steps.empty()) return 0;
        qint64 sum = 0;
        for (const auto& step : m_steps)
            sum += step.second;
        return sum * 1000 / qMax<qint64>(kStepMs, now - m_steps.front().first);
    }

 private:
    static constexpr qint64 kWindowMs = 3000, kStepMs = 100;
    QElapsedTimer m_clock;
    std::deque<std::pair<qint64, qint64>> m_steps; // time, bytes
};

} // namespace app::downloads
