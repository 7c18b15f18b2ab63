// OpenStore: a ConversationStore over a folder, asked and answered in one line. Reads wait for all writes
// before.
#pragma once

#include <QSignalSpy>
#include <QTest>
#include <optional>

#include "app/chat/conversation_store.h"

namespace tests {

struct OpenStore {
    explicit OpenStore(const QString& folder) : paths(folder), database(paths), store(database) {
        QSignalSpy opened(&database, &app::storage::Database::opened);
        database.open();
        if (opened.isEmpty() && !opened.wait()) qFatal("the database does not open");
    }

    bool settle() {
        return QTest::qWaitFor([&] { return store.isSettled(); });
    }

    QList<app::chat::ConversationHeader> list() {
        return answer<QList<app::chat::ConversationHeader>>([&](auto done) { store.list(&store, done); })
            .value();
    }
    app::storage::Outcome<app::chat::ConversationRecord> tryLoad(app::chat::ConversationId id) {
        return answer<app::chat::ConversationRecord>([&](auto done) { store.load(id, &store, done); });
    }
    app::chat::ConversationRecord load(app::chat::ConversationId id) {
        const auto loaded = tryLoad(id);
        return loaded.ok() ? loaded.value() : app::chat::ConversationRecord();
    }
    QList<app::chat::SearchHit> search(const QString& typed) {
        const auto hits =
            answer<QList<app::chat::SearchHit>>([&](auto done) { store.search(typed, &store, done); });
        if (!hits.ok()) qWarning("search: %s", qPrintable(hits.failure().message));
        return hits.ok() ? hits.value() : QList<app::chat::SearchHit>();
    }

    app::storage::Paths paths;
    app::storage::Database database;
    app::chat::ConversationStore store;

 private:
    template <typename T, typename Ask>
    app::storage::Outcome<T> answer(Ask ask) {
        (void)settle();
        std::optional<app::storage::Outcome<T>> result;
        ask([&](const app::storage::Outcome<T>& outcome) { result = outcome; });
        if (!QTest::qWaitFor([&] { return result.has_value(); })) qFatal("no answer");
        return *result;
    }
};

} // namespace tests
