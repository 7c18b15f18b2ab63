// The chat page by hand and keyboard: models, replies, versions, the list of conversations, files.
#include <QAbstractButton>
#include <QFileDialog>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QStackedWidget>

#include "tests/ui/shell/window_harness.h"
#include "ui/chat/transcript/transcript_view.h"
#include "ui/widgets/toast.h"

using namespace app;
using chat::ChatController;
using chat::MessageState;
using chat::TranscriptModel;
using tests::WindowHarness;
using ui::chat::transcript::TranscriptView;
using ui::shell::Command;
using Host = bridge::EngineHost;
using namespace std::chrono_literals;

class ChatPageTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void initTestCase() { m_theme = std::make_unique<ui::theme::Theme>(qApp, new tests::FixedLook(this)); }
    void cleanupTestCase() { m_theme.reset(); }
    void init() { m_window = std::make_unique<WindowHarness>(*m_theme); }
    void cleanup() { m_window.reset(); }

    // --- the model ---

    void firstStartOffersAModel() {
        m_window->open(QString());
        auto* empty = m_window->find<QWidget>("chatEmptyState");
        QVERIFY(empty->isVisible());
        auto* choose = empty->findChild<QAbstractButton*>();
        QCOMPARE(choose->text(), QStringLiteral("Choose a model"));
        QTest::mouseClick(choose, Qt::LeftButton);
        auto* popup = m_window->find<QDialog>("modelPopup");
        QTRY_VERIFY(popup->isVisible());
        QTRY_VERIFY(popup->findChild<QLineEdit*>(QStringLiteral("modelSearch"))->hasFocus());
        popup->reject();
        m_window->window->openModelFile(m_window->makeFile(QStringLiteral("tiny.gguf")));
        QTRY_COMPARE(m_window->host().state(), Host::State::ready);
        QVERIFY(!choose->isVisible());
    }

    void sendingWithoutAModelAsksForOneAndThenAnswers() {
        m_window->open(QString());
        m_window->type(QStringLiteral("Hello?"));
        auto* popup = m_window->find<QDialog>("modelPopup");
        QTRY_VERIFY(popup->isVisible());
        popup->reject();
        m_window->window->openModelFile(m_window->makeFile(QStringLiteral("tiny.gguf")));
        QTRY_COMPARE(m_window->text(1), QStringLiteral("Hello from the fake engine."));
    }

    void loadShowsItsProgressAndCanBeCancelled() {
        m_window->script->set_load({100, 50ms, -1});
        m_window->open();
        auto* button = m_window->find<QAbstractButton>("modelButton");
        QTRY_VERIFY(button->accessibleName().contains(QStringLiteral(" %")));
        auto* cancel = m_window->find<QAbstractButton>("modelAction");
        QVERIFY(cancel->isVisible());
        QCOMPARE(cancel->accessibleName(), QStringLiteral("Cancel loading"));
        QTest::mouseClick(cancel, Qt::LeftButton);
        QTRY_COMPARE(m_window->host().state(), Host::State::unloaded);
        QVERIFY(button->accessibleName().contains(QStringLiteral("Unloaded")));
        m_window->script->set_load({});
        QTest::keyClick(cancel, Qt::Key_Space); // now it loads
        QTRY_COMPARE(m_window->host().state(), Host::State::ready);
    }

    void failedLoadTellsWhyAndCanBeTriedAgain() {
        m_window->script->set_load(
            {4, 0ms, 1, {engine::ErrorCode::bad_file, "tensor 7 ends behind the file", ""}});
        m_window->open();
        QTRY_COMPARE(m_window->host().state(), Host::State::failed);
        auto* banner = m_window->find<QWidget>("chatBanner");
        QTRY_VERIFY(banner->isVisible());
        QVERIFY(banner->accessibleName().contains(m_window->host().failure().title));
        QVERIFY(m_window->find<QAbstractButton>("modelButton")
                    ->accessibleName()
                    .contains(QStringLiteral("failed")));
        m_window->script->set_load({});
        QTest::mouseClick(m_window->find<QAbstractButton>("modelAction"), Qt::LeftButton);
        QTRY_COMPARE(m_window->host().state(), Host::State::ready);
        QVERIFY(!banner->isVisible());
    }

    void modelIsChosenByKeyboardAlone() {
        m_window->open(QString());
        const QString first = m_window->makeFile(QStringLiteral("apple.gguf"));
        const QString second = m_window->makeFile(QStringLiteral("pear.gguf"));
        for (const QString& file : {first, second}) {
            m_window->window->openModelFile(file);
            QTRY_VERIFY(m_window->host().state() == Host::State::ready &&
                        m_window->host().modelPath() == file);
        }
        m_window->talk(QStringLiteral("Keep me"));
        QTest::keyClick(m_window->window.get(), Qt::Key_L, Qt::ControlModifier);
        auto* search = m_window->find<QLineEdit>("modelSearch");
        QTRY_VERIFY(search->hasFocus());
        auto* list = m_window->find<QListView>("modelList");
        QCOMPARE(list->currentIndex().row(), 0);
        QTest::keyClick(search, Qt::Key_Down);
        QCOMPARE(list->currentIndex().row(), 1);
        QTest::keyClick(search, Qt::Key_Return);
        QTRY_COMPARE(m_window->host().modelPath(), first);
        QTRY_COMPARE(m_window->host().state(), Host::State::ready);
        QCOMPARE(m_window->text(0), QStringLiteral("Keep me")); // the conversation stays
        m_window->window->activateWindow();                     // a window manager's work
        QTRY_VERIFY(m_window->window->isActiveWindow());
        QTest::keyClick(m_window->window.get(), Qt::Key_L, Qt::ControlModifier);
        QTRY_VERIFY(search->hasFocus());
        QTest::keyClicks(search, QStringLiteral("pea"));
        QTRY_COMPARE(list->model()->rowCount(), 1);
        QTest::keyClick(search, Qt::Key_Return);
        QTRY_COMPARE(m_window->host().modelPath(), second);
    }

    // --- talking ---

    void replyStreamsIntoTheTranscript() {
        m_window->script->set_reply({"", "One two three four five six seven eight nine ten.", 40});
        m_window->openReady();
        m_window->type(QStringLiteral("Count"));
        auto* view = m_window->find<TranscriptView>("transcript");
        QTRY_COMPARE(view->count(), 2);
        QTRY_VERIFY(view->messages().at(1).text.startsWith(QStringLiteral("One")));
        QCOMPARE(view->messages().at(1).state, ui::chat::transcript::State::Streaming);
        QCOMPARE(m_window->composerText(), QString());
        QTRY_COMPARE(view->messages().at(1).state, ui::chat::transcript::State::Finished);
        QCOMPARE(view->messages().at(1).text,
                 QStringLiteral("One two three four five six seven eight nine ten."));
        QVERIFY(view->messages().at(1).metrics.tokensPerSecond > 0);
        QVERIFY(view->messages().at(1).caption.contains(QStringLiteral("fake")));
    }

    void escapeStopsOnlyWhileBusy() {
        m_window->script->set_reply({"", std::string(4000, 'x'), 100});
        m_window->openReady();
        QVERIFY(!m_window->action(Command::StopReply)->isEnabled());
        m_window->type(QStringLiteral("Go on"));
        QTRY_VERIFY(!m_window->text(1).isEmpty());
        QVERIFY(m_window->action(Command::StopReply)->isEnabled());
        QTest::keyClick(m_window->find<QPlainTextEdit>("composerText"), Qt::Key_Escape);
        QTRY_VERIFY(!m_window->chat().isBusy());
        QVERIFY(!m_window->action(Command::StopReply)->isEnabled());
        QCOMPARE(m_window->row(1, TranscriptModel::StateRole).toInt(),
                 static_cast<int>(MessageState::stopped));
        QVERIFY(m_window->find<TranscriptView>("transcript")->messages().at(1).canContinue);
    }

    void stoppedReplyIsContinuedRegeneratedAndSwitched() {
        m_window->script->set_reply({"", std::string(4000, 'x'), 100});
        m_window->openReady();
        m_window->type(QStringLiteral("Go on"));
        QTRY_VERIFY(!m_window->text(1).isEmpty());
        auto* send = m_window->find<QAbstractButton>("sendButton");
        QCOMPARE(send->text(), QStringLiteral("Stop"));
        QTest::mouseClick(send, Qt::LeftButton);
        QTRY_VERIFY(!m_window->chat().isBusy());
        auto* view = m_window->find<TranscriptView>("transcript");
        const QString before = m_window->text(1);
        m_window->script->set_reply({"", " and the end.", 0});
        Q_EMIT view->continueRequested(view->messages().at(1).id);
        QTRY_COMPARE(m_window->text(1), before + QStringLiteral(" and the end."));
        QTRY_VERIFY(!m_window->chat().isBusy());

        m_window->script->set_reply({"", "Another one.", 0});
        QTest::keyClick(m_window->window.get(), Qt::Key_R, Qt::ControlModifier);
        QTRY_COMPARE(m_window->text(1), QStringLiteral("Another one."));
        QTRY_VERIFY(!m_window->chat().isBusy());
        QTRY_COMPARE(view->messages().at(1).versionCount, 2);
        QCOMPARE(view->messages().at(1).version, 1);
        Q_EMIT view->versionRequested(view->messages().at(1).id, -1);
        QTRY_VERIFY(view->messages().at(1).text.startsWith(before));
        QCOMPARE(view->messages().at(1).version, 0);
    }

    void editedMessageIsANewBranch() {
        m_window->openReady();
        m_window->talk(QStringLiteral("First wording"));
        auto* view = m_window->find<TranscriptView>("transcript");
        Q_EMIT view->editRequested(view->messages().at(0).id, QStringLiteral("Second wording"));
        QTRY_COMPARE(m_window->text(0), QStringLiteral("Second wording"));
        QTRY_COMPARE(m_window->chat().transcript()->rowCount(), 2);
        QTRY_VERIFY(!m_window->chat().isBusy());
        QCOMPARE(view->messages().at(0).versionCount, 2);
        Q_EMIT view->versionRequested(view->messages().at(0).id, -1);
        QTRY_COMPARE(view->messages().at(0).text, QStringLiteral("First wording"));
        QCOMPARE(view->count(), 2);
    }

    void messageWrittenMeanwhileWaitsForItsTurn() {
        m_window->script->set_reply({"", std::string(400, 'x'), 200});
        m_window->openReady();
        m_window->type(QStringLiteral("First"));
        QTRY_VERIFY(!m_window->text(1).isEmpty());
        m_window->type(QStringLiteral("Second"));
        QCOMPARE(m_window->chat().queuedMessage(), QStringLiteral("Second"));
        QTRY_COMPARE(m_window->chat().transcript()->rowCount(), 4);
        QCOMPARE(m_window->text(2), QStringLiteral("Second"));
    }

    void replyThatWaitsForTheModelSaysSo() {
        m_window->script->set_load({100, 50ms, -1});
        m_window->open();
        m_window->type(QStringLiteral("Too early"));
        auto* view = m_window->find<TranscriptView>("transcript");
        QTRY_COMPARE(view->count(), 2);
        QCOMPARE(view->messages().at(1).state, ui::chat::transcript::State::Waiting);
        QCOMPARE(view->messages().at(1).waiting, QStringLiteral("Waiting for the model"));
        m_window->chat().stop();
        QTRY_COMPARE(view->count(), 1);
    }

    void failedReplyOffersWhatHelps() {
        m_window->script->set_reply(
            {"",
             "Half",
             0,
             1,
             0ms,
             1,
             {engine::ErrorCode::bad_template, "a kernel said no", "ask another one"}});
        m_window->openReady();
        m_window->talk(QStringLiteral("Break"));
        auto* view = m_window->find<TranscriptView>("transcript");
        QTRY_COMPARE(view->messages().at(1).state, ui::chat::transcript::State::Failed);
        QVERIFY(!view->messages().at(1).problem.title.isEmpty());
        QCOMPARE(view->messages().at(1).problem.text, QStringLiteral("A kernel said no. Ask another one"));
        QVERIFY(view->messages().at(1).problem.details.contains(QStringLiteral("a kernel said no")));
        // The card's button answers to Enter too.
        QAbstractButton* button = problemButton();
        QVERIFY(button != nullptr);
        button->setFocus(Qt::TabFocusReason);
        QTest::keyClick(button, Qt::Key_Return);
        QTRY_VERIFY(m_window->chat().chatSettings().plainTemplate);
    }

    void aModelWhoseFileIsGoneIsLoadedAgainAndAnswers() {
        m_window->script->set_reply(
            {"",
             "Half a reply",
             0,
             1,
             0ms,
             1,
             {engine::ErrorCode::io, "m.gguf became shorter while it was in use", "load the model again"}});
        m_window->openReady();
        m_window->talk(QStringLiteral("Go on"));
        auto* view = m_window->find<TranscriptView>("transcript");
        QTRY_COMPARE(view->messages().at(1).state, ui::chat::transcript::State::Failed);
        QVERIFY(!m_window->text(1).isEmpty()); // what had come is kept
        QVERIFY(QStringLiteral("Half a reply").startsWith(m_window->text(1)));
        m_window->script->set_reply({"", "Whole", 0});
        QSignalSpy states(&m_window->host(), &Host::stateChanged);
        QAbstractButton* button = problemButton();
        QVERIFY(button != nullptr);
        QTest::mouseClick(button, Qt::LeftButton);
        QTRY_COMPARE(m_window->text(1), QStringLiteral("Whole"));
        QCOMPARE(states.first().first().value<Host::State>(), Host::State::loading);
        QCOMPARE(m_window->host().state(), Host::State::ready);
    }

    void keysOfTheComposer() {
        m_window->openReady();
        auto* field = m_window->find<QPlainTextEdit>("composerText");
        field->setFocus();
        QTest::keyClicks(field, QStringLiteral("one"));
        QTest::keyClick(field, Qt::Key_Return, Qt::ShiftModifier);
        QTest::keyClicks(field, QStringLiteral("two"));
        QCOMPARE(m_window->composerText(), QStringLiteral("one\ntwo"));
        const int two = field->height();
        for (int i = 0; i < 20; ++i)
            QTest::keyClick(field, Qt::Key_Return, Qt::ShiftModifier);
        QVERIFY(field->height() > two);
        QVERIFY(field->height() < 12 * two / 2); // ten lines, then it scrolls
        field->clear();
        m_window->talk(QStringLiteral("Say it"));
        QTest::keyClick(field, Qt::Key_Up);
        QCOMPARE(m_window->composerText(), QStringLiteral("Say it"));
        field->clear();
        m_window->services->settings().setValue(settings::kSendKey, settings::SendKey::ctrlEnter);
        QTest::keyClicks(field, QStringLiteral("three"));
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(m_window->composerText(), QStringLiteral("three\n"));
        QTest::keyClick(field, Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE(m_window->chat().transcript()->rowCount(), 4);
    }

    void draftStaysWithItsConversation() {
        m_window->openReady();
        m_window->talk(QStringLiteral("First chat"));
        const auto first = m_window->chat().currentId();
        auto* field = m_window->find<QPlainTextEdit>("composerText");
        QTest::keyClicks(field, QStringLiteral("unsent"));
        QTest::keyClick(m_window->window.get(), Qt::Key_N, Qt::ControlModifier);
        QCOMPARE(m_window->composerText(), QString());
        m_window->chat().openConversation(first);
        QTRY_COMPARE(m_window->composerText(), QStringLiteral("unsent"));
    }

    // --- the list ---

    void chatIsRenamedWithF2() {
        m_window->openReady();
        m_window->talk(QStringLiteral("Hello"));
        QTest::keyClick(m_window->window.get(), Qt::Key_F2);
        QLineEdit* editor = nullptr;
        auto* list = m_window->find<QListView>("conversationList");
        QTRY_VERIFY((editor = list->findChild<QLineEdit*>()) != nullptr);
        QTRY_VERIFY(editor->hasFocus());
        QVERIFY(!editor->accessibleName().isEmpty());
        const QImage over = list->viewport()->grab(editor->geometry()).toImage();
        QCOMPARE(over.pixelColor(over.width() - 24, over.height() / 2),
                 ui::theme::Palette::of(list)[ui::theme::Token::Base]); // the row does not shine through
        editor->selectAll();
        QTest::keyClicks(editor, QStringLiteral("Greetings"));
        QTest::keyClick(editor, Qt::Key_Return);
        QTRY_COMPARE(m_window->chat().title(), QStringLiteral("Greetings"));
        QTRY_VERIFY(m_window->window->windowTitle().startsWith(QStringLiteral("Greetings")));
    }

    void deletedChatComesBackWithUndo() {
        m_window->openReady();
        m_window->talk(QStringLiteral("Precious"));
        const auto id = m_window->chat().currentId();
        auto* list = m_window->find<QListView>("conversationList");
        auto* toast = m_window->find<ui::widgets::Toast>("toast");
        for (const bool byKey : {false, true}) {
            list->setFocus();
            QTRY_VERIFY(list->currentIndex().isValid());
            QTest::keyClick(list, Qt::Key_Delete);
            QTRY_COMPARE(m_window->chat().conversations()->conversationCount(), 0);
            QVERIFY(toast->isVisible() && toast->message().contains(QStringLiteral("Precious")));
            if (byKey)
                QTest::keyClick(list, Qt::Key_Z, Qt::ControlModifier);
            else
                QTest::mouseClick(m_window->find<QAbstractButton>("toastAction"), Qt::LeftButton);
            QTRY_COMPARE(m_window->chat().currentId(), id);
            QTRY_COMPARE(m_window->text(0), QStringLiteral("Precious"));
            QVERIFY(!toast->isVisible());
        }
    }

    void searchFindsTitlesAndTexts() {
        tests::seedChats(m_window->paths(),
                         {{QStringLiteral("Bread"),
                           1,
                           false,
                           {QStringLiteral("How much water?"), QStringLiteral("80 % hydration.")}},
                          {QStringLiteral("Boats"), 2}});
        m_window->openReady();
        QTest::keyClick(m_window->window.get(), Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
        auto* search = m_window->find<QLineEdit>("chatSearch");
        QTRY_VERIFY(search->hasFocus());
        auto* list = m_window->find<QListView>("conversationList");
        QTest::keyClicks(search, QStringLiteral("hydration"));
        QTRY_COMPARE(list->model()->rowCount(), 1);
        QCOMPARE(list->model()->index(0, 0).data().toString(), QStringLiteral("Bread"));
        QTest::keyClick(search, Qt::Key_Down);
        QVERIFY(list->hasFocus());
        QTest::keyClick(list, Qt::Key_Return);
        QTRY_COMPARE(m_window->text(1), QStringLiteral("80 % hydration."));
        search->setText(QStringLiteral("zeppelin"));
        QTRY_VERIFY(!list->isVisible()); // "Nothing found"
        search->clear();
        QTRY_VERIFY(list->isVisible());
        QTRY_COMPARE(list->model()->rowCount(), 3);
    }

    // --- files ---

    void conversationIsExportedBothWays() {
        m_window->openReady();
        m_window->talk(QStringLiteral("Export: me/now?"));
        for (const Command command : {Command::ExportMarkdown, Command::ExportJson}) {
            const bool json = command == Command::ExportJson;
            m_window->action(command)->trigger();
            QFileDialog* dialog = nullptr;
            QTRY_VERIFY((dialog = m_window->window->findChild<QFileDialog*>()) != nullptr);
            const QString file =
                m_window->folder.filePath(json ? QStringLiteral("out.json") : QStringLiteral("out.md"));
            QVERIFY(!dialog->selectedFiles()
                         .value(0)
                         .mid(dialog->directory().path().size() + 1)
                         .contains(QLatin1Char('/')));
            Q_EMIT dialog->fileSelected(file);
            dialog->close();
            QTRY_VERIFY(QFileInfo::exists(file));
            QFile written(file);
            QVERIFY(written.open(QIODevice::ReadOnly));
            const QByteArray bytes = written.readAll();
            QVERIFY(bytes.contains("Hello from the fake engine."));
            if (json) QVERIFY(QJsonDocument::fromJson(bytes).isObject());
            QTRY_VERIFY(m_window->window->findChild<QFileDialog*>() == nullptr);
        }
    }

    // --- the inspector ---

    void systemPromptAndSamplingReachTheEngine() {
        m_window->openReady();
        m_window->find<QPlainTextEdit>("systemPrompt")->setPlainText(QStringLiteral("Answer briefly."));
        m_window->talk(QStringLiteral("Hello"));
        const auto turns = m_window->script->turns();
        QVERIFY(!turns.empty());
        QCOMPARE(QString::fromStdString(turns.back().messages.front().content),
                 QStringLiteral("Answer briefly."));
    }

 private:
    // Of the failed reply's card; null: it has none.
    QAbstractButton* problemButton() const {
        auto* view = m_window->find<TranscriptView>("transcript");
        for (auto* candidate : view->findChildren<QAbstractButton*>())
            if (candidate->text() == view->messages().at(1).problem.action) return candidate;
        return nullptr;
    }
    std::unique_ptr<ui::theme::Theme> m_theme;
    std::unique_ptr<WindowHarness> m_window;
};

QTEST_MAIN(ChatPageTest)
#include "chat_page_test.moc"
