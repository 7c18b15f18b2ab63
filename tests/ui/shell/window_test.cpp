// The window itself: what it opens, what it remembers, how it looks, and that two get along.
#include <QAbstractButton>
#include <QDialog>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMimeData>
#include <QPainter>
#include <QPlainTextEdit>
#include <QSpinBox>
#include <QTabBar>

#include "app/library/shrinker.h"
#include "tests/ui/shell/window_harness.h"
#include "ui/widgets/elided_label.h"

using namespace app;
using tests::WindowHarness;
using ui::shell::Command;
using Host = bridge::EngineHost;

namespace {

bool drop(QWidget* window, const QString& path) {
    QMimeData mime;
    mime.setUrls({QUrl::fromLocalFile(path)});
    const QPoint at = window->rect().center();
    QDragEnterEvent enter(at, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(window, &enter);
    if (!enter.isAccepted()) return false;
    QDropEvent event(at, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(window, &event);
    return true;
}

// The share of pixels that are darker than grey.
double darkShare(QWidget* widget) {
    const QImage image = widget->grab().toImage();
    qint64 dark = 0;
    for (int y = 0; y < image.height(); y += 4)
        for (int x = 0; x < image.width(); x += 4)
            dark += image.pixelColor(x, y).lightness() < 128 ? 1 : 0;
    return static_cast<double>(dark) / (static_cast<double>(image.width() / 4) * (image.height() / 4));
}

} // namespace

class WindowTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void initTestCase() {
        qunsetenv("HF_TOKEN");
        qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere"); // nobody's keychain is touched

        m_look = new tests::FixedLook(this);
        m_theme = std::make_unique<ui::theme::Theme>(qApp, m_look);
    }
    void cleanupTestCase() { m_theme.reset(); }
    void init() { m_window = std::make_unique<WindowHarness>(*m_theme); }
    void cleanup() {
        m_window.reset();
        QApplication::setLayoutDirection(Qt::LeftToRight);
    }

    void droppedModelFileIsLoaded() {
        m_window->open(QString());
        const QString file = m_window->makeFile(QStringLiteral("Other Model.gguf"));
        QVERIFY(drop(m_window->window.get(), file));
        QTRY_COMPARE(m_window->host().state(), Host::State::ready);
        QCOMPARE(m_window->host().modelPath(), file);
    }

    void droppedFolderIsLoaded() {
        m_window->open(QString());
        QDir(m_window->folder.path()).mkdir(QStringLiteral("model"));
        const QString config = m_window->makeFile(QStringLiteral("model/config.json"), "{}");
        QVERIFY(drop(m_window->window.get(), QFileInfo(config).path()));
        QTRY_COMPARE(m_window->host().state(), Host::State::ready);
        QCOMPARE(m_window->host().modelPath(), QFileInfo(config).path());
        QVERIFY(drop(m_window->window.get(), config)); // a file of it stands for the folder
        QCOMPARE(m_window->host().modelPath(), QFileInfo(config).path());
    }

    void droppedConversationIsOpened() {
        m_window->openReady();
        m_window->talk(QStringLiteral("Remember me"));
        const QString file = m_window->folder.filePath(QStringLiteral("chat.json"));
        m_window->chat().exportConversation(m_window->chat().currentId(), file,
                                            chat::ChatController::Format::json);
        QTRY_VERIFY(QFileInfo::exists(file));
        m_window->chat().newConversation();
        QVERIFY(drop(m_window->window.get(), file));
        QTRY_COMPARE(m_window->chat().transcript()->rowCount(), 2);
        QCOMPARE(m_window->text(0), QStringLiteral("Remember me"));
    }

    void anythingElseIsRefused() {
        m_window->openReady();
        QVERIFY(!drop(m_window->window.get(), m_window->makeFile(QStringLiteral("picture.png"))));
    }

    void recentFilesAreOffered() {
        m_window->open(QString());
        const QString first = m_window->makeFile(QStringLiteral("first.gguf"));
        const QString second = m_window->makeFile(QStringLiteral("second.gguf"));
        for (const QString& file : {first, second}) {
            m_window->window->openModelFile(file);
            QTRY_VERIFY(m_window->host().state() == Host::State::ready &&
                        m_window->host().modelPath() == file);
        }
        auto* menu = m_window->find<QMenu>("recentFilesMenu");
        Q_EMIT menu->aboutToShow();
        QCOMPARE(menu->actions().size(), 2);
        QCOMPARE(menu->actions().at(0)->text(), QStringLiteral("second"));
        menu->actions().at(1)->trigger();
        QTRY_COMPARE(m_window->host().modelPath(), first);
    }

    void placeAndPanesAreRemembered() {
        m_window->openReady();
        m_window->talk(QStringLiteral("What did we say?"));
        m_window->window->resize(1100, 700);
        m_window->action(Command::ToggleList)->trigger();
        QVERIFY(!m_window->find<QWidget>("conversationPanel")->isVisible());
        const auto id = m_window->chat().currentId();
        m_window->close();
        m_window->openReady();
        QCOMPARE(m_window->window->size(), QSize(1100, 700));
        QVERIFY(!m_window->find<QWidget>("conversationPanel")->isVisible());
        QVERIFY(m_window->find<QWidget>("inspector")->isVisible());
        QTRY_COMPARE(m_window->chat().currentId(), id);
        QTRY_COMPARE(m_window->text(0), QStringLiteral("What did we say?"));
        QVERIFY(m_window->window->windowTitle().startsWith(QStringLiteral("What did we say?")));
    }

    void focusLeavesAPaneThatIsHidden() {
        m_window->openReady();
        m_window->action(Command::SearchChats)->trigger();
        QTRY_VERIFY(m_window->find<QLineEdit>("chatSearch")->hasFocus());
        m_window->action(Command::ToggleList)->trigger();
        QTRY_VERIFY(m_window->find<QPlainTextEdit>("composerText")->hasFocus());
        m_window->find<QTabBar>("inspectorTabs")->setFocus();
        m_window->action(Command::ToggleInspector)->trigger();
        QTRY_VERIFY(m_window->find<QPlainTextEdit>("composerText")->hasFocus());
    }

    void paletteSaysWhenNothingIsFound() {
        m_window->openReady();
        m_window->action(Command::Palette)->trigger();
        auto* palette = m_window->find<QDialog>("commandPalette");
        QTRY_VERIFY(palette->isVisible());
        QTest::keyClicks(palette->findChild<QLineEdit*>(), QStringLiteral("zeppelin"));
        auto* list = palette->findChild<QListWidget*>();
        QCOMPARE(list->count(), 1);
        QVERIFY(list->item(0)->text().contains(QStringLiteral("zeppelin")));
        QTest::keyClick(palette->findChild<QLineEdit*>(), Qt::Key_Return); // runs nothing
        QVERIFY(palette->isVisible());
        palette->reject();
    }

    void narrowWindowFoldsTheInspectorAwayForAWhile() {
        m_window->openReady();
        auto* inspector = m_window->find<QWidget>("inspector");
        m_window->window->resize(960, 600);
        QTRY_VERIFY(!inspector->isVisible());
        QVERIFY(m_window->services->settings().value(settings::kInspectorVisible));
        m_window->window->resize(1280, 800);
        QTRY_VERIFY(inspector->isVisible());
    }

    void themesSwitchLive() {
        m_window->openReady();
        m_window->talk(QStringLiteral("Some text"));
        auto& settings = m_window->services->settings();
        settings.setValue(settings::kTheme, settings::Theme::dark);
        QTRY_VERIFY(darkShare(m_window->window.get()) > 0.9);
        m_window->action(Command::ShowSettings)->trigger();
        QTRY_VERIFY(darkShare(m_window->window.get()) > 0.9);
        settings.setValue(settings::kTheme, settings::Theme::light);
        QTRY_VERIFY(darkShare(m_window->window.get()) < 0.1);
        m_window->action(Command::ShowChat)->trigger();
        QTRY_VERIFY(darkShare(m_window->window.get()) < 0.1);
        settings.setValue(settings::kTheme, settings::Theme::system);
        m_look->setLook({.dark = true});
        QTRY_VERIFY(darkShare(m_window->window.get()) > 0.9);
        m_look->setLook({});
        QTRY_VERIFY(darkShare(m_window->window.get()) < 0.1);
    }

    void zoomStaysInItsRange() {
        m_window->openReady();
        auto& settings = m_window->services->settings();
        for (int i = 0; i < 30; ++i)
            m_window->action(Command::ZoomIn)->trigger();
        QCOMPARE(settings.value(settings::kTextZoom), settings::kTextZoom.maximum);
        m_window->action(Command::ZoomReset)->trigger();
        QCOMPARE(settings.value(settings::kTextZoom), 100);
        for (int i = 0; i < 30; ++i)
            m_window->action(Command::ZoomOut)->trigger();
        QCOMPARE(settings.value(settings::kTextZoom), settings::kTextZoom.minimum);
    }

    void statusLineSaysWhatRunsWhere() {
        m_window->open(QString());
        auto* model = m_window->find<ui::widgets::ElidedLabel>("statusModel");
        QCOMPARE(model->text(), QStringLiteral("No model"));
        m_window->window->openModelFile(m_window->makeFile(QStringLiteral("tiny.gguf")));
        QTRY_COMPARE(model->text(), QStringLiteral("tiny · Q4_K_M"));
        QVERIFY(m_window->find<ui::widgets::ElidedLabel>("statusPlacement")
                    ->text()
                    .contains(m_window->host().model().placement));
        auto* load = m_window->find<QLabel>("statusLoad");
        QTRY_VERIFY_WITH_TIMEOUT(load->text().contains(QStringLiteral("RAM")), 3000);
    }

    // Whatever page is shown; and one press away from where it can be stopped.
    void statusLineSaysHowFarDownloadsAre() {
        m_window->openReady();
        auto* meter = m_window->find<QAbstractButton>("jobMeter");
        QVERIFY(!meter->isVisible());
        downloads::DownloadStatus one;
        one.id = one.repo = QStringLiteral("owner/one");
        one.state = downloads::DownloadState::downloading;
        one.received = 41'900'000;
        one.total = 100'000'000;
        auto* rows = m_window->services->downloads().model();
        rows->update({one});
        QVERIFY(meter->isVisible());
        QCOMPARE(meter->text(), QStringLiteral("Download 41 %"));
        QCOMPARE(meter->accessibleName(), meter->text());
        const int width = meter->sizeHint().width();
        one.received = 9'000'000;
        rows->update({one});
        QCOMPARE(meter->text(), QStringLiteral("Download 9 %"));
        QCOMPARE(meter->sizeHint().width(), width); // nothing moves beside it
        one.state = downloads::DownloadState::stalled;
        rows->update({one});
        QCOMPARE(meter->text(), QStringLiteral("Download stalled"));
        downloads::DownloadStatus other = one;
        other.id = other.repo = QStringLiteral("owner/other");
        other.state = downloads::DownloadState::downloading;
        other.received = other.total;
        rows->update({one, other}); // 109 of 200
        QCOMPARE(meter->text(), QStringLiteral("2 downloads 54 %"));
        auto& shrinker = m_window->services->shrinker();
        Q_EMIT shrinker.started(QStringLiteral("a-Q4_K_M.gguf"));
        Q_EMIT shrinker.progressed(1, 4);
        QCOMPARE(meter->text(), QStringLiteral("2 downloads 54 % · Smaller copy 25 %"));
        Q_EMIT shrinker.finished({});
        meter->setFocus(Qt::TabFocusReason);
        QTest::keyClick(meter, Qt::Key_Space);
        QTRY_VERIFY(m_window->find<QWidget>("modelsPage")->isVisible());
        one.state = other.state = downloads::DownloadState::paused;
        rows->update({one, other});
        QVERIFY(!meter->isVisible());
    }

    void settingsPageShowsAndChangesTheSettings() {
        m_window->openReady();
        m_window->action(Command::ShowSettings)->trigger();
        auto& settings = m_window->services->settings();
        m_window->find<QSpinBox>("textZoom")->setValue(130);
        QCOMPARE(settings.value(settings::kTextZoom), 130);
        settings.setValue(settings::kTextZoom, 90);
        QCOMPARE(m_window->find<QSpinBox>("textZoom")->value(), 90);
        auto* motion = m_window->find<QAbstractButton>("reducedMotion");
        QTest::mouseClick(motion, Qt::LeftButton, Qt::NoModifier, QPoint(8, motion->height() / 2));
        QVERIFY(settings.value(settings::kReducedMotion));
        QVERIFY(ui::theme::prefersReducedMotion(m_window->window.get()));
        settings.setValue(settings::kReducedMotion, false);
    }

    void settingsOfTheHubAreCheckedAndCount() {
        m_window->openReady();
        m_window->action(Command::ShowSettings)->trigger();
        auto& settings = m_window->services->settings();
        auto* endpoint = m_window->find<QLineEdit>("hubEndpoint");
        auto* problem = m_window->find<QLabel>("endpointProblem");
        const auto enter = [&](const char* text) {
            endpoint->setFocus();
            endpoint->selectAll();
            QTest::keyClicks(endpoint, QString::fromLatin1(text));
            QTest::keyClick(endpoint, Qt::Key_Return);
        };
        enter("http://mirror.example");
        QVERIFY(problem->isVisible());
        QCOMPARE(settings.value(settings::kHubEndpoint), settings::kHubEndpoint.fallback);
        enter("https://mirror.example/hub");
        QVERIFY(!problem->isVisible());
        QCOMPARE(m_window->services->hub().access().endpoint, QStringLiteral("https://mirror.example/hub"));
        m_window->find<QAbstractButton>("resetEndpoint")->click();
        QCOMPARE(endpoint->text(), settings::kHubEndpoint.fallback);
        QCOMPARE(settings.value(settings::kHubEndpoint), settings::kHubEndpoint.fallback);
        m_window->find<QSpinBox>("downloadLimit")->setValue(2500);
        QCOMPARE(settings.value(settings::kDownloadLimit), 2500);
        settings.setValue(settings::kDownloadsAtOnce, 5);
        QCOMPARE(m_window->find<QSpinBox>("downloadsAtOnce")->value(), 5);
    }

    // Without a keychain: asked first, then kept in a file and shown by its ends only.
    void tokenIsKeptShownByItsEndsAndRemoved() {
        m_window->openReady();
        m_window->action(Command::ShowSettings)->trigger();
        auto* field = m_window->find<QLineEdit>("hubToken");
        auto* note = m_window->find<QLabel>("hubTokenNote");
        const QString tokenFile = m_window->paths().tokenFile(QStringLiteral("https://huggingface.co:443"));
        field->setFocus();
        QTest::keyClicks(field, QStringLiteral("hf_a token"));
        QTest::keyClick(field, Qt::Key_Return);
        QVERIFY(note->text().contains(QStringLiteral("cannot be a token")));
        field->setText(QStringLiteral("hf_abcdefghijkl9876"));
        QTest::keyClick(field, Qt::Key_Return);
        auto* inFile = m_window->find<QAbstractButton>("tokenInFile");
        QTRY_VERIFY2_WITH_TIMEOUT(inFile->isVisible(), qPrintable(note->text()), 10'000);
        QVERIFY(!QFile::exists(tokenFile));
        QTest::keyClick(inFile, Qt::Key_Space);
        auto* shown = m_window->find<QLabel>("hubTokenShown");
        QTRY_VERIFY(shown->isVisible());
        QVERIFY(shown->text().startsWith(QStringLiteral("hf_")) &&
                shown->text().endsWith(QStringLiteral("9876")));
        QVERIFY(!shown->text().contains(QStringLiteral("abc")));
        QVERIFY(!field->isVisible() && field->text().isEmpty());
        QVERIFY(note->text().contains(QStringLiteral("file")));
        QVERIFY(note->text().contains(QStringLiteral("huggingface.co")));
        QCOMPARE(m_window->services->hub().access().token, QByteArray("hf_abcdefghijkl9876"));
        auto& settings = m_window->services->settings();
        settings.setValue(settings::kHubEndpoint, QStringLiteral("https://mirror.example"));
        QVERIFY(field->isVisible()); // another hub, another token
        QVERIFY(note->text().contains(QStringLiteral("mirror.example")));
        settings.setValue(settings::kHubEndpoint, settings::kHubEndpoint.fallback);
        QTRY_VERIFY(shown->isVisible());
        m_window->find<QAbstractButton>("removeToken")->click();
        QTRY_VERIFY(field->isVisible());
        QVERIFY(m_window->services->hub().access().token.isEmpty());
        QVERIFY(!QFile::exists(tokenFile));
    }

    void fromRightToLeft() {
        QApplication::setLayoutDirection(Qt::RightToLeft);
        m_window->openReady();
        m_window->chat().send(QStringLiteral("مرحبا"));
        QTRY_COMPARE(m_window->chat().transcript()->rowCount(), 2);
        for (const Command command : {Command::ShowSettings, Command::ShowChat, Command::FindInChat})
            m_window->action(command)->trigger();
        QVERIFY(!m_window->window->grab().isNull());
        // The rail stands at the other side.
        QVERIFY(m_window->find<QWidget>("rail")->geometry().center().x() > m_window->window->width() / 2);
    }

    void twoWindowsShareADataFolder() {
        m_window->openReady();
        WindowHarness other(*m_theme);
        application::Setup setup;
        setup.places = library::Places::none();
        setup.paths = m_window->paths();
        setup.engine = tests::fakeEngine(other.script);
        other.services = std::make_unique<application::Application>(setup);
        other.window = std::make_unique<ui::shell::MainWindow>(*other.services, *m_theme);
        other.window->show();
        other.services->start(QStringLiteral("/models/fake.gguf"));
        QTRY_VERIFY(other.chat().conversations()->isLoaded());
        QTRY_COMPARE(other.host().state(), Host::State::ready);
        m_window->chat().send(QStringLiteral("From the first window"));
        QTRY_VERIFY(!m_window->chat().isBusy());
        QTRY_COMPARE_WITH_TIMEOUT(other.chat().conversations()->conversationCount(), 1, 6000);
        other.chat().send(QStringLiteral("From the second"));
        QTRY_COMPARE_WITH_TIMEOUT(m_window->chat().conversations()->conversationCount(), 2, 6000);
        other.close();
        QVERIFY(m_window->chat().conversations()->isLoaded());
    }

    void longNamesDoNotBreakTheLines() {
        m_window->open(QString());
        const QString name = QStringLiteral("A-model-with-a-name-that-nobody-would-choose-").repeated(4);
        m_window->window->openModelFile(m_window->makeFile(name + QStringLiteral(".gguf")));
        QTRY_COMPARE(m_window->host().state(), Host::State::ready);
        m_window->talk(QStringLiteral("word ").repeated(60));
        m_window->window->resize(960, 600);
        QCoreApplication::processEvents();
        QCOMPARE(m_window->window->size(), QSize(960, 600));
        auto* button = m_window->find<QWidget>("modelButton");
        QVERIFY(button->geometry().right() < m_window->find<QWidget>("contextMeter")->geometry().left());
        QVERIFY(button->geometry().left() > m_window->find<QWidget>("toggleList")->geometry().right());
    }

    // The model button and the composer stand over the middle of the text.
    void headerAndComposerAreCentred() {
        m_window->openReady();
        m_window->talk(QStringLiteral("Hello")); // shows the transcript
        for (const QSize size : {QSize(1280, 800), QSize(1600, 900)}) {
            m_window->window->resize(size);
            QCoreApplication::processEvents();
            const auto middle = [this](const char* name) {
                auto* widget = m_window->find<QWidget>(name);
                return widget->mapTo(m_window->window.get(), widget->rect().center()).x();
            };
            QVERIFY(qAbs(middle("modelButton") - middle("chatHeader")) <= 1);
            QVERIFY(qAbs(middle("composer") - middle("transcript")) <= 1);
            QVERIFY(m_window->find<QWidget>("composer")->width() <= 800);
        }
    }

 private:
    tests::FixedLook* m_look = nullptr;
    std::unique_ptr<ui::theme::Theme> m_theme;
    std::unique_ptr<WindowHarness> m_window;
};

QTEST_MAIN(WindowTest)
#include "window_test.moc"
