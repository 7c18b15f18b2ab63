// Reads /proc once a second; on other systems the figures stay unknown.
#include "app/hardware/live_sampling.h"

#include <QDeadlineTimer>
#include <QFile>
#include <QHash>

namespace app::hardware {

namespace {

QByteArray readAll(const char* path) {
    QFile file(QString::fromLatin1(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// "MemTotal:       24585232 kB" of /proc/meminfo and "VmRSS:" of /proc/self/status.
qint64 kibibytes(const QByteArray& text, const char* name) {
    const qsizetype at = text.indexOf(name);
    if (at < 0) return 0;
    const qsizetype begin = at + static_cast<qsizetype>(qstrlen(name));
    return text.mid(begin, text.indexOf('\n', begin) - begin).replace("kB", "").trimmed().toLongLong() * 1024;
}

// "pgpgin 12345" of /proc/vmstat, in bytes; -1: not there.
qint64 kibibytesAfter(const QByteArray& text, const QByteArray& name) {
    const qsizetype at = ('\n' + text).indexOf('\n' + name + ' ');
    if (at < 0) return -1;
    const qsizetype begin = at + name.size() + 1;
    return text.mid(begin, text.indexOf('\n', begin) - begin).trimmed().toLongLong() * 1024;
}

// Bytes in a second; -1: not known.
double rate(qint64 now, qint64 before, qint64 milliseconds) {
    if (now < 0 || before < 0 || milliseconds <= 0) return -1;
    return 1000.0 * static_cast<double>(now - before) / static_cast<double>(milliseconds);
}

double percent(quint64 part, quint64 whole) {
    return whole > 0 ? 100.0 * static_cast<double>(part) / static_cast<double>(whole) : -1;
}

} // namespace

LiveSampling::LiveSampling(QObject* parent) : QObject(parent) {
    m_timer.setInterval(1000);
    connect(&m_timer, &QTimer::timeout, this, &LiveSampling::sample);
    setActive(true);
}

void LiveSampling::setActive(bool active) {
    if (active == m_timer.isActive()) return;
    if (!active) {
        m_timer.stop();
        return;
    }
    m_before = readCounters();
    m_timer.start();
}

LiveSampling::Counters LiveSampling::readCounters() {
    Counters counters;
    // "cpu  user nice system idle iowait irq softirq steal guest guest_nice", in ticks since the start; guest
    // times are inside user and nice already.
    const QByteArray stat = readAll("/proc/stat");
    const QList<QByteArray> all = stat.left(stat.indexOf('\n')).simplified().split(' ');
    for (qsizetype i = 1; i < qMin<qsizetype>(all.size(), 9); ++i) {
        counters.all += all[i].toULongLong();
        if (i != 4 && i != 5) counters.busy += all[i].toULongLong();
    }
    // "pid (name) state ppid ...": utime and stime are the 12th and 13th after the name, which may hold
    // spaces.
    const QByteArray self = readAll("/proc/self/stat");
    const QList<QByteArray> own = self.mid(self.lastIndexOf(')') + 2).split(' ');
    if (own.size() > 12) counters.process = own[11].toULongLong() + own[12].toULongLong();
    const QByteArray vm = readAll("/proc/vmstat");
    counters.read = kibibytesAfter(vm, "pgpgin");
    counters.written = kibibytesAfter(vm, "pgpgout");
    counters.milliseconds = QDeadlineTimer::current().deadline();
    return counters;
}

void LiveSampling::follow(bridge::GpuSampler& gpus) {
    m_gpus = &gpus;
    connect(&gpus, &bridge::GpuSampler::sampled, this,
            [this](const QList<bridge::GpuSample>& now) { m_last.gpus = now; });
    gpus.request();
}

void LiveSampling::sample() {
    const Counters now = readCounters();
    const QByteArray memory = readAll("/proc/meminfo");
    m_last.cpuPercent = percent(now.busy - m_before.busy, now.all - m_before.all);
    m_last.processPercent = percent(now.process - m_before.process, now.all - m_before.all);
    m_last.memoryTotal = kibibytes(memory, "MemTotal:");
    m_last.memoryUsed = m_last.memoryTotal - kibibytes(memory, "MemAvailable:");
    m_last.processMemory = kibibytes(readAll("/proc/self/status"), "VmRSS:");
    const qint64 passed = now.milliseconds - m_before.milliseconds;
    m_last.diskReadPerSecond = rate(now.read, m_before.read, passed);
    m_last.diskWrittenPerSecond = rate(now.written, m_before.written, passed);
    m_before = now;
    if (m_gpus != nullptr) m_gpus->request();
    Q_EMIT sampled(m_last);
}

} // namespace app::hardware
