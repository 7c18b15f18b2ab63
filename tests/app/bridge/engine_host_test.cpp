// Loading, cancelling, unloading; memory and threads given back.
#include <QDir>
#include <QSignalSpy>
#include <QTest>

#include "app/bridge/engine_host.h"
#include "app/bridge/loaded_model.h"
#include "tests/support/fake_engine_factory.h"

using namespace app::bridge;
using State = EngineHost::State;
using namespace std::chrono_literals;

namespace {

int threadsOfThisProcess() {
    return static_cast<int>(
        QDir(QStringLiteral("/proc/self/task")).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size());
}

} // namespace

class EngineHostTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void init() { m_script = std::make_shared<tests::FakeScript>(); }

    void loadTellsProgressAndTheModel() {
        m_script->set_load({20, 10ms});
        m_script->set_context(4096);
        EngineHost host(tests::fakeEngine(m_script), 3);
        QSignalSpy states(&host, &EngineHost::stateChanged), progress(&host, &EngineHost::progressChanged);
        QCOMPARE(host.state(), State::none);
        host.load(QStringLiteral("/models/Qwen3-30B.gguf"));
        QCOMPARE(host.state(), State::loading);
        QCOMPARE(host.modelName(), QStringLiteral("Qwen3-30B"));
        QVERIFY(host.progress() < 0);
        QTRY_COMPARE(host.state(), State::ready);
        QCOMPARE(states.size(), 2);
        QVERIFY2(progress.size() >= 3 && progress.size() <= 12, qPrintable(QString::number(progress.size())));
        double last = -1;
        for (const QList<QVariant>& call : progress) {
            QVERIFY(call.first().toDouble() > last);
            last = call.first().toDouble();
        }
        QCOMPARE(last, 1.0);
        const ModelInfo& model = host.model();
        QCOMPARE(model.path, QStringLiteral("/models/Qwen3-30B.gguf"));
        QCOMPARE(model.name, QStringLiteral("Qwen3-30B"));
        QCOMPARE(model.quantization, QStringLiteral("Q4_K_M"));
        QCOMPARE(model.contextSize, 4096);
        QCOMPARE(model.trainedContext, 32768);
        QVERIFY(model.isMixtureOfExperts());
        QVERIFY(!model.placement.isEmpty());
        QCOMPARE(m_script->engines().size(), size_t(1));
        QCOMPARE(m_script->engines().front().threads, 3);
    }

    void failureSaysWhyAndCanBeTriedAgain() {
        tests::FakeLoad load;
        load.fail_at_step = 2;
        load.error = {engine::ErrorCode::bad_file, "tensor blk.0 ends after the file", ""};
        m_script->set_load(load);
        EngineHost host(tests::fakeEngine(m_script), 0);
        host.load(QStringLiteral("/models/broken.gguf"));
        QTRY_COMPARE(host.state(), State::failed);
        QVERIFY(!host.failure().title.isEmpty());
        QCOMPARE(host.failure().text, QStringLiteral("tensor blk.0 ends after the file"));
        QVERIFY(!host.failure().hint.isEmpty());
        QCOMPARE(host.failure().action, UserMessage::Action::chooseModel);
        QCOMPARE(host.modelName(), QStringLiteral("broken"));
        QCOMPARE(m_script->live_models.load(), 0);
        m_script->set_load({});
        host.reload();
        QTRY_COMPARE(host.state(), State::ready);
        QVERIFY(host.failure().isEmpty());
    }

    void contextThatDoesNotFitFailsTheLoad() {
        tests::FakeLoad load;
        load.fail_session = true;
        m_script->set_load(load);
        EngineHost host(tests::fakeEngine(m_script), 0);
        host.load(QStringLiteral("/models/big.gguf"));
        QTRY_COMPARE(host.state(), State::failed);
        QCOMPARE(host.failure().action, UserMessage::Action::closePrograms);
        QTRY_COMPARE(m_script->live_models.load(), 0);
    }

    void cancelledLoadIsUnloaded() {
        m_script->set_load({1000, 10ms});
        EngineHost host(tests::fakeEngine(m_script), 0);
        host.load(QStringLiteral("/models/slow.gguf"));
        QTRY_VERIFY(host.progress() > 0);
        host.cancelLoad();
        QCOMPARE(host.state(), State::unloaded);
        QCOMPARE(host.modelName(), QStringLiteral("slow"));
        QSignalSpy states(&host, &EngineHost::stateChanged), progress(&host, &EngineHost::progressChanged);
        QTest::qWait(150);
        QCOMPARE(states.size() + progress.size(), 0); // nothing of it is told any more
        QCOMPARE(m_script->live_models.load(), 0);
    }

    void anotherLoadCancelsTheFirst() {
        m_script->set_load({1000, 10ms});
        EngineHost host(tests::fakeEngine(m_script), 0);
        host.load(QStringLiteral("/models/first.gguf"));
        QTRY_VERIFY(host.progress() > 0);
        m_script->set_load({2, 1ms});
        host.load(QStringLiteral("/models/second.gguf"));
        QTRY_COMPARE(host.state(), State::ready);
        QCOMPARE(host.model().name, QStringLiteral("second"));
        QCOMPARE(m_script->live_models.load(), 1);
    }

    void manyLoadsInARowEndWithTheLast() {
        m_script->set_load({3, 3ms});
        EngineHost host(tests::fakeEngine(m_script), 0);
        for (int i = 0; i < 40; ++i) {
            host.load(QStringLiteral("/models/m%1.gguf").arg(i));
            if (i % 3 == 0) QTest::qWait(i % 7);
        }
        QTRY_COMPARE(host.state(), State::ready);
        QCOMPARE(host.model().name, QStringLiteral("m39"));
        QTRY_COMPARE(m_script->live_models.load(), 1);
        QTRY_COMPARE(m_script->live_sessions.load(), 1);
    }

    void twoModelsAreNeverInMemoryAtOnce() {
        m_script->set_load({3, 5ms});
        EngineHost host(tests::fakeEngine(m_script), 0);
        host.load(QStringLiteral("/models/first.gguf"));
        QTRY_COMPARE(host.state(), State::ready);
        const std::shared_ptr<LoadedModel> busy = host.loadedModel(); // somebody still works with it
        auto holder = busy;
        host.load(QStringLiteral("/models/second.gguf"));
        QTest::qWait(100);
        QCOMPARE(m_script->loads.load(), 1); // waits
        QCOMPARE(host.state(), State::loading);
        const_cast<std::shared_ptr<LoadedModel>&>(busy).reset();
        holder.reset();
        QTRY_COMPARE(host.state(), State::ready);
        QCOMPARE(m_script->live_models.load(), 1);
    }

    void ejectGivesTheMemoryBack() {
        EngineHost host(tests::fakeEngine(m_script), 0);
        host.load(QStringLiteral("/models/m.gguf"));
        QTRY_COMPARE(host.state(), State::ready);
        QSignalSpy unload(&host, &EngineHost::aboutToUnload);
        host.eject();
        QCOMPARE(host.state(), State::unloaded);
        QCOMPARE(host.modelName(), QStringLiteral("m"));
        QCOMPARE(unload.size(), 1);
        QTRY_COMPARE(m_script->live_models.load(), 0);
        QVERIFY(!host.loadedModel());
        host.reload();
        QTRY_COMPARE(host.state(), State::ready);
    }

    void rememberedModelIsOffered() {
        EngineHost host(tests::fakeEngine(m_script), 0);
        host.remember(QStringLiteral("/models/old.gguf"), QStringLiteral("Old One"));
        QCOMPARE(host.state(), State::unloaded);
        QCOMPARE(host.modelName(), QStringLiteral("Old One"));
        host.reload();
        QTRY_COMPARE(host.state(), State::ready);
    }

    void inspectionAnswersDuringALoad() {
        m_script->set_load({1000, 10ms});
        EngineHost host(tests::fakeEngine(m_script), 0);
        QSignalSpy inspected(&host, &EngineHost::inspected), failed(&host, &EngineHost::inspectFailed);
        host.load(QStringLiteral("/models/slow.gguf"));
        host.inspect(QStringLiteral("/models/other.gguf"));
        QTRY_COMPARE(inspected.size(), 1);
        QCOMPARE(inspected.first().first().value<ModelInfo>().name, QStringLiteral("other"));
        tests::FakeLoad load;
        load.fail_at_step = 0;
        m_script->set_load(load);
        host.inspect(QStringLiteral("/models/bad.gguf"));
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(failed.first().first().toString(), QStringLiteral("/models/bad.gguf"));
    }

    void endDuringALoadIsQuickAndLeavesNoThreads() {
        const int before = threadsOfThisProcess();
        for (int i = 0; i < 20; ++i) {
            m_script->set_load({1000, 10ms});
            QElapsedTimer time;
            {
                EngineHost host(tests::fakeEngine(m_script), 0);
                host.load(QStringLiteral("/models/slow.gguf"));
                QTest::qWait(i);
                time.start();
            }
            QVERIFY2(time.elapsed() < 500, qPrintable(QString::number(time.elapsed())));
        }
        QCOMPARE(m_script->live_models.load(), 0);
        QTRY_COMPARE(threadsOfThisProcess(), before);
    }

 private:
    std::shared_ptr<tests::FakeScript> m_script;
};

QTEST_GUILESS_MAIN(EngineHostTest)
#include "engine_host_test.moc"
