// The loop of a WorkThread.
#include "app/bridge/work_thread.h"

namespace app::bridge {

WorkThread::WorkThread() : m_thread([this] { run(); }) {}

WorkThread::~WorkThread() {
    {
        const std::lock_guard lock(m_mutex);
        m_closing = true;
    }
    m_changed.notify_one();
    m_thread.join();
}

void WorkThread::post(std::function<void()> work) {
    {
        const std::lock_guard lock(m_mutex);
        m_work.push_back(std::move(work));
    }
    m_changed.notify_one();
}

void WorkThread::run() {
    for (;;) {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_closing || !m_work.empty(); });
        if (m_closing) return;
        const std::function<void()> work = std::move(m_work.front());
        m_work.pop_front();
        lock.unlock();
        work();
    }
}

} // namespace app::bridge
