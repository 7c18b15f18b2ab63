// The first steps: shown once, left at any time, and measuring while they are read.
#include <QAbstractButton>
#include <QCheckBox>
#include <QLabel>
#include <QPushButton>

#include "app/settings/first_run.h"
#include "tests/app/library/model_tree.h"
#include "tests/support/machine_files.h"
#include "tests/ui/shell/window_harness.h"
#include "ui/first_run/check_row.h"
#include "ui/first_run/first_run.h"
#include "ui/models/recommended/recommended_row.h"
#include "ui/theme/style.h"

using namespace app;
using tests::WindowHarness;
using ui::first_run::CheckRow;
using ui::first_run::FirstRun;
using ui::models::RecommendedRow;

class FirstRunTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void initTestCase() { m_theme = std::make_unique<ui::theme::Theme>(qApp, new tests::FixedLook(this)); }
    void cleanupTestCase() { m_theme.reset(); }
    void init() {
        m_window = std::make_unique<WindowHarness>(*m_theme);
        tests::FakeMachine machine;
        const QByteArray file = tests::machineFile("laptop-16gb");
        machine.profile = file.toStdString();
        machine.calibrated = tests::calibrated(file).toStdString();
        m_window->script->set_machine(machine);
    }
    void cleanup() { m_window.reset(); }

    void shownOnceAndThroughByKeys() {
        m_window->openReady();
        m_window->window->offerFirstRun();
        auto* steps = m_window->find<FirstRun>("firstRun");
        QVERIFY(steps->isVisible());
        QCOMPARE(steps->size(), m_window->window->size());
        m_window->window->resize(1000, 700);
        QCOMPARE(steps->size(), m_window->window->size());
        for (int step = 0; step < steps->steps(); ++step) {
            QCOMPARE(steps->step(), step);
            QTRY_COMPARE(QApplication::focusWidget(), m_window->find<QWidget>("firstRunNext"));
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);
        }
        QTRY_VERIFY(m_window->window->findChild<FirstRun*>() == nullptr);
        QVERIFY(m_window->services->settings().value(settings::kFirstRunDone));
        QTRY_COMPARE(QApplication::focusWidget(), m_window->find<QWidget>("composerText"));
        m_window->window->offerFirstRun();
        QVERIFY(m_window->window->findChild<FirstRun*>() == nullptr);
    }

    void tabStaysInside() {
        m_window->openReady();
        m_window->window->offerFirstRun();
        auto* steps = m_window->find<FirstRun>("firstRun");
        steps->setFocus();
        for (int i = 0; i < 12; ++i) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
            QVERIFY(steps->isAncestorOf(QApplication::focusWidget()));
            QVERIFY(!QApplication::focusWidget()->accessibleName().isEmpty() ||
                    qobject_cast<QAbstractButton*>(QApplication::focusWidget()) != nullptr);
        }
    }

    void skippedByEscape() {
        m_window->openReady();
        m_window->window->offerFirstRun();
        QTest::keyClick(m_window->find<QWidget>("firstRunNext"), Qt::Key_Escape);
        QTRY_VERIFY(m_window->window->findChild<FirstRun*>() == nullptr);
        QVERIFY(m_window->services->settings().value(settings::kFirstRunDone));
    }

    void rowsBecomeTicks() {
        tests::FakeMachine slow = m_window->script->machine();
        slow.steps = 90;
        slow.step_time = std::chrono::milliseconds(10);
        m_window->script->set_machine(slow);
        m_window->openReady();
        m_window->window->offerFirstRun();
        auto* steps = m_window->find<FirstRun>("firstRun");
        steps->setStep(1);
        const auto states = [&] {
            QMap<CheckRow::State, int> count;
            for (const CheckRow* row : steps->findChildren<CheckRow*>())
                ++count[row->state()];
            return count;
        };
        QTRY_VERIFY(states().value(CheckRow::State::running) == 1);
        QTRY_COMPARE(states().value(CheckRow::State::done), 6);
        QTRY_COMPARE(states().value(CheckRow::State::running), 0);
        QCOMPARE(states().value(CheckRow::State::absent), 1); // no GPU
        QCOMPARE(m_window->script->calibrations.load(), 1);
        QTRY_VERIFY(m_window->find<QWidget>("firstLook")->isVisible()); // what the figures are for
        m_window->window->resize(960, 700);
        QTRY_VERIFY(!m_window->find<QWidget>("firstLook")->isVisible()); // no room for both
        QVERIFY(m_window->services->machine().profile().calibration.has_value());
    }

    void foldersOfOtherProgramsAreUsedOrNot() {
        const tests::ModelTree tree;
        tree.file(QStringLiteral(".lmstudio/models/org/a/a.gguf"), "name Alpha\nquantization Q8_0");
        m_window->home = tree.path();
        m_window->openReady();
        m_window->window->offerFirstRun();
        auto* steps = m_window->find<FirstRun>("firstRun");
        steps->setStep(2);
        auto& library = m_window->services->library();
        const auto box = [&] {
            QCheckBox* found = nullptr; // programs that are not here have none
            for (auto* each : steps->findChildren<QCheckBox*>())
                if (each->isVisible()) found = each;
            return found;
        };
        QTRY_VERIFY(box() != nullptr && library.isSettled());
        QVERIFY(box()->text().contains(QStringLiteral("LM Studio")));
        QTRY_VERIFY(box()->accessibleDescription().contains(QStringLiteral("1 model,")));
        box()->setFocus();
        QTest::keyClick(box(), Qt::Key_Space);
        QTRY_VERIFY(box() != nullptr && !box()->isChecked());
        QTRY_COMPARE(library.entries().size(), 0);
        QCOMPARE(QApplication::focusWidget(), box());
        QTest::keyClick(box(), Qt::Key_Space);
        QTRY_COMPARE(library.entries().size(), 1);
        QVERIFY(m_window->find<QWidget>("firstRunAddFolder")->isVisible());
    }

    // One model, from an estimate to its file, by one key.
    void aModelIsDownloadedInTheBackground() {
        tests::FakeHub hub;
        const QString repo = QStringLiteral("unsloth/Qwen3-235B-A22B-Instruct-2507-GGUF");
        const QByteArray content = tests::pattern(300'000);
        hub.addFile(repo, QStringLiteral("m-Q4_K_M.gguf"), content);
        m_window->useHub(hub);
        m_window->openReady();
        m_window->window->offerFirstRun();
        m_window->find<FirstRun>("firstRun")->setStep(3);
        QTRY_VERIFY(m_window->find<QWidget>("recommendedModel")->isVisible());
        const auto texts = [&] {
            QStringList all;
            for (const QLabel* label : m_window->find<QWidget>("recommendedModel")->findChildren<QLabel*>())
                all.append(label->text());
            return all.join(QLatin1Char('\n'));
        };
        QTRY_VERIFY2(texts().contains(QLatin1String("Qwen3-235B")), qPrintable(texts()));
        QVERIFY2(texts().contains(QLatin1String("to download (Q4_K_M)")), qPrintable(texts()));
        QVERIFY(hub.requests().isEmpty());
        auto* button = m_window->find<QPushButton>("firstRunDownload");
        QVERIFY(button->accessibleName().contains(QLatin1String("Qwen3-235B")));
        QCOMPARE(ui::theme::variantOf(button), ui::theme::Variant::Primary); // the only one
        QCOMPARE(ui::theme::variantOf(m_window->find<QPushButton>("firstRunNext")),
                 ui::theme::Variant::Normal);
        button->setFocus();
        QTest::keyClick(button, Qt::Key_Space);
        QTRY_VERIFY2(texts().contains(QLatin1String("Done")), qPrintable(texts()));
        QVERIFY(!button->isVisible());
        QCOMPARE(ui::theme::variantOf(m_window->find<QPushButton>("firstRunNext")),
                 ui::theme::Variant::Primary);
        QFile file(m_window->services->library().modelsFolder() + QLatin1Char('/') + repo +
                   QStringLiteral("/m-Q4_K_M.gguf"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), content);
    }

    void anotherModelIsPicked() {
        m_window->openReady();
        app::downloads::Recommendations& models = m_window->services->recommendations();
        models.setAsk([&models, last = quint64{1} << 32](const bridge::PlanQuery& query) mutable {
            bridge::ModelPlan plan; // the deeper, the slower
            plan.verdict = bridge::ModelPlan::Verdict::fitsMemory;
            plan.generateTokensPerSecond = 400.0 / double(query.outline->layers);
            QMetaObject::invokeMethod(
                &models, [&models, number = ++last, plan] { models.take(number, plan); },
                Qt::QueuedConnection);
            return last;
        });
        models.replan();
        m_window->window->offerFirstRun();
        m_window->find<FirstRun>("firstRun")->setStep(3);
        const auto rows = [&] {
            return m_window->find<QWidget>("recommendedModel")->findChildren<RecommendedRow*>();
        };
        QTRY_COMPARE(rows().size(), 2); // a faster one and a stronger one
        QTRY_VERIFY(rows().first()->accessibleName().startsWith(QLatin1String("Faster: ")));
        const QString best = models.best()->repo, other = rows().first()->model().repo;
        rows().first()->setFocus();
        QTest::keyClick(rows().first(), Qt::Key_Space);
        QCOMPARE(rows().first()->model().repo, best);
        QVERIFY2(rows().first()->accessibleName().startsWith(QLatin1String("Recommended: ")),
                 qPrintable(rows().first()->accessibleName()));
        QVERIFY(m_window->find<QPushButton>("firstRunDownload")
                    ->accessibleName()
                    .contains(models.known(other)->name));
        QTest::keyClick(rows().first(), Qt::Key_Space); // and back
        QCOMPARE(rows().first()->model().repo, other);
    }

    void withoutAHubTheModelStepSaysSo() {
        settings::Settings(m_window->paths().settingsFile())
            .setValue(settings::kHubEndpoint, QStringLiteral("http://127.0.0.1:1"));
        m_window->openReady();
        m_window->window->offerFirstRun();
        m_window->find<FirstRun>("firstRun")->setStep(3);
        QTRY_VERIFY(m_window->find<QWidget>("recommendedModel")->isVisible());
        QTest::keyClick(m_window->find<QPushButton>("firstRunDownload"), Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->find<QWidget>("findProblem")->isVisible(), 20'000);
        QVERIFY(m_window->find<QPushButton>("firstRunDownload")->isVisible()); // to try again
    }

    void themeIsChosenAtOnce() {
        m_window->openReady();
        m_window->window->offerFirstRun();
        const auto segments = m_window->find<QWidget>("firstRunTheme")->findChildren<QAbstractButton*>();
        segments.value(2)->click();
        QCOMPARE(m_window->services->settings().value(settings::kTheme), settings::Theme::dark);
        QCOMPARE(m_theme->scheme(), ui::theme::Scheme::Dark);
    }

 private:
    std::unique_ptr<ui::theme::Theme> m_theme;
    std::unique_ptr<WindowHarness> m_window;
};

QTEST_MAIN(FirstRunTest)
#include "first_run_test.moc"
