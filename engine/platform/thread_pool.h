// ThreadPool: persistent workers that share the ranges of one loop at a time.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

namespace engine::platform {

// The caller of run() is one of the workers, so a pool of n has n - 1 threads. A worker without work spins
// for some tens of microseconds and then sleeps: an idle engine uses no processor time. run() never waits for
// a worker that has not begun: on a busy machine the caller does the work of those who come late.
class ThreadPool {
 public:
    explicit ThreadPool(int workers); // at least 1
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    int size() const { return static_cast<int>(threads_.size()) + 1; }

    // Calls fn(int64_t begin, int64_t end, int worker) until [0, count) is covered once, in ranges of `grain`
    // (the last may be shorter), and returns when all are done; what they wrote is then visible here. worker
    // is in [0, size()) and no two ranges run at once under the same number. Which worker gets which range is
    // left to chance: results must not depend on it. Callers on several threads take turns. A call from
    // inside fn runs all of its ranges on the calling worker. fn must not throw.
    template <typename F>
    void run(int64_t count, int64_t grain, F&& fn) {
        using Function = std::remove_reference_t<F>;
        const Job job{[](const void* context, int64_t begin, int64_t end, int worker) {
                          (*static_cast<Function*>(const_cast<void*>(context)))(begin, end, worker);
                      },
                      std::addressof(fn), count, grain < 1 ? 1 : grain};
        run_job(job);
    }

 private:
    struct Job {
        void (*call)(const void* context, int64_t begin, int64_t end, int worker) = nullptr;
        const void* context = nullptr;
        int64_t count = 0, grain = 1;
    };
    void run_job(const Job& job);
    void take_ranges(int worker);
    void work(int worker);
    uint64_t wait_for_other_epoch(uint64_t seen);
    void leave();
    void wait_for_participants();

    std::mutex callers_;
    Job job_;
    alignas(64) std::atomic<int64_t> next_{0}; // first index not yet handed out
    // epoch << 32 | open << 31 | participants: workers (not the caller) that joined the loop of this epoch.
    alignas(64) std::atomic<uint64_t> state_{0};
    alignas(64) std::atomic<int> sleepers_{0};
    std::atomic<bool> caller_sleeps_{false};
    std::atomic<bool> stop_{false};
    std::mutex sleep_;
    std::condition_variable wake_workers_, wake_caller_;
    std::vector<std::thread> threads_;
};

} // namespace engine::platform
