// The dialog of smaller copies: what it offers, what it warns of, and what it hands on; by keyboard alone.
#include "ui/models/downloaded/shrink_dialog.h"

#include <QAccessible>
#include <QApplication>
#include <QComboBox>
#include <QListView>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include "tests/app/library/library_window.h"
#include "ui/theme/theme.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/elided_label.h"

using namespace app;
using tests::ModelTree;
using ui::models::ShrinkDialog;

namespace {

QString text(const char* latin) {
    return QLatin1String(latin);
}

struct Desk {
    Desk() {
        file = tree.file(text("a-F16.gguf"), "name Alpha\nquantization F16\nparameters 10");
        window.emplace(data.path(), tree.path());
        if (!window->settle()) qFatal("no library");
        entry = window->library->findPath(file);
        planner.emplace(tests::fakeEngine(window->script));
        shrinker.emplace(tests::fakeEngine(window->script));
    }
    void open() {
        dialog.emplace(*window->library, *shrinker, *planner, *entry, nullptr);
        requests.emplace(&*dialog, &ShrinkDialog::copyRequested);
        dialog->open();
        if (!QTest::qWaitForWindowActive(&*dialog) ||
            !QTest::qWaitFor([this] { return !find<QWidget>("shrinkReading")->isVisible(); }))
            qFatal("nothing found");
    }
    template <typename T>
    T* find(const char* name) {
        T* found = dialog->findChild<T*>(QLatin1String(name));
        if (found == nullptr) qFatal("nothing is called %s", name);
        return found;
    }
    QListView* list() { return find<QListView>("shrinkList"); }
    QString words() { return list()->currentIndex().data(Qt::AccessibleTextRole).toString(); }
    bool isPlanned() {
        return QTest::qWaitFor([this] { return !words().contains(text("Checking")); });
    }

    ModelTree tree;
    QTemporaryDir data;
    QString file;
    std::optional<tests::LibraryWindow> window;
    library::EntryPointer entry;
    std::optional<bridge::Planner> planner;
    std::optional<library::Shrinker> shrinker;
    std::optional<ShrinkDialog> dialog;
    std::optional<QSignalSpy> requests;
};

} // namespace

class ShrinkDialogTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void theRecommendedOneIsOneKeyAway() {
        Desk desk;
        desk.open();
        QCOMPARE(desk.list()->model()->rowCount(), 3);
        QTRY_VERIFY(desk.list()->hasFocus());
        QVERIFY(desk.dialog->testAttribute(Qt::WA_KeyboardFocusChange)); // else no row shows the focus
        QCOMPARE(desk.list()->currentIndex().data().toString(), text("Q4_K_M"));
        QVERIFY(desk.isPlanned());
        QVERIFY2(desk.words().startsWith(text("Q4_K_M, 5 kB, Very small loss, Fits")),
                 qPrintable(desk.words()));
        QVERIFY(desk.words().contains(text("tokens per second")));
        QVERIFY(desk.words().contains(text("recommended")));
        QTest::keyClick(desk.list(), Qt::Key_Return);
        QCOMPARE(desk.requests->size(), 1);
        const auto request = desk.requests->first().first().value<library::ShrinkRequest>();
        QCOMPARE(request.source, desk.file);
        QCOMPARE(request.type, text("Q4_K_M"));
        QCOMPARE(request.name, text("a-Q4_K_M.gguf"));
        QCOMPARE(request.folder, desk.window->library->modelsFolder());
        QCOMPARE(request.bytes, 4'900);
        QVERIFY(!desk.dialog->isVisible());
    }

    void otherTypesAndFoldersAreChosenByKeys() {
        Desk desk;
        desk.open();
        auto* note = desk.find<QWidget>("shrinkNote");
        QVERIFY(note->isVisible()); // the recommended one loses something
        const int withNote = desk.dialog->height();
        QVERIFY(desk.words().contains(text("sense of humour")));
        QTRY_VERIFY(desk.list()->hasFocus());
        QTest::keyClick(desk.list(), Qt::Key_Up);
        QCOMPARE(desk.list()->currentIndex().data().toString(), text("Q8_0"));
        QVERIFY(!note->isVisible());
        QVERIFY(desk.dialog->height() < withNote - note->sizeHint().height() / 2); // no hole where it was
        QCOMPARE(desk.find<ui::widgets::ElidedLabel>("shrinkName")->text(), text("a-Q8_0.gguf, 9 kB"));
        QVERIFY(desk.isPlanned()); // plans that come do not take the choice back
        QCOMPARE(desk.list()->currentIndex().data().toString(), text("Q8_0"));
        auto* folder = desk.find<QComboBox>("shrinkFolder");
        QCOMPARE(folder->count(), 2);
        folder->setFocus();
        QTest::keyClick(folder, Qt::Key_Down);
        QTest::keyClick(folder, Qt::Key_Return);
        const auto request = desk.requests->first().first().value<library::ShrinkRequest>();
        QCOMPARE(request.type, text("Q8_0"));
        QCOMPARE(request.folder, desk.tree.path());
    }

    void whatCannotBeShrunkSaysWhy() {
        Desk desk;
        desk.window->script->set_quantize({.refusal = engine::ErrorCode::unsupported});
        desk.open();
        QVERIFY(desk.find<QWidget>("shrinkNote")->isVisible());
        QVERIFY(!desk.list()->isVisible());
        QVERIFY(!desk.find<QPushButton>("shrinkMake")->isEnabled());
        desk.dialog->reject();
        desk.window->script->set_quantize({.copies = {}});
        desk.open();
        QVERIFY(desk.find<QWidget>("shrinkNote")->isVisible());
        QVERIFY(!desk.list()->isVisible());
        QTest::keyClick(&*desk.dialog, Qt::Key_Escape);
        QVERIFY(!desk.dialog->isVisible());
        QCOMPARE(desk.requests->size(), 0);
    }

    void whatTheDiskHasNoRoomForIsNotBegun() {
        Desk desk;
        desk.window->script->set_quantize({.copies = {{"Q8_0", int64_t{1} << 60, {}}, {"Q4_K_M", 1000, {}}}});
        desk.open();
        auto* make = desk.find<QPushButton>("shrinkMake");
        QVERIFY(make->isEnabled());
        QVERIFY(!desk.find<QWidget>("shrinkShort")->isVisible());
        desk.list()->setCurrentIndex(desk.list()->model()->index(0, 0));
        QVERIFY(desk.find<QWidget>("shrinkShort")->isVisible());
        QVERIFY(desk.find<ui::widgets::Chip>("shrinkShort")->text().contains(text("more room")));
        QVERIFY(!make->isEnabled());
        QTest::keyClick(desk.list(), Qt::Key_Return);
        QCOMPARE(desk.requests->size(), 0);
    }

    void everythingIsReadOut() {
        Desk desk;
        desk.open();
        QVERIFY(desk.dialog->accessibleName().contains(text("Alpha")));
        for (QWidget* widget : desk.dialog->findChildren<QWidget*>()) {
            if (!widget->isVisible() || widget->focusPolicy() == Qt::NoFocus) continue;
            QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
            QVERIFY2(face != nullptr && !face->text(QAccessible::Name).isEmpty(),
                     qPrintable(QLatin1String(widget->metaObject()->className()) + widget->objectName()));
        }
    }
};

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    ui::theme::Theme theme(&application);
    ShrinkDialogTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "shrink_dialog_test.moc"
