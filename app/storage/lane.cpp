// The loop of a Lane.
#include "app/storage/lane.h"

#include <algorithm>
#include <chrono>

namespace app::storage {

void Lane::start(Opener opener) {
    m_thread = std::thread([this, opener = std::move(opener)] { work(opener); });
}

void Lane::post(Task task) {
    {
        const std::lock_guard lock(m_mutex);
        if (m_closing) return;
        m_tasks.push_back(std::move(task));
    }
    m_changed.notify_one();
}

void Lane::close() {
    {
        const std::lock_guard lock(m_mutex);
        m_closing = true;
    }
    m_changed.notify_one();
    if (m_thread.joinable()) m_thread.join();
}

void Lane::work(const Opener& opener) {
    Outcome<std::unique_ptr<Connection>> opened = opener();
    while (!opened.ok() && opened.failure().passes()) {
        if (!waitAndRetry(opened.failure())) return;
        opened = opener();
    }
    std::optional<Failure> dead;
    if (opened.ok())
        m_connection = std::move(opened).value();
    else
        dead = opened.failure();
    moves();
    for (;;) {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_closing || !m_tasks.empty(); });
        if (m_tasks.empty()) break;
        const Task task = m_tasks.front(); // stays at the head until it is done
        lock.unlock();
        const Outcome<void> outcome = dead ? Outcome<void>(*dead) : attempt(task);
        if (!dead && !outcome.ok() && task.keep && outcome.failure().passes()) {
            if (!waitAndRetry(outcome.failure())) break;
            continue;
        }
        if (!dead && !outcome.ok() && task.keep && mend(outcome.failure())) continue;
        if (outcome.ok() && task.keep) m_mended = false;
        moves();
        lock.lock();
        m_tasks.pop_front();
        lock.unlock();
        if (task.done) task.done(outcome);
    }
    m_connection.reset();
}

Outcome<void> Lane::attempt(const Task& task) {
    return task.transaction ? transact(task) : task.job(*m_connection);
}

Outcome<void> Lane::transact(const Task& task) {
    if (task.durability != m_durability) {
        const bool power = task.durability == Durability::power;
        STORAGE_TRY(m_connection->run(power ? QStringLiteral("PRAGMA synchronous = FULL")
                                            : QStringLiteral("PRAGMA synchronous = NORMAL")));
        m_durability = task.durability;
    }
    STORAGE_TRY(m_connection->run(QStringLiteral("BEGIN IMMEDIATE")));
    Outcome<void> outcome = task.job(*m_connection);
    if (outcome.ok()) outcome = m_connection->run(QStringLiteral("COMMIT"));
    if (!outcome.ok()) (void)m_connection->run(QStringLiteral("ROLLBACK"));
    return outcome;
}

bool Lane::waitAndRetry(const Failure& failure) {
    if (!m_troubled) {
        m_troubled = true;
        m_trouble(&failure);
    }
    const std::chrono::milliseconds pause(std::min(250 << std::min(m_retries++, 3), 2000));
    std::unique_lock lock(m_mutex);
    return !m_changed.wait_for(lock, pause, [this] { return m_closing; });
}

bool Lane::mend(const Failure& failure) {
    if (failure.kind != Failure::Kind::corrupt || !m_mender || m_mended) return false;
    m_mended = true;
    Task mending;
    mending.job = m_mender;
    mending.durability = m_durability;
    return transact(mending).ok();
}

void Lane::moves() {
    if (!m_troubled) return;
    m_troubled = false;
    m_retries = 0;
    m_trouble(nullptr);
}

} // namespace app::storage
