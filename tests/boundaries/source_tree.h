// The source tree as the house rules see it: files, includes, code without comments, rooms and what they
// link.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace boundaries {

struct Room {
    std::string folder; // "engine/base"
    std::set<std::string> links;
};

const std::filesystem::path& root();
std::string read(const std::filesystem::path& path);
std::string house_path(const std::filesystem::path& path); // relative to the root, with slashes
std::vector<std::filesystem::path> sources(const std::string& folder);
std::string code_of(const std::string& text); // comments and the insides of string literals blanked out
std::vector<std::string> includes(const std::filesystem::path& path);
// Every tandem_room() of the three floors, by target name. Rooms that share a folder share their links too.
std::map<std::string, Room> rooms();
std::string room_of(const std::map<std::string, Room>& all,
                    const std::string& path); // the deepest that holds `path`
int place_in_engine(const std::string& path); // "engine/ops/x.h" -> 3; -1 for no room of the plan

} // namespace boundaries
