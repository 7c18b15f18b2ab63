// RateLimiter: how many bytes may be taken from the network now, for all downloads together.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace app::downloads {

class RateLimiter : public QObject {
    Q_OBJECT
 public:
    explicit RateLimiter(QObject* parent = nullptr);
    void setLimit(qint64 bytesPerSecond); // 0: none
    // At most `wanted`; what is given counts as taken. 0: come back at refilled().
    qint64 take(qint64 wanted);

 Q_SIGNALS:
    void refilled();

 private:
    qint64 m_limit = 0;
    qint64 m_left = 0;
    QElapsedTimer m_since;
    QTimer m_tick;
};

} // namespace app::downloads
