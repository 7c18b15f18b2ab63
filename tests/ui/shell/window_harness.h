// WindowHarness: the real window on the real services, a fake engine and a data folder of its own.
#pragma once

#include <QAction>
#include <QApplication>
#include <QListView>
#include <QPlainTextEdit>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

#include "tests/support/fake_engine_factory.h"
#include "tests/support/fake_hub.h"
#include "tests/support/seeded_chats.h"
#include "ui/shell/main_window.h"
#include "ui/theme/system_look.h"

namespace tests {

class FixedLook : public ui::theme::SystemLookSource {
 public:
    using SystemLookSource::setLook;
    using SystemLookSource::SystemLookSource;
};

struct WindowHarness {
    using Host = app::bridge::EngineHost;
    using Command = ui::shell::Command;

    explicit WindowHarness(ui::theme::Theme& given) : theme(given) {}

    app::storage::Paths paths() const { return app::storage::Paths(folder.path()); }
    QString makeFile(const QString& name, const QByteArray& bytes = "x") const {
        QFile file(folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("no file %s", qPrintable(name));
        return file.fileName();
    }

    // Before open(): this hub instead of the real one; whatever it holds is a model.
    void useHub(const FakeHub& hub) {
        app::settings::Settings(paths().settingsFile()).setValue(app::settings::kHubEndpoint, hub.endpoint());
        probe = [](const QByteArray&, qint64) {
            return app::bridge::HeaderProbe{app::bridge::HeaderProbe::State::whole, {}};
        };
    }

    // Opens the window; an empty path starts without a model.
    void open(const QString& model = QStringLiteral("/models/fake.gguf")) {
        app::application::Setup setup;
        setup.places = {home, {}};
        setup.paths = paths();
        setup.engine = fakeEngine(script);
        setup.probeHeader = probe;
        services = std::make_unique<app::application::Application>(setup);
        window = std::make_unique<ui::shell::MainWindow>(*services, theme);
        window->show();
        window->activateWindow();
        services->start(model);
        if (!QTest::qWaitForWindowActive(window.get())) qFatal("the window does not become active");
        if (!QTest::qWaitFor([this] { return services->chat().conversations()->isLoaded(); }))
            qFatal("the database does not open");
    }
    void openReady() {
        open();
        if (!QTest::qWaitFor([this] { return host().state() == Host::State::ready; })) qFatal("no model");
    }
    void close() {
        window->close();
        window.reset();
        services.reset();
    }

    app::chat::ChatController& chat() { return services->chat(); }
    Host& host() { return services->engineHost(); }
    template <typename T>
    T* find(const char* name) {
        T* found = window->findChild<T*>(QLatin1String(name));
        if (found == nullptr) qFatal("nothing is called %s", name);
        return found;
    }
    QAction* action(Command command) { return window->actions()[command]; }
    QString composerText() { return find<QPlainTextEdit>("composerText")->toPlainText(); }
    void type(const QString& text) {
        auto* field = find<QPlainTextEdit>("composerText");
        field->setFocus();
        QTest::keyClicks(field, text);
        QTest::keyClick(field, Qt::Key_Return);
    }
    QVariant row(int row, app::chat::TranscriptModel::Role role) {
        return chat().transcript()->index(row).data(role);
    }
    QString text(int row) { return this->row(row, app::chat::TranscriptModel::TextRole).toString(); }
    // Sends and waits for the whole reply.
    void talk(const QString& text) {
        type(text);
        if (!QTest::qWaitFor([this] { return !chat().isBusy(); })) qFatal("no reply");
    }

    ui::theme::Theme& theme;
    QTemporaryDir folder;
    QString home;                   // in which other programs' folders are looked for; empty: there are none
    app::bridge::ProbeHeader probe; // of what a fake hub holds; empty: no header can be read
    std::shared_ptr<FakeScript> script = std::make_shared<FakeScript>();
    std::unique_ptr<app::application::Application> services;
    std::unique_ptr<ui::shell::MainWindow> window;
};

} // namespace tests
