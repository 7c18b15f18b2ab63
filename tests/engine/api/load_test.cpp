// Loading: refused before anything is allocated, with what would help; stopped at any point, with everything
// given back.
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>

#include "engine/api/engine.h"
#include "engine/api/plan.h"

using namespace engine;
using namespace engine::api;

namespace {

const std::string kGuide = TANDEM_SOURCE_DIR "/resources/guide/tandem-guide.gguf";
constexpr int64_t kTokenBytes = 2048; // of the guide's cache in F16

int64_t resident() {
    QFile file(QStringLiteral("/proc/self/status"));
    if (!file.open(QIODevice::ReadOnly)) return 0;
    for (const QByteArray& line : file.readAll().split('\n')) {
        if (line.startsWith("VmRSS:")) return line.mid(6).replace("kB", "").trimmed().toLongLong() * 1024;
    }
    return 0;
}

bool is_mapped(const QByteArray& name) {
    QFile file(QStringLiteral("/proc/self/maps"));
    return file.open(QIODevice::ReadOnly) && file.readAll().contains(name);
}

std::unique_ptr<Engine> make_engine() {
    auto engine = create_engine({});
    return engine.ok() ? std::move(engine).value() : nullptr;
}

} // namespace

class LoadTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void aStopAnywhereGivesEverythingBack() {
        const auto engine = make_engine();
        QVERIFY(engine);
        int64_t calls = 0;
        { // the first load warms up allocators and counts the places where it can be stopped
            const auto model = engine->load({.path = kGuide}, [&](int64_t, int64_t) { ++calls; }, {});
            QVERIFY(model.ok());
            QVERIFY(is_mapped("tandem-guide.gguf"));
        }
        QVERIFY(!is_mapped("tandem-guide.gguf"));
        QVERIFY(calls >= 2);
        [[maybe_unused]] const int64_t before = resident();
        for (int64_t at = 0; at < calls; ++at) {
            const StopToken stop;
            int64_t call = 0;
            if (at == 0) stop.request(); // before it begins
            const auto model = engine->load(
                {.path = kGuide},
                [&](int64_t, int64_t) {
                    if (++call == at) stop.request();
                },
                stop);
            QVERIFY(!model.ok());
            QCOMPARE(model.error().code, ErrorCode::cancelled);
            QVERIFY(!is_mapped("tandem-guide.gguf"));
        }
#ifndef TANDEM_SANITIZED // whose own memory would count
        QVERIFY2(resident() - before < (4 << 20), qPrintable(QString::number(resident() - before)));
#endif
    }

    void whatDoesNotFitIsRefusedWithTheFix() {
        const auto engine = make_engine();
        LoadRequest request{.path = kGuide, .context = (int64_t{1} << 31) - 1};
        const int64_t before = resident();
        const auto refused = engine->load(request, {}, {});
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::out_of_memory);
        QVERIFY(!refused.error().message.empty() && !refused.error().hint.empty());
        QVERIFY(resident() - before < (8 << 20));
        request.anyway = true;
        const auto model = engine->load(request, {}, {});
        QVERIFY(model.ok());
        QVERIFY((*model)->start_session().ok());
    }

    void twoSessionsAreNotPromisedTheSameMemory() {
        const auto engine = make_engine();
        const MachineProfile machine = see_machine();
        const int64_t room =
            machine.machine.available_bytes -
            reserve_bytes(Guardrail::balanced, DeviceKind::processor, machine.machine.memory_bytes);
        if (room < (int64_t{1} << 30)) QSKIP("less than a gigabyte is free here");
        // Each of them fits, both do not, whatever other programs take or give back meanwhile.
        const int64_t context = room * 6 / 10 / kTokenBytes;
        const auto model = engine->load({.path = kGuide, .context = context}, {}, {});
        QVERIFY2(model.ok(), model.ok() ? "" : model.error().message.c_str());
        auto first = (*model)->start_session();
        QVERIFY(first.ok());
        const auto second = (*model)->start_session();
        QVERIFY(!second.ok());
        QCOMPARE(second.error().code, ErrorCode::out_of_memory);
        QVERIFY(second.error().message.find(std::to_string(context)) != std::string::npos);
        *first = nullptr;
        QVERIFY((*model)->start_session().ok());
    }

    void aFileThatBecomesShorterEndsTheReplyOnly() {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("model.gguf"));
        QVERIFY(QFile::copy(QString::fromStdString(kGuide), path));
        QVERIFY(QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner));
        const auto engine = make_engine();
        const auto model = engine->load({.path = path.toStdString()}, {}, {});
        QVERIFY(model.ok());
        const auto session = (*model)->start_session();
        QVERIFY(session.ok());
        Turn turn;
        turn.messages = {{"user", "What is a context?", "", ""}};
        std::string text;
        const auto cut_after_some_words = [&](const TokenEvent& event) {
            text += event.text;
            if (event.generated_tokens >= 3) QFile::resize(path, 100'000);
        };
        const auto reply = (*session)->respond(turn, cut_after_some_words, {});
        QVERIFY(!reply.ok());
        QCOMPARE(reply.error().code, ErrorCode::io);
        QCOMPARE(reply.error().message, path.toStdString() + " became shorter while it was in use");
        QVERIFY(!text.empty());
        QVERIFY(!(*session)->respond(turn, {}, {}).ok()); // as often as it is asked
        QVERIFY(!engine->load({.path = path.toStdString()}, {}, {}).ok());
        QVERIFY(engine->load({.path = kGuide}, {}, {}).ok());
    }

    void aFileThatBecomesShorterEndsTheLoad() {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("model.gguf"));
        QVERIFY(QFile::copy(QString::fromStdString(kGuide), path));
        QVERIFY(QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner));
        const auto model = make_engine()->load({.path = path.toStdString()},
                                               [&](int64_t, int64_t) { QFile::resize(path, 100'000); }, {});
        QVERIFY(!model.ok());
        QCOMPARE(model.error().code, ErrorCode::io);
    }

    void aGuardrailOfNothingLetsMoreThrough() {
        const MachineProfile machine = see_machine();
        const auto model = open_for_planning(kGuide);
        QVERIFY(model.ok());
        int64_t before = INT64_MAX;
        for (const Guardrail level :
             {Guardrail::off, Guardrail::relaxed, Guardrail::balanced, Guardrail::strict}) {
            PlanRequest request;
            request.guardrail = level;
            const Plan plan = (*model)->plan(machine, request);
            const auto memory =
                std::find_if(plan.devices.begin(), plan.devices.end(),
                             [](const PlanDevice& d) { return d.kind == DeviceKind::processor; });
            QVERIFY(memory->limit < before);
            before = memory->limit;
        }
    }
};

QTEST_GUILESS_MAIN(LoadTest)
#include "load_test.moc"
