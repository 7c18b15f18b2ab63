// The thread pool with one to eight workers: every index once, asleep and awake, bound and at low priority.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <numeric>
#include <thread>
#include <vector>

#include "engine/platform/affinity.h"
#include "engine/platform/thread_pool.h"
#include "engine/platform/thread_priority.h"
#include "tests/portable/check.h"

using namespace engine::platform;

namespace {
void every_index_once(ThreadPool& pool) {
    for (const int64_t count : {0, 1, 7, 64, 1000}) {
        for (const int64_t grain : {1, 3, 64}) {
            std::vector<int> hits(static_cast<size_t>(count), 0);
            pool.run(count, grain, [&](int64_t begin, int64_t end, int) {
                for (int64_t i = begin; i < end; ++i)
                    ++hits[static_cast<size_t>(i)];
            });
            CHECK(std::all_of(hits.begin(), hits.end(), [](int h) { return h == 1; }));
        }
    }
}

// Pauses that end before, while and after the workers fall asleep.
void asleep_and_awake(ThreadPool& pool) {
    int64_t total = 0;
    for (int round = 0; round < 400; ++round) {
        std::atomic<int64_t> sum = 0;
        pool.run(8, 1, [&](int64_t begin, int64_t, int) { sum += begin; });
        total += sum;
        std::this_thread::sleep_for(std::chrono::microseconds(round % 4 == 0 ? 30 + round % 60 : 0));
    }
    CHECK(total == 400 * 28);
}

void workers_share(ThreadPool& pool) {
    std::atomic<int> met = 0;
    // Each range waits for the others: only all workers at once can finish this.
    pool.run(pool.size(), 1, [&](int64_t, int64_t, int) {
        ++met;
        while (met < pool.size())
            std::this_thread::yield();
    });
    CHECK(met == pool.size());
}

void threads_can_be_bound() {
    const std::vector<int> mine = allowed_processors();
    CHECK(!mine.empty());
    const int here = current_processor();
    CHECK(here == -1 || std::find(mine.begin(), mine.end(), here) != mine.end());
    std::thread([&] {
        CHECK(bind_this_thread({mine.back()}));
        CHECK(allowed_processors() == std::vector<int>{mine.back()});
        CHECK(!bind_this_thread({}));
    }).join();
    CHECK(allowed_processors() == mine); // of this thread
    const Topology topology = read_topology("", mine);
    CHECK(topology.processors() == static_cast<int>(mine.size()));
    ThreadPool pool(topology, 3), nodes(emulate_nodes(topology, 2), 4);
    every_index_once(pool);
    const std::vector<int64_t> counts = {20, 30};
    std::atomic<int64_t> sum = 0;
    nodes.run_on_nodes(counts, 3, [&](int, int64_t begin, int64_t end, int) { sum += end - begin; });
    CHECK(sum == 50);
}

void low_priority_is_handed_on() {
    std::thread([] {
        make_this_thread_give_way();
        const int given = inherited_priority();
        ThreadPool pool(3);
        std::atomic<int> wrong = 0, met = 0;
        pool.run(3, 1, [&](int64_t, int64_t, int) {
            wrong += inherited_priority() != given;
            ++met;
            while (met < 3)
                std::this_thread::yield();
        });
        CHECK(wrong == 0);
    }).join();
}
} // namespace

int main() {
    for (int workers = 1; workers <= 8; ++workers) {
        ThreadPool pool(workers);
        CHECK(pool.size() == workers);
        every_index_once(pool);
        asleep_and_awake(pool);
        workers_share(pool);
    }
    threads_can_be_bound();
    low_priority_is_handed_on();
    return portable::verdict();
}
