// The models page: what a person sees, does with keys and mouse, and is asked before anything is deleted.
#include <QAccessible>
#include <QCheckBox>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QPainter>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <algorithm>

#include "tests/app/library/model_tree.h"
#include "tests/ui/shell/window_harness.h"
#include "ui/models/downloaded/models_folder_bar.h"
#include "ui/models/fit/model_row.h"
#include "ui/models/fit/variant_row.h"
#include "ui/models/page/models_page.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/toast.h"

using namespace app;
using tests::ModelTree;
using tests::WindowHarness;
using ui::shell::Command;

namespace {
QString text(const char* latin) {
    return QLatin1String(latin);
}
constexpr char kLarge[] = "name Alpha\nquantization F16\nparameters 10"; // many bits for each of ten weights
} // namespace

class ModelsPageTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void initTestCase() { m_theme = std::make_unique<ui::theme::Theme>(qApp, new tests::FixedLook(this)); }
    void cleanupTestCase() { m_theme.reset(); }
    void init() {
        m_tree.emplace();
        m_window = std::make_unique<WindowHarness>(*m_theme);
        settings::Settings(m_window->paths().settingsFile())
            .setValue(settings::kLibraryFolders, QStringList{m_tree->path()});
    }
    void cleanup() { m_window.reset(); }

    void listsWhatIsThere() {
        m_tree->file(text("a.gguf"), "name Alpha\nquantization Q8_0");
        m_tree->file(text("b-00001-of-00002.gguf"));
        open();
        QTRY_COMPARE(list()->model()->rowCount(), 2);
        QCOMPARE(m_window->find<QTabBar>("modelsTabs")->tabText(1), text("Downloaded  2"));
        choose(text("Alpha"));
        QCOMPARE(label<ui::widgets::ElidedLabel>("entryTitle"), text("Alpha"));
        QVERIFY(button("entryLoad")->isEnabled());
        QVERIFY(!m_window->find<QWidget>("entryReadOnly")->isVisible());
        choose(text("b"));
        QVERIFY(!button("entryLoad")->isEnabled());
        QVERIFY(m_window->find<QWidget>("entryProblem")->isVisible());
    }

    void nothingThereSaysSo() {
        open();
        QTRY_VERIFY(m_window->services->library().isSettled());
        QTRY_VERIFY(m_window->find<QWidget>("libraryEmpty")->isVisible());
        m_tree->file(text("a.gguf"), "name Alpha");
        QTRY_VERIFY(list()->isVisible() && list()->model()->rowCount() == 1);
        auto* search = m_window->find<QLineEdit>("librarySearch");
        search->setFocus();
        QTest::keyClicks(search, text("nothing like it"));
        QVERIFY(m_window->find<QWidget>("libraryEmpty")->isVisible());
        QTest::mouseClick(m_window->find<QWidget>("libraryEmpty")->findChild<QPushButton*>(), Qt::LeftButton);
        QVERIFY(search->text().isEmpty());
        QVERIFY(list()->isVisible());
    }

    void loadsFromTheKeyboard() {
        m_tree->file(text("a.gguf"), "name Alpha");
        open();
        QTRY_COMPARE(list()->model()->rowCount(), 1);
        choose(text("Alpha"));
        button("entryLoad")->setFocus();
        QTest::keyClick(button("entryLoad"), Qt::Key_Space);
        QTRY_COMPARE(m_window->host().state(), bridge::EngineHost::State::ready);
        QCOMPARE(m_window->host().modelPath(), m_tree->path(text("a.gguf")));
        QTRY_VERIFY(m_window->services->library().findPath(m_tree->path(text("a.gguf")))->lastUsed.isValid());
        m_window->action(Command::ShowModels)->trigger();
        QTRY_COMPARE(button("entryLoad")->text(), text("Loaded"));
    }

    void whatIsChosenStaysChosen() {
        for (const char* name : {"a", "b", "c"})
            m_tree->file(text(name) + text(".gguf"), QByteArray("name ") + name);
        open();
        QTRY_COMPARE(list()->model()->rowCount(), 3);
        choose(text("b"));
        m_tree->file(text("aa.gguf"), "name aa");
        QTRY_COMPARE(list()->model()->rowCount(), 4);
        QCOMPARE(list()->currentIndex().data().toString(), text("b"));
        for (int i = 0; i < 100; ++i)
            m_tree->file(QStringLiteral("n%1.gguf").arg(i), "name a0");
        QTRY_COMPARE(list()->model()->rowCount(), 104); // begins anew
        QCOMPARE(list()->currentIndex().data().toString(), text("b"));
    }

    void deletingAsksOnceAndTellsWhatItFrees() {
        m_tree->file(text("a.gguf"), "name Alpha\n" + QByteArray(3'000'000, '#'));
        open();
        QTRY_COMPARE(list()->model()->rowCount(), 1);
        choose(text("Alpha"));
        QTest::mouseClick(button("entryDelete"), Qt::LeftButton);
        QMessageBox* box = nullptr;
        QTRY_VERIFY((box = m_window->window->findChild<QMessageBox*>(text("removalDialog"))) != nullptr);
        QVERIFY(box->informativeText().contains(text("3.0 MB")));
        QTest::keyClick(box, Qt::Key_Return); // Cancel
        QTRY_VERIFY(m_window->window->findChild<QMessageBox*>(text("removalDialog")) == nullptr);
        QVERIFY(QFile::exists(m_tree->path(text("a.gguf"))));
        QTest::mouseClick(button("entryDelete"), Qt::LeftButton);
        QTRY_VERIFY((box = m_window->window->findChild<QMessageBox*>(text("removalDialog"))) != nullptr);
        press(box, text("Delete"));
        QTRY_VERIFY(!QFile::exists(m_tree->path(text("a.gguf"))));
        QTRY_COMPARE(list()->model()->rowCount(), 0);
    }

    void foreignCachesAskTwice() {
        m_foreign = m_tree->path(text("home"));
        m_tree->file(text("home/.lmstudio/models/org/repo/m.gguf"), "name Gamma");
        settings::Settings(m_window->paths().settingsFile())
            .setValue(settings::kLibraryFolders, QStringList());
        open();
        QTRY_COMPARE(list()->model()->rowCount(), 1);
        choose(text("Gamma"));
        QVERIFY(m_window->find<QWidget>("entryReadOnly")->isVisible());
        QTest::mouseClick(button("entryDelete"), Qt::LeftButton);
        QMessageBox* box = nullptr;
        QTRY_VERIFY((box = m_window->window->findChild<QMessageBox*>(text("removalDialog"))) != nullptr);
        press(box, text("Go on"));
        QMessageBox* second = nullptr;
        QTRY_VERIFY((second = m_window->window->findChild<QMessageBox*>(text("foreignRemovalDialog"))) !=
                    nullptr);
        QVERIFY(second->text().contains(text("LM Studio")));
        QVERIFY(QFile::exists(m_tree->path(text("home/.lmstudio/models/org/repo/m.gguf"))));
        press(second, text("Delete from LM Studio"));
        QTRY_VERIFY(!QFile::exists(m_tree->path(text("home/.lmstudio/models/org/repo/m.gguf"))));
    }

    void verifyingShowsItsVerdict() {
        m_tree->file(text("a.gguf"), "name Alpha");
        open();
        QTRY_COMPARE(list()->model()->rowCount(), 1);
        choose(text("Alpha"));
        QTest::mouseClick(button("entryVerify"), Qt::LeftButton);
        QTRY_VERIFY(label<QLabel>("entryVerified").contains(text("noted")));
        QTest::mouseClick(button("entryVerify"), Qt::LeftButton);
        QTRY_VERIFY(label<QLabel>("entryVerified").contains(text("unchanged")));
    }

    void droppedFilesAreTakenIn() {
        const QString file = m_tree->file(text("outside/a.gguf"), "name Alpha");
        settings::Settings(m_window->paths().settingsFile())
            .setValue(settings::kLibraryFolders, QStringList());
        open();
        QTRY_VERIFY(m_window->services->library().isSettled());
        auto* page = m_window->find<ui::models::ModelsPage>("modelsPage");
        page->importFiles({file}, Qt::NoModifier);
        QMenu* menu = nullptr;
        QTRY_VERIFY((menu = page->findChild<QMenu*>(text("importMenu"))) != nullptr && menu->isVisible());
        menu->actions().first()->trigger();
        menu->close();
        QTRY_COMPARE(list()->model()->rowCount(), 1);
        QVERIFY(QFile::exists(m_window->services->library().modelsFolder() + text("/a.gguf")));
        QVERIFY(QFile::exists(file));
        page->importFiles({m_tree->file(text("outside/b.txt"))}, Qt::ControlModifier);
        QTRY_VERIFY(m_window->window->findChild<ui::widgets::Toast*>(QString()) != nullptr);
    }

    void makesASmallerCopyByKeys() {
        m_tree->file(text("a.gguf"), kLarge);
        tests::FakeQuantize slow;
        slow.steps = 20;
        slow.step_time = std::chrono::milliseconds(20);
        m_window->script->set_quantize(slow);
        QListView* copies = nullptr;
        QVERIFY(openShrinkDialog(copies));
        QCOMPARE(copies->model()->rowCount(), 3);
        QTRY_VERIFY(copies->hasFocus());
        QTest::keyClick(copies, Qt::Key_Up);
        QCOMPARE(copies->currentIndex().data().toString(), text("Q8_0"));
        QTest::keyClick(copies, Qt::Key_Return);
        QTRY_VERIFY(m_window->window->findChild<QWidget*>(text("shrinkDialog")) == nullptr);
        QTRY_VERIFY(m_window->find<QWidget>("shrinkRow")->isVisible()); // it goes on
        const QString made = m_window->services->library().modelsFolder() + text("/a-Q8_0.gguf");
        QVERIFY(!QFile::exists(made));
        QTRY_VERIFY(QFile::exists(made));
        QTRY_COMPARE(list()->model()->rowCount(), 2);
        QTRY_VERIFY(!m_window->find<QWidget>("shrinkRow")->isVisible());
        const auto toasts = m_window->window->findChildren<ui::widgets::Toast*>();
        const auto said = std::find_if(toasts.begin(), toasts.end(), [](const auto* toast) {
            return toast->message().contains(text("a-Q8_0.gguf"));
        });
        QVERIFY(said != toasts.end());
        (*said)->act(); // "Show it"
        QCOMPARE(label<ui::widgets::ElidedLabel>("entryPath"), made);
    }

    void copiesCanBeCancelledAndFailInWords() {
        m_tree->file(text("a.gguf"), kLarge);
        tests::FakeQuantize slow;
        slow.steps = 1000;
        slow.step_time = std::chrono::milliseconds(50);
        m_window->script->set_quantize(slow);
        QListView* copies = nullptr;
        QVERIFY(openShrinkDialog(copies));
        QTRY_VERIFY(copies->window()->findChild<QPushButton*>(text("shrinkMake"))->isEnabled());
        QTest::keyClick(copies, Qt::Key_Return);
        auto* row = m_window->find<QWidget>("shrinkRow");
        QTRY_VERIFY(row->isVisible());
        auto* cancel = row->findChild<QAbstractButton*>(text("jobCancel"));
        cancel->setFocus();
        QTest::keyClick(cancel, Qt::Key_Space);
        QTRY_VERIFY(!row->isVisible());
        QVERIFY(!m_window->find<QWidget>("shrinkProblem")->isVisible());
        m_window->script->set_quantize({.fail_at_step = 1});
        QVERIFY(openShrinkDialog(copies));
        QTRY_VERIFY(copies->window()->findChild<QPushButton*>(text("shrinkMake"))->isEnabled());
        QTest::keyClick(copies, Qt::Key_Return);
        QTRY_VERIFY(m_window->find<QWidget>("shrinkProblem")->isVisible());
        QCOMPARE(list()->model()->rowCount(), 1);
    }

    void adviceIsShown() {
        m_tree->file(text("a.gguf"), "name Alpha");
        open();
        library::FitAdvice& advice = m_window->services->fitAdvice();
        bridge::ModelPlan plan;
        plan.verdict = bridge::ModelPlan::Verdict::fitsMemory;
        plan.generateTokensPerSecond = 12;
        plan.sentence = text("All of it in memory.");
        advice.setAsk([&](const bridge::PlanQuery&) {
            QMetaObject::invokeMethod(
                this, [&advice, plan] { advice.take(7, plan); }, Qt::QueuedConnection);
            return quint64{7};
        });
        QTRY_COMPARE(list()->model()->rowCount(), 1);
        choose(text("Alpha"));
        QTRY_VERIFY(m_window->find<QWidget>("entryFit")->isVisible());
        QCOMPARE(m_window->find<QWidget>("entryFit")->findChild<ui::widgets::Chip*>()->text(),
                 text("Fits in RAM"));
        const auto words = [&] {
            return list()->model()->index(0, 0).data(Qt::AccessibleTextRole).toString();
        };
        QVERIFY2(words().startsWith(text("Alpha, ")), qPrintable(words()));
        QVERIFY(words().contains(text("Fits in RAM")));
        QVERIFY(words().contains(text("About 12 tokens per second are predicted")));
        plan.measured.generate = 15; // a reply taught it
        advice.forget({m_tree->path(text("a.gguf"))});
        QTRY_VERIFY2(words().contains(text("15 tokens per second measured here, 12 predicted")),
                     qPrintable(words()));
    }

    void foldersAreManaged() {
        m_tree->file(text("a.gguf"), "name Alpha");
        open();
        QTRY_COMPARE(list()->model()->rowCount(), 1);
        m_window->find<QTabBar>("modelsTabs")->setCurrentIndex(2);
        auto* folders = m_window->find<QListWidget>("folderList");
        QTRY_COMPARE(folders->count(), 2);
        folders->setCurrentRow(1);
        auto* enabled = m_window->find<QCheckBox>("folderEnabled");
        QVERIFY(enabled->isVisible() && enabled->isChecked());
        QTest::mouseClick(enabled, Qt::LeftButton, {}, QPoint(8, enabled->height() / 2));
        QTRY_COMPARE(list()->model()->rowCount(), 0);
        QTest::mouseClick(button("removeFolder"), Qt::LeftButton);
        QTRY_COMPARE(folders->count(), 1);
        QVERIFY(QFile::exists(m_tree->path(text("a.gguf"))));
    }

    // Models go elsewhere from now on; those that are here are used from where they lie.
    void anotherFolderForNewModels() {
        m_window->home = m_tree->path(text("home"));
        m_tree->file(text("home/.lmstudio/models/a/b/c.gguf"), "name Gamma");
        m_foreign = m_window->home;
        const QString standard = m_window->paths().modelsFolder();
        QDir().mkpath(standard);
        QFile first(standard + text("/first.gguf"));
        QVERIFY(first.open(QIODevice::WriteOnly) && first.write("name First") > 0);
        first.close();
        open();
        auto& library = m_window->services->library();
        QTRY_VERIFY(library.isSettled());
        m_window->find<QTabBar>("modelsTabs")->setCurrentIndex(2);
        m_window->find<QListWidget>("folderList")->setCurrentRow(0);
        auto* bar = m_window->find<ui::models::ModelsFolderBar>("modelsFolderBar");
        QVERIFY(button("changeModelsFolder")->isVisible());
        QVERIFY(!button("resetModelsFolder")->isVisible());

        for (const QString& wrong :
             {m_tree->path(text("home/.lmstudio/models/a")), m_tree->path(text("nowhere"))}) {
            bar->take(wrong);
            QCOMPARE(library.modelsFolder(), standard);
            QVERIFY(m_window->find<QLabel>("modelsFolderProblem")->isVisible());
            QVERIFY(m_window->find<QLabel>("modelsFolderProblem")->text().contains(wrong));
        }
        const QString large = m_tree->folder(text("large"));
        bar->take(large);
        QVERIFY(!m_window->find<QLabel>("modelsFolderProblem")->isVisible());
        QCOMPARE(library.modelsFolder(), large);
        QVERIFY(m_window->services->hubSettings().folderOf(text("a/b")).startsWith(large));
        const auto ownerIs = [&](library::Folder::Owner owner) { // for a moment it belongs to no folder
            const library::EntryPointer entry = library.findPath(first.fileName());
            return entry != nullptr && entry->owner == owner;
        };
        QTRY_VERIFY(ownerIs(library::Folder::Owner::chosen));
        QTest::keyClick(button("resetModelsFolder"), Qt::Key_Space);
        QCOMPARE(library.modelsFolder(), standard);
        QVERIFY(!button("resetModelsFolder")->isVisible());
        QTRY_VERIFY(ownerIs(library::Folder::Owner::own));
    }

    // Facts go to a second line instead of being cut off.
    void narrowWindowsHideNothing() {
        m_tree->file(text("a.gguf"),
                     "name Alpha\narchitecture qwen3moe\nquantization Q4_K_M\nparameters 30500000000\n"
                     "active_parameters 3300000000\nexperts 128\ncontext 32768\nlayers 48\n");
        open();
        choose(text("Alpha"));
        m_window->window->resize(960, 600);
        auto* pane = m_window->find<QWidget>("entryPane");
        auto* facts = m_window->find<QWidget>("entryFacts");
        const auto fits = [&](const QWidget* inner) {
            return pane->visibleRegion().boundingRect().right() >=
                   inner->mapTo(pane, inner->rect().bottomRight()).x();
        };
        QTRY_VERIFY(fits(button("entryLoad")) && fits(button("entryDelete")));
        for (const QLabel* label : facts->findChildren<QLabel*>())
            if (label->isVisible())
                QVERIFY2(
                    fits(label) && facts->rect().contains(label->mapTo(facts, label->rect().bottomRight())),
                    qPrintable(label->text()));
    }

    // Which row is chosen and whether the keys move it are two things.
    void rowsShowTheFocus() {
        const auto painted = [&](bool variant, QStyle::State focus) {
            QImage image(600, 60, QImage::Format_RGB32);
            image.fill(Qt::white);
            QPainter painter(&image);
            QStyleOptionViewItem option;
            option.initFrom(m_window->window.get());
            option.rect = QRect(0, 0, 600, 52);
            option.state = QStyle::State_Enabled | QStyle::State_Selected | focus;
            if (variant)
                ui::models::paintVariantRow(&painter, option, {text("Q8_0"), text("Q8_0"), 1'000, {}, 0});
            else
                ui::models::paintModelRow(&painter, option, {text("Alpha"), text("dense"), {}, {}});
            return image;
        };
        open();
        const QStyle::State byKeys = QStyle::State_HasFocus | QStyle::State_KeyboardFocusChange;
        for (const bool variant : {false, true})
            QVERIFY(painted(variant, QStyle::State_None) != painted(variant, byKeys));
    }

    void exploreComesFirst() {
        open();
        auto* page = m_window->find<ui::models::ModelsPage>("modelsPage");
        auto* tabs = m_window->find<QTabBar>("modelsTabs");
        QCOMPARE(tabs->count(), 3);
        auto* downloaded = m_window->find<QWidget>("downloadedSide");
        QVERIFY(downloaded->isVisible());
        page->showExplore();
        QCOMPARE(tabs->currentIndex(), 0);
        QVERIFY(!downloaded->isVisible());
    }

    void everythingIsReadOutAndReachedByKeys() {
        m_tree->file(text("a.gguf"), "name Alpha");
        open();
        QTRY_COMPARE(list()->model()->rowCount(), 1);
        choose(text("Alpha"));
        QTabBar* tabs = m_window->find<QTabBar>("modelsTabs");
        for (int tab = 0; tab < tabs->count(); ++tab) {
            tabs->setCurrentIndex(tab);
            QCoreApplication::processEvents();
            for (QWidget* widget : m_window->window->findChildren<QWidget*>()) {
                if (!widget->isVisible() || widget->focusPolicy() == Qt::NoFocus ||
                    widget->focusProxy() != nullptr)
                    continue;
                QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
                QVERIFY2(face != nullptr && !face->text(QAccessible::Name).isEmpty(),
                         qPrintable(QLatin1String(widget->metaObject()->className()) + widget->objectName()));
            }
        }
        tabs->setCurrentIndex(1);
        list()->setFocus();
        m_window->action(Command::NextPane)->trigger();
        QVERIFY(m_window->find<QWidget>("downloadedMain")->isAncestorOf(m_window->window->focusWidget()));
        m_window->action(Command::NextPane)->trigger();
        QVERIFY(m_window->find<QWidget>("rail")->isAncestorOf(m_window->window->focusWidget()));
        m_window->action(Command::NextPane)->trigger();
        QCOMPARE(m_window->window->focusWidget(), list());
    }

 private:
    void open() {
        m_window->home = m_foreign;
        m_foreign.clear();
        m_window->open(QString());
        m_window->action(Command::ShowModels)->trigger();
    }
    // On "a.gguf", as far as the list of copies or what is said instead of it.
    bool openShrinkDialog(QListView*& copies) {
        if (m_window->window == nullptr) open();
        if (!QTest::qWaitFor([&] { return list()->model()->rowCount() == 1; })) return false;
        list()->setCurrentIndex(list()->model()->index(0, 0));
        if (!QTest::qWaitFor([&] { return button("entryShrink")->isVisible(); })) return false;
        button("entryShrink")->setFocus();
        QTest::keyClick(button("entryShrink"), Qt::Key_Space);
        auto* dialog = m_window->window->findChild<QDialog*>(text("shrinkDialog"));
        if (dialog == nullptr) return false;
        copies = dialog->findChild<QListView*>(text("shrinkList"));
        return QTest::qWaitFor(
            [&] { return !dialog->findChild<QWidget*>(text("shrinkReading"))->isVisible(); });
    }
    QListView* list() { return m_window->find<QListView>("libraryList"); }
    QPushButton* button(const char* name) { return m_window->find<QPushButton>(name); }
    template <typename T>
    QString label(const char* name) {
        return m_window->find<T>(name)->text();
    }
    void choose(const QString& name) {
        const auto row = [&] {
            for (int i = 0; i < list()->model()->rowCount(); ++i)
                if (list()->model()->index(i, 0).data().toString() == name) return i;
            return -1;
        };
        QTRY_VERIFY(row() >= 0);
        list()->setCurrentIndex(list()->model()->index(row(), 0));
    }
    static void press(QMessageBox* box, const QString& label) {
        const auto buttons = box->buttons();
        for (QAbstractButton* one : buttons)
            if (one->text() == label) return QTest::mouseClick(one, Qt::LeftButton);
        qFatal("no button %s", qPrintable(label));
    }

    std::unique_ptr<ui::theme::Theme> m_theme;
    std::optional<ModelTree> m_tree;
    std::unique_ptr<WindowHarness> m_window;
    QString m_foreign;
};

QTEST_MAIN(ModelsPageTest)
#include "models_page_test.moc"
