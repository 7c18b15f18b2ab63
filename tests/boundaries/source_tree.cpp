// Reading the source tree for the house rules.
#include "tests/boundaries/source_tree.h"

#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>

namespace fs = std::filesystem;

namespace boundaries {

const fs::path& root() {
    static const fs::path kRoot = TANDEM_SOURCE_DIR;
    return kRoot;
}

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string house_path(const fs::path& path) {
    return fs::relative(path, root()).generic_string();
}

static bool is_source(const fs::path& p) {
    static const std::set<std::string> kEndings = {".h", ".cpp", ".cu", ".cuh"};
    return kEndings.contains(p.extension().string());
}

std::vector<fs::path> sources(const std::string& folder) {
    std::vector<fs::path> found;
    if (!fs::exists(root() / folder)) return found;
    for (const auto& entry : fs::recursive_directory_iterator(root() / folder)) {
        if (entry.is_regular_file() && is_source(entry.path())) found.push_back(entry.path());
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::string code_of(const std::string& text) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text.compare(i, 2, "//") == 0) {
            while (i < text.size() && text[i] != '\n')
                ++i;
            out += '\n';
        } else if (text.compare(i, 2, "/*") == 0) {
            i = std::min(text.find("*/", i + 2), text.size() - 2) + 1;
        } else if (text[i] == '"' && text.compare(i > 8 ? i - 9 : 0, 9, "#include ") != 0) {
            out += "\"\"";
            for (++i; i < text.size() && text[i] != '"' && text[i] != '\n'; ++i)
                i += text[i] == '\\';
        } else {
            out += text[i];
        }
    }
    return out;
}

std::vector<std::string> includes(const fs::path& path) {
    static const std::regex kInclude(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
    std::vector<std::string> found;
    std::istringstream lines(read(path));
    for (std::string line; std::getline(lines, line);) {
        std::smatch match;
        if (std::regex_search(line, match, kInclude)) found.push_back(match[1]);
    }
    return found;
}

std::map<std::string, Room> rooms() {
    static const std::regex kRoom(R"(tandem_room\(\s*(\w+)([^)]*)\))");
    static const std::regex kWord(R"([^\s]+)");
    std::map<std::string, Room> found;
    for (const std::string floor : {"engine", "app", "ui"}) {
        for (const auto& entry : fs::recursive_directory_iterator(root() / floor)) {
            if (entry.path().filename() != "CMakeLists.txt") continue;
            const std::string text = read(entry.path());
            for (std::sregex_iterator it(text.begin(), text.end(), kRoom), end; it != end; ++it) {
                Room room{house_path(entry.path().parent_path()), {}};
                const std::string arguments = (*it)[2];
                bool links = false;
                for (std::sregex_iterator w(arguments.begin(), arguments.end(), kWord); w != end; ++w) {
                    if (w->str() == "LINKS" || w->str() == "SOURCES") {
                        links = w->str() == "LINKS";
                    } else if (links) {
                        room.links.insert(w->str());
                    }
                }
                found[(*it)[1]] = room;
            }
        }
    }
    for (auto& [name, room] : found) {
        for (const auto& [other_name, other] : found) {
            if (other.folder != room.folder || other_name == name) continue;
            room.links.insert(other.links.begin(), other.links.end());
            room.links.insert(other_name);
        }
    }
    return found;
}

std::string room_of(const std::map<std::string, Room>& all, const std::string& path) {
    std::string best;
    size_t length = 0;
    for (const auto& [name, room] : all) {
        if (path.starts_with(room.folder + "/") && room.folder.size() > length) {
            best = name;
            length = room.folder.size();
        }
    }
    return best;
}

static const std::vector<std::string> kEngineOrder = {
    "base",    "platform",  "kernels", "ops",        "formats",  "text",    "model",
    "convert", "placement", "runtime", "generation", "training", "measure", "api"};

int place_in_engine(const std::string& path) { // "engine/ops/x.h" -> 3
    const size_t slash = path.find('/');
    const std::string room = path.substr(slash + 1, path.find('/', slash + 1) - slash - 1);
    const auto at = std::find(kEngineOrder.begin(), kEngineOrder.end(), room);
    return at == kEngineOrder.end() ? -1 : static_cast<int>(at - kEngineOrder.begin());
}

} // namespace boundaries
