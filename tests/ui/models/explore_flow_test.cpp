// From a word to a model on the disk with nothing but keys, and all of it read out; in the real window, with
// a hub that sends.
#include <QAccessible>
#include <QLineEdit>
#include <QTabBar>

#include "tests/ui/shell/window_harness.h"
#include "ui/models/downloads/download_row.h"
#include "ui/models/page/models_page.h"

using namespace app;
using tests::WindowHarness;
using ui::shell::Command;
using State = downloads::DownloadState;

namespace {

const QString kRepo = QStringLiteral("owner/alpha-GGUF");
const QString kFile = QStringLiteral("alpha-Q4_K_M.gguf");

QString spoken(const QListView* list, int row) {
    return list->model()->index(row, 0).data(Qt::AccessibleTextRole).toString();
}

} // namespace

class ExploreFlowTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void initTestCase() { m_theme = std::make_unique<ui::theme::Theme>(qApp, new tests::FixedLook(this)); }
    void cleanupTestCase() { m_theme.reset(); }
    void init() {
        m_hub = std::make_unique<tests::FakeHub>();
        m_hub->addFile(kRepo, kFile, m_content);
        m_hub->addFile(kRepo, QStringLiteral("alpha-Q8_0.gguf"), tests::pattern(400'000));
        m_window = std::make_unique<WindowHarness>(*m_theme);
        m_window->useHub(*m_hub);
        m_window->open(QString());
        m_window->action(Command::ShowModels)->trigger();
        m_window->find<ui::models::ModelsPage>("modelsPage")->showExplore();
    }
    void cleanup() {
        m_window.reset();
        m_hub.reset();
    }

    void fromAWordToAModel() {
        QTRY_COMPARE(focus()->objectName(), QStringLiteral("exploreSearch"));
        QTest::keyClicks(focus(), QStringLiteral("alpha"));
        auto* found = m_window->find<QListView>("exploreList");
        QTRY_COMPARE(found->model()->rowCount(), 1);
        press(Qt::Key_Down); // into the list
        QCOMPARE(focus(), found);
        if (!found->currentIndex().isValid()) press(Qt::Key_Down);
        auto* variants = m_window->find<QListView>("variantList");
        QTRY_COMPARE(variants->model()->rowCount(), 4); // two, and their headings
        m_window->action(Command::NextPane)->trigger();
        press(Qt::Key_Tab); // past the model card
        QTRY_COMPARE(focus(), variants);
        QCOMPARE(variants->currentIndex().data().toString(), QStringLiteral("Q4_K_M")); // recommended
        press(Qt::Key_Down);
        QCOMPARE(variants->currentIndex().data().toString(), QStringLiteral("Q8_0"));
        press(Qt::Key_Up); // over the heading
        QCOMPARE(variants->currentIndex().data().toString(), QStringLiteral("Q4_K_M"));
        m_window->services->downloads().setSpeedLimit(100'000);
        press(Qt::Key_Return);
        QTRY_COMPARE(status().state, State::downloading);
        m_window->action(Command::NextPane)->trigger(); // the drawer
        QTRY_VERIFY(m_window->find<QWidget>("downloadsDrawer")->isAncestorOf(focus()));
        tabTo(QStringLiteral("downloadAction"));
        press(Qt::Key_Space);
        QTRY_COMPARE(status().state, State::paused);
        press(Qt::Key_Space);
        QTRY_VERIFY(status().active());
        m_window->services->downloads().setSpeedLimit(0);
        QTRY_COMPARE(status().state, State::done);
        QFile file(status().path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), m_content);
        tabTo(QStringLiteral("downloadCancel")); // out of the list
        press(Qt::Key_Space);
        QTRY_COMPARE(m_window->services->downloads().model()->rowCount(), 0);
        QVERIFY(QFile::exists(file.fileName()));
        QVERIFY(focus() != nullptr && focus()->isVisible());
    }

    void everythingIsReadOut() {
        m_hub->setFault(kFile, {.status = 401});
        auto& explore = m_window->services->explore();
        explore.know({{QStringLiteral("Qwen/Qwen3-8B-GGUF"), {planned(), true}}});
        auto* found = m_window->find<QListView>("exploreList");
        QTRY_VERIFY(spoken(found, 0).contains(QStringLiteral("Qwen3-8B")));
        QVERIFY2(spoken(found, 0).contains(QStringLiteral("est. 70 tok/s")), qPrintable(spoken(found, 0)));
        QVERIFY(spoken(found, 0).contains(QStringLiteral("Fits in RAM")));
        explore.choose(kRepo);
        QTRY_COMPARE(explore.variants()->rowCount(), 4);
        explore.variants()->setProblem(QStringLiteral("Q4_K_M"), QStringLiteral("a damaged header"));
        auto* variants = m_window->find<QListView>("variantList");
        QVERIFY(spoken(variants, 1).contains(QStringLiteral("a damaged header")));
        variants->setFocus();
        variants->setCurrentIndex(variants->model()->index(1, 0));
        QTest::keyClick(variants, Qt::Key_Return);
        QTRY_COMPARE(status().state, State::failed);
        QCoreApplication::processEvents();
        const auto* row = m_window->window->findChild<ui::models::DownloadRow*>();
        QVERIFY(row && !row->accessibleDescription().isEmpty());
        QVERIFY(row->accessibleDescription().contains(status().problem.hint)); // what to do
        for (QWidget* widget : m_window->window->findChildren<QWidget*>()) {
            if (!widget->isVisible() || widget->focusPolicy() == Qt::NoFocus || widget->focusProxy())
                continue;
            QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
            QVERIFY2(face && !face->text(QAccessible::Name).isEmpty(),
                     qPrintable(QLatin1String(widget->metaObject()->className()) + widget->objectName()));
        }
    }

 private:
    static bridge::ModelPlan planned() {
        bridge::ModelPlan plan;
        plan.verdict = bridge::ModelPlan::Verdict::fitsMemory;
        plan.generateTokensPerSecond = 70;
        return plan;
    }
    QWidget* focus() { return m_window->window->focusWidget(); }
    void press(Qt::Key key) { QTest::keyClick(focus(), key); }
    void tabTo(const QString& name) {
        for (int i = 0; i < 60 && focus()->objectName() != name; ++i)
            press(Qt::Key_Tab);
        QCOMPARE(focus()->objectName(), name);
    }
    downloads::DownloadStatus status() {
        const auto& all = m_window->services->downloads().model()->statuses();
        return all.isEmpty() ? downloads::DownloadStatus() : all.first();
    }

    const QByteArray m_content = tests::pattern(300'000);
    std::unique_ptr<ui::theme::Theme> m_theme;
    std::unique_ptr<tests::FakeHub> m_hub;
    std::unique_ptr<WindowHarness> m_window;
};

QTEST_MAIN(ExploreFlowTest)
#include "explore_flow_test.moc"
