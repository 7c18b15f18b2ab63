// Handing out ranges, spinning a little, sleeping.
#include "engine/platform/thread_pool.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <limits>
#include <system_error>
#include <utility>

#include "engine/base/check.h"
#include "engine/platform/affinity.h"
#include "engine/platform/futex.h"
#include "engine/platform/seats.h"
#include "engine/platform/thread_priority.h"

namespace engine::platform {

namespace {
constexpr uint64_t kEpoch = uint64_t{1} << 32;
constexpr uint64_t kOpen = uint64_t{1} << 31;
constexpr uint64_t kCallerSleeps = uint64_t{1} << 30;
constexpr uint64_t kParticipants = kCallerSleeps - 1;

uint32_t epoch_of(uint64_t state) {
    return static_cast<uint32_t>(state >> 32);
}

// The halves of the state as the words to sleep on: workers on the epoch, the caller on the participants.
static_assert(sizeof(std::atomic<uint64_t>) == 8 && std::atomic<uint64_t>::is_always_lock_free);
constexpr size_t kEpochWord = std::endian::native == std::endian::little ? 1 : 0;
const void* epoch_word(const std::atomic<uint64_t>& state) {
    return reinterpret_cast<const uint32_t*>(&state) + kEpochWord;
}
const void* participants_word(const std::atomic<uint64_t>& state) {
    return reinterpret_cast<const uint32_t*>(&state) + (1 - kEpochWord);
}

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

// Spins until done() or the time is up; the clock costs as much as many pauses, so it is asked rarely. It
// never yields: beside a busy neighbour that gives away a time slice (3 ms) for a hand-over of one
// microsecond.
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

// More awake threads than the control group's quota pays for would be stopped for tens of milliseconds.
int runnable_at_once(const Topology& topology) {
    const int processors = topology.processors();
    if (topology.processor_limit <= 0) return processors;
    return static_cast<int>(std::min<double>(processors, std::ceil(topology.processor_limit)));
}
} // namespace

ThreadPool::ThreadPool(int workers)
    : counters_(1),
      awake_at_most_(std::numeric_limits<int>::max()),
      worker_nodes_(static_cast<size_t>(std::max(workers, 1)), 0) {
    start(std::vector<std::vector<int>>(worker_nodes_.size()));
}

ThreadPool::ThreadPool(const Topology& topology, int workers)
    : counters_(topology.nodes.size()), awake_at_most_(runnable_at_once(topology) - 1) {
    std::vector<std::vector<int>> processors;
    for (Seat& seat : seats(topology, std::max(workers, 1))) {
        worker_nodes_.push_back(seat.node);
        processors.push_back(std::move(seat.processors));
    }
    if (nodes() > 1 && !topology.emulated) {
        for (size_t n = 0; n < topology.nodes.size(); ++n) {
            for (const int p : topology.nodes[n].processors) {
                if (static_cast<size_t>(p) >= processor_nodes_.size())
                    processor_nodes_.resize(static_cast<size_t>(p) + 1, 0);
                processor_nodes_[static_cast<size_t>(p)] = static_cast<int>(n);
            }
        }
    }
    start(processors);
}

void ThreadPool::start(const std::vector<std::vector<int>>& processors) {
    threads_.reserve(processors.size());
    const int priority = inherited_priority();
    try {
        for (size_t w = 1; w < processors.size(); ++w) {
            threads_.emplace_back([this, w, priority, where = processors[w]] {
                inherit_priority(priority);
                if (!where.empty()) bind_this_thread(where); // a refusal costs speed only
                work(static_cast<int>(w));
            });
        }
    } catch (const std::system_error&) {
        // The system's limit of threads is reached; those that are here share the work.
    }
}

ThreadPool::~ThreadPool() {
    stop_.store(true);
    state_.fetch_add(kEpoch);
    futex_wake(epoch_word(state_), std::numeric_limits<int>::max());
    for (auto& thread : threads_)
        thread.join();
}

void ThreadPool::run_job(Job job, std::span<const int64_t> counts) {
    ENGINE_CHECK(counts.size() == 1 || counts.size() == counters_.size());
    const int64_t most = *std::max_element(counts.begin(), counts.end());
    if (most <= 0) return;
    job.grain = std::clamp<int64_t>(job.grain, 1, most);
    job.parts = static_cast<int>(counts.size());
    if (inside.pool == this) return run_alone(job, counts, inside.worker);
    int64_t ranges = 0;
    for (const int64_t count : counts)
        ranges += count > 0 ? (count - 1) / job.grain + 1 : 0;
    const std::lock_guard turn(callers_);
    const Inside outer = std::exchange(inside, {this, 0});
    if (threads_.empty() || ranges == 1)
        run_alone(job, counts, 0);
    else
        share(job, counts, ranges);
    inside = outer;
}

void ThreadPool::run_alone(const Job& job, std::span<const int64_t> counts, int worker) {
    for (int part = 0; part < job.parts; ++part) {
        const int64_t count = counts[static_cast<size_t>(part)];
        for (int64_t begin = 0; begin < count; begin += job.grain)
            job.call(job.context, part, begin, std::min(begin + job.grain, count), worker);
    }
}

void ThreadPool::share(const Job& job, std::span<const int64_t> counts, int64_t ranges) {
    job_ = job; // nobody is inside: not open, and wait_for_participants() has seen the last one leave
    for (size_t part = 0; part < counts.size(); ++part) {
        counters_[part].next.store(0, std::memory_order_relaxed);
        counters_[part].count = counts[part];
    }
    const uint32_t epoch = epoch_of(state_.load(std::memory_order_relaxed)) + 1;
    state_.store(epoch * kEpoch | kOpen); // publishes the job: to join is to read this word
    wake_workers(job, ranges);
    const int own = job.parts > 1 ? node_of_caller() : 0;
    for (int i = 0; i < job.parts; ++i)
        take_ranges(job, (own + i) % job.parts, 0);
    state_.fetch_and(~kOpen); // whoever comes now is too late
    wait_for_participants();
}

void ThreadPool::take_ranges(const Job& job, int part, int worker) {
    Counter& counter = counters_[static_cast<size_t>(part)];
    for (;;) {
        const int64_t begin = counter.next.fetch_add(job.grain, std::memory_order_relaxed);
        if (begin >= counter.count) return;
        job.call(job.context, part, begin, std::min(begin + job.grain, counter.count), worker);
    }
}

int ThreadPool::node_of_caller() const {
    if (processor_nodes_.empty()) return worker_nodes_[0];
    const auto processor = static_cast<size_t>(current_processor()); // -1 becomes huge
    return processor < processor_nodes_.size() ? processor_nodes_[processor] : worker_nodes_[0];
}

// Who falls asleep first counts itself out, then compares the epoch; share() first changes the epoch, then
// looks who is awake. So one of them sees the other and no wake-up is lost. Waking is dear (2 us for the
// caller, and the woken take a processor from someone): never more than there are ranges, or processors, for.
void ThreadPool::wake_workers(const Job& job, int64_t ranges) {
    const auto threads = static_cast<int64_t>(threads_.size());
    const int64_t of_use = job.parts > 1 ? threads : std::min(threads, ranges - 1);
    const int64_t missing = std::min<int64_t>(of_use, awake_at_most_) - awake_.load();
    if (missing > 0) futex_wake(epoch_word(state_), static_cast<int>(missing));
}

void ThreadPool::wait_for_participants() {
    const auto none = [this] { return (state_.load() & kParticipants) == 0; };
    if (spin_until(none)) return;
    uint64_t state = state_.fetch_or(kCallerSleeps) | kCallerSleeps;
    for (; (state & kParticipants) != 0; state = state_.load())
        futex_wait(participants_word(state_), static_cast<uint32_t>(state));
}

// Takes part in whatever loop is open now, which may be a later one than the caller of join() saw: the job is
// read only after the word has let it in.
bool ThreadPool::join(uint64_t state) {
    while ((state & kOpen) != 0) {
        if (state_.compare_exchange_weak(state, state + 1)) return true;
    }
    return false;
}

void ThreadPool::leave() {
    const uint64_t before = state_.fetch_sub(1);
    if ((before & kCallerSleeps) != 0 && (before & kParticipants) == 1)
        futex_wake(participants_word(state_), 1);
}

// Returns a state whose epoch is not that of `seen`. With more threads than processors (-t 8 on 4) those
// beyond go to sleep without a spin and miss the loop that is being served: a spinning thread would keep a
// processor from one that has a range in hand (a loop of 64 x 2 us on 2 processors: 8 workers need 75 us
// like 2; without this they needed 200).
uint64_t ThreadPool::wait_for_other_epoch(uint64_t seen) {
    const auto changed = [this, &seen] {
        return epoch_of(state_.load()) != epoch_of(seen) || stop_.load(std::memory_order_relaxed);
    };
    if (awake_.load() > awake_at_most_)
        seen = state_.load();
    else if (spin_until(changed))
        return state_.load();
    awake_.fetch_sub(1);
    while (!changed()) // looks at stop_ as well: its epoch may be the one that was skipped
        futex_wait(epoch_word(state_), epoch_of(seen));
    awake_.fetch_add(1);
    return state_.load();
}

void ThreadPool::work(int worker) {
    inside = {this, worker};
    awake_.fetch_add(1);
    for (uint64_t state = 0;;) {
        state = wait_for_other_epoch(state);
        if (stop_.load()) return;
        if (!join(state)) continue;
        const Job job = job_;
        take_ranges(job, job.parts > 1 ? node_of(worker) : 0, worker);
        leave();
    }
}

} // namespace engine::platform
