// Walking with std::filesystem: names that are no text keep their bytes there.
#include "app/library/folder_walk.h"

#include <QStringDecoder>
#include <algorithm>
#include <filesystem>
#include <set>

#include "app/library/listing.h"
#include "app/library/ollama_manifests.h"

namespace app::library {

namespace {

namespace fs = std::filesystem;

QString textOf(const fs::path& path, bool* isText = nullptr) {
    const std::u8string bytes = path.u8string();
    QStringDecoder decoder(QStringDecoder::Utf8);
    const QString text = decoder(
        QByteArrayView(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size())));
    if (isText != nullptr) *isText = !decoder.hasError();
    return text;
}

bool isHash(const QString& name) {
    return name.size() == 64 && std::all_of(name.begin(), name.end(), [](QChar c) {
               return (c >= QLatin1Char('0') && c <= QLatin1Char('9')) ||
                      (c >= QLatin1Char('a') && c <= QLatin1Char('f'));
           });
}

class Walker {
 public:
    Walker(const Folder& folder, const std::atomic_bool& stop) : m_folder(folder), m_stop(stop) {}

    Walk run() {
        std::error_code failed;
        const fs::path root(m_folder.path.toStdU16String());
        m_walk.reachable = fs::is_directory(root, failed);
        if (m_walk.reachable) visit(root, 0);
        for (Entry& entry : m_walk.found) {
            entry.folder = m_folder.path;
            entry.owner = m_folder.owner;
        }
        return std::move(m_walk);
    }

 private:
    struct Listing {
        QList<ListedFile> files;
        std::vector<fs::path> folders;
    };

    void visit(const fs::path& path, int depth) {
        bool isText = true;
        const QString folder = textOf(path, &isText);
        if (m_stop || (isText && isKnown(folder))) return;
        std::error_code failed;
        fs::directory_iterator names(path, failed);
        if (failed || !isText) { // what has no name cannot be loaded either
            m_walk.unreadable.append(folder);
            return;
        }
        m_walk.folders.append(folder);
        const Listing listing = list(names);
        if (isOllamaStore(listing)) {
            m_walk.found += ollamaModels(folder);
            watchManifests(path / "manifests", 0);
            return;
        }
        m_walk.found += modelsAmong(folder, listing.files);
        for (const fs::path& below : listing.folders)
            if (isWorthVisiting(path, below)) descend(below, depth + 1);
    }

    bool isKnown(const QString& folder) { // by whatever way it was reached
        const std::optional<storage::FileIdentity> identity = storage::identityOf(folder);
        return identity && identity->second != 0 && !m_visited.insert(*identity).second;
    }

    void descend(const fs::path& path, int depth) {
        if (depth <= kDeepest)
            visit(path, depth);
        else
            m_walk.cutShort = true;
    }

    Listing list(fs::directory_iterator& names) {
        Listing listing;
        std::error_code failed;
        for (; !failed && names != fs::directory_iterator() && !m_stop; names.increment(failed)) {
            if (++m_names > kMostNames) {
                m_walk.cutShort = true;
                break;
            }
            const fs::directory_entry& entry = *names;
            std::error_code unknown;
            if (entry.is_directory(unknown))
                listing.folders.push_back(entry.path());
            else if (entry.is_regular_file(unknown) || entry.is_symlink(unknown))
                addFile(listing, entry);
        }
        std::sort(listing.folders.begin(), listing.folders.end());
        std::sort(listing.files.begin(), listing.files.end(),
                  [](const ListedFile& a, const ListedFile& b) { return a.name < b.name; });
        return listing;
    }

    void addFile(Listing& listing, const fs::directory_entry& entry) {
        const std::string ending = entry.path().extension().string();
        if (ending.size() != 5 && ending != ".safetensors") return; // .gguf, .json, .safetensors
        ListedFile file;
        file.name = textOf(entry.path().filename(), &file.nameIsText);
        file.path = textOf(entry.path());
        std::error_code failed;
        if (entry.is_symlink(failed)) {
            if (fs::exists(entry.path(), failed) && !fs::is_regular_file(entry.path(), failed)) return;
            const QString blob = textOf(fs::read_symlink(entry.path(), failed).filename());
            if (isHash(blob)) file.sha256 = blob;
        }
        if (file.nameIsText) file.stamp = storage::stampOf(file.path);
        listing.files.append(file);
    }

    static bool isOllamaStore(const Listing& listing) {
        const auto has = [&](const char* name) {
            return std::any_of(listing.folders.begin(), listing.folders.end(),
                               [&](const fs::path& folder) { return folder.filename() == name; });
        };
        return has("manifests") && has("blobs");
    }

    static bool isWorthVisiting(const fs::path& above, const fs::path& folder) {
        const std::string name = folder.filename().string();
        if (name.starts_with(".") || name.starts_with("datasets--") || name.starts_with("spaces--"))
            return false;
        // Hugging Face's cache: blobs have no names, they are seen through the snapshots.
        return !above.filename().string().starts_with("models--") || name == "snapshots";
    }

    void watchManifests(const fs::path& path, int depth) {
        std::error_code failed;
        m_walk.folders.append(textOf(path));
        fs::directory_iterator names(path, failed);
        for (; !failed && names != fs::directory_iterator(); names.increment(failed)) {
            std::error_code unknown;
            if (depth < kDeepest && names->is_directory(unknown) && !names->is_symlink(unknown))
                watchManifests(names->path(), depth + 1);
        }
    }

    const Folder& m_folder;
    const std::atomic_bool& m_stop;
    Walk m_walk;
    std::set<storage::FileIdentity> m_visited;
    int m_names = 0;
};

} // namespace

Walk walk(const Folder& folder, const std::atomic_bool& stop) {
    return Walker(folder, stop).run();
}

} // namespace app::library
