// WorkThread: one thread that does posted work in order; its end waits for what runs and drops what waits.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace app::bridge {

class WorkThread {
 public:
    WorkThread();
    ~WorkThread();
    WorkThread(const WorkThread&) = delete;
    WorkThread& operator=(const WorkThread&) = delete;

    void post(std::function<void()> work);

 private:
    void run();

    std::mutex m_mutex; // guards the two below
    std::deque<std::function<void()>> m_work;
    bool m_closing = false;
    std::condition_variable m_changed;
    std::thread m_thread;
};

} // namespace app::bridge
