// A bucket that is filled every 50 ms and never holds more than a quarter of a second's bytes.
#include "app/downloads/rate_limiter.h"

namespace app::downloads {

RateLimiter::RateLimiter(QObject* parent) : QObject(parent) {
    m_tick.setInterval(50);
    m_tick.setParent(this);
    connect(&m_tick, &QTimer::timeout, this, [this] {
        const qint64 earned = m_limit * m_since.restart() / 1000;
        m_left = qMin(qMax<qint64>(1, m_limit / 4), m_left + qMax<qint64>(1, earned));
        Q_EMIT refilled();
    });
}

void RateLimiter::setLimit(qint64 bytesPerSecond) {
    m_limit = qMax<qint64>(0, bytesPerSecond);
    m_left = 0;
    m_since.start();
    if (m_limit > 0) {
        m_tick.start();
    } else {
        m_tick.stop();
        Q_EMIT refilled();
    }
}

qint64 RateLimiter::take(qint64 wanted) {
    if (m_limit == 0) return wanted;
    const qint64 given = qMin(wanted, m_left);
    m_left -= given;
    return given;
}

} // namespace app::downloads
