// Looking for a model: from what is typed to a list with estimates, and from there to plans of each variant.
#include "app/downloads/explore.h"

#include "tests/app/downloads/download_fixture.h"

using namespace app::downloads;
using namespace tests;
using app::bridge::HeaderProbe;
using app::bridge::ModelPlan;
using Verdict = ModelPlan::Verdict;

namespace {

HeaderProbe probe(const QByteArray& first, qint64) {
    return first.startsWith("HEAD") ? HeaderProbe{HeaderProbe::State::whole, {}}
                                    : HeaderProbe{HeaderProbe::State::bad, QStringLiteral("no such magic")};
}

QByteArray model(qint64 bytes) {
    return "HEAD" + pattern(bytes - 4);
}

ModelPlan planned(Verdict verdict, double speed = 0) {
    ModelPlan plan;
    plan.verdict = verdict;
    plan.generateTokensPerSecond = speed;
    return plan;
}

const QString kKnown = QStringLiteral("Qwen/Qwen3-8B-GGUF"); // of the catalogue

} // namespace

class ExploreTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void init() {
        m_folder.emplace();
        m_hub.emplace();
        m_client.emplace();
        m_headers.emplace(m_folder->path(), probe);
        m_client->setAccess({m_hub->endpoint(), {}});
        m_headers->setAccess({m_hub->endpoint(), {}});
        m_explore.emplace(*m_client, *m_headers, catalogue());
        m_asked.clear();
        m_explore->setAsk([this](const app::bridge::PlanQuery& query) {
            m_asked.append(query);
            return static_cast<quint64>(m_asked.size());
        });
    }
    void cleanup() {
        m_explore.reset();
        m_headers.reset();
        m_client.reset();
        m_hub.reset();
    }

    // From what is typed to plans beside the variants.
    void everyVariantIsPlanned() {
        addPage();
        QVERIFY(m_explore->found()->rowCount() >= 20); // without a network
        m_explore->setQuery(kRepo);
        QTRY_COMPARE(m_asked.size(), 2);
        QCOMPARE(m_explore->variants()->rowCount(), 4); // and two headings
        QCOMPARE(m_explore->page().description,
                 QStringLiteral("A model that is described here at some length."));
        QVERIFY(m_asked[0].path.endsWith(kFile)); // the usual one first
        m_explore->take(1, planned(Verdict::doesNotFit));
        m_explore->take(2, planned(Verdict::fitsMemory));
        m_explore->take(77, planned(Verdict::fitsMemory)); // of nobody
        QCOMPARE(m_explore->variants()->row(m_explore->variants()->recommendedRow())->variant.name,
                 QStringLiteral("Q8_0"));
        QCOMPARE(row(kRepo).plan->verdict, Verdict::fitsMemory);
        QVERIFY(!row(kRepo).estimate);
    }

    // Another machine: the headers are here already.
    void anotherMachinePlansAnew() {
        addPage();
        m_explore->setQuery(kRepo);
        QTRY_COMPARE(m_asked.size(), 2);
        m_explore->take(1, planned(Verdict::fitsMemory));
        QVERIFY(row(kRepo).plan);
        m_hub->clearRequests();
        m_explore->replan();
        QVERIFY(!row(kRepo).plan);
        QTRY_COMPARE(m_asked.size(), 4);
        m_explore->take(2, planned(Verdict::fitsMemory)); // about the machine before
        QVERIFY(!row(kRepo).plan);
        m_explore->take(3, planned(Verdict::tight));
        m_explore->take(4, planned(Verdict::tight));
        QCOMPARE(row(kRepo).plan->verdict, Verdict::tight);
        QVERIFY(m_hub->requests().isEmpty());
    }

    void plansFromElsewhereServeTheList() {
        const int all = m_explore->found()->rowCount();
        m_explore->know({{kKnown, {planned(Verdict::doesNotFit), true}}});
        QCOMPARE(row(kKnown).plan->verdict, Verdict::doesNotFit);
        QVERIFY(row(kKnown).estimate);
        m_explore->setFilters({.fits = true});
        QCOMPARE(m_explore->found()->rowCount(), all - 1);
        m_explore->know({{kKnown, {planned(Verdict::fitsMemory), false}}});
        QCOMPARE(m_explore->found()->rowCount(), all);
        QVERIFY(!row(kKnown).estimate);
        m_explore->know({{kKnown, {planned(Verdict::doesNotFit), true}}}); // files say more than an estimate
        QCOMPARE(row(kKnown).plan->verdict, Verdict::fitsMemory);
        QVERIFY(m_hub->requests().isEmpty());
    }

    // Whoever quantised a model: it has the shape of that model. What was trained on may have another one.
    void quantisationsOfKnownModelsAreEstimated() {
        const auto add = [&](const char* repo, const char* tag) {
            m_hub->addFile(QLatin1String(repo), kFile, model(1000));
            m_hub->setTags(QLatin1String(repo), {QStringLiteral("gguf"), QLatin1String(tag)});
        };
        add("some/qwen3-8b-GGUF", "base_model:quantized:Qwen/Qwen3-8B");
        add("tuned/qwen3-8b-poet-GGUF", "base_model:finetune:Qwen/Qwen3-8B");
        add("other/qwen3-8b-of-mine", "base_model:quantized:other/qwen3-8b-of-mine");
        m_explore->know({{kKnown, {planned(Verdict::fitsGpu, 70), false}}});
        m_explore->setQuery(QStringLiteral("qwen3-8b"));
        QTRY_COMPARE(m_explore->found()->rowCount(), 4);
        QCOMPARE(row(QStringLiteral("some/qwen3-8b-GGUF")).plan, row(kKnown).plan);
        QVERIFY(row(QStringLiteral("some/qwen3-8b-GGUF")).estimate);
        QVERIFY(!row(kKnown).estimate);
        QCOMPARE(row(QStringLiteral("some/qwen3-8b-GGUF")).parameters, row(kKnown).parameters);
        QVERIFY(!row(QStringLiteral("tuned/qwen3-8b-poet-GGUF")).plan);
        QVERIFY(!row(QStringLiteral("other/qwen3-8b-of-mine")).plan);
        QCOMPARE(m_hub->requests().size(), 1); // the search
    }

    void inTheOrderThatIsWanted() {
        QStringList repos;
        for (const FoundModel& found : m_explore->found()->rows())
            repos.append(found.repo);
        QHash<QString, Explore::Known> plans{{repos[3], {planned(Verdict::fitsGpu, 3), true}},
                                             {repos[1], {planned(Verdict::doesNotFit), true}},
                                             {repos[6], {planned(Verdict::fitsGpu, 60), true}}};
        m_explore->know(plans);
        QCOMPARE(m_explore->found()->rowOf(repos[6]), 0);
        QCOMPARE(m_explore->found()->rowOf(repos[3]), 1);
        QCOMPARE(m_explore->found()->rowOf(repos[0]), 2); // not known: as the catalogue has them
        QCOMPARE(m_explore->found()->rowOf(repos[1]), static_cast<int>(repos.size()) - 1);
        m_explore->setOrder(Explore::Order::name);
        QStringList titles;
        for (const FoundModel& found : m_explore->found()->rows())
            titles.append(found.title.toCaseFolded());
        QVERIFY(std::is_sorted(titles.begin(), titles.end()));
    }

    // Passing over a row is no visit: the hub hears of the last one only.
    void passingOverRowsAsksNothing() {
        for (const FoundModel& found : m_explore->found()->rows())
            m_explore->choose(found.repo);
        QTRY_VERIFY(!m_explore->loading());
        QVERIFY(!m_hub->requests().isEmpty());
        for (const HubRequest& request : m_hub->requests())
            QVERIFY2(request.path.contains(m_explore->page().repo.toUtf8()), request.path.constData());
    }

    void whatCannotBeRunDoesNotFit() {
        const int all = m_explore->found()->rowCount();
        m_explore->setRuns(
            [](const QString& architecture) { return architecture != QLatin1String("gpt-oss"); });
        QVERIFY(!row(QStringLiteral("ggml-org/gpt-oss-20b-GGUF")).runnable);
        QVERIFY(row(kKnown).runnable);
        m_explore->setFilters({.fits = true});
        QCOMPARE(m_explore->found()->rowCount(), all - 2);
    }

    void withoutAHubTheCatalogueIsThere() {
        m_client->setAccess({QStringLiteral("http://127.0.0.1:1"), {}});
        m_explore->setQuery(QStringLiteral("deepseek lite"));
        QCOMPARE(m_explore->found()->rowCount(), 1);
        QTRY_VERIFY_WITH_TIMEOUT(m_explore->searchProblem(), 20'000);
        m_explore->choose(m_explore->found()->rows().at(0).repo);
        QTRY_VERIFY_WITH_TIMEOUT(m_explore->pageProblem(), 20'000);
        QVERIFY(m_explore->variants()->rowCount() > 3);
        QCOMPARE(m_explore->page().licence, QStringLiteral("deepseek"));
    }

 private:
    void addPage() {
        m_hub->addFile(kRepo, kFile, model(500'000));
        m_hub->addFile(kRepo, QStringLiteral("model-Q8_0.gguf"), model(900'000));
        m_hub->addFile(kRepo, QStringLiteral("README.md"),
                       "# M\n\nA model that is described here at some length.\n", true);
    }
    FoundModel row(const QString& repo) {
        const int row = m_explore->found()->rowOf(repo);
        return row < 0 ? FoundModel() : m_explore->found()->rows().at(row);
    }

    std::optional<QTemporaryDir> m_folder;
    std::optional<FakeHub> m_hub;
    std::optional<HubClient> m_client;
    std::optional<HeaderFetcher> m_headers;
    std::optional<Explore> m_explore;
    QList<app::bridge::PlanQuery> m_asked;
};

QTEST_GUILESS_MAIN(ExploreTest)
#include "explore_test.moc"
