// The habits of other programs.
#include "app/library/folder.h"

#include <QDir>

namespace app::library {

Places Places::ofThisComputer() {
    return {QDir::homePath(), [](const char* name) { return qEnvironmentVariable(name); }};
}

QList<Folder> foreignFolders(const Places& places) {
    if (places.home.isEmpty()) return {};
    QList<Folder> folders;
    const auto add = [&](const QString& path, Folder::Owner owner) {
        const QString clean = QDir::cleanPath(path);
        for (const Folder& folder : std::as_const(folders))
            if (folder.path == clean) return;
        folders.append({clean, owner, true});
    };
    const auto variable = [&](const char* name) {
        return places.environment ? places.environment(name) : QString();
    };
    const auto addVariable = [&](const char* name, const char* below, Folder::Owner owner) {
        const QString value = variable(name);
        if (!value.isEmpty()) add(value + QLatin1String(below), owner);
    };
    const QString cache = variable("XDG_CACHE_HOME").isEmpty() ? places.home + QStringLiteral("/.cache")
                                                               : variable("XDG_CACHE_HOME");
    using Owner = Folder::Owner;
    addVariable("HF_HUB_CACHE", "", Owner::huggingFace);
    addVariable("HF_HOME", "/hub", Owner::huggingFace);
    add(cache + QStringLiteral("/huggingface/hub"), Owner::huggingFace);
    add(places.home + QStringLiteral("/.lmstudio/models"), Owner::lmStudio);
    add(places.home + QStringLiteral("/.cache/lm-studio/models"), Owner::lmStudio);
    addVariable("OLLAMA_MODELS", "", Owner::ollama);
    add(places.home + QStringLiteral("/.ollama/models"), Owner::ollama);
    add(QStringLiteral("/usr/share/ollama/.ollama/models"), Owner::ollama); // its system service
    addVariable("LLAMA_CACHE", "", Owner::llamaCpp);
    add(cache + QStringLiteral("/llama.cpp"), Owner::llamaCpp);
    return folders;
}

} // namespace app::library
