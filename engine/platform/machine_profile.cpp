// Taking a profile: what the other files of the room find out, put together.
#include "engine/platform/machine_profile.h"

#include "engine/platform/cuda/gpus.h"
#include "engine/platform/disks.h"
#include "engine/platform/huge_pages.h"
#include "engine/platform/process_memory.h"

namespace engine::platform {

MachineProfile take_profile(const ProfileSources& sources) {
    MachineProfile profile;
    profile.name = "This computer";
    profile.machine = detect_machine();
    const HugePages pages = huge_pages(sources.root);
    profile.huge_page_bytes = pages.bytes;
    profile.transparent_huge_pages = pages.transparent;
    profile.program_bytes = resident_bytes();
    cuda::GpuSurvey survey = cuda::survey_gpus(sources.gpu_libraries, sources.root);
    profile.gpus = std::move(survey.gpus);
    profile.gpu_note = std::move(survey.note);
    profile.disks = disks_of(sources.folders, sources.root);
    return profile;
}

} // namespace engine::platform
