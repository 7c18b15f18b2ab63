// The list of known models: order, missing files, the built-in one, rows for the picker.
#include <QAbstractItemModelTester>
#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/library/model_list_model.h"
#include "app/library/recent_models.h"

using namespace app;
using namespace app::library;

class RecentModelsTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void init() { m_folder.emplace(); }

    void newestComesFirstAndIsRemembered() {
        {
            RecentModels models(paths(), {});
            models.markUsed(model(QStringLiteral("a")));
            models.markUsed(model(QStringLiteral("b")));
            models.markUsed(model(QStringLiteral("a")));
            QCOMPARE(names(models), (QStringList{QStringLiteral("a"), QStringLiteral("b")}));
        }
        const RecentModels models(paths(), {});
        QCOMPARE(names(models), (QStringList{QStringLiteral("a"), QStringLiteral("b")}));
        const ModelEntry& entry = models.entries().first();
        QCOMPARE(entry.info.quantization, QStringLiteral("Q4_K_M"));
        QCOMPARE(entry.info.parameters, 30'500'000'000);
        QCOMPARE(entry.info.experts, 128);
        QVERIFY(entry.info.canThink);
        QVERIFY(entry.info.placement.isEmpty());
        QVERIFY(entry.lastUsed.secsTo(QDateTime::currentDateTimeUtc()) < 60);
    }

    void missingFilesAreMarkedAndComeBack() {
        RecentModels models(paths(), {});
        const bridge::ModelInfo info = model(QStringLiteral("a"));
        models.markUsed(info);
        QVERIFY(QFile::rename(info.path, info.path + QStringLiteral("x")));
        models.refresh();
        QTRY_VERIFY(models.entries().first().missing);
        QVERIFY(QFile::rename(info.path + QStringLiteral("x"), info.path));
        models.refresh();
        QTRY_VERIFY(!models.entries().first().missing);
    }

    void oneFileByTwoWaysIsOneEntry() {
        RecentModels models(paths(), {});
        bridge::ModelInfo info = model(QStringLiteral("a"));
        models.markUsed(info);
        QVERIFY(QFile::link(info.path, m_folder->filePath(QStringLiteral("link.gguf"))));
        info.path = m_folder->filePath(QStringLiteral("link.gguf"));
        models.markUsed(info);
        info.path = m_folder->path() + QStringLiteral("/./x/../a.gguf");
        QDir(m_folder->path()).mkdir(QStringLiteral("x"));
        models.markUsed(info);
        QCOMPARE(models.entries().size(), 1);
    }

    void builtInModelIsAlwaysLast() {
        const bridge::ModelInfo guide = model(QStringLiteral("guide"));
        {
            RecentModels models(paths(), guide.path);
            QCOMPARE(models.entries().size(), 1);
            QVERIFY(models.entries().first().builtIn);
            models.markUsed(model(QStringLiteral("a")));
            models.markUsed(guide);
            QCOMPARE(names(models), (QStringList{QStringLiteral("a"), QStringLiteral("guide")}));
            QVERIFY(models.entries().last().builtIn);
            models.remove(guide.path); // stays
            models.remove(model(QStringLiteral("a")).path);
            QCOMPARE(names(models), (QStringList{QStringLiteral("guide")}));
        }
        const RecentModels again(paths(), guide.path);
        QCOMPARE(again.entries().size(), 1);
        QCOMPARE(again.entries().first().info.parameters, 30'500'000'000);
    }

    void builtInModelIsFoundWhereProgramsLie_data() {
        QTest::addColumn<QString>("place");
        QTest::newRow("beside") << QStringLiteral("bin/guide");
        QTest::newRow("share") << QStringLiteral("share/tandem/guide");
        QTest::newRow("source tree") << QStringLiteral("../../resources/guide");
    }
    void builtInModelIsFoundWhereProgramsLie() {
        QFETCH(QString, place);
        QDir root(m_folder->path());
        QVERIFY(root.mkpath(QStringLiteral("build/release/bin")));
        const QDir prefix(root.filePath(QStringLiteral("build/release")));
        QCOMPARE(RecentModels::findBuiltIn(prefix.filePath(QStringLiteral("bin"))), QString());
        QVERIFY(prefix.mkpath(place));
        const QString file = QDir::cleanPath(prefix.filePath(place + QStringLiteral("/guide.gguf")));
        QVERIFY(QFile(file).open(QIODevice::WriteOnly));
        QCOMPARE(RecentModels::findBuiltIn(prefix.filePath(QStringLiteral("bin"))),
                 QFileInfo(file).canonicalFilePath());
    }

    void damagedListIsEmpty_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("noise") << QByteArray("\xff\x00{", 3);
        QTest::newRow("object") << QByteArray("{}");
        QTest::newRow("wrong kinds") << QByteArray("[1, \"a\", {\"path\": 5}, {\"name\": \"x\"}]");
    }
    void damagedListIsEmpty() {
        QFETCH(QByteArray, content);
        QFile file(paths().dataFolder() + QStringLiteral("/models.json"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
        file.close();
        QVERIFY(RecentModels(paths(), {}).entries().isEmpty());
    }

    void listThatCannotBeSavedIsTold() {
        const storage::Paths nowhere(QStringLiteral("/proc/none"));
        RecentModels models(nowhere, {});
        QSignalSpy failed(&models, &RecentModels::saveFailed);
        models.markUsed(model(QStringLiteral("a")));
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(models.entries().size(), 1); // known until the end
    }

    void atMostAHundredAreKept() {
        RecentModels models(paths(), model(QStringLiteral("guide")).path);
        for (int i = 0; i < 130; ++i) {
            bridge::ModelInfo info;
            info.path = QStringLiteral("/models/%1.gguf").arg(i);
            info.name = QString::number(i);
            models.markUsed(info);
        }
        QCOMPARE(models.entries().size(), 100);
        QCOMPARE(models.entries().first().info.name, QStringLiteral("129"));
        QVERIFY(models.entries().last().builtIn);
    }

    void rowsFollowTheListAndTheFilter() {
        RecentModels models(paths(), {});
        ModelListModel rows(models);
        const QAbstractItemModelTester tester(&rows, QAbstractItemModelTester::FailureReportingMode::QtTest);
        models.markUsed(model(QStringLiteral("Qwen3-30B")));
        models.markUsed(model(QStringLiteral("Llama-3.1")));
        QCOMPARE(rows.rowCount(), 2);
        QCOMPARE(rows.index(0).data().toString(), QStringLiteral("Llama-3.1"));
        QCOMPARE(rows.index(0).data(ModelListModel::ExpertsRole).toLongLong(), 128);
        rows.setFilter(QStringLiteral("qwen q4"));
        QCOMPARE(rows.rowCount(), 1);
        QCOMPARE(rows.index(0).data(ModelListModel::NameRole).toString(), QStringLiteral("Qwen3-30B"));
        rows.setFilter(QStringLiteral("qwen q8"));
        QCOMPARE(rows.rowCount(), 0);
        rows.setFilter({});
        QCOMPARE(rows.rowCount(), 2);
    }

 private:
    storage::Paths paths() const { return storage::Paths(m_folder->path()); }

    bridge::ModelInfo model(const QString& name) const {
        bridge::ModelInfo info;
        info.path = m_folder->filePath(name + QStringLiteral(".gguf"));
        (void)QFile(info.path).open(QIODevice::WriteOnly);
        info.name = name;
        info.quantization = QStringLiteral("Q4_K_M");
        info.parameters = 30'500'000'000;
        info.experts = 128;
        info.canThink = true;
        info.placement = QStringLiteral("all on CPU");
        return info;
    }

    static QStringList names(const RecentModels& models) {
        QStringList names;
        for (const ModelEntry& entry : models.entries())
            names.append(entry.info.name);
        return names;
    }

    std::optional<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(RecentModelsTest)
#include "recent_models_test.moc"
