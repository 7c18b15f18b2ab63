// At most 30 deliveries a second, everything in order, the last one always.
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>
#include <thread>

#include "app/bridge/event_pump.h"

using namespace app::bridge;

class EventPumpTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void floodBecomesAtMostThirtyASecond() {
        EventPump pump;
        QString text, reasoning;
        int batches = 0;
        bool finished = false;
        connect(&pump, &EventPump::batch, this, [&](const TokenBatch& batch) {
            QVERIFY(!finished);
            ++batches;
            text += batch.text;
            reasoning += batch.reasoning;
        });
        connect(&pump, &EventPump::finished, this, [&] { finished = true; });
        QElapsedTimer time;
        time.start();
        QString expected;
        std::thread worker([&] {
            for (int i = 0; i < 100'000; ++i) {
                TokenBatch piece;
                piece.text = QStringLiteral("%1 ").arg(i);
                piece.generatedTokens = i + 1;
                expected += piece.text;
                pump.push(piece);
                if (i % 100 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
            pump.finish({});
        });
        const bool ended = QTest::qWaitFor([&] { return finished; }, 60'000);
        const qint64 elapsed = time.elapsed();
        worker.join();
        QVERIFY(ended);
        QCOMPARE(text, expected);
        QVERIFY2(batches <= elapsed / EventPump::kIntervalMs + 2,
                 qPrintable(QStringLiteral("%1 in %2 ms").arg(batches).arg(elapsed)));
        QVERIFY(batches > 3);
    }

    void firstPieceDoesNotWait() {
        EventPump pump;
        QSignalSpy batches(&pump, &EventPump::batch);
        QElapsedTimer time;
        time.start();
        pump.push({QStringLiteral("a"), {}, 0, 0, 1, -1, 0});
        QTRY_COMPARE(batches.size(), 1);
        QVERIFY(time.elapsed() < EventPump::kIntervalMs);
    }

    void numbersAreTheNewest() {
        EventPump pump;
        QSignalSpy batches(&pump, &EventPump::batch);
        pump.push({{}, QStringLiteral("think "), 10, 20, 0, -1, 0});
        pump.push({{}, QStringLiteral("more"), 20, 20, 1, 5.5, 0.5});
        pump.push({QStringLiteral("say"), {}, 20, 20, 2, 6.5, 0.7});
        QTRY_COMPARE(batches.size(), 1);
        const auto batch = batches.first().first().value<TokenBatch>();
        QCOMPARE(batch.reasoning, QStringLiteral("think more"));
        QCOMPARE(batch.text, QStringLiteral("say"));
        QCOMPARE(batch.promptDone, 20);
        QCOMPARE(batch.generatedTokens, 2);
        QCOMPARE(batch.tokensPerSecond, 6.5);
        QCOMPARE(batch.reasoningSeconds, 0.7);
    }

    void endWithoutPiecesIsTold() {
        EventPump pump;
        QSignalSpy batches(&pump, &EventPump::batch), finished(&pump, &EventPump::finished);
        TurnOutcome outcome;
        outcome.end = TurnOutcome::End::stopped;
        pump.finish(outcome);
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(finished.first().first().value<TurnOutcome>().end, TurnOutcome::End::stopped);
        QCOMPARE(batches.size(), 0);
        QTest::qWait(2 * EventPump::kIntervalMs);
        QCOMPARE(finished.size(), 1);
    }

    void deletedPumpIsSilent() {
        auto pump = std::make_unique<EventPump>();
        QSignalSpy batches(pump.get(), &EventPump::batch);
        pump->push({QStringLiteral("a"), {}, 0, 0, 1, -1, 0});
        pump.reset();
        QTest::qWait(2 * EventPump::kIntervalMs);
        QCOMPARE(batches.size(), 0);
    }
};

QTEST_GUILESS_MAIN(EventPumpTest)
#include "event_pump_test.moc"
