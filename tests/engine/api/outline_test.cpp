// Planning from the numbers of a model alone: as of a file that has them.
#include <QTemporaryDir>
#include <QTest>

#include "engine/api/plan.h"
#include "engine/measure/synthetic_model.h"

using namespace engine;
using namespace engine::api;

class OutlineTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void asOfTheFile_data() {
        QTest::addColumn<QByteArray>("shape");
        QTest::addColumn<QByteArray>("type");
        QTest::newRow("mixture of experts") << QByteArray("tiny") << QByteArray("Q4_K_M");
        QTest::newRow("dense, tied head") << QByteArray("qwen3-0.6b") << QByteArray("Q8_0");
    }
    void asOfTheFile() {
        QFETCH(QByteArray, shape);
        QFETCH(QByteArray, type);
        auto numbers = measure::find_shape(shape.toStdString());
        QVERIFY(numbers.ok());
        numbers->layers = 2;
        const auto mixture = measure::find_mixture(type.toStdString());
        QVERIFY(mixture.ok());
        QTemporaryDir folder;
        const std::string path = folder.filePath(QStringLiteral("m.gguf")).toStdString();
        QVERIFY(measure::write_synthetic_model(*numbers, *mixture, 1, path, {}, {}).ok());
        const auto file = open_for_planning(path);
        QVERIFY(file.ok());
        const auto outline = outline_for_planning(*numbers, type.toStdString());
        QVERIFY2(outline.ok(), outline.ok() ? "" : outline.error().message.c_str());
        const MachineProfile machine = see_machine();
        const Plan expected = (*file)->plan(machine, {}), plan = (*outline)->plan(machine, {});
        QCOMPARE(plan.verdict, expected.verdict);
        QCOMPARE(plan.context, expected.context);
        QCOMPARE(plan.devices.size(), expected.devices.size());
        for (size_t i = 0; i < plan.devices.size(); ++i)
            QCOMPARE(plan.devices[i].bytes.model(), expected.devices[i].bytes.model());
        QCOMPARE(plan.predicted.generate_tokens_per_s, expected.predicted.generate_tokens_per_s);
        QCOMPARE((*outline)->trained_context(), (*file)->trained_context());
    }

    void whatIsMissingIsSaid() {
        QCOMPARE(outline_for_planning({}, "Q4_K_M").error().code, ErrorCode::invalid_argument);
        auto shape = measure::find_shape("tiny");
        QVERIFY(shape.ok());
        QCOMPARE(outline_for_planning(*shape, "Q9_Z").error().code, ErrorCode::unsupported);
        shape->architecture = "abacus";
        QCOMPARE(outline_for_planning(*shape, "Q4_K_M").error().code, ErrorCode::unsupported);
    }
};

QTEST_GUILESS_MAIN(OutlineTest)
#include "outline_test.moc"
