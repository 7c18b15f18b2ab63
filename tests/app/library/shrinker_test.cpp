// Smaller copies: whole or not there at all, never over something else, and told in words when they fail.
#include <QProcess>

#include "app/library/shrinker.h"
#include "app/library/smaller_copies_model.h"
#include "tests/app/library/library_window.h"

using namespace app;
using namespace app::library;
using tests::LibraryWindow;
using tests::ModelTree;

namespace {

QString text(const char* latin) {
    return QLatin1String(latin);
}

QStringList everythingIn(const QString& folder) {
    return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                                  QDir::Name);
}

Entry entryOf(const char* path, const char* quantization, qint64 bytes, qint64 parameters) {
    Entry entry;
    entry.state = Entry::State::ready;
    entry.path = text(path);
    entry.name = text("A name");
    entry.info.quantization = text(quantization);
    entry.info.parameters = parameters;
    EntryFile file{entry.path, {}, {}};
    file.stamp.size = bytes;
    entry.files.append(file);
    return entry;
}

bridge::ModelPlan planThat(bridge::ModelPlan::Verdict verdict) {
    bridge::ModelPlan plan;
    plan.verdict = verdict;
    return plan;
}

} // namespace

class ShrinkerTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void init() {
        m_tree.emplace();
        m_script = std::make_shared<tests::FakeScript>();
        m_shrinker.emplace(tests::fakeEngine(m_script));
        m_source = m_tree->file(text("from/a-F16.gguf"), "name A");
    }
    void cleanup() { m_shrinker.reset(); }

    void whichModelsAreWorthIt() {
        QVERIFY(canShrink(entryOf("/m/a.gguf", "F16", 2'000, 1'000)));
        QVERIFY(canShrink(entryOf("/m/a.gguf", "Q8_0", 1'063, 1'000)));
        QVERIFY(!canShrink(entryOf("/m/a.gguf", "Q5_K_M", 713, 1'000)));
        QVERIFY(!canShrink(entryOf("/m/a.gguf", "", 2'000, 0)));
        Entry adapter = entryOf("/m/a.gguf", "F16", 2'000, 1'000);
        adapter.info.kind = bridge::ModelInfo::Kind::adapter;
        QVERIFY(!canShrink(adapter));
        Entry foreign = entryOf("/m/a.gguf", "F16", 2'000, 1'000);
        foreign.info.unsupported = text("an unknown family");
        QVERIFY(!canShrink(foreign));
    }

    void names_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("name");
        QTest::addRow("plain") << "/m/Qwen3-8B.gguf"
                               << "Qwen3-8B-Q4_K_M.gguf";
        QTest::addRow("its old type goes") << "/m/Qwen3-8B-f16.gguf"
                                           << "Qwen3-8B-Q4_K_M.gguf";
        QTest::addRow("after a dot") << "/m/Qwen3-8B.F16.gguf"
                                     << "Qwen3-8B-Q4_K_M.gguf";
        QTest::addRow("parts") << "/m/Qwen3-8B-F16-00001-of-00002.gguf"
                               << "Qwen3-8B-Q4_K_M.gguf";
        QTest::addRow("nothing but the type") << "/m/F16.gguf"
                                              << "F16-Q4_K_M.gguf";
        QTest::addRow("hidden") << "/m/.x.gguf"
                                << "x-Q4_K_M.gguf";
    }
    void names() {
        QFETCH(QString, path);
        QFETCH(QString, name);
        const Entry entry = entryOf(path.toLatin1().constData(), "F16", 2, 1);
        QCOMPARE(copyName(entry, text("Q4_K_M")), name);
    }
    void namesOfFoldersAndOfOllama() {
        Entry folder = entryOf("/m/x", "BF16", 2, 1);
        folder.format = Entry::Format::safetensors;
        folder.name = text("Qwen/Qwen3: 8B?");
        QCOMPARE(copyName(folder, text("Q8_0")), text("Qwen3- 8B--Q8_0.gguf"));
        Entry blob = entryOf("/o/blobs/sha256-1", "F16", 2, 1);
        blob.manifest = text("/o/manifests/x");
        blob.name = text("qwen3:8b");
        QCOMPARE(copyName(blob, text("Q8_0")), text("qwen3-8b-Q8_0.gguf"));
    }

    void makesACopyThatTheLibraryFinds() {
        QTemporaryDir data;
        LibraryWindow window(data.path(), models());
        QVERIFY(window.settle());
        const ShrinkResult result = make(text("a-Q4_K_M.gguf"));
        QCOMPARE(result.made, models() + text("/a-Q4_K_M.gguf"));
        QVERIFY(result.problem.isEmpty() && !result.cancelled);
        QCOMPARE(everythingIn(models()), QStringList{text("a-Q4_K_M.gguf")});
        QVERIFY(window.look());
        const EntryPointer entry = window.library->findPath(result.made);
        QVERIFY(entry && entry->state == Entry::State::ready);
        QCOMPARE(entry->info.quantization, text("Q4_K_M"));
    }

    void whatIsThereStays() {
        m_tree->file(text("models/a-Q4_K_M.gguf"), "somebody's");
        QCOMPARE(make(text("a-Q4_K_M.gguf")).made, models() + text("/a-Q4_K_M (2).gguf"));
        QFile there(models() + text("/a-Q4_K_M.gguf"));
        QVERIFY(there.open(QIODevice::ReadOnly));
        QCOMPARE(there.readAll(), "somebody's");
    }

    void looksIntoModels() {
        QSignalSpy found(&*m_shrinker, &Shrinker::copiesFound);
        m_shrinker->look(m_source);
        QTRY_COMPARE(found.size(), 1);
        QCOMPARE(found.first().first().toString(), m_source);
        const auto copies = found.first().at(1).value<bridge::SmallerCopies>();
        QCOMPARE(copies.copies.size(), 3);
        QCOMPARE(copies.copies[1].warnings.size(), 1);
        m_script->set_quantize({.refusal = engine::ErrorCode::unsupported});
        m_shrinker->look(m_source);
        QTRY_COMPARE(found.size(), 2);
        const auto none = found.last().at(1).value<bridge::SmallerCopies>();
        QVERIFY(none.copies.isEmpty());
        QVERIFY(!none.problem.title.isEmpty() && !none.problem.text.isEmpty());
    }

    void failuresAreTold() {
        m_script->set_quantize({.fail_at_step = 2});
        const ShrinkResult full = make(text("a-Q4_K_M.gguf"));
        QCOMPARE(full.problem.action, bridge::UserMessage::Action::freeDiskSpace);
        QVERIFY(full.made.isEmpty() && everythingIn(models()).isEmpty());
        m_script->set_quantize({});
        const ShrinkResult huge = make(text("a-Q4_K_M.gguf"), qint64{1} << 60);
        QVERIFY(huge.problem.text.contains(text("more room")));
        QCOMPARE(huge.problem.action, bridge::UserMessage::Action::freeDiskSpace);
        QVERIFY(everythingIn(models()).isEmpty());
    }

    void cancelledCopiesLeaveNothing() {
        m_script->set_quantize({.steps = 1000, .step_time = std::chrono::milliseconds(50)});
        QSignalSpy progressed(&*m_shrinker, &Shrinker::progressed);
        QSignalSpy finished(&*m_shrinker, &Shrinker::finished);
        m_shrinker->start({m_source, text("Q4_K_M"), models(), text("a.gguf"), 10});
        QTRY_VERIFY(!progressed.isEmpty());
        QVERIFY(m_shrinker->isAtWork());
        m_shrinker->start({m_source, text("Q2_K"), models(), text("b.gguf"), 10}); // waits
        m_shrinker->cancel();
        QTRY_COMPARE(finished.size(), 1);
        QVERIFY(finished.first().first().value<ShrinkResult>().cancelled);
        QVERIFY(m_shrinker->isAtWork());
        m_shrinker.reset(); // the program ends in the middle
        QVERIFY(everythingIn(models()).isEmpty());
    }

    // Nothing half is seen, and the next start cleans up.
    void killedCopiesLeaveNothingHalf() {
        QProcess program;
        program.start(QStringLiteral(SHRINKING_PROGRAM), {m_source, models()});
        QVERIFY(QTest::qWaitFor([&] { return program.readAllStandardOutput().contains('\n'); }, 30'000));
        program.kill();
        QVERIFY(program.waitForFinished());
        QCOMPARE(everythingIn(models()).size(), 1); // hidden
        QTemporaryDir data;
        LibraryWindow window(data.path(), models());
        QVERIFY(window.look());
        QVERIFY(window.library->entries().isEmpty());
        QVERIFY(everythingIn(models()).isEmpty());
    }

    void recommendations() {
        using Verdict = bridge::ModelPlan::Verdict;
        SmallerCopiesModel model;
        model.setCopies(
            {{text("Q8_0"), 8, {}}, {text("Q6_K"), 6, {}}, {text("Q4_K_M"), 4, {}}, {text("Q2_K"), 2, {}}});
        const auto recommended = [&] { return model.row(model.recommendedRow())->copy.type; };
        QCOMPARE(recommended(), text("Q4_K_M")); // before anything is known
        model.setPlan(text("Q8_0"), planThat(Verdict::fitsMemory));
        QCOMPARE(recommended(), text("Q4_K_M"));
        model.setPlan(text("Q4_K_M"), {}); // cannot be said
        QCOMPARE(recommended(), text("Q4_K_M"));
        for (const char* type : {"Q8_0", "Q6_K", "Q4_K_M"})
            model.setPlan(text(type), planThat(Verdict::doesNotFit));
        QCOMPARE(recommended(), text("Q2_K"));
        model.setPlan(text("Q2_K"), planThat(Verdict::tight));
        QCOMPARE(recommended(), text("Q2_K")); // nothing fits: the smallest
        model.setCopies({{text("Q3_K_M"), 3, {}}});
        QCOMPARE(recommended(), text("Q3_K_M"));
        model.setCopies({});
        QCOMPARE(model.recommendedRow(), -1);
    }

 private:
    QString models() const {
        const QString folder = m_tree->path(text("models"));
        QDir().mkpath(folder);
        return folder;
    }
    ShrinkResult make(const QString& name, qint64 bytes = 10) {
        QSignalSpy finished(&*m_shrinker, &Shrinker::finished);
        m_shrinker->start({m_source, text("Q4_K_M"), models(), name, bytes});
        if (!QTest::qWaitFor([&] { return !finished.isEmpty(); }, 60'000)) qFatal("no end");
        return finished.first().first().value<ShrinkResult>();
    }

    std::optional<ModelTree> m_tree;
    std::shared_ptr<tests::FakeScript> m_script;
    std::optional<Shrinker> m_shrinker;
    QString m_source;
};

QTEST_GUILESS_MAIN(ShrinkerTest)
#include "shrinker_test.moc"
