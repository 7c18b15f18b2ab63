// Handing out ranges, spinning a little, sleeping.
#include "engine/platform/thread_pool.h"

#include <algorithm>
#include <chrono>

namespace engine::platform {

namespace {
constexpr uint64_t kOpen = uint64_t{1} << 31;
constexpr uint64_t kParticipants = kOpen - 1;

// Longer than the pauses between the loops of one token, shorter than anybody can measure in an idle process.
constexpr auto kSpin = std::chrono::microseconds(50);

// Which pool's loop this thread is inside of, and as which worker.
struct Inside {
    const ThreadPool* pool = nullptr;
    int worker = 0;
};
thread_local Inside inside;

void relax() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#else
    std::this_thread::yield();
#endif
}

// Spins until done() or the time is up; the clock costs as much as many pauses, so it is asked rarely.
template <typename Done>
bool spin_until(Done done) {
    const auto end = std::chrono::steady_clock::now() + kSpin;
    do {
        for (int i = 0; i < 32; ++i) {
            if (done()) return true;
            relax();
        }
    } while (std::chrono::steady_clock::now() < end);
    return false;
}
} // namespace

ThreadPool::ThreadPool(int workers) {
    for (int i = 1; i < workers; ++i)
        threads_.emplace_back([this, i] { work(i); });
}

ThreadPool::~ThreadPool() {
    stop_.store(true);
    state_.fetch_add(uint64_t{1} << 32);
    { const std::lock_guard lock(sleep_); }
    wake_workers_.notify_all();
    for (auto& thread : threads_)
        thread.join();
}

void ThreadPool::run_job(const Job& job) {
    if (job.count <= 0) return;
    const bool nested = inside.pool == this;
    const bool alone = threads_.empty() || job.count <= job.grain;
    if (nested) {
        for (int64_t begin = 0; begin < job.count; begin += job.grain)
            job.call(job.context, begin, std::min(begin + job.grain, job.count), inside.worker);
        return;
    }
    const std::lock_guard turn(callers_);
    const Inside outer = inside;
    inside = {this, 0};
    if (alone) {
        for (int64_t begin = 0; begin < job.count; begin += job.grain)
            job.call(job.context, begin, std::min(begin + job.grain, job.count), 0);
        inside = outer;
        return;
    }
    job_ = job;
    next_.store(0, std::memory_order_relaxed);
    const uint64_t epoch = (state_.load(std::memory_order_relaxed) >> 32) + 1;
    state_.store((epoch << 32) | kOpen); // sequentially consistent with sleepers_, see wait_for_other_epoch()
    if (sleepers_.load() > 0) {
        { const std::lock_guard lock(sleep_); }
        wake_workers_.notify_all();
    }
    take_ranges(0);
    state_.fetch_and(~kOpen); // whoever comes now is too late
    wait_for_participants();
    inside = outer;
}

void ThreadPool::take_ranges(int worker) {
    for (;;) {
        const int64_t begin = next_.fetch_add(job_.grain, std::memory_order_relaxed);
        if (begin >= job_.count) return;
        job_.call(job_.context, begin, std::min(begin + job_.grain, job_.count), worker);
    }
}

void ThreadPool::wait_for_participants() {
    const auto none = [this] { return (state_.load() & kParticipants) == 0; };
    if (spin_until(none)) return;
    std::unique_lock lock(sleep_);
    caller_sleeps_.store(true);
    wake_caller_.wait(lock, none);
    caller_sleeps_.store(false);
}

void ThreadPool::leave() {
    state_.fetch_sub(1);
    if (caller_sleeps_.load()) {
        { const std::lock_guard lock(sleep_); }
        wake_caller_.notify_one();
    }
}

// A sleeper first counts itself, then looks at the epoch; run_job() first changes the epoch, then looks at
// the sleepers. So one of them sees the other and no wake-up is lost.
uint64_t ThreadPool::wait_for_other_epoch(uint64_t seen) {
    const auto changed = [this, seen] { return (state_.load() >> 32) != seen; };
    if (!spin_until(changed)) {
        std::unique_lock lock(sleep_);
        sleepers_.fetch_add(1);
        wake_workers_.wait(lock, changed);
        sleepers_.fetch_sub(1);
    }
    return state_.load();
}

void ThreadPool::work(int worker) {
    inside = {this, worker};
    uint64_t seen = 0;
    for (;;) {
        uint64_t state = wait_for_other_epoch(seen);
        if (stop_.load()) return;
        bool joined = false;
        while (!joined && (state & kOpen) != 0)
            joined = state_.compare_exchange_weak(state, state + 1);
        seen = state >> 32;
        if (!joined) continue;
        take_ranges(worker);
        leave();
    }
}

} // namespace engine::platform
