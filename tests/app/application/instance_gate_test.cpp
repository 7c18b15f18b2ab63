// Starts beside an open window: files are handed over, and the dead do not stand in the way.
#include <QFile>
#include <QLocalServer>
#include <QLocalSocket>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <thread>

#include "app/application/instance_gate.h"

using app::application::InstanceGate;
using app::storage::Paths;

class InstanceGateTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void init() { m_folder.emplace(); }

    void nobodyListens() {
        InstanceGate gate(paths());
        QVERIFY(!gate.handOver({QStringLiteral("/a.gguf")}));
        QVERIFY(gate.listen());
        QVERIFY(gate.listen()); // already
    }

    void filesAreHandedOver_data() {
        QTest::addColumn<QStringList>("files");
        QTest::newRow("none: come to the front") << QStringList();
        QTest::newRow("some") << QStringList{QStringLiteral("/a b.gguf"), QStringLiteral("/東京/ä.gguf")};
        QTest::newRow("many") << QStringList(2000, QString(100, QLatin1Char('x')));
    }
    void filesAreHandedOver() {
        QFETCH(QStringList, files);
        InstanceGate window(paths());
        QVERIFY(window.listen());
        QSignalSpy received(&window, &InstanceGate::filesReceived);
        QCOMPARE(handOver(files), true);
        QTRY_COMPARE(received.size(), 1);
        QCOMPARE(received[0][0].toStringList(), files);
        QCOMPARE(handOver(files), true); // again
    }

    void onlyOneListens() {
        InstanceGate first(paths());
        QVERIFY(first.listen());
        auto second = std::make_unique<InstanceGate>(paths());
        QVERIFY(!second->listen());
        second.reset(); // --new-window closes: the first still listens
        QCOMPARE(handOver({}), true);
    }

    void otherFoldersHaveTheirOwn() {
        const QTemporaryDir other;
        InstanceGate first(paths()), second(Paths(other.path()));
        QVERIFY(first.listen());
        QVERIFY(second.listen());
    }

    // Killed: its lock names a process number that somebody else, even this program, has now.
    void lockOfTheDeadIsTaken() {
        const QString file = m_folder->filePath(QStringLiteral("window.lock"));
        QByteArray content;
        {
            InstanceGate window(paths());
            QVERIFY(window.listen());
            QFile lock(file);
            QVERIFY(lock.open(QIODevice::ReadOnly));
            content = lock.readAll();
        }
        QFile lock(file);
        QVERIFY(lock.open(QIODevice::WriteOnly));
        lock.write(content);
        lock.close();
        InstanceGate window(paths());
        QVERIFY(!window.handOver({}));
        QVERIFY(window.listen());
        QCOMPARE(handOver({}), true);
    }

    // A window that hangs counts as none, after about a second.
    void windowThatDoesNotAnswer() {
        InstanceGate window(paths());
        QVERIFY(window.listen());
        QElapsedTimer time;
        time.start();
        QVERIFY(!InstanceGate(paths()).handOver({QStringLiteral("/a.gguf")})); // this thread cannot answer
        QVERIFY(time.elapsed() < 3000);
    }

    void folderThatCannotBeWritten() {
        InstanceGate window(Paths(QStringLiteral("/proc/no/such/folder")));
        QVERIFY(!window.handOver({}));
        QVERIFY(!window.listen()); // a window of its own, without a lock
    }

 private:
    Paths paths() const { return Paths(m_folder->path()); }

    bool handOver(const QStringList& files) {
        std::atomic<int> answer = -1;
        std::thread other([&] { answer = InstanceGate(paths()).handOver(files) ? 1 : 0; });
        (void)QTest::qWaitFor([&] { return answer.load() >= 0; });
        other.join();
        return answer.load() == 1;
    }

    std::optional<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(InstanceGateTest)
#include "instance_gate_test.moc"
