// The rules of the house as tests: include arrows, Qt and operating system behind their doors, a silent
// engine, true maps.
#include <QTest>
#include <regex>
#include <sstream>

#include "tests/boundaries/source_tree.h"

namespace fs = std::filesystem;
using namespace boundaries;

namespace {

void report(const std::vector<std::string>& broken) {
    std::string text;
    for (const auto& line : broken)
        text += "\n  " + line;
    QVERIFY2(broken.empty(), text.c_str());
}

} // namespace

class HouseRulesTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    // A room includes itself and the rooms that its CMakeLists links; nothing else of the house.
    void includesFollowLinks() {
        const auto all = rooms();
        QVERIFY(all.contains("engine_base"));
        std::vector<std::string> broken;
        for (const std::string floor : {"engine", "app", "ui"}) {
            for (const auto& path : sources(floor)) {
                const std::string room = room_of(all, house_path(path));
                for (const auto& include : includes(path)) {
                    if (!include.starts_with("engine/") && !include.starts_with("app/") &&
                        !include.starts_with("ui/"))
                        continue;
                    const std::string target = room_of(all, include);
                    if (room.empty())
                        continue; // a floor's main.cpp: it stands outside the rooms and links them all
                    if (target != room && !all.at(room).links.contains(target))
                        broken.push_back(house_path(path) + " includes " + include + ", but " + room +
                                         " does not link " + (target.empty() ? "any such room" : target));
                }
            }
        }
        report(broken);
    }

    void engineRoomsStandInOrder() {
        std::vector<std::string> broken;
        for (const auto& path : sources("engine")) {
            for (const auto& include : includes(path)) {
                if (!include.starts_with("engine/")) continue;
                if (place_in_engine(include) < 0 ||
                    place_in_engine(include) > place_in_engine(house_path(path)))
                    broken.push_back(house_path(path) + " looks up to " + include);
            }
        }
        report(broken);
    }

    void floorsKeepTheirWords() {
        static const std::regex kQt(R"(^Q[A-Z])");
        static const std::regex kPixels(
            R"(^Q(Widget|Label|Painter|Pixmap|Icon|Color|Font|Image|Palette|GuiApplication|Application|Style)\b)");
        static const std::regex kSqlOrNetwork(R"(^Q(Sql|Network|Tcp|Udp|Ssl|LocalS))");
        std::vector<std::string> broken;
        for (const auto& path : sources("engine")) {
            for (const auto& include : includes(path)) {
                if (std::regex_search(include, kQt))
                    broken.push_back(house_path(path) + " names Qt: " + include);
            }
        }
        for (const auto& path : sources("app")) {
            const bool bridge = house_path(path).starts_with("app/bridge/");
            for (const auto& include : includes(path)) {
                if (std::regex_search(include, kPixels))
                    broken.push_back(house_path(path) + " draws: " + include);
                if (include.starts_with("engine/") && !(bridge && include.starts_with("engine/api/")))
                    broken.push_back(house_path(path) + " reaches into the engine: " + include);
            }
        }
        for (const auto& path : sources("ui")) {
            for (const auto& include : includes(path)) {
                if (include.starts_with("engine/") || std::regex_search(include, kSqlOrNetwork))
                    broken.push_back(house_path(path) + " includes " + include);
            }
        }
        for (const auto& [name, room] : rooms()) {
            for (const auto& link : room.links) {
                if (room.folder.starts_with("app") && (link == "Qt6::Gui" || link == "Qt6::Widgets"))
                    broken.push_back(name + " links " + link);
                if (room.folder.starts_with("ui") && (link == "Qt6::Sql" || link == "Qt6::Network"))
                    broken.push_back(name + " links " + link);
            }
        }
        report(broken);
    }

    // Rooms of app are features; only application and cli may know several, the floor's ground rooms may be
    // known by all.
    void featuresDoNotKnowEachOther() {
        const std::set<std::string> ground = {"app_storage", "app_settings", "app_bridge",
                                              "app_bridge_local_engine", "app_jobs"};
        const std::set<std::string> wiring = {"app_application", "app_cli"};
        std::vector<std::string> broken;
        for (const auto& [name, room] : rooms()) {
            if (!name.starts_with("app_") || wiring.contains(name)) continue;
            for (const auto& link : room.links) {
                if (link.starts_with("app_") && !ground.contains(link))
                    broken.push_back(name + " knows " + link);
            }
        }
        report(broken);
    }

    void systemStaysBehindItsDoors() {
        static const std::regex kCuda(R"(^(cuda|cublas|nvrtc|cuda_).*)");
        static const std::regex kOneSystem(
            R"(^(windows|winioctl|psapi|io|unistd|fcntl|sched|signal|dlfcn|pthread|numa|numaif|(sys|linux)/\w+)\.h$)");
        std::vector<std::string> broken;
        for (const std::string floor : {"engine", "app", "ui"}) {
            for (const auto& path : sources(floor)) {
                const std::string file = house_path(path);
                const bool cuda_room =
                    file.starts_with("engine/platform/cuda/") || file.starts_with("engine/kernels/cuda/");
                const bool desktop = file.starts_with("app/settings/") || file.starts_with("ui/theme/");
                const bool windows =
                    file.starts_with("engine/platform/") || file.starts_with("app/storage/paths") || desktop;
                const bool of_one_system = file.starts_with("engine/platform/linux/") ||
                                           file.starts_with("engine/platform/windows/");
                for (const auto& include : includes(path)) {
                    if (floor == "engine" && !of_one_system && std::regex_match(include, kOneSystem))
                        broken.push_back(file + " includes " + include + ", which not every system has");
                    if (!cuda_room && std::regex_match(include, kCuda))
                        broken.push_back(file + " includes " + include);
                    if (!desktop && include.starts_with("QDBus"))
                        broken.push_back(file + " includes " + include);
                }
                if (!windows && code_of(read(path)).find("_WIN32") != std::string::npos)
                    broken.push_back(file + " asks for _WIN32");
            }
        }
        report(broken);
    }

    void engineNeverPrintsAbortsOrExits() {
        static const std::regex kLoud(
            R"(\b(printf|fprintf|puts|fputs|putchar|perror)\s*\(|std::(cout|cerr|clog)\b|\b(abort|exit|_exit|quick_exit|terminate)\s*\()");
        std::vector<std::string> broken;
        for (const auto& path : sources("engine")) {
            const std::string code = code_of(read(path));
            std::smatch match;
            if (std::regex_search(code, match, kLoud))
                broken.push_back(house_path(path) + ": " + match.str());
        }
        report(broken);
    }

    // Every room has its line in the floor's README, every line its room.
    void mapsAreTrue() {
        static const std::regex kLine(R"(^\|\s*`([\w/]+?)/?`\s*\|)");
        std::vector<std::string> broken;
        for (const std::string floor : {"engine", "app", "ui"}) {
            std::set<std::string> folders;
            for (const auto& entry : fs::directory_iterator(root() / floor)) {
                if (entry.is_directory()) folders.insert(entry.path().filename().string());
            }
            for (const auto& [name, room] : rooms()) { // a folder that only holds rooms stands for them
                const std::string inside = room.folder.substr(room.folder.find('/') + 1);
                if (room.folder.starts_with(floor + "/") && inside.find('/') != std::string::npos &&
                    floor == "ui") {
                    folders.insert(inside);
                    folders.erase(inside.substr(0, inside.find('/')));
                }
            }
            std::set<std::string> lines;
            std::istringstream text(read(root() / floor / "README.md"));
            for (std::string line; std::getline(text, line);) {
                std::smatch match;
                if (std::regex_search(line, match, kLine)) lines.insert(match[1]);
            }
            for (const auto& f : folders) {
                if (!lines.contains(f))
                    broken.push_back(floor + "/" + f + " has no line in " + floor + "/README.md");
            }
            for (const auto& l : lines) {
                if (!folders.contains(l))
                    broken.push_back(floor + "/README.md names " + l + ", which is not there");
            }
        }
        report(broken);
    }

    void everyFileBeginsWithItsResponsibility() {
        std::vector<std::string> broken;
        for (const std::string floor : {"engine", "app", "ui", "tests"}) {
            for (const auto& path : sources(floor)) {
                if (!read(path).starts_with("// ")) broken.push_back(house_path(path));
            }
        }
        report(broken);
    }

    // Read from the build itself: each file compiled with Qt has all of Qt's footguns switched off.
    void qtTargetsForbidFootguns() {
        const std::vector<std::string> flags = {"QT_NO_CAST_FROM_ASCII",
                                                "QT_NO_CAST_TO_ASCII",
                                                "QT_NO_CAST_FROM_BYTEARRAY",
                                                "QT_NO_NARROWING_CONVERSIONS_IN_CONNECT",
                                                "QT_NO_CONTEXTLESS_CONNECT",
                                                "QT_NO_FOREACH",
                                                "QT_NO_KEYWORDS",
                                                "QT_NO_JAVA_STYLE_ITERATORS",
                                                "QT_DISABLE_DEPRECATED_BEFORE=0x060400"};
        std::istringstream lines(read(fs::path(TANDEM_BINARY_DIR) / "compile_commands.json"));
        std::vector<std::string> broken;
        int seen = 0;
        for (std::string line; std::getline(lines, line);) {
            if (line.find("\"command\"") == std::string::npos ||
                line.find("-DQT_CORE_LIB") == std::string::npos)
                continue;
            ++seen;
            for (const auto& flag : flags) {
                if (line.find("-D" + flag) == std::string::npos)
                    broken.push_back(flag + " missing: " + line.substr(line.rfind(' ')));
            }
        }
        QVERIFY(seen > 0);
        report(broken);
    }
};

QTEST_APPLESS_MAIN(HouseRulesTest)
#include "house_rules_test.moc"
