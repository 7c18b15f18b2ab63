// How long the window's thread is busy with one event: while a reply streams at 200 tokens/s, also one of a
// long paragraph, list, table and block of code with as much thinking before it as a quarter of it, with
// 5,000 conversations in the list and 5,000 models in the library, while files are downloaded as fast as this
// computer can serve them to itself, and in the dialogs of smaller copies and of loading. Prints JSON, times
// in milliseconds. Wall times count what other programs take from the machine, processor times do not.
#include <QAbstractButton>
#include <QCryptographicHash>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QScrollBar>
#include <QSlider>
#include <QTextStream>
#include <QThread>
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

// The outermost handlers: an event is delivered, and until its handler returns nothing else of the window
// moves. Dispatchers tell of waking up and going to sleep, but GLib's runs all handlers between the two of
// sleep, and Unix's the timers and sockets.
class TimedApplication : public QApplication {
 public:
    using QApplication::QApplication;

    bool notify(QObject* receiver, QEvent* event) override {
        if (QThread::currentThread() != thread() || m_inside) return QApplication::notify(receiver, event);
        m_inside = true;
        const char* who = receiver->metaObject()->className(); // it may be gone afterwards
        const QEvent::Type what = event->type();
        QElapsedTimer wall;
        wall.start();
        const double processor = processorMs();
        const bool handled = QApplication::notify(receiver, event);
        m_wall.push_back(static_cast<double>(wall.nsecsElapsed()) / 1e6);
        m_processor.push_back(processorMs() - processor);
        if (m_processor.back() > m_most) {
            m_most = m_processor.back();
            m_slowest = QStringLiteral("%1, event %2").arg(QLatin1String(who)).arg(int{what});
        }
        m_inside = false;
        return handled;
    }

    void reset() {
        m_wall.clear();
        m_processor.clear();
        m_most = 0;
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
        return {{QStringLiteral("slowest"), m_slowest},
                {QStringLiteral("handlers"), static_cast<qint64>(m_wall.size())},
                {QStringLiteral("wall"), summary(m_wall)},
                {QStringLiteral("processor"), summary(m_processor)}};
    }

 private:
    std::vector<double> m_wall, m_processor;
    double m_most = 0;
    QString m_slowest; // which handler took most of the processor's time, and of what
    bool m_inside = false;
};

// Waits in an event loop that sleeps between events, as the program's own does.
void pause(int ms) {
    QEventLoop loop;
    QTimer::singleShot(ms, &loop, &QEventLoop::quit);
    loop.exec();
}

