// Counting in the background: the newest text counts, another model counts anew.
#include <QSignalSpy>
#include <QTest>

#include "app/bridge/engine_host.h"
#include "app/bridge/token_counter.h"
#include "tests/support/fake_engine_factory.h"

using namespace app::bridge;

class TokenCounterTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void init() {
        m_script = std::make_shared<tests::FakeScript>();
        m_host = std::make_unique<EngineHost>(tests::fakeEngine(m_script), 0);
    }

    void typingIsCountedOnceAfterAPause() {
        load();
        TokenCounter counter(*m_host);
        QSignalSpy counted(&counter, &TokenCounter::counted);
        QString text;
        for (int i = 0; i < 40; ++i) {
            text += QLatin1Char('x');
            counter.request(QStringLiteral("draft"), text);
        }
        QTRY_COMPARE(counter.tokens(QStringLiteral("draft")), 10);
        QVERIFY(counted.size() <= 2);
    }

    void longTypingIsCountedOnTheWay() {
        load();
        TokenCounter counter(*m_host);
        QString text;
        bool onTheWay = false;
        for (int i = 0; i < 60; ++i) {
            text += QLatin1Char('x');
            counter.request(QStringLiteral("draft"), text);
            QTest::qWait(10);
            onTheWay = onTheWay || counter.tokens(QStringLiteral("draft")) > 0;
        }
        QVERIFY(onTheWay);
        QTRY_COMPARE(counter.tokens(QStringLiteral("draft")), 15);
    }

    void waitsForAModelAndForgetsWithIt() {
        TokenCounter counter(*m_host);
        counter.request(QStringLiteral("a"), QString(8, QLatin1Char('x')));
        QTest::qWait(250);
        QCOMPARE(counter.tokens(QStringLiteral("a")), -1);
        load();
        QTRY_COMPARE(counter.tokens(QStringLiteral("a")), 2);
        QSignalSpy counted(&counter, &TokenCounter::counted);
        m_host->eject();
        QCOMPARE(counter.tokens(QStringLiteral("a")), -1);
        QCOMPARE(counted.size(), 1);
        QCOMPARE(counted.first().last().toLongLong(), -1);
        load();
        QTRY_COMPARE(counter.tokens(QStringLiteral("a")), 2);
    }

    void namesAreApart() {
        load();
        TokenCounter counter(*m_host);
        counter.request(QStringLiteral("a"), QString(8, QLatin1Char('x')));
        counter.request(QStringLiteral("b"), QString());
        QTRY_COMPARE(counter.tokens(QStringLiteral("a")), 2);
        QTRY_COMPARE(counter.tokens(QStringLiteral("b")), 0);
        counter.forget(QStringLiteral("a"));
        QCOMPARE(counter.tokens(QStringLiteral("a")), -1);
        QCOMPARE(counter.tokens(QStringLiteral("b")), 0);
    }

    void endWhileCounting() {
        load();
        for (int i = 0; i < 10; ++i) {
            TokenCounter counter(*m_host);
            counter.request(QStringLiteral("a"), QString(10'000'000, QLatin1Char('x')));
            QTest::qWait(145 + i);
        }
        m_host.reset();
        QCOMPARE(m_script->live_models.load(), 0);
    }

 private:
    void load() {
        m_host->load(QStringLiteral("/models/m.gguf"));
        QTRY_COMPARE(m_host->state(), EngineHost::State::ready);
    }

    std::shared_ptr<tests::FakeScript> m_script;
    std::unique_ptr<EngineHost> m_host;
};

QTEST_GUILESS_MAIN(TokenCounterTest)
#include "token_counter_test.moc"
