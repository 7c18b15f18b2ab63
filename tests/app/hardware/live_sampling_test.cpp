// The figures of the status bar are of this machine and this program.
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

#include "app/hardware/live_sampling.h"

using namespace app::hardware;

class LiveSamplingTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void busyProgramIsSeen() {
        LiveSampling sampling;
        QSignalSpy sampled(&sampling, &LiveSampling::sampled);
        QByteArray held(200 * 1024 * 1024, 'x');
        QElapsedTimer time;
        time.start();
        quint64 work = 0;
        while (time.elapsed() < 900)
            work += static_cast<quint64>(held[static_cast<qsizetype>(work % 1000)]) + 1;
        QVERIFY(work > 0);
        QVERIFY(sampled.wait(3000));
        const auto sample = sampled.first().first().value<LiveSample>();
        QVERIFY(sample.cpuPercent > 0 && sample.cpuPercent <= 100.5);
        QVERIFY(sample.processPercent > 0 && sample.processPercent <= sample.cpuPercent + 10);
        QVERIFY(sample.processMemory > held.size());
        QVERIFY(sample.memoryUsed > sample.processMemory / 2);
        QVERIFY(sample.memoryTotal > sample.memoryUsed);
    }

    void hiddenWindowsAreNotTold() {
        LiveSampling sampling;
        sampling.setActive(false);
        QSignalSpy sampled(&sampling, &LiveSampling::sampled);
        QVERIFY(!sampled.wait(1300));
        sampling.setActive(true);
        QVERIFY(sampled.wait(3000));
    }
};

QTEST_GUILESS_MAIN(LiveSamplingTest)
#include "live_sampling_test.moc"
