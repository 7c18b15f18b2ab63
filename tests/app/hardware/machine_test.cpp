// This computer's profile: kept, taken anew, measured when it has to be and stopped when something runs.
#include "app/hardware/machine.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/bridge/gpu_sampler.h"
#include "tests/support/fake_engine_factory.h"
#include "tests/support/machine_files.h"

using namespace app;
using namespace app::hardware;
using State = Machine::State;

namespace {

struct Desk {
    explicit Desk(const QString& folder, const std::shared_ptr<tests::FakeScript>& script)
        : database(storage::Paths(folder)), probe(tests::fakeEngine(script)), machine(database, probe, 0) {
        database.open();
        machine.start({folder});
    }
    storage::Database database;
    bridge::MachineProbe probe;
    Machine machine;
};

tests::FakeMachine fake(const char* name) {
    tests::FakeMachine machine;
    const QByteArray profile = tests::machineFile(name);
    machine.profile = profile.toStdString();
    machine.calibrated = tests::calibrated(profile).toStdString();
    return machine;
}

} // namespace

class MachineTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void init() {
        m_folder.emplace();
        m_script = std::make_shared<tests::FakeScript>();
        m_script->set_machine(fake("two-gpus-24-8"));
    }

    void measuredOnceAndKept() {
        {
            Desk desk(m_folder->path(), m_script);
            QTRY_COMPARE_WITH_TIMEOUT(desk.machine.profile().calibration.has_value(), true, 20'000);
            QCOMPARE(desk.machine.state(), State::ready);
        }
        QCOMPARE(m_script->calibrations.load(), 1);
        Desk desk(m_folder->path(), m_script);
        QTRY_COMPARE(desk.machine.state(), State::ready);
        QVERIFY(desk.machine.profile().calibration.has_value());
        QCOMPARE(desk.machine.profile().disks.first().readGbPerSecond, 6.4);
        QVERIFY(desk.machine.json().contains("calibration"));
        QCOMPARE(m_script->calibrations.load(), 1);
    }

    // What is free belongs to today, what was measured to the hardware.
    void freshNumbersWithOldMeasurements() {
        { measureOn(fake("laptop-16gb")); }
        tests::FakeMachine later = fake("laptop-16gb");
        later.profile = QByteArray::fromStdString(later.profile).replace("150000000000", "99").toStdString();
        m_script->set_machine(later);
        Desk desk(m_folder->path(), m_script);
        QTRY_COMPARE(desk.machine.state(), State::ready);
        QCOMPARE(desk.machine.profile().disks.first().free, 99);
        QVERIFY(desk.machine.profile().calibration.has_value());
    }

    void otherHardwareIsMeasuredAnew() {
        { measureOn(fake("laptop-16gb")); }
        { measureOn(fake("epyc-96-cores")); }
        QCOMPARE(m_script->calibrations.load(), 2);
        m_script->set_machine(fake("laptop-16gb")); // the disk goes back: its row is still there
        Desk desk(m_folder->path(), m_script);
        QTRY_COMPARE(desk.machine.state(), State::ready);
        QVERIFY(desk.machine.profile().calibration.has_value());
        QCOMPARE(desk.machine.profile().processor.cores(), 12);
    }

    void theBackgroundGivesWay() {
        tests::FakeMachine slow = fake("laptop-16gb");
        slow.steps = 1000;
        slow.step_time = std::chrono::milliseconds(10);
        m_script->set_machine(slow);
        Desk desk(m_folder->path(), m_script);
        desk.machine.setEngineBusy(true);
        QTRY_COMPARE(desk.machine.state(), State::ready);
        desk.machine.setEngineBusy(false);
        QTRY_COMPARE_WITH_TIMEOUT(desk.machine.state(), State::calibrating, 20'000);
        QTRY_VERIFY(desk.machine.progress() > 0);
        desk.machine.setEngineBusy(true);
        QTRY_COMPARE(desk.machine.state(), State::ready);
        QVERIFY(!desk.machine.profile().calibration.has_value());
        m_script->set_machine(fake("laptop-16gb"));
        desk.machine.setEngineBusy(false); // made up for
        QTRY_VERIFY_WITH_TIMEOUT(desk.machine.profile().calibration.has_value(), 20'000);
    }

    void byHandAndStoppedByHand() {
        Desk desk(m_folder->path(), m_script);
        desk.machine.setEngineBusy(true);
        QTRY_COMPARE(desk.machine.state(), State::ready);
        tests::FakeMachine slow = fake("two-gpus-24-8");
        slow.steps = 1000;
        slow.step_time = std::chrono::milliseconds(10);
        m_script->set_machine(slow);
        desk.machine.measure();
        QCOMPARE(desk.machine.state(), State::calibrating);
        desk.machine.measure(); // once is enough
        desk.machine.cancel();
        QTRY_COMPARE(desk.machine.state(), State::ready);
        QVERIFY(!desk.machine.profile().calibration.has_value());
        QVERIFY(desk.machine.failure().isEmpty());
        slow.steps = 1;
        slow.fail = true;
        m_script->set_machine(slow);
        desk.machine.measure();
        QTRY_VERIFY(!desk.machine.failure().isEmpty());
        QCOMPARE(desk.machine.state(), State::ready);
        QVERIFY(desk.machine.failure().text.contains(QLatin1String("memory")));
    }

    void withoutADatabase() {
        QFile file(m_folder->filePath(QStringLiteral("conversations.sqlite")));
        QVERIFY(QDir(m_folder->path()).mkdir(QStringLiteral("conversations.sqlite")));
        Desk desk(m_folder->path(), m_script);
        QTRY_VERIFY(desk.machine.profile().memory > 0);
        desk.machine.setEngineBusy(true);
    }

    void goneWhileItMeasures() {
        tests::FakeMachine slow = fake("laptop-16gb");
        slow.steps = 1000;
        slow.step_time = std::chrono::milliseconds(10);
        m_script->set_machine(slow);
        Desk desk(m_folder->path(), m_script);
        QTRY_COMPARE(desk.machine.state(), State::ready);
        desk.machine.measure();
        QTRY_VERIFY(desk.machine.progress() > 0);
    }

    void gpusAreSampled() {
        tests::FakeMachine machine = fake("two-gpus-24-8");
        machine.gpus = {{int64_t{24} << 30, int64_t{20} << 30, 72, 61, 214.5},
                        {int64_t{8} << 30, -1, -1, -1, -1}};
        m_script->set_machine(machine);
        bridge::GpuSampler sampler(tests::fakeEngine(m_script));
        QSignalSpy sampled(&sampler, &bridge::GpuSampler::sampled);
        sampler.request();
        QVERIFY(sampled.wait());
        const auto gpus = sampled.first().first().value<QList<bridge::GpuSample>>();
        QCOMPARE(gpus.size(), 2);
        QCOMPARE(gpus[0].memoryUsed, qint64{4} << 30);
        QCOMPARE(gpus[0].loadPercent, 72);
        QCOMPARE(gpus[1].memoryUsed, -1);
    }

 private:
    void measureOn(const tests::FakeMachine& machine) {
        m_script->set_machine(machine);
        Desk desk(m_folder->path(), m_script);
        QTRY_COMPARE(desk.machine.state(), State::ready);
        desk.machine.measure();
        QTRY_VERIFY(desk.machine.profile().calibration.has_value());
    }

    std::optional<QTemporaryDir> m_folder;
    std::shared_ptr<tests::FakeScript> m_script;
};

QTEST_GUILESS_MAIN(MachineTest)
#include "machine_test.moc"
