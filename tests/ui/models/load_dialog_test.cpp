// The load dialog: what it asks the planner, what it shows, and what it hands on; by keyboard alone.
#include "ui/models/load/load_dialog.h"

#include <QAbstractButton>
#include <QApplication>
#include <QCheckBox>
#include <QLabel>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

#include "tests/support/fake_engine_factory.h"
#include "ui/theme/theme.h"
#include "ui/widgets/memory_bar.h"

using namespace app::bridge;
using ui::models::LoadDialog;

namespace {

const QString kPath = QStringLiteral("/models/Qwen3-30B-A3B.gguf");

struct Desk {
    std::shared_ptr<tests::FakeScript> script = std::make_shared<tests::FakeScript>();
    std::shared_ptr<const EngineFactory> factory = tests::fakeEngine(script);
    EngineHost host{factory, 0};
    Planner planner{factory};
    LoadDialog dialog{planner, host};
    QSignalSpy loads{&dialog, &LoadDialog::loadRequested};

    template <typename T>
    T* find(const char* name) {
        T* found = dialog.findChild<T*>(QLatin1String(name));
        if (found == nullptr) qFatal("nothing is called %s", name);
        return found;
    }
    QAbstractButton* segment(const char* group, int index) {
        return find<QWidget>(group)->findChildren<QAbstractButton*>().at(index);
    }
    QString verdict() { return find<QWidget>("verdictLine")->accessibleName(); }
    void open(const LoadOptions& options = {}) {
        dialog.openFor(kPath, QStringLiteral("Qwen3"), options);
        if (!QTest::qWaitFor([this] { return verdict().startsWith(QStringLiteral("Fits")); }))
            qFatal("no verdict: %s", qPrintable(verdict()));
    }
    LoadOptions loaded() { return qvariant_cast<LoadOptions>(loads.at(0).at(1)); }
};

} // namespace

class LoadDialogTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void verdictBarsAndSpeedAreShown() {
        Desk desk;
        desk.open();
        QVERIFY(desk.verdict().contains(QStringLiteral("tokens per second")));
        const auto bars = desk.dialog.findChildren<ui::widgets::MemoryBar*>();
        QCOMPARE(bars.size(), 2); // the card and the memory
        for (const auto* bar : bars)
            QVERIFY(bar->accessibleDescription().contains(QStringLiteral("GB")));
        QCOMPARE(desk.find<QAbstractButton>("loadButton")->text(), QStringLiteral("Load"));
    }

    void enterLoadsWithWhatIsShown() {
        Desk desk;
        desk.open();
        QTest::keyClick(&desk.dialog, Qt::Key_Return);
        QCOMPARE(desk.loads.size(), 1);
        QCOMPARE(desk.loads.at(0).at(0).toString(), kPath);
        QCOMPARE(desk.loaded(), LoadOptions());
        QCOMPARE(desk.loads.at(0).at(2).toBool(), false);
    }

    void aContextThatIsTooLongCanBeLoadedAnyway() {
        Desk desk;
        desk.open();
        LoadOptions options;
        options.contextSize = 100'000'000; // 9.8 TB
        desk.dialog.openFor(kPath, QStringLiteral("Qwen3"), options);
        QTRY_VERIFY(desk.verdict().startsWith(QStringLiteral("Does not fit")));
        auto* load = desk.find<QAbstractButton>("loadButton");
        QCOMPARE(load->text(), QStringLiteral("Load anyway"));
        load->click();
        QVERIFY(desk.loaded().anyway);
    }

    void manualShowsLayersAndKeepsThem() {
        Desk desk;
        desk.open();
        auto* layers = desk.find<QWidget>("gpuLayersRow");
        QVERIFY(!layers->isVisible());
        desk.segment("placement", 1)->click();
        QVERIFY(layers->isVisible());
        auto* spin = layers->findChild<QSpinBox*>();
        QCOMPARE(spin->maximum(), 49);
        spin->setValue(10);
        QTRY_VERIFY(desk.verdict().startsWith(QStringLiteral("Fits")));
        desk.find<QCheckBox>("saveAsDefault")->click();
        desk.find<QAbstractButton>("loadButton")->click();
        QCOMPARE(desk.loaded().gpuLayers, 10);
        QVERIFY(desk.loads.at(0).at(2).toBool());
    }

    void resetGoesBackToAutomatic() {
        Desk desk;
        LoadOptions options;
        options.contextSize = 4096;
        options.kvPrecision = PlanQuery::KvPrecision::q8_0;
        options.gpuLayers = 5;
        desk.open(options);
        desk.find<QAbstractButton>("resetToAutomatic")->click();
        desk.find<QAbstractButton>("loadButton")->click();
        QCOMPARE(desk.loaded(), LoadOptions());
    }

    void weightsInF16CanBeQuantised() {
        Desk desk;
        desk.open();
        auto* choice = desk.find<QWidget>("quantize");
        QVERIFY(!choice->isVisible()); // the file has few bits already
        desk.dialog.openFor(QStringLiteral("/models/Qwen3-30B-A3B-F16.gguf"), QStringLiteral("Qwen3"), {});
        QTRY_VERIFY(choice->isVisible());
        QVERIFY(desk.verdict().contains(QStringLiteral("weights made Q8_0 while loading")));
        const auto* note = desk.find<QLabel>("quantizeNote");
        QVERIFY2(note->text().startsWith(QStringLiteral("Q8_0: as they are, ")), qPrintable(note->text()));
        desk.segment("quantize", 3)->click();
        QTRY_VERIFY(desk.verdict().contains(QStringLiteral("weights made Q4_K_M while loading")));
        QVERIFY(note->text().isEmpty());
        desk.segment("quantize", 1)->click();
        QTRY_VERIFY(!desk.verdict().startsWith(QStringLiteral("Fits")));
        QVERIFY(!desk.verdict().contains(QStringLiteral("while loading")));
        desk.segment("quantize", 2)->click();
        QTRY_VERIFY(desk.verdict().startsWith(QStringLiteral("Fits")));
        desk.find<QAbstractButton>("loadButton")->click();
        QCOMPARE(desk.loaded().quantize, PlanQuery::Quantize::q8_0);
    }

    void aFileThatIsGoneSaysSo() {
        Desk desk;
        desk.dialog.openFor(QStringLiteral("/models/missing"), QStringLiteral("missing"), {});
        QTRY_VERIFY(desk.verdict().contains(QStringLiteral("no such file")));
        QVERIFY(!desk.find<QAbstractButton>("loadButton")->isEnabled());
    }

    void everythingWithFocusHasAName() {
        Desk desk;
        desk.open();
        desk.segment("placement", 1)->click();
        desk.find<QAbstractButton>("advanced")->click();
        const auto widgets = desk.dialog.findChildren<QWidget*>();
        for (const QWidget* widget : widgets) {
            if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible()) continue;
            if (widget->focusProxy() != nullptr || widget->inherits("QLineEdit"))
                continue; // inside a spin box
            const auto* button = qobject_cast<const QAbstractButton*>(widget);
            QVERIFY2(!widget->accessibleName().isEmpty() || (button != nullptr && !button->text().isEmpty()),
                     qPrintable(widget->objectName() + QLatin1String(widget->metaObject()->className())));
        }
    }
};

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    ui::theme::Theme theme(&application);
    LoadDialogTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "load_dialog_test.moc"
