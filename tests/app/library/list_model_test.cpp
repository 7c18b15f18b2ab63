// Rows of the library: order, filters, advice for what is looked at, and the model picker's rows.
#include <QAbstractItemModelTester>

#include "app/library/library_list_model.h"
#include "app/library/model_list_model.h"
#include "tests/app/library/library_window.h"

using namespace app::library;
using app::bridge::ModelPlan;
using app::bridge::PlanQuery;
using tests::LibraryWindow;
using tests::ModelTree;

namespace {
QString text(const char* latin) {
    return QLatin1String(latin);
}
} // namespace

class ListModelTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void init() {
        m_tree.emplace();
        m_data.emplace();
        m_tree->file(text("a.gguf"), "name Alpha\nparameters 1000\nexperts 0\nchat_template \n");
        m_tree->file(text("b.gguf"), "name Beta\nparameters 3000\nexperts 8\n" + QByteArray(100, '#'));
        m_tree->file(text("c.gguf"), "name Gamma\nkind adapter\nparameters 2000\n");
        m_tree->file(text("d-00001-of-00002.gguf"));
        m_window = std::make_unique<LibraryWindow>(m_data->path(), m_tree->path());
        QVERIFY(m_window->settle());
    }
    void cleanup() { m_window.reset(); }

    void orders() {
        FitAdvice advice;
        LibraryListModel rows(*m_window->library, advice);
        const QAbstractItemModelTester tester(&rows, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(names(rows), (QStringList{text("Alpha"), text("Beta"), text("d"), text("Gamma")}));
        rows.setSort(LibraryListModel::Sort::size);
        QCOMPARE(names(rows).first(), text("Beta"));
        rows.setSort(LibraryListModel::Sort::parameters);
        QCOMPARE(names(rows).mid(0, 3), (QStringList{text("Beta"), text("Gamma"), text("Alpha")}));
        rows.setSort(LibraryListModel::Sort::lastUsed);
        m_window->library->markUsed(m_window->named(text("Gamma"))->path);
        QTRY_COMPARE(names(rows).first(), text("Gamma"));
    }

    void filters() {
        FitAdvice advice;
        LibraryListModel rows(*m_window->library, advice);
        const auto filtered = [&](const LibraryListModel::Filter& filter) {
            rows.setFilter(filter);
            return names(rows);
        };
        LibraryListModel::Filter filter;
        filter.words = text("GGUF bet");
        QCOMPARE(filtered(filter), QStringList{text("Beta")});
        filter = {};
        filter.experts = true;
        QVERIFY(!filtered(filter).contains(text("Alpha")));
        filter = {};
        filter.adapters = true;
        QCOMPARE(filtered(filter), QStringList{text("Gamma")});
        filter = {};
        filter.problems = true;
        QCOMPARE(filtered(filter), QStringList{text("d")});
        filter = {};
        filter.chat = true;
        QVERIFY(!filtered(filter).contains(text("Gamma")));
    }

    void rowsFollowTheDisk() {
        FitAdvice advice;
        LibraryListModel rows(*m_window->library, advice);
        const QAbstractItemModelTester tester(&rows, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QPersistentModelIndex gamma(rows.index(3));
        QSignalSpy reset(&rows, &QAbstractItemModel::modelReset);
        m_tree->file(text("new.gguf"), "name Delta");
        QVERIFY(QFile::remove(m_tree->path(text("a.gguf"))));
        QVERIFY(m_window->look());
        QTRY_COMPARE(names(rows), (QStringList{text("Beta"), text("d"), text("Delta"), text("Gamma")}));
        QCOMPARE(gamma.data().toString(), text("Gamma"));
        QCOMPARE(reset.size(), 0); // what is chosen in a view stays chosen
    }

    void adviceIsAskedForWhatIsLookedAt() {
        QStringList asked;
        quint64 number = 0;
        FitAdvice advice([&](const PlanQuery& query) {
            asked.append(query.path);
            return ++number;
        });
        LibraryListModel rows(*m_window->library, advice);
        QVERIFY(asked.isEmpty());
        QVERIFY(!rows.index(0).data(LibraryListModel::VerdictRole).isValid());
        QVERIFY(!rows.index(0).data(LibraryListModel::VerdictRole).isValid());
        QVERIFY(!rows.index(3).data(LibraryListModel::VerdictRole).isValid()); // an adapter
        QCOMPARE(asked.size(), 1);
        ModelPlan plan;
        plan.verdict = ModelPlan::Verdict::doesNotFit;
        plan.missingBytes = 5;
        plan.generateTokensPerSecond = 7.5;
        QSignalSpy changed(&rows, &QAbstractItemModel::dataChanged);
        advice.take(99, plan); // an answer to somebody else
        advice.take(1, plan);
        QTRY_COMPARE(changed.size(), 1);
        QCOMPARE(rows.index(0).data(LibraryListModel::VerdictRole).toInt(), static_cast<int>(plan.verdict));
        QCOMPARE(rows.index(0).data(LibraryListModel::SpeedRole).toDouble(), 7.5);
        QVERIFY(!rows.index(0).data(LibraryListModel::SpeedMeasuredRole).toBool());
        LibraryListModel::Filter filter;
        filter.fits = true;
        rows.setFilter(filter);
        QCOMPARE(rows.rowCount(), 0);
        QCOMPARE(asked.size(), 2); // the rest is asked for now
        plan.verdict = ModelPlan::Verdict::fitsMemory;
        advice.take(2, plan);
        QTRY_COMPARE(rows.rowCount(), 1);
        advice.forgetAll();
        QTRY_COMPARE(rows.rowCount(), 0);
    }

    // What replies had comes before what was predicted, which still stands beside it.
    void measuredSpeedsComeFirst() {
        quint64 number = 0;
        FitAdvice advice([&](const PlanQuery&) { return ++number; });
        LibraryListModel rows(*m_window->library, advice);
        QVERIFY(!rows.index(0).data(LibraryListModel::VerdictRole).isValid());
        ModelPlan plan;
        plan.generateTokensPerSecond = 8;
        plan.generateCorrection = 0.5;
        plan.measured.generate = 9;
        QSignalSpy changed(&rows, &QAbstractItemModel::dataChanged);
        advice.take(1, plan);
        QTRY_COMPARE(changed.size(), 1);
        QVERIFY(rows.index(0).data(LibraryListModel::SpeedMeasuredRole).toBool());
        QCOMPARE(rows.index(0).data(LibraryListModel::SpeedRole).toDouble(), 9.0);
        QCOMPARE(rows.index(0).data(LibraryListModel::PredictedSpeedRole).toDouble(), 16.0);
    }

    void fewQuestionsAtOnceAndTheLastOnesFirst() {
        QStringList asked;
        quint64 number = 0;
        FitAdvice advice([&](const PlanQuery& query) {
            asked.append(query.path);
            return ++number;
        });
        for (int i = 0; i < 6; ++i)
            advice.want(QString::number(i));
        QCOMPARE(asked, (QStringList{text("0"), text("1")}));
        advice.fail(1, {});
        QCOMPARE(asked.last(), text("5"));
        QCOMPARE(advice.find(text("0"))->verdict, ModelPlan::Verdict::unknown);
        for (quint64 answered = 2; answered <= 6; ++answered)
            advice.take(answered, {});
        QCOMPARE(asked.size(), 6);
    }

    void pickerListsTheLibraryBetweenRecentsAndTheGuide() {
        const QString guide = m_data->filePath(text("guide.gguf"));
        QVERIFY(QFile(guide).open(QIODevice::WriteOnly));
        RecentModels recent(m_window->paths, guide);
        ModelListModel rows(recent, &*m_window->library);
        const QAbstractItemModelTester tester(&rows, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(pickerNames(rows), (QStringList{text("Alpha"), text("Beta"), text("guide")}));
        app::bridge::ModelInfo used = m_window->named(text("Beta"))->info;
        recent.markUsed(used);
        QCOMPARE(pickerNames(rows), (QStringList{text("Beta"), text("Alpha"), text("guide")}));
        rows.setFilter(text("alph"));
        QCOMPARE(pickerNames(rows), QStringList{text("Alpha")});
        rows.setFilter({});
        m_tree->file(text("new.gguf"), "name Delta");
        QVERIFY(m_window->look());
        QTRY_COMPARE(pickerNames(rows),
                     (QStringList{text("Beta"), text("Alpha"), text("Delta"), text("guide")}));
    }

    void recentsFollowTheirFiles() {
        RecentModels recent(m_window->paths, {});
        recent.markUsed(m_window->named(text("Beta"))->info);
        connect(&*m_window->library, &Library::moved, &recent, &RecentModels::relocate);
        const QString to = m_tree->path(text("elsewhere.gguf"));
        QVERIFY(QFile::rename(m_tree->path(text("b.gguf")), to));
        QVERIFY(m_window->look());
        QTRY_COMPARE(recent.entries().first().info.path, to);
        QVERIFY(!recent.entries().first().missing);
    }

 private:
    static QStringList names(const LibraryListModel& rows) {
        QStringList all;
        for (int i = 0; i < rows.rowCount(); ++i)
            all.append(rows.index(i).data().toString());
        return all;
    }
    static QStringList pickerNames(const ModelListModel& rows) {
        QStringList all;
        for (int i = 0; i < rows.rowCount(); ++i)
            all.append(rows.index(i).data().toString());
        return all;
    }

    std::optional<ModelTree> m_tree;
    std::optional<QTemporaryDir> m_data;
    std::unique_ptr<LibraryWindow> m_window;
};

QTEST_GUILESS_MAIN(ListModelTest)
#include "list_model_test.moc"
