// Profiles up the staircase as text.
#include "engine/api/machine.h"

#include "engine/formats/machine_file.h"

namespace engine::api {

std::string machine_profile(const MachineSources& from) {
    platform::ProfileSources sources;
    sources.folders = from.folders;
    if (!from.gpu_driver.empty()) sources.gpu_libraries.driver = from.gpu_driver;
    if (!from.gpu_management.empty()) sources.gpu_libraries.management = from.gpu_management;
    return formats::write_machine(platform::take_profile(sources));
}

Result<std::string> read_machine_file(const std::string& path) {
    ENGINE_ASSIGN(const platform::MachineProfile profile, formats::read_machine_file(path));
    return formats::write_machine(profile);
}

} // namespace engine::api
