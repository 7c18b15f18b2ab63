// FakeRoot: a directory that looks like / to the functions that read /proc and /sys.
#pragma once

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>
#include <string>
#include <vector>

class FakeRoot {
 public:
    void write(const QString& path, const QByteArray& text) {
        const QString full = directory_.path() + QLatin1Char('/') + path;
        QVERIFY(QDir().mkpath(QFileInfo(full).path()));
        QFile file(full);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text + '\n');
    }
    void processor(int p, const char* file, const QByteArray& text) {
        write(QStringLiteral("sys/devices/system/cpu/cpu%1/").arg(p) + QLatin1String(file), text);
    }
    void node(int id, const QByteArray& processors, int64_t memory_kib) {
        const QString folder = QStringLiteral("sys/devices/system/node/node%1/").arg(id);
        const QByteArray name = "Node " + QByteArray::number(id);
        write(folder + QLatin1String("cpulist"), processors);
        write(folder + QLatin1String("meminfo"),
              name + " MemTotal:       " + QByteArray::number(qlonglong(memory_kib)) + " kB\n" + name +
                  " MemFree:        1000 kB\n" + name + " Active(file):   20 kB\n" + name +
                  " Inactive(file): 3 kB");
    }
    // Two hardware threads per core: (0, 4), (1, 5), (2, 6), (3, 7).
    void eight_threads_on_four_cores() {
        for (int p = 0; p < 8; ++p)
            processor(p, "topology/thread_siblings_list",
                      QByteArray::number(p % 4) + "," + QByteArray::number(p % 4 + 4));
    }
    std::string path() const { return directory_.path().toStdString(); }

 private:
    QTemporaryDir directory_;
};

inline const std::vector<int> kEight = {0, 1, 2, 3, 4, 5, 6, 7};
