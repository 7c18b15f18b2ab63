// Identifiers: time first, so that they sort by age; random bits for the rest.
#include "app/chat/message.h"

#include <QDateTime>
#include <QRandomGenerator>
#include <atomic>

namespace app::chat {

qint64 newId() {
    static std::atomic<qint64> last = 0;
    constexpr int kRandomBits = 20; // two instances meet in the same millisecond with one in a million
    const qint64 random = QRandomGenerator::global()->bounded(1 << kRandomBits);
    const qint64 candidate = (QDateTime::currentMSecsSinceEpoch() << kRandomBits) | random;
    qint64 before = last.load();
    qint64 id = 0;
    do {
        id = candidate > before ? candidate : before + 1;
    } while (!last.compare_exchange_weak(before, id));
    return id;
}

} // namespace app::chat
