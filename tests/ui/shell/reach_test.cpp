// Everything in the window can be reached and read out: names, Tab order, panes, commands, shortcuts.
#include <QAbstractButton>
#include <QAccessible>
#include <QDialog>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QScrollBar>
#include <QSet>
#include <QTabBar>

#include "tests/ui/shell/window_harness.h"

using namespace app;
using tests::WindowHarness;
using ui::shell::ActionRegistry;
using ui::shell::Command;

namespace {

QString describe(const QWidget* widget) {
    QStringList path;
    for (; widget != nullptr; widget = widget->parentWidget())
        path.prepend(QLatin1String(widget->metaObject()->className()) + QLatin1Char('#') +
                     widget->objectName());
    return path.join(QLatin1Char('/'));
}

bool isReachable(const QWidget* widget) {
    return widget->isVisible() && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus) != 0;
}

// What a screen reader would say for the widget.
QString nameOf(QWidget* widget) {
    QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
    return face == nullptr ? QString() : face->text(QAccessible::Name).trimmed();
}

QStringList nameless(QWidget* top) {
    QStringList found;
    QList<QWidget*> all = top->findChildren<QWidget*>();
    all.append(top);
    for (QWidget* widget : std::as_const(all)) {
        if (!widget->isVisible() || widget->focusPolicy() == Qt::NoFocus) continue;
        // Inner parts speak through the widget around them.
        if (widget->focusProxy() != nullptr || widget->objectName() == QLatin1String("qt_spinbox_lineedit"))
            continue;
        if (nameOf(widget).isEmpty()) found.append(describe(widget));
    }
    return found;
}

} // namespace

class ReachTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void initTestCase() { m_theme = std::make_unique<ui::theme::Theme>(qApp, new tests::FixedLook(this)); }
    void cleanupTestCase() { m_theme.reset(); }
    void init() {
        m_window = std::make_unique<WindowHarness>(*m_theme);
        tests::seedChats(m_window->paths(), {{QStringLiteral("Bread with 80 % hydration")},
                                             {QStringLiteral("Trip to Lisbon"), 5, true}});
        m_window->script->set_chat_template("{{ enable_thinking }}");
    }
    void cleanup() { m_window.reset(); }

    void commandsHaveNamesAndShortcutsOfTheirOwn() {
        m_window->openReady();
        QSet<QString> names;
        QSet<QKeySequence> keys;
        for (const QAction* action : m_window->window->actions().actions()) {
            QVERIFY2(!action->text().isEmpty(), qPrintable(action->objectName()));
            QVERIFY2(!names.contains(action->text()), qPrintable(action->text()));
            names.insert(action->text());
            for (const QKeySequence& key : action->shortcuts()) {
                QVERIFY2(!key.isEmpty() && !keys.contains(key), qPrintable(key.toString()));
                keys.insert(key);
            }
        }
        QCOMPARE(m_window->window->actions().actions().size(), ui::shell::kCommandCount);
        QHash<Command, const char*> promised{{Command::NewChat, "Ctrl+N"},
                                             {Command::ChooseModel, "Ctrl+L"},
                                             {Command::SearchChats, "Ctrl+Shift+F"},
                                             {Command::ToggleList, "Ctrl+B"},
                                             {Command::RenameChat, "F2"},
                                             {Command::ToggleInspector, "Ctrl+Shift+B"},
                                             {Command::UndoDelete, "Ctrl+Z"},
                                             {Command::ExportMarkdown, "Ctrl+S"},
                                             {Command::StopReply, "Esc"},
                                             {Command::OpenFile, "Ctrl+O"},
                                             {Command::ShowSettings, "Ctrl+,"},
                                             {Command::ShowHardware, "Ctrl+3"},
                                             {Command::Palette, "Ctrl+K"},
                                             {Command::NextPane, "F6"},
                                             {Command::FindInChat, "Ctrl+F"},
                                             {Command::Regenerate, "Ctrl+R"},
                                             {Command::Shortcuts, "F1"},
                                             {Command::CopyLastReply, "Ctrl+Shift+C"}};
        for (auto it = promised.cbegin(); it != promised.cend(); ++it)
            QVERIFY2(
                m_window->action(it.key())->shortcuts().contains(QKeySequence(QLatin1String(it.value()))),
                it.value());
    }

    void everyFocusableWidgetIsReadOut() {
        m_window->openReady();
        m_window->talk(QStringLiteral("Hello"));
        m_window->services->settings().setValue(settings::kAdvanced, true);
        QTabBar* tabs = m_window->find<QTabBar>("inspectorTabs");
        for (int tab = 0; tab < tabs->count(); ++tab) {
            tabs->setCurrentIndex(tab);
            QCoreApplication::processEvents();
            QCOMPARE(nameless(m_window->window.get()), QStringList());
        }
        m_window->action(Command::ShowHardware)->trigger();
        QCoreApplication::processEvents();
        QCOMPARE(nameless(m_window->window.get()), QStringList());
        m_window->action(Command::ShowSettings)->trigger();
        QCoreApplication::processEvents();
        QCOMPARE(nameless(m_window->window.get()), QStringList());
        m_window->action(Command::ShowChat)->trigger();
        m_window->action(Command::FindInChat)->trigger();
        m_window->chat().deleteConversation(m_window->chat().currentId()); // shows a toast with Undo
        QCoreApplication::processEvents();
        QCOMPARE(nameless(m_window->window.get()), QStringList());
    }

    void everyDialogIsReadOut_data() {
        QTest::addColumn<int>("command");
        QTest::newRow("model popup") << static_cast<int>(Command::ChooseModel);
        QTest::newRow("palette") << static_cast<int>(Command::Palette);
        QTest::newRow("shortcuts") << static_cast<int>(Command::Shortcuts);
        QTest::newRow("about") << static_cast<int>(Command::About);
    }
    void everyDialogIsReadOut() {
        QFETCH(int, command);
        m_window->openReady();
        m_window->action(static_cast<Command>(command))->trigger();
        QTRY_VERIFY(QApplication::activeModalWidget() != nullptr);
        QWidget* dialog = QApplication::activeModalWidget();
        QVERIFY(!dialog->windowTitle().isEmpty());
        QCOMPARE(nameless(dialog), QStringList());
        QTest::keyClick(dialog, Qt::Key_Escape);
        QTRY_VERIFY(QApplication::activeModalWidget() == nullptr);
    }

    void fileMenuIsReadOut() {
        m_window->openReady();
        auto* button = m_window->find<QAbstractButton>("fileMenuButton");
        QTest::mouseClick(button, Qt::LeftButton);
        QTRY_VERIFY(QApplication::activePopupWidget() != nullptr);
        auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        QVERIFY(menu != nullptr);
        QStringList texts;
        for (const QAction* action : menu->actions())
            if (!action->isSeparator()) texts.append(action->text());
        QVERIFY2(texts.contains(QStringLiteral("Open file…")), qPrintable(texts.join(QLatin1Char('|'))));
        QVERIFY(texts.contains(QStringLiteral("Recent files")));
        QVERIFY(!texts.contains(QString()));
        menu->close();
    }

    // Tab from the composer comes back to it and has met everything that can be reached on the way.
    void tabReachesEverything() {
        m_window->openReady();
        m_window->talk(QStringLiteral("Hello"));
        QSet<QWidget*> expected;
        for (QWidget* widget : m_window->window->findChildren<QWidget*>())
            if (isReachable(widget) && widget->focusProxy() == nullptr &&
                widget->objectName() != QLatin1String("qt_spinbox_lineedit"))
                expected.insert(widget);
        auto* start = m_window->find<QPlainTextEdit>("composerText");
        start->setFocus();
        QSet<QWidget*> met;
        for (int i = 0; i < 400; ++i) {
            QWidget* focus = QApplication::focusWidget();
            QVERIFY(focus != nullptr);
            if (met.contains(focus) && focus == start) break;
            met.insert(focus);
            QTest::keyClick(focus, Qt::Key_Tab);
        }
        QStringList missed;
        for (QWidget* widget : std::as_const(expected)) {
            // One of a group of exclusive buttons stands for all: the arrow keys reach the others.
            auto* button = qobject_cast<QAbstractButton*>(widget);
            const bool grouped = button != nullptr && button->isCheckable() && !button->isChecked() &&
                                 (button->autoExclusive() || button->group() != nullptr);
            if (!met.contains(widget) && !grouped) missed.append(describe(widget));
        }
        // Inside the transcript Tab follows the message that has the focus.
        missed.removeIf([](const QString& path) { return path.contains(QLatin1String("TranscriptView")); });
        QVERIFY2(missed.isEmpty(), qPrintable(missed.join(QLatin1Char('\n'))));
    }

    void f6WalksThePanes() {
        m_window->openReady();
        m_window->talk(QStringLiteral("Hello"));
        const auto paneOf = [](QWidget* widget) {
            static const QSet<QString> panes{QStringLiteral("conversationPanel"),
                                             QStringLiteral("transcript"), QStringLiteral("composer"),
                                             QStringLiteral("inspector")};
            for (; widget != nullptr; widget = widget->parentWidget())
                if (panes.contains(widget->objectName())) return widget->objectName();
            return QString();
        };
        m_window->find<QPlainTextEdit>("composerText")->setFocus();
        QStringList walked;
        for (int i = 0; i < 5; ++i) {
            walked.append(paneOf(QApplication::focusWidget()));
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_F6);
        }
        QCOMPARE(walked, QStringList({QStringLiteral("composer"), QStringLiteral("inspector"),
                                      QStringLiteral("conversationPanel"), QStringLiteral("transcript"),
                                      QStringLiteral("composer")}));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_F6, Qt::ShiftModifier);
        QCOMPARE(paneOf(QApplication::focusWidget()), QStringLiteral("composer"));
    }

    // The settings have two panes, the page and the rail; back in the chat the composer has the focus.
    void settingsByKeyboard() {
        m_window->openReady();
        m_window->services->settings().setValue(settings::kTheme, settings::Theme::dark);
        QTest::keyClick(m_window->window.get(), Qt::Key_Comma, Qt::ControlModifier);
        QWidget* page = m_window->find<QWidget>("settingsPage");
        QTRY_VERIFY(page->isAncestorOf(QApplication::focusWidget()));
        QVERIFY(m_window->find<QWidget>("themeChoice")->isAncestorOf(QApplication::focusWidget()));
        QVERIFY(
            qobject_cast<QAbstractButton*>(QApplication::focusWidget())->isChecked()); // the one that counts
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_F6);
        QVERIFY(m_window->find<QWidget>("rail")->isAncestorOf(QApplication::focusWidget()));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_F6, Qt::ShiftModifier);
        QVERIFY(page->isAncestorOf(QApplication::focusWidget()));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_1, Qt::ControlModifier);
        QTRY_COMPARE(QApplication::focusWidget(), m_window->find<QWidget>("composerText"));
    }

    void paletteFindsAndRunsCommands() {
        m_window->openReady();
        QTest::keyClick(m_window->window.get(), Qt::Key_K, Qt::ControlModifier);
        QTRY_VERIFY(QApplication::activeModalWidget() != nullptr);
        QWidget* palette = QApplication::activeModalWidget();
        auto* list = palette->findChild<QListWidget*>();
        QVERIFY(list->count() > ui::shell::kCommandCount); // with the heads
        auto* field = palette->findChild<QLineEdit*>();
        QTest::keyClicks(field, QStringLiteral("inspector"));
        QTRY_VERIFY(list->count() <= 3);
        const bool before = m_window->services->settings().value(settings::kInspectorVisible);
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_COMPARE(m_window->services->settings().value(settings::kInspectorVisible), !before);
    }

 private:
    std::unique_ptr<ui::theme::Theme> m_theme;
    std::unique_ptr<WindowHarness> m_window;
};

QTEST_MAIN(ReachTest)
#include "reach_test.moc"
