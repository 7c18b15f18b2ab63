// ThreadPool: every index once, any pool size, nested and concurrent callers, sleep when idle.
#include "engine/platform/thread_pool.h"

#include <QTest>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <limits>
#include <numeric>
#include <thread>
#include <vector>

#include "engine/platform/affinity.h"

using namespace engine::platform;

namespace {
double cpu_seconds() {
    timespec t{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

Topology this_machine(int nodes) {
    const Topology topology = read_topology("", allowed_processors());
    return nodes > 0 ? emulate_nodes(topology, nodes) : topology;
}
} // namespace

class ThreadPoolTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void everyIndexOnce_data() {
        QTest::addColumn<int>("workers");
        for (int workers = 1; workers <= 8; ++workers)
            QTest::newRow(qPrintable(QString::number(workers))) << workers;
    }
    void everyIndexOnce() {
        QFETCH(int, workers);
        ThreadPool pool(workers);
        QCOMPARE(pool.size(), workers);
        for (const int64_t count : {0, 1, 2, 7, 64, 1000}) {
            for (const int64_t grain : {0, 1, 3, 64, 5000}) {
                std::vector<int> hits(static_cast<size_t>(count), 0); // plain: a race would be seen by TSan
                std::vector<std::atomic<int>> inside(static_cast<size_t>(workers));
                std::atomic<bool> wrong = false;
                pool.run(count, grain, [&](int64_t begin, int64_t end, int worker) {
                    if (worker < 0 || worker >= workers || begin >= end || end > count ||
                        end - begin > std::max<int64_t>(grain, 1) ||
                        begin % std::max<int64_t>(grain, 1) != 0) {
                        wrong = true;
                        return;
                    }
                    if (inside[static_cast<size_t>(worker)].fetch_add(1) != 0) wrong = true;
                    for (int64_t i = begin; i < end; ++i)
                        ++hits[static_cast<size_t>(i)];
                    inside[static_cast<size_t>(worker)].fetch_sub(1);
                });
                QVERIFY(!wrong);
                QCOMPARE(std::accumulate(hits.begin(), hits.end(), int64_t{0}), count);
                for (const int h : hits)
                    QCOMPARE(h, 1);
            }
        }
    }

    // Many short loops in a row, with and without pauses long enough for the workers to fall asleep.
    void manyLoops() {
        ThreadPool pool(4);
        std::vector<int64_t> sums(100);
        for (int round = 0; round < 3000; ++round) {
            pool.run(100, 7, [&](int64_t begin, int64_t end, int) {
                for (int64_t i = begin; i < end; ++i)
                    sums[static_cast<size_t>(i)] += i;
            });
            if (round % 300 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        for (size_t i = 0; i < sums.size(); ++i)
            QCOMPARE(sums[i], static_cast<int64_t>(i) * 3000);
    }

    void severalWorkersShare() {
        ThreadPool pool(3);
        std::atomic<int> met = 0;
        // Each range waits for the others: only three workers at once can finish this.
        pool.run(3, 1, [&](int64_t, int64_t, int) {
            ++met;
            while (met < 3)
                std::this_thread::yield();
        });
        QCOMPARE(met.load(), 3);
    }

    void nestedLoopsRunOnTheSameWorker() {
        ThreadPool pool(4);
        std::vector<int> hits(40 * 50, 0);
        std::atomic<bool> wrong = false;
        pool.run(40, 1, [&](int64_t outer, int64_t, int worker) {
            pool.run(50, 8, [&](int64_t begin, int64_t end, int inner_worker) {
                if (inner_worker != worker) wrong = true;
                for (int64_t i = begin; i < end; ++i)
                    ++hits[static_cast<size_t>(outer * 50 + i)];
            });
        });
        QVERIFY(!wrong);
        for (const int h : hits)
            QCOMPARE(h, 1);
    }

    void poolsNestInOneAnother() {
        ThreadPool outer(2), inner(3);
        std::atomic<int> count = 0;
        outer.run(10, 1, [&](int64_t, int64_t, int) {
            inner.run(10, 1,
                      [&](int64_t begin, int64_t end, int) { count += static_cast<int>(end - begin); });
        });
        QCOMPARE(count.load(), 100);
    }

    void callersTakeTurns() {
        ThreadPool pool(3);
        std::vector<std::atomic<int>> inside(4); // ranges of each caller that run now
        std::atomic<int> wrong = 0;
        std::vector<std::thread> callers;
        for (size_t c = 0; c < inside.size(); ++c) {
            callers.emplace_back([&, c] {
                for (int round = 0; round < 200; ++round) {
                    std::vector<int> hits(20, 0);
                    pool.run(20, 1, [&](int64_t begin, int64_t, int) {
                        ++inside[c];
                        for (size_t other = 0; other < inside.size(); ++other)
                            wrong += other != c && inside[other] != 0;
                        ++hits[static_cast<size_t>(begin)];
                        --inside[c];
                    });
                    for (const int h : hits)
                        wrong += h != 1;
                }
            });
        }
        for (auto& caller : callers)
            caller.join();
        QCOMPARE(wrong.load(), 0);
    }

    // More threads than processors: those beyond may miss loops, but nobody sleeps through the end.
    void moreWorkersThanProcessors() {
        for (const int workers : {3, 8}) {
            ThreadPool pool(this_machine(0), workers);
            std::vector<int> hits(64, 0);
            for (int round = 0; round < 500; ++round) {
                pool.run(64, 1, [&](int64_t begin, int64_t, int) { ++hits[static_cast<size_t>(begin)]; });
                if (round % 50 == 0) std::this_thread::sleep_for(std::chrono::microseconds(200));
            }
            for (const int h : hits)
                QCOMPARE(h, 500);
        }
    }

    void aQuotaBelowOneProcessorLeavesTheCallerAlone() {
        Topology topology = this_machine(0);
        topology.processor_limit = 0.5;
        ThreadPool pool(topology, 4);
        QCOMPARE(pool.size(), 4);
        for (int round = 0; round < 100; ++round) {
            std::atomic<int> count = 0;
            pool.run(10, 1, [&](int64_t, int64_t, int) { ++count; });
            QCOMPARE(count.load(), 10);
        }
    }

    void rangesOfNodes_data() {
        QTest::addColumn<int>("nodes");
        QTest::addColumn<int>("workers");
        for (const int nodes : {0, 1, 2, 3}) {
            for (const int workers : {1, 2, 3, 6})
                QTest::newRow(qPrintable(QStringLiteral("%1 nodes, %2 workers").arg(nodes).arg(workers)))
                    << nodes << workers;
        }
    }
    void rangesOfNodes() {
        QFETCH(int, nodes);
        QFETCH(int, workers);
        ThreadPool pool(this_machine(nodes), workers);
        if (nodes > 0) QCOMPARE(pool.nodes(), nodes);
        const auto parts = static_cast<size_t>(pool.nodes());
        for (int round = 0; round < 100; ++round) {
            std::vector<int64_t> counts;
            std::vector<std::vector<int>> hits;
            for (size_t n = 0; n < parts; ++n) {
                counts.push_back((round * 7 + static_cast<int64_t>(n) * 13) % 40); // some are 0
                hits.emplace_back(static_cast<size_t>(counts.back()), 0);
            }
            std::atomic<int> wrong = 0;
            pool.run_on_nodes(counts, 3, [&](int node, int64_t begin, int64_t end, int worker) {
                if (worker != 0 && pool.node_of(worker) != node) ++wrong; // only the caller may
                for (int64_t i = begin; i < end; ++i)
                    ++hits[static_cast<size_t>(node)][static_cast<size_t>(i)];
                pool.run_on_nodes(counts, 100, [&](int, int64_t, int64_t, int inner) {
                    if (inner != worker) ++wrong;
                });
            });
            QCOMPARE(wrong.load(), 0);
            for (const auto& of_node : hits) {
                for (const int h : of_node)
                    QCOMPARE(h, 1);
            }
        }
    }

    void extremeCountsAndGrains() {
        ThreadPool pool(3);
        constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
        std::atomic<int64_t> sum = 0;
        const auto add = [&](int64_t begin, int64_t end, int) { sum += end - begin; };
        pool.run(10, kMost, add);
        pool.run(-5, 1, add);
        pool.run(10, -7, add);
        QCOMPARE(sum.load(), int64_t{20});
        sum = 0;
        pool.run(kMost / 2, kMost / 8, add);
        QCOMPARE(sum.load(), kMost / 2);
    }

    // The caller belongs to somebody else.
    void theCallersMaskIsLeftAlone() {
        const auto before = allowed_processors();
        ThreadPool pool(this_machine(0), 2);
        pool.run(100, 1, [](int64_t, int64_t, int) {});
        QCOMPARE(allowed_processors(), before);
    }

    void seatsBindTheThreads() {
        // Pretends that the last processor is a node of its own.
        Topology topology = this_machine(0);
        const int last = allowed_processors().back();
        if (topology.cores.size() < 2) QSKIP("one core");
        topology.nodes = {topology.nodes[0], Node{1, topology.cores.back().processors, 0}};
        topology.cores.back().node = 1;
        ThreadPool pool(topology, 2);
        QCOMPARE(pool.node_of(1), 1);
        std::atomic<int> wrong = 0;
        for (int round = 0; round < 200; ++round) {
            pool.run(8, 1, [&](int64_t, int64_t, int worker) {
                const auto mask = allowed_processors();
                if (worker == 1 && (mask != topology.cores.back().processors || mask.back() != last)) ++wrong;
            });
        }
        QCOMPARE(wrong.load(), 0);
    }

    // Loops that begin just when the workers fall asleep.
    void sleepsAndWakesAtAnyMoment() {
        ThreadPool pool(3);
        int64_t total = 0;
        for (int round = 0; round < 400; ++round) {
            std::atomic<int64_t> sum = 0;
            pool.run(3, 1, [&](int64_t begin, int64_t, int) { sum += begin; });
            total += sum;
            const auto pause = std::chrono::microseconds(round % 4 == 0 ? 40 + round % 20 : 0);
            const auto until = std::chrono::steady_clock::now() + pause; // near the end of the spin
            while (std::chrono::steady_clock::now() < until) {
            }
        }
        QCOMPARE(total, int64_t{1200});
    }

    void idleWorkersSleep() {
        ThreadPool pool(4);
        pool.run(100, 1, [](int64_t, int64_t, int) {});
        std::this_thread::sleep_for(std::chrono::milliseconds(5)); // past the spin
        const double before = cpu_seconds();
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        QVERIFY2(cpu_seconds() - before < 0.003, "an idle pool used more than 1 % of one processor");
    }

    void diesWhileAsleepAndAwake() {
        for (int round = 0; round < 50; ++round) {
            ThreadPool pool(3);
            if (round % 2 == 0) pool.run(10, 1, [](int64_t, int64_t, int) {});
            if (round % 10 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }
};

QTEST_APPLESS_MAIN(ThreadPoolTest)
#include "thread_pool_test.moc"
