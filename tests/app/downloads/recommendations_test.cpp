// What runs well here: asked of a hub when somebody wants it, kept in a real database, and planned anew
// without a network.
#include "app/downloads/recommendations.h"

#include <QSignalSpy>

#include "tests/app/downloads/download_fixture.h"

using namespace app;
using namespace app::downloads;
using namespace tests;
using Verdict = bridge::ModelPlan::Verdict;

namespace {

// "HEAD" and then anything.
bridge::HeaderProbe probe(const QByteArray& first, qint64) {
    using State = bridge::HeaderProbe::State;
    return first.startsWith("HEAD") ? bridge::HeaderProbe{State::whole, {}}
                                    : bridge::HeaderProbe{State::bad, QStringLiteral("no such magic")};
}

constexpr char kCatalogue[] = R"([
 {"repo": "a/small", "name": "Small", "tags": ["chat"], "parameters": 1000, "active": 1000, "context": 4096, "family": "llama", "shape": {"layers": 2, "width": 100000}},
 {"repo": "a/middle", "name": "Middle", "tags": ["chat"], "parameters": 5000, "active": 5000, "context": 4096},
 {"repo": "a/coder", "name": "Coder", "tags": ["code"], "parameters": 6000, "active": 6000, "context": 4096},
 {"repo": "a/large", "name": "Large", "tags": ["chat"], "parameters": 70000, "active": 70000, "context": 4096}])";

// Everything of one start of the program.
struct Start {
    Start(const QString& folder, const QString& endpoint)
        : database(storage::Paths(folder)),
          headers(folder + QStringLiteral("/headers"), probe),
          models(hub, headers, database, parseCatalogue(kCatalogue)) {
        hub.setAccess({endpoint, {}});
        headers.setAccess({endpoint, {}});
        models.setAsk([this](const bridge::PlanQuery& query) {
            asked.append(query.outline ? QStringLiteral("outline") : query.path);
            const quint64 number = static_cast<quint64>(asked.size());
            QMetaObject::invokeMethod(
                &models,
                [this, number, query] {
                    if (query.outline)
                        answer(number, {}, query.outline->width * query.outline->layers / 2);
                    else
                        answer(number, query.path, QFileInfo(query.path).size());
                },
                Qt::QueuedConnection);
            return number;
        });
        QSignalSpy opened(&database, &storage::Database::opened);
        database.open();
        if (!opened.wait()) qFatal("no database");
        models.load();
    }

    // As fast as a computer that reads so many bytes in a second, with so much memory.
    void answer(quint64 number, const QString& path, qint64 bytes) {
        if (bytes <= 0) return models.fail(number, {});
        bridge::ModelPlan plan;
        plan.path = path;
        plan.verdict = bytes <= memory ? Verdict::fitsMemory : Verdict::doesNotFit;
        plan.generateTokensPerSecond = plan.fits() ? double(speed) / double(bytes) : 0;
        bridge::PlanDevice device;
        device.limit = memory;
        device.weights = bytes;
        plan.devices = {device};
        models.take(number, plan);
    }

    QStringList names() const {
        QStringList names;
        for (const Recommendation& model : models.models())
            names.append(models.known(model.repo)->name + QLatin1Char(' ') + model.variant.name +
                         (model.estimate ? QStringLiteral("?") : QString()));
        return names;
    }
    bool searchedThrough() {
        return QTest::qWaitFor([this] { return !models.searching(); }, 30'000);
    }

    qint64 memory = 1'000'000, speed = 20'000'000;
    QStringList asked;
    storage::Database database;
    HubClient hub;
    HeaderFetcher headers;
    Recommendations models;
};

} // namespace

class RecommendationsTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void init() {
        m_folder.emplace();
        m_hub.emplace();
        add("a/small", "m-Q4_K_M.gguf", 100'000);
        add("a/middle", "m-Q4_K_M.gguf", 500'000);
        add("a/coder", "m-Q4_K_M.gguf", 600'000);
        add("a/large", "m-Q4_K_M.gguf", 4'000'000);
        add("a/large", "m-Q2_K.gguf", 2'500'000);
    }

    // Before anybody asks a hub, from what the catalogue says.
    void estimatesFirst() {
        Start start(m_folder->path(), m_hub->endpoint());
        QTRY_COMPARE(start.names(), QStringList{QStringLiteral("Small Q4_K_M?")});
        QCOMPARE(start.models.best()->variant.bytes, 100'000);
        QVERIFY(start.models.best()->variant.files.isEmpty());
        QVERIFY(m_hub->requests().isEmpty());
        // One model is made exact.
        start.models.search({QStringLiteral("a/small")});
        QVERIFY(start.searchedThrough());
        QCOMPARE(start.models.looked(), 1);
        QCOMPARE(start.names(), QStringList{QStringLiteral("Small Q4_K_M")});
        QCOMPARE(start.models.best()->variant.files.size(), 1);
    }

    void theBestFirst() {
        Start start(m_folder->path(), m_hub->endpoint());
        start.models.search();
        QVERIFY(start.models.searching());
        QVERIFY(start.searchedThrough());
        QCOMPARE(start.models.looked(), 4);
        QCOMPARE(start.names(),
                 (QStringList{QStringLiteral("Coder Q4_K_M"), QStringLiteral("Middle Q4_K_M"),
                              QStringLiteral("Small Q4_K_M"), QStringLiteral("Large Q4_K_M")}));
        QCOMPARE(start.models.best()->repo, QStringLiteral("a/middle")); // to talk with
        QCOMPARE(start.models.best()->memory, 500'000);
        const QList<Alternative> others = start.models.alternatives();
        QCOMPARE(others.size(), 1); // small is the faster one and the smaller download; large does not fit
        QCOMPARE(others[0].kind, Alternative::Kind::faster);
        QCOMPARE(others[0].repo, QStringLiteral("a/small"));
        QVERIFY(start.models.misses().isEmpty());
    }

    // Too slow to read along is behind all that is fast, however large it is.
    void slowOnesComeLater() {
        Start start(m_folder->path(), m_hub->endpoint());
        start.speed = 2'000'000;
        start.models.search();
        QVERIFY(start.searchedThrough());
        QCOMPARE(start.names().mid(0, 3),
                 (QStringList{QStringLiteral("Small Q4_K_M"), QStringLiteral("Middle Q4_K_M"),
                              QStringLiteral("Coder Q4_K_M")}));
        QCOMPARE(start.models.best()->repo, QStringLiteral("a/small"));
        QCOMPARE(start.models.alternatives().size(), 1);
        QCOMPARE(start.models.alternatives()[0].kind, Alternative::Kind::stronger);
    }

    void aSmallerVariantWhereTheUsualOneDoesNotFit() {
        Start start(m_folder->path(), m_hub->endpoint());
        start.memory = 3'000'000;
        start.speed = 100'000'000;
        start.models.search();
        QVERIFY(start.searchedThrough());
        QCOMPARE(start.names().first(), QStringLiteral("Large Q2_K"));
    }

    void oneThatFailsDoesNotEndTheRest() {
        m_hub->removeFile(QStringLiteral("a/small"), QStringLiteral("m-Q4_K_M.gguf"));
        m_hub->addFile(QStringLiteral("a/middle"), QStringLiteral("m-Q4_K_M.gguf"), pattern(500'000));
        m_hub->setFault(QStringLiteral("m-Q2_K.gguf"), {.status = 404});
        Start start(m_folder->path(), m_hub->endpoint());
        start.memory = 3'000'000;
        start.models.search();
        QVERIFY(start.searchedThrough());
        QCOMPARE(start.names(),
                 (QStringList{QStringLiteral("Coder Q4_K_M"), QStringLiteral("Small Q4_K_M?")}));
        QVERIFY(!start.models.hubProblem());
        QMap<QString, QString> misses;
        for (const auto& miss : start.models.misses())
            misses[miss.name] = miss.why;
        QCOMPARE(misses.keys(),
                 (QStringList{QStringLiteral("Large"), QStringLiteral("Middle"), QStringLiteral("Small")}));
        QVERIFY2(misses[QStringLiteral("Middle")].contains(QLatin1String("no such magic")),
                 qPrintable(misses[QStringLiteral("Middle")]));
        QVERIFY2(misses[QStringLiteral("Large")].contains(QLatin1String("404")),
                 qPrintable(misses[QStringLiteral("Large")]));
    }

    void withoutAHubEachSaysWhy() {
        Start start(m_folder->path(), QStringLiteral("http://127.0.0.1:1"));
        start.models.search();
        QVERIFY(start.searchedThrough());
        QCOMPARE(start.models.misses().size(), 4);
        QCOMPARE(start.models.hubProblem().kind, Problem::Kind::unreachable);
        QTRY_COMPARE(start.names(), QStringList{QStringLiteral("Small Q4_K_M?")});
    }

    // What is stuck is left behind; what was found stays, and the next search is a whole one.
    void cancelled() {
        m_hub->setFault(QStringLiteral("m-Q2_K.gguf"), {.stallAfter = 0});
        Start start(m_folder->path(), m_hub->endpoint());
        start.memory = 3'000'000;
        start.models.search();
        QTRY_COMPARE(start.models.looked(), 3);
        QVERIFY(start.models.searching());
        start.models.cancel();
        QVERIFY(!start.models.searching());
        QCOMPARE(start.names().size(), 3);
        m_hub->clearFaults();
        start.models.search();
        QVERIFY(start.searchedThrough());
        QCOMPARE(start.names().size(), 4);
        QVERIFY(start.models.misses().isEmpty());
    }

    void keptForTheNextStart() {
        QDateTime taken;
        {
            Start start(m_folder->path(), m_hub->endpoint());
            start.models.search();
            QVERIFY(start.searchedThrough());
            taken = start.models.best()->taken;
        }
        m_hub->clearRequests();
        Start next(m_folder->path(), m_hub->endpoint());
        QTRY_COMPARE(next.names().size(), 4);
        QCOMPARE(next.models.best()->repo, QStringLiteral("a/middle"));
        QCOMPARE(next.models.best()->taken.toMSecsSinceEpoch(), taken.toMSecsSinceEpoch());
        QVERIFY(!next.models.best()->revision.isEmpty());
        QCOMPARE(next.models.best()->variant.files.size(), 1);
        // Another machine: planned anew from the headers that are here.
        next.memory = 400'000;
        next.models.replan();
        QTRY_COMPARE(next.names().first(), QStringLiteral("Small Q4_K_M"));
        QCOMPARE(next.models.best()->repo, QStringLiteral("a/small"));
        // Without its header a model stays as it was.
        QVERIFY(QDir(m_folder->filePath(QStringLiteral("headers"))).removeRecursively());
        QSignalSpy changed(&next.models, &Recommendations::changed);
        next.models.replan();
        QTRY_VERIFY(!changed.isEmpty());
        QCOMPARE(next.models.best()->repo, QStringLiteral("a/small"));
        QVERIFY(m_hub->requests().isEmpty());
    }

    void whatTheCatalogueNoLongerHas() {
        {
            Start start(m_folder->path(), m_hub->endpoint());
            start.models.search();
            QVERIFY(start.searchedThrough());
        }
        storage::Database database{storage::Paths(m_folder->path())};
        QSignalSpy opened(&database, &storage::Database::opened);
        database.open();
        QVERIFY(opened.wait());
        HubClient hub;
        HeaderFetcher headers(m_folder->filePath(QStringLiteral("headers")), probe);
        Recommendations models(hub, headers, database, parseCatalogue(kCatalogue).mid(0, 1));
        QSignalSpy changed(&models, &Recommendations::changed);
        models.load();
        QVERIFY(changed.wait());
        QCOMPARE(models.models().size(), 1);
    }

 private:
    void add(const char* repo, const char* name, qint64 bytes) {
        m_hub->addFile(QLatin1String(repo), QLatin1String(name),
                       "HEAD" + pattern(bytes - 4, static_cast<int>(bytes % 97)));
    }

    std::optional<QTemporaryDir> m_folder;
    std::optional<FakeHub> m_hub;
};

QTEST_GUILESS_MAIN(RecommendationsTest)
#include "recommendations_test.moc"
