// LibraryWindow: a library over a folder, with make-believe headers, as one start of the program has it.
#pragma once

#include <QSignalSpy>
#include <QTest>

#include "app/library/library.h"
#include "tests/app/library/model_tree.h"
#include "tests/support/fake_engine_factory.h"

namespace tests {

struct LibraryWindow {
    explicit LibraryWindow(const QString& data, const QString& folder = {})
        : paths(data), settings(paths.settingsFile()), database(paths) {
        if (!folder.isEmpty()) settings.setValue(app::settings::kLibraryFolders, QStringList{folder});
        library.emplace(database, settings, paths, fakeEngine(script), app::library::Places::none());
        database.open();
        library->start();
    }
    // A look that begins now, to its end.
    bool look() {
        QSignalSpy scanned(&*library, &app::library::Library::scanned);
        library->rescan();
        return QTest::qWaitFor([&] { return !scanned.isEmpty(); }) && settle();
    }
    bool settle() {
        return QTest::qWaitFor(
            [&] {
                const auto& all = library->entries();
                return library->isScanned() && std::none_of(all.begin(), all.end(), [](const auto& entry) {
                           return entry->state == app::library::Entry::State::unread;
                       });
            },
            60'000);
    }
    app::library::EntryPointer named(const QString& name) const {
        for (const auto& entry : library->entries())
            if (entry->name == name) return entry;
        return nullptr;
    }

    app::storage::Paths paths;
    std::shared_ptr<FakeScript> script = std::make_shared<FakeScript>();
    app::settings::Settings settings;
    app::storage::Database database;
    std::optional<app::library::Library> library; // before the database it uses
};

} // namespace tests
