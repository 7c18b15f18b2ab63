// How long the window's thread is busy per turn of its event loop: while a reply streams at 200 tokens/s, and
// with 5,000 conversations in the list and 5,000 models in the library. Prints JSON; times in milliseconds.
// Wall times count what other programs take from the machine, processor times do not.
#include <QAbstractEventDispatcher>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QScrollBar>
#include <QTextStream>
#include <QTimer>
#include <algorithm>
#include <ctime>

#include "tests/app/library/model_tree.h"
#include "tests/ui/shell/window_harness.h"

using namespace app;
using tests::WindowHarness;
using ui::shell::Command;

namespace {

double processorMs() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

// From waking up to going to sleep again.
class Turns : public QObject {
 public:
    Turns() {
        QAbstractEventDispatcher* dispatcher = QAbstractEventDispatcher::instance();
        connect(dispatcher, &QAbstractEventDispatcher::awake, this, [this] { begin(); });
        connect(dispatcher, &QAbstractEventDispatcher::aboutToBlock, this, [this] { end(); });
    }

    void reset() {
        m_wall.clear();
        m_processor.clear();
        begin();
    }
    // What was done since the last event is no turn: a window that is opened or closed.
    void begin() {
        m_clock.start();
        m_processorStart = processorMs();
        m_running = true;
    }

    QJsonObject report() const {
        const auto summary = [](std::vector<double> times) {
            if (times.empty()) return QJsonObject();
            std::sort(times.begin(), times.end());
            const auto at = [&times](double share) {
                return times[std::min(times.size() - 1,
                                      static_cast<size_t>(share * static_cast<double>(times.size())))];
            };
            return QJsonObject{{QStringLiteral("median_ms"), at(0.5)},
                               {QStringLiteral("p99_ms"), at(0.99)},
                               {QStringLiteral("max_ms"), times.back()}};
        };
        return {{QStringLiteral("turns"), static_cast<qint64>(m_wall.size())},
                {QStringLiteral("wall"), summary(m_wall)},
                {QStringLiteral("processor"), summary(m_processor)}};
    }

 private:
    void end() {
        if (!m_running) return;
        m_running = false;
        m_wall.push_back(static_cast<double>(m_clock.nsecsElapsed()) / 1e6);
        m_processor.push_back(processorMs() - m_processorStart);
    }

    std::vector<double> m_wall, m_processor;
    QElapsedTimer m_clock;
    double m_processorStart = 0;
    bool m_running = false;
};

// Waits in an event loop that sleeps between events, as the program's own does; QTest::qWait never sleeps in
// it, and so has no turns.
void pause(int ms) {
    QEventLoop loop;
    QTimer::singleShot(ms, &loop, &QEventLoop::quit);
    loop.exec();
}

template <typename Reached>
bool pauseUntil(Reached reached, int longestMs) {
    QElapsedTimer time;
    time.start();
    while (!reached()) {
        if (time.hasExpired(longestMs)) return false;
        pause(20);
    }
    return true;
}

QJsonObject streaming(ui::theme::Theme& theme, Turns& turns, int64_t characters) {
    WindowHarness window(theme);
    window.openReady();
    window.script->set_reply({"", tests::long_markdown(characters), 200});
    turns.reset();
    window.type(QStringLiteral("Write a lot."));
    if (!pauseUntil([&] { return window.chat().isBusy(); }, 5000)) qFatal("nothing streams");
    if (!pauseUntil([&] { return !window.chat().isBusy(); }, 600'000)) qFatal("the reply does not end");
    pause(500);
    return turns.report();
}

QJsonObject manyConversations(ui::theme::Theme& theme, Turns& turns) {
    WindowHarness window(theme);
    QList<tests::SeededChat> chats;
    for (int i = 0; i < 5000; ++i)
        chats.append({QStringLiteral("Conversation %1 about bread and boats").arg(i), i * 37});
    tests::seedChats(window.paths(), chats);
    turns.reset();
    window.openReady();
    auto* list = window.find<QListView>("conversationList");
    for (int step = 0; step < 100; ++step) {
        list->verticalScrollBar()->setValue(step * 900);
        pause(5);
    }
    auto* search = window.find<QLineEdit>("chatSearch");
    for (const char* text : {"b", "br", "bread", "bread 49", ""}) {
        search->setText(QLatin1String(text));
        pause(400);
    }
    list->setFocus();
    for (int i = 0; i < 20; ++i) {
        QTest::keyClick(list, Qt::Key_Down);
        QTest::keyClick(list, Qt::Key_Return);
        pause(30);
    }
    window.talk(QStringLiteral("And one more"));
    pause(500);
    return turns.report();
}

// 5,000 files: found, read, listed, scrolled, searched, and listed again at the next start.
QJsonObject manyModels(ui::theme::Theme& theme, Turns& turns) {
    const tests::ModelTree tree;
    for (int i = 0; i < 5000; ++i)
        tree.file(QStringLiteral("d%1/model-%2.gguf").arg(i % 50).arg(i),
                  QStringLiteral("name Model %1 of bread and boats\n").arg(i).toUtf8());
    WindowHarness window(theme);
    settings::Settings(window.paths().settingsFile())
        .setValue(settings::kLibraryFolders, QStringList{tree.path()});
    turns.reset();
    for (int start = 0; start < 2; ++start) {
        window.open(QString());
        turns.begin();
        window.action(Command::ShowModels)->trigger();
        auto* list = window.find<QListView>("libraryList");
        if (!pauseUntil([&] { return list->model()->rowCount() == 5000; }, 120'000))
            qFatal("not all are listed");
        if (!pauseUntil([&] { return window.services->library().isSettled(); }, 120'000))
            qFatal("not all are read");
        for (int step = 0; step < 100; ++step) {
            list->verticalScrollBar()->setValue(step * 2800);
            pause(5);
        }
        for (const char* text : {"m", "mo", "model 49", ""}) {
            window.find<QLineEdit>("librarySearch")->setText(QLatin1String(text));
            pause(100);
        }
        window.close();
    }
    return turns.report();
}

} // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    const qint64 characters = argc > 1 ? QString::fromLocal8Bit(argv[1]).toLongLong() : 16'000;
    ui::theme::Theme theme(&application, new tests::FixedLook(&application));
    Turns turns;
    const QJsonObject report{
        {QStringLiteral("streaming_200_tokens_per_s"), streaming(theme, turns, characters)},
        {QStringLiteral("list_of_5000"), manyConversations(theme, turns)},
        {QStringLiteral("library_of_5000"), manyModels(theme, turns)}};
    QTextStream(stdout) << QString::fromUtf8(QJsonDocument(report).toJson());
    return 0;
}
