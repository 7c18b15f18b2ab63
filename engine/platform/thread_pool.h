// ThreadPool: persistent workers that share the ranges of one loop at a time.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <type_traits>
#include <vector>

#include "engine/platform/topology.h"

namespace engine::platform {

// The caller of run() is one of the workers, so a pool of n has n - 1 threads. A worker without work spins
// for some tens of microseconds and then sleeps: an idle engine uses no processor time. run() never waits for
// a worker that has not begun: on a busy machine the caller does the work of those who come late.
//
// A pool's own threads stay on the node of their seat (seats.h says why no closer). The caller's thread is
// left where it is: it belongs to somebody else, its mask would be inherited by whatever that one starts and
// outlive the pool, and one memory node needs no binding at all.
class ThreadPool {
 public:
    // At least 1; fewer when the system refuses threads.
    explicit ThreadPool(int workers);                  // one node, threads run anywhere
    ThreadPool(const Topology& topology, int workers); // no more of them awake than there are processors
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    int size() const { return static_cast<int>(threads_.size()) + 1; }
    int nodes() const { return static_cast<int>(counters_.size()); }
    // Index of a node; some may have no worker. The caller, worker 0, may run elsewhere at times.
    int node_of(int worker) const { return worker_nodes_[static_cast<size_t>(worker)]; }

    // Calls fn(int64_t begin, int64_t end, int worker) until [0, count) is covered once, in ranges of `grain`
    // (the last may be shorter), and returns when all are done; what they wrote is then visible here. worker
    // is in [0, size()) and no two ranges run at once under the same number. Which worker gets which range is
    // left to chance: results must not depend on it, and a range must not wait for another. Callers on
    // several threads take turns. A call from inside fn runs all of its ranges on the calling worker; what
    // another pool's loop runs inside of fn must not come back to this pool. fn must not throw.
    template <typename F>
    void run(int64_t count, int64_t grain, F&& fn) {
        using Function = std::remove_reference_t<F>;
        run_job({[](const void* context, int, int64_t begin, int64_t end, int worker) {
                     (*static_cast<Function*>(const_cast<void*>(context)))(begin, end, worker);
                 },
                 std::addressof(fn), grain},
                {&count, 1});
    }

    // The same for one [0, counts[node]) per node with fn(int node, int64_t begin, int64_t end, int worker),
    // counts.size() == nodes(). A node's ranges go to its own workers; only the caller, when its node has
    // none left, takes ranges of other nodes, so that nobody waits for a node whose workers come late.
    template <typename F>
    void run_on_nodes(std::span<const int64_t> counts, int64_t grain, F&& fn) {
        using Function = std::remove_reference_t<F>;
        run_job({[](const void* context, int node, int64_t begin, int64_t end, int worker) {
                     (*static_cast<Function*>(const_cast<void*>(context)))(node, begin, end, worker);
                 },
                 std::addressof(fn), grain},
                counts);
    }

 private:
    struct Job {
        void (*call)(const void* context, int node, int64_t begin, int64_t end, int worker) = nullptr;
        const void* context = nullptr;
        int64_t grain = 1;
        int parts = 1; // counters in use: 1, or one per node
    };
    struct alignas(64) Counter {
        std::atomic<int64_t> next{0}; // first index not yet handed out
        int64_t count = 0;
    };
    void start(const std::vector<std::vector<int>>& processors);
    void run_job(Job job, std::span<const int64_t> counts);
    static void run_alone(const Job& job, std::span<const int64_t> counts, int worker);
    void share(const Job& job, std::span<const int64_t> counts, int64_t ranges);
    void take_ranges(const Job& job, int part, int worker);
    int node_of_caller() const;
    void wake_workers(const Job& job, int64_t ranges);
    void work(int worker);
    uint64_t wait_for_other_epoch(uint64_t seen);
    bool join(uint64_t state);
    void leave();
    void wait_for_participants();

    std::mutex callers_;
    Job job_;
    std::vector<Counter> counters_; // per node; [0] also serves the loops that know no nodes
    // epoch << 32 | open << 31 | caller sleeps << 30 | participants: workers (not the caller) inside the loop
    // of this epoch. One word, so that one store opens a loop: as two, side by side, the second store waited
    // for the workers that had read the first (1.4 instead of 1.2 us per loop).
    alignas(64) std::atomic<uint64_t> state_{0};
    std::atomic<bool> stop_{false};
    alignas(64) std::atomic<int> awake_{0}; // threads that do not sleep
    int awake_at_most_ = 0;
    std::vector<int> worker_nodes_;    // by worker
    std::vector<int> processor_nodes_; // by processor; empty where nodes are one or make-believe
    std::vector<std::thread> threads_;
};

} // namespace engine::platform