// What a person does, as an event: done from outside one, nobody would take its time.
template <typename Act>
void doThen(Act act, int ms) {
    QTimer::singleShot(0, qApp, act);
    pause(ms);
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

// What is slow to lay out when it is long: one paragraph, one list, one table, one block of code.
std::string longParts(int64_t characters) {
    const auto part = static_cast<size_t>(characters / 4);
    std::string text;
    while (text.size() < part)
        text += "Some **bold** words, a `piece of code` and a [link](https://example.org) in one paragraph. ";
    text += "\n\n";
    for (int row = 1; text.size() < 2 * part; ++row)
        text += std::to_string(row) + ". an entry of the list, with *emphasis*\n   - and one below it\n";
    text += "\n| name | what it does | bytes |\n|---|:-:|--:|\n";
    for (int row = 1; text.size() < 3 * part; ++row)
        text += "| row " + std::to_string(row) + " | some **bold** words and `code` | 1024 |\n";
    text += "\n```cpp\n";
    for (int line = 1; text.size() < 4 * part; ++line)
        text += "int value_" + std::to_string(line) + " = compute(42, \"text\"); // a comment\n";
    return text + "```\n\nThe end.\n";
}

QJsonObject streaming(ui::theme::Theme& theme, TimedApplication& times, const tests::FakeReply& reply) {
    WindowHarness window(theme);
    window.openReady();
    window.script->set_reply(reply);
    times.reset();
    doThen([&] { window.type(QStringLiteral("Write a lot.")); }, 0);
    if (!pauseUntil([&] { return window.chat().isBusy(); }, 5000)) qFatal("nothing streams");
    if (!pauseUntil([&] { return !window.chat().isBusy(); }, 600'000)) qFatal("the reply does not end");
    pause(500);
    return times.report();
}

QJsonObject manyConversations(ui::theme::Theme& theme, TimedApplication& times) {
    WindowHarness window(theme);
    QList<tests::SeededChat> chats;
    for (int i = 0; i < 5000; ++i)
        chats.append({QStringLiteral("Conversation %1 about bread and boats").arg(i), i * 37});
    tests::seedChats(window.paths(), chats);
    times.reset();
    window.openReady();
    auto* list = window.find<QListView>("conversationList");
    for (int step = 0; step < 100; ++step) {
        doThen([&] { list->verticalScrollBar()->setValue(step * 900); }, 5);
    }
    auto* search = window.find<QLineEdit>("chatSearch");
    for (const char* text : {"b", "br", "bread", "bread 49", ""}) {
        doThen([&] { search->setText(QLatin1String(text)); }, 400);
    }
    list->setFocus();
    for (int i = 0; i < 20; ++i) {
        doThen([&] { QTest::keyClick(list, Qt::Key_Down); }, 0);
        doThen([&] { QTest::keyClick(list, Qt::Key_Return); }, 30);
    }
    doThen([&] { window.type(QStringLiteral("And one more")); }, 20);
    if (!pauseUntil([&] { return !window.chat().isBusy(); }, 10'000)) qFatal("no reply");
    pause(500);
    return times.report();
}

// 5,000 files: found, read, listed, scrolled, searched, and listed again at the next start.
QJsonObject manyModels(ui::theme::Theme& theme, TimedApplication& times) {
    const tests::ModelTree tree;
    for (int i = 0; i < 5000; ++i)
        tree.file(QStringLiteral("d%1/model-%2.gguf").arg(i % 50).arg(i),
                  QStringLiteral("name Model %1 of bread and boats\n").arg(i).toUtf8());
    WindowHarness window(theme);
    settings::Settings(window.paths().settingsFile())
        .setValue(settings::kLibraryFolders, QStringList{tree.path()});
    times.reset();
    for (int start = 0; start < 2; ++start) {
        window.open(QString());
        doThen([&] { window.action(Command::ShowModels)->trigger(); }, 0);
        auto* list = window.find<QListView>("libraryList");
        if (!pauseUntil([&] { return list->model()->rowCount() == 5000; }, 120'000))
            qFatal("not all are listed");
        if (!pauseUntil([&] { return window.services->library().isSettled(); }, 120'000))
            qFatal("not all are read");
        for (int step = 0; step < 100; ++step) {
            doThen([&] { list->verticalScrollBar()->setValue(step * 2800); }, 5);
        }
        for (const char* text : {"m", "mo", "model 49", ""}) {
            auto* search = window.find<QLineEdit>("librarySearch");
            doThen([&] { search->setText(QLatin1String(text)); }, 100);
        }
        window.close();
    }
    return times.report();
}

// Several files at once with the drawer open: as fast as one thread serves and others write and hash them.
QJsonObject downloading(ui::theme::Theme& theme, TimedApplication& times) {
    constexpr int kFiles = 4;
    const QByteArray content = tests::pattern(qint64{256} << 20);
    tests::FakeHub hub;
    hub.setRedirects(false); // a redirect and an ETag would hash the file for each request
    const QString file = QStringLiteral("model-Q4_K_M.gguf");
    hub.setFault(file, {.noEtag = true});
    WindowHarness window(theme);
    window.useHub(hub);
    window.openReady();
    downloads::RepoFile listed{
        file,
        content.size(),
        QString::fromLatin1(QCryptographicHash::hash(content, QCryptographicHash::Sha256).toHex()),
        {}};
    times.reset();
    QElapsedTimer all;
    all.start();
    doThen([&] { window.action(Command::ShowModels)->trigger(); }, 0);
    downloads::DownloadManager& manager = window.services->downloads();
    for (int i = 0; i < kFiles; ++i) {
        const QString repo = QStringLiteral("owner/model-%1-GGUF").arg(i);
        hub.addFile(repo, file, content);
        const downloads::DownloadSpec spec{repo,
                                           QStringLiteral("main"),
                                           QStringLiteral("Q4_K_M"),
                                           window.services->hubSettings().folderOf(repo),
                                           {listed}};
        doThen([&] { manager.add(spec); }, 0);
    }
    qint64 fastest = 0;
    const auto done = [&] {
        qint64 speed = 0;
        bool finished = manager.model()->rowCount() == kFiles;
        for (const downloads::DownloadStatus& status : manager.model()->statuses()) {
            if (status.state == downloads::DownloadState::failed)
                qFatal("%s", qPrintable(status.problem.text));
            speed += status.bytesPerSecond;
            finished = finished && status.state == downloads::DownloadState::done;
        }
        fastest = std::max(fastest, speed);
        return finished;
    };
    if (!pauseUntil(done, 600'000)) qFatal("the downloads do not end");
    const double seconds = static_cast<double>(all.elapsed()) / 1e3;
    pause(500);
    QJsonObject report = times.report();
    report.insert(QStringLiteral("mean_mb_per_s"),
                  static_cast<double>(kFiles * content.size()) / 1e6 / seconds);
    report.insert(QStringLiteral("shown_mb_per_s_max"), static_cast<double>(fastest) / 1e6);
    return report;
}

// Opened, filled, walked through and closed again.
QJsonObject smallerCopies(ui::theme::Theme& theme, TimedApplication& times) {
    const tests::ModelTree tree;
    tree.file(QStringLiteral("model-BF16.gguf"),
              "name Model\nquantization BF16\nparameters 14800000000\nexperts 0\n");
    WindowHarness window(theme);
    settings::Settings(window.paths().settingsFile())
        .setValue(settings::kLibraryFolders, QStringList{tree.path()});
    std::vector<engine::api::QuantizePreview> copies;
    for (const char* type : {"Q8_0", "Q6_K", "Q5_K_M", "Q5_K_S", "Q4_K_M", "Q4_K_S", "IQ4_NL", "IQ4_XS",
                             "Q3_K_L", "Q3_K_M", "Q3_K_S", "Q2_K"})
        copies.push_back({type, 1'000'000, {"4 tensors have rows that are no whole blocks."}});
    window.script->set_quantize({.copies = copies});
    window.open(QString());
    doThen([&] { window.action(Command::ShowModels)->trigger(); }, 0);
    if (!pauseUntil([&] { return window.find<QListView>("libraryList")->model()->rowCount() == 1; },
                    10'000) ||
        !pauseUntil([&] { return window.services->library().isSettled(); }, 10'000))
        qFatal("the model is not listed");
    auto* open = window.find<QAbstractButton>("entryShrink");
    times.reset();
    for (int turn = 0; turn < 10; ++turn) {
        doThen([&] { open->click(); }, 0);
        const auto list = [&] { return window.window->findChild<QListView*>(QStringLiteral("shrinkList")); };
        if (!pauseUntil([&] { return list() != nullptr && list()->isVisible(); }, 10'000))
            qFatal("nothing is offered");
        for (size_t row = 0; row < copies.size(); ++row)
            doThen([&] { QTest::keyClick(list(), row % 2 == 0 ? Qt::Key_Down : Qt::Key_Up); }, 20);
        doThen([&] { QTest::keyClick(list(), Qt::Key_Escape); }, 50);
    }
    return times.report();
}

// The slider of the context, dragged through the whole range: each step asks for a plan.
QJsonObject loadSettings(ui::theme::Theme& theme, TimedApplication& times) {
    WindowHarness window(theme);
    window.openReady();
    times.reset();
    for (int turn = 0; turn < 3; ++turn) {
        doThen([&] { window.action(Command::LoadSettings)->trigger(); }, 300);
        auto* slider = window.find<QWidget>("contextRow")->findChild<QSlider*>();
        for (int step = 0; step <= 100; ++step)
            doThen([&] { slider->setValue(step * 10); }, 10);
        doThen([&] { QTest::keyClick(slider, Qt::Key_Escape); }, 50);
    }
    return times.report();
}

} // namespace

int main(int argc, char** argv) {
    TimedApplication application(argc, argv);
    const qint64 characters = argc > 1 ? QString::fromLocal8Bit(argv[1]).toLongLong() : 16'000;
    const QString only = argc > 2 ? QString::fromLocal8Bit(argv[2]) : QString();
    ui::theme::Theme theme(&application, new tests::FixedLook(&application));
    QJsonObject report;
    const auto measure = [&](const char* name, auto what) {
        const QString key = QLatin1String(name);
        if (only.isEmpty() || only == key) report.insert(key, what());
    };
    measure("streaming_200_tokens_per_s", [&] {
        return streaming(theme, application, {"", tests::long_markdown(characters), 200});
    });
    measure("streaming_long_parts", [&] {
        return streaming(theme, application, {longParts(characters / 4), longParts(characters), 200});
    });
    measure("list_of_5000", [&] { return manyConversations(theme, application); });
    measure("library_of_5000", [&] { return manyModels(theme, application); });
    measure("downloading", [&] { return downloading(theme, application); });
    measure("smaller_copies", [&] { return smallerCopies(theme, application); });
    measure("load_settings", [&] { return loadSettings(theme, application); });
    QTextStream(stdout) << QString::fromUtf8(QJsonDocument(report).toJson());
    return 0;
}
