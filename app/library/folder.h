// Folder: a place that is searched for models, and whose it is.
#pragma once

#include <QList>
#include <QMetaType>
#include <QString>
#include <QStringList>
#include <functional>

namespace app::library {

struct Folder {
    enum class Owner {
        own,         // Tandem's models folder
        chosen,      // added by the person
        huggingFace, // the caches of other programs: nothing there is changed without asking
        lmStudio,
        ollama,
        llamaCpp,
    };
    QString path;
    Owner owner = Owner::chosen;
    bool enabled = true; // searched; the person can turn each folder off

    bool isForeign() const { return owner != Owner::own && owner != Owner::chosen; }
    bool operator==(const Folder&) const = default;
};

// Where this person's programs keep their models. A value, so that tests are not about this computer.
struct Places {
    QString home;
    std::function<QString(const char* name)> environment; // empty: nothing is set

    static Places ofThisComputer();
    static Places none() { return {}; }
};

// The caches of other programs, whether they are there or not; empty without a home.
QList<Folder> foreignFolders(const Places& places);

} // namespace app::library

Q_DECLARE_METATYPE(app::library::Folder)
