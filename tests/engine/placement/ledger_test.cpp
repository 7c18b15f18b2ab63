// Ledger: promises add up, are given back, and are never made twice.
#include "engine/placement/ledger.h"

#include <QTest>
#include <atomic>
#include <thread>
#include <vector>

using engine::Error;
using engine::ErrorCode;
using engine::Result;
using engine::placement::Ledger;

namespace {

Result<Ledger::Entry> reserve(Ledger& ledger, int64_t bytes, int64_t room) {
    return ledger.reserve([&](int64_t outstanding) -> Result<int64_t> {
        if (outstanding + bytes <= room) return bytes;
        return Error{ErrorCode::out_of_memory, "too much", ""};
    });
}

} // namespace

class LedgerTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void promisesAddUpAndAreGivenBack() {
        const auto ledger = Ledger::create();
        {
            auto first = reserve(*ledger, 60, 100);
            QVERIFY(first.ok());
            QVERIFY(!reserve(*ledger, 50, 100).ok());
            QCOMPARE(ledger->outstanding(), 60);
            first->set_touched(45); // the system sees these
            QCOMPARE(ledger->outstanding(), 15);
            first->set_touched(1000);
            QCOMPARE(ledger->outstanding(), 0);
            first->set_touched(-1);
            QCOMPARE(ledger->outstanding(), 60);
            Ledger::Entry moved = std::move(*first);
            QCOMPARE(moved.bytes(), 60);
            QCOMPARE(ledger->outstanding(), 60);
        }
        QCOMPARE(ledger->outstanding(), 0);
    }

    void entriesOutliveTheLedgersOwner() {
        auto ledger = Ledger::create();
        auto entry = reserve(*ledger, 10, 10);
        ledger.reset();
        entry->set_touched(3);
    }

    void manyAtOnceNeverGetMoreThanThereIs() {
        const auto ledger = Ledger::create();
        std::atomic<int64_t> given{0}, most{0};
        std::vector<std::thread> threads;
        for (int t = 0; t < 8; ++t) {
            threads.emplace_back([&] {
                for (int i = 0; i < 2000; ++i) {
                    auto entry = reserve(*ledger, 30, 100);
                    if (!entry.ok()) continue;
                    const int64_t now = given += 30;
                    int64_t seen = most;
                    while (now > seen && !most.compare_exchange_weak(seen, now)) {
                    }
                    given -= 30;
                }
            });
        }
        for (std::thread& thread : threads)
            thread.join();
        QVERIFY(most <= 90);
        QCOMPARE(ledger->outstanding(), 0);
    }
};

QTEST_APPLESS_MAIN(LedgerTest)
#include "ledger_test.moc"
