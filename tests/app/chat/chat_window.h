// ChatWindow: everything below one chat page over a data folder and a fake engine, and words for asking it.
#pragma once

#include <QSettings>
#include <QSignalSpy>
#include <QTest>
#include <optional>

#include "app/chat/chat_controller.h"
#include "tests/support/fake_engine_factory.h"

namespace tests {

struct ChatWindow {
    using Model = app::chat::TranscriptModel;
    using State = app::chat::MessageState;

    explicit ChatWindow(const QString& folder,
                        std::shared_ptr<FakeScript> engine = std::make_shared<FakeScript>())
        : paths(folder),
          script(std::move(engine)),
          settings(paths.settingsFile()),
          presets(settings),
          database(paths),
          host(fakeEngine(script), 0),
          runner(host),
          counter(host),
          store(database),
          chat(store, host, runner, counter, settings, presets) {
        QObject::connect(&chat, &app::chat::ChatController::problem, &chat,
                         [this](const app::bridge::UserMessage& message) { problems.append(message); });
    }

    // Opened, with the list and the model loaded.
    bool open(const QString& model = QStringLiteral("/models/Fake-7B.gguf")) {
        QObject::connect(&database, &app::storage::Database::opened, &chat, [this] { chat.start(); });
        database.open();
        if (!QTest::qWaitFor([&] { return chat.conversations()->isLoaded() && !chat.isLoading(); }))
            return false;
        return model.isEmpty() || load(model);
    }
    bool load(const QString& model) {
        host.load(model);
        return QTest::qWaitFor([&] { return host.state() == app::bridge::EngineHost::State::ready; });
    }

    // Sends and waits for the end of the reply.
    bool say(const QString& text) {
        chat.send(text);
        return waitForEnd();
    }
    bool waitForEnd() {
        return QTest::qWaitFor([&] { return !chat.isBusy(); });
    }
    bool waitForText(int row, int characters) {
        return QTest::qWaitFor([&] { return text(row).size() >= characters; });
    }
    bool settle() {
        return QTest::qWaitFor([&] { return store.isSettled(); });
    }

    int rows() { return chat.transcript()->rowCount(); }
    QVariant at(int row, int role) { return chat.transcript()->index(row).data(role); }
    QString text(int row) { return at(row, Model::TextRole).toString(); }
    app::chat::MessageId id(int row) { return at(row, Model::IdRole).toLongLong(); }
    State state(int row) { return static_cast<State>(at(row, Model::StateRole).toInt()); }
    int versions(int row) { return at(row, Model::VersionCountRole).toInt(); }
    int version(int row) { return at(row, Model::VersionRole).toInt(); }
    QStringList texts() {
        QStringList all;
        for (int row = 0; row < rows(); ++row)
            all.append(text(row));
        return all;
    }
    QStringList listed() { // titles, without the heads of sections
        QStringList all;
        for (int row = 0; row < chat.conversations()->rowCount(); ++row) {
            const QModelIndex index = chat.conversations()->index(row);
            if (!index.data(app::chat::ConversationListModel::IsHeaderRole).toBool())
                all.append(index.data().toString());
        }
        return all;
    }
    // What the engine was asked last, as "role: text".
    QStringList lastTurn() const {
        QStringList all;
        const auto turns = script->turns();
        if (turns.empty()) return all;
        for (const auto& message : turns.back().messages)
            all.append(QString::fromStdString(message.role + ": " + message.content));
        return all;
    }

    app::storage::Paths paths;
    std::shared_ptr<FakeScript> script;
    app::settings::Settings settings;
    app::settings::Presets presets;
    app::storage::Database database;
    app::bridge::EngineHost host;
    app::bridge::ChatRunner runner;
    app::bridge::TokenCounter counter;
    app::chat::ConversationStore store;
    app::chat::ChatController chat;
    QList<app::bridge::UserMessage> problems;
};

} // namespace tests
