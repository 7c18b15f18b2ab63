// The hardware page: what it shows of described machines, measuring by hand, and the map of experts by keys.
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>

#include "tests/app/library/model_tree.h"
#include "tests/support/machine_files.h"
#include "tests/ui/shell/window_harness.h"
#include "ui/hardware/fact_card.h"
#include "ui/hardware/placement_grid.h"
#include "ui/models/recommended/recommended_row.h"
#include "ui/widgets/elided_label.h"

using namespace app;
using tests::WindowHarness;
using ui::hardware::FactCard;
using ui::hardware::PlacementGrid;
using ui::models::RecommendedRow;
using ui::shell::Command;

namespace {

tests::FakeMachine machine(const char* name, bool measured) {
    const QByteArray file = tests::machineFile(name);
    tests::FakeMachine fake;
    fake.calibrated = tests::calibrated(file).toStdString();
    fake.profile = measured ? fake.calibrated : file.toStdString();
    return fake;
}

engine::api::ExpertLayer layer(int number, std::vector<uint64_t> calls) {
    engine::api::ExpertLayer out{number, 1'000'000, {}, std::move(calls)};
    out.tiers.assign(out.calls.size(), engine::api::ExpertTier::memory);
    out.tiers[0] = engine::api::ExpertTier::gpu;
    return out;
}

} // namespace

class HardwarePageTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void initTestCase() { m_theme = std::make_unique<ui::theme::Theme>(qApp, new tests::FixedLook(this)); }
    void cleanupTestCase() { m_theme.reset(); }
    void init() { m_window = std::make_unique<WindowHarness>(*m_theme); }
    void cleanup() { m_window.reset(); }

    void cardsOfTwoGpus() {
        m_window->script->set_machine(machine("two-gpus-24-8", true));
        openPage();
        QTRY_COMPARE(m_window->window->findChildren<FactCard*>().size(),
                     5); // processor, memory, 2 GPUs, disk
        const QString all = texts();
        for (const char* word : {"Ryzen 9 7950X", "RTX 3090", "RTX 3070", "16 · 32 threads", "71.4 GB/s",
                                 "6.40 GB/s", "Q4_K, Q5_K", "Q2_K, Q3_K, Q6_K", "1.8 TFLOPS bf16"})
            QVERIFY2(all.contains(QString::fromUtf8(word)), qPrintable(all));
        QVERIFY(!m_window->find<QLabel>("noGpu")->isVisible());
    }

    void withoutGpuItSaysWhy() {
        m_window->script->set_machine(machine("laptop-16gb", false));
        openPage();
        QTRY_VERIFY(m_window->find<QLabel>("noGpu")->isVisible());
        QVERIFY(m_window->find<QLabel>("noGpu")->text().contains(QLatin1String("No NVIDIA driver")));
        QVERIFY(texts().contains(QStringLiteral("4 P + 8 E · 16 threads")));
        QVERIFY(texts().contains(QStringLiteral("Not measured yet")));
    }

    void measuringByHand() {
        tests::FakeMachine slow = machine("laptop-16gb", true);
        slow.steps = 1000;
        slow.step_time = std::chrono::milliseconds(10);
        m_window->script->set_machine(slow);
        openPage();
        auto* button = m_window->find<QPushButton>("measureAll");
        QTRY_VERIFY(button->isEnabled());
        QTest::keyClick(button, Qt::Key_Space);
        QTRY_COMPARE(button->text(), QStringLiteral("Stop measuring"));
        QTest::keyClick(button, Qt::Key_Space);
        QTRY_COMPARE(button->text(), QStringLiteral("Measure all"));
        slow.steps = 1;
        slow.fail = true;
        m_window->script->set_machine(slow);
        QTest::keyClick(button, Qt::Key_Space);
        QTRY_VERIFY(texts().contains(QLatin1String("could not be measured")));
    }

    void theReportNamesNobody() {
        tests::FakeMachine fake = machine("laptop-16gb", true);
        const QByteArray mount = '"' + QDir::homePath().toUtf8() + "/models\"";
        fake.profile = QByteArray::fromStdString(fake.profile).replace("\"/\"", mount).toStdString();
        m_window->script->set_machine(fake);
        openPage();
        auto* button = m_window->find<QPushButton>("copyReport");
        QTRY_VERIFY(button->isEnabled());
        QTest::mouseClick(button, Qt::LeftButton);
        const QString report = QGuiApplication::clipboard()->text();
        QVERIFY2(report.contains(QLatin1String("~/models")) && !report.contains(QDir::homePath()),
                 qPrintable(report));
        QVERIFY(report.contains(QLatin1String("i5-1340P")));
    }

    void expertsByKeys() {
        m_window->script->set_experts({layer(2, {5, 1, 9}), layer(4, {0, 3, 3, 1})});
        openPage();
        auto* grid = m_window->find<PlacementGrid>("placementGrid");
        QTRY_VERIFY(grid->isVisible());
        grid->setFocus();
        QTest::keyClick(grid, Qt::Key_Home);
        QCOMPARE(grid->current(), (PlacementGrid::Cell{0, 2})); // the hottest of the first row
        QVERIFY(grid->accessibleDescription().contains(
            QLatin1String("Layer 2, expert 2, in RAM, rank 1 of 3, 60.0 %")));
        QTest::keyClick(grid, Qt::Key_Right);
        QCOMPARE(grid->current(), (PlacementGrid::Cell{0, 0}));
        QVERIFY(grid->accessibleDescription().contains(QLatin1String("VRAM")));
        QTest::keyClick(grid, Qt::Key_Down);
        QTest::keyClick(grid, Qt::Key_End);
        QCOMPARE(grid->current(), (PlacementGrid::Cell{1, 0}));
        QTest::keyClick(grid, Qt::Key_Up); // the row above is shorter
        QCOMPARE(grid->current(), (PlacementGrid::Cell{0, 1}));
        grid->setOrder(PlacementGrid::Order::byNumber);
        QTest::keyClick(grid, Qt::Key_Left);
        QCOMPARE(grid->current(), (PlacementGrid::Cell{0, 0}));
        m_window->script->set_experts({layer(0, {1})}); // a smaller model came meanwhile
        m_window->host().reload();
        QTRY_COMPARE(grid->map().layers(), 1);
        (void)grid->grab();
    }

    void theGridShowsThatItHasTheFocus() {
        m_window->script->set_experts({layer(2, {5, 1, 9})});
        openPage();
        auto* grid = m_window->find<PlacementGrid>("placementGrid");
        QTRY_VERIFY(grid->isVisible());
        QVERIFY(!grid->current().isValid());
        grid->setFocus(Qt::MouseFocusReason); // the pointer tells by itself where it is
        QVERIFY(!grid->current().isValid());
        grid->clearFocus();
        grid->setFocus(Qt::TabFocusReason);
        QCOMPARE(grid->current(), (PlacementGrid::Cell{0, 2}));
        QVERIFY(grid->accessibleDescription().contains(QLatin1String("Layer 2, expert 2")));
    }

    // Before anything is loaded, and beside what is.
    void modelsThatAreNotLoadedHaveAPreview() {
        const tests::ModelTree tree;
        const QString file =
            tree.file(QStringLiteral("b.gguf"), "name Beta\nexperts 128\nquantization Q4_K_M");
        tree.file(QStringLiteral("dense.gguf"), "name Dense\nexperts 0");
        settings::Settings(m_window->paths().settingsFile())
            .setValue(settings::kLibraryFolders, QStringList{tree.path()});
        openPage(); // with a model that has no experts
        auto* models = m_window->find<QComboBox>("placementModel");
        auto* grid = m_window->find<PlacementGrid>("placementGrid");
        QTRY_COMPARE(models->count(), 1);
        QVERIFY2(models->currentText().startsWith(QStringLiteral("Beta · Q4_K_M · ")),
                 qPrintable(models->currentText()));
        QTRY_COMPARE(grid->map().layers(), 48);
        QCOMPARE(grid->map().experts(), 128);
        QVERIFY(!grid->map().hasHeat());
        const auto experts = [&](hardware::Tier tier) { return grid->map().summary(tier).experts; };
        QVERIFY(experts(hardware::Tier::gpu) > 0); // of the make-believe card with 16 GB
        QCOMPARE(experts(hardware::Tier::gpu) + experts(hardware::Tier::memory), 48 * 128);
        QVERIFY(texts().contains(QLatin1String("As it would be loaded now")));

        m_window->script->set_experts({layer(2, {5, 1, 9})});
        m_window->host().reload();
        QTRY_COMPARE(models->count(), 2); // the loaded one comes first, and is shown
        QVERIFY(models->currentText().endsWith(QLatin1String("loaded")));
        QTRY_COMPARE(grid->map().layers(), 1);
        models->setFocus();
        QTest::keyClick(models, Qt::Key_Down);
        QTRY_COMPARE(grid->map().layers(), 48);
        m_window->host().reload(); // what was chosen by hand stays
        QTRY_COMPARE(m_window->host().state(), bridge::EngineHost::State::ready);
        QCOMPARE(models->currentData().toString(), file);
        QCOMPARE(grid->map().layers(), 48);
    }

    void denseModelsHaveNoMap() {
        openPage();
        QTRY_VERIFY(texts().contains(QLatin1String("not a mixture of experts")));
        QVERIFY(!m_window->find<PlacementGrid>("placementGrid")->isVisible());
    }

    void manyExpertsArePaintedQuickly() {
        std::vector<engine::api::ExpertLayer> layers;
        for (int l = 0; l < 94; ++l)
            layers.push_back(layer(l, std::vector<uint64_t>(512, static_cast<uint64_t>(l))));
        m_window->script->set_experts(layers);
        openPage();
        auto* grid = m_window->find<PlacementGrid>("placementGrid");
        QTRY_COMPARE(grid->map().experts(), 512);
        for (const QSize size : {QSize(320, 160), QSize(1200, 700), QSize(60, 30)}) {
            grid->resize(size);
            QVERIFY(!grid->grab().isNull());
        }
    }

    // Estimates are there at once; the hub is asked when somebody presses the button, and never before.
    void whatRunsWellHere() {
        tests::FakeHub hub;
        const QString best = QStringLiteral("unsloth/Qwen3-235B-A22B-Instruct-2507-GGUF");
        hub.addFile(best, QStringLiteral("m-Q4_K_M.gguf"), tests::pattern(300'000));
        hub.addFile(QStringLiteral("Qwen/Qwen3-8B-GGUF"), QStringLiteral("m-Q4_K_M.gguf"),
                    tests::pattern(200'000));
        m_window->useHub(hub);
        openPage();
        const auto rows = [&] {
            return m_window->find<QWidget>("recommendedList")->findChildren<RecommendedRow*>();
        };
        QTRY_COMPARE(rows().size(), 5);
        QVERIFY2(rows().first()->accessibleName().contains(QLatin1String("Q4_K_M, estimate")),
                 qPrintable(rows().first()->accessibleName()));
        QVERIFY(hub.requests().isEmpty());
        auto* button = m_window->find<QPushButton>("findModels");
        button->setFocus();
        QTest::keyClick(button, Qt::Key_Space);
        QCOMPARE(button->text(), QStringLiteral("Stop"));
        QTRY_COMPARE(button->text(), QStringLiteral("Ask the hub"));
        QCOMPARE(QApplication::focusWidget(), button);
        QVERIFY(m_window->find<QWidget>("findProblem")->isVisible());
        QVERIFY2(texts().contains(QLatin1String("23 models could not be looked at")), qPrintable(texts()));
        QVERIFY2(texts().contains(QLatin1String("2 models as the hub offered them on")), qPrintable(texts()));
        QCOMPARE(rows().first()->model().repo, best);
        QVERIFY(!rows().first()->accessibleName().contains(QLatin1String("estimate")));
        QVERIFY2(rows().first()->accessibleName().contains(QLatin1String("tok/s")),
                 qPrintable(rows().first()->accessibleName()));
        QTest::keyClick(button, Qt::Key_Tab);
        for (int i = 0; i < 5 && QApplication::focusWidget() != rows().first(); ++i) // past what went wrong
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        QCOMPARE(QApplication::focusWidget(), rows().first());
        QTest::keyClick(rows().first(), Qt::Key_Space);
        QTRY_VERIFY(m_window->find<QWidget>("explorePane")->isVisible());
        QCOMPARE(m_window->services->explore().page().repo, best);
        QTRY_COMPARE(m_window->services->explore().variants()->rowCount(), 2);
    }

    void stoppedByTheSameButton() {
        tests::FakeHub hub;
        hub.addFile(QStringLiteral("Qwen/Qwen3-8B-GGUF"), QStringLiteral("m-Q4_K_M.gguf"),
                    tests::pattern(200'000));
        hub.setFault(QStringLiteral("m-Q4_K_M.gguf"), {.stallAfter = 0});
        m_window->useHub(hub);
        openPage();
        auto* button = m_window->find<QPushButton>("findModels");
        QTest::keyClick(button, Qt::Key_Space);
        QTRY_VERIFY(texts().contains(QLatin1String("Looking at model 25 of 25")));
        QTest::keyClick(button, Qt::Key_Space);
        QCOMPARE(button->text(), QStringLiteral("Ask the hub"));
        QVERIFY(!m_window->services->recommendations().searching());
    }

    void narrowWindowsAndRightToLeft() {
        m_window->script->set_machine(machine("two-gpus-24-8", true));
        m_window->script->set_experts({layer(2, {5, 1, 9})});
        openPage();
        for (const Qt::LayoutDirection direction : {Qt::RightToLeft, Qt::LeftToRight}) {
            QApplication::setLayoutDirection(direction);
            for (const int width : {960, 1280, 2400}) {
                m_window->window->resize(width, 800);
                QVERIFY(!m_window->window->grab().isNull());
                auto* area = m_window->find<QWidget>("hardwarePage")->findChild<QScrollArea*>();
                QTRY_VERIFY(area->widget()->width() <= area->viewport()->width()); // nothing is cut off
            }
        }
    }

 private:
    void openPage() {
        m_window->openReady();
        QTest::keyClick(m_window->window.get(), Qt::Key_3, Qt::ControlModifier);
        QTRY_VERIFY(m_window->find<QWidget>("hardwarePage")->isVisible());
    }
    QString texts() {
        QStringList all;
        for (const QLabel* label : m_window->find<QWidget>("hardwarePage")->findChildren<QLabel*>())
            all.append(label->text());
        for (const auto* label :
             m_window->find<QWidget>("hardwarePage")->findChildren<ui::widgets::ElidedLabel*>())
            all.append(label->text());
        return all.join(QLatin1Char('\n'));
    }

    std::unique_ptr<ui::theme::Theme> m_theme;
    std::unique_ptr<WindowHarness> m_window;
};

QTEST_MAIN(HardwarePageTest)
#include "hardware_page_test.moc"
