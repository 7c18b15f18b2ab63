// Affinity on Windows, where processors come in groups of up to 64: processor p is number p % 64 of group p
// / 64.
#include "engine/platform/affinity.h"

#include <windows.h>

#include <cstddef>
#include <cstdint>

namespace engine::platform {

namespace {
constexpr int kGroup = 64;

void append_processors(std::vector<int>& processors, WORD group, KAFFINITY mask) {
    for (int i = 0; i < kGroup; ++i) {
        if ((mask >> i) & 1u) processors.push_back(group * kGroup + i);
    }
}

// By group, the processors that are there.
std::vector<KAFFINITY> active_masks() {
    std::vector<KAFFINITY> masks;
    DWORD bytes = 0;
    GetLogicalProcessorInformationEx(RelationGroup, nullptr, &bytes);
    std::vector<uint64_t> space(bytes / sizeof(uint64_t) + 1); // aligned for what is written there
    auto* const record = reinterpret_cast<SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX*>(space.data());
    if (bytes == 0 || GetLogicalProcessorInformationEx(RelationGroup, record, &bytes) == 0) return masks;
    for (WORD g = 0; g < record->Group.ActiveGroupCount; ++g)
        masks.push_back(record->Group.GroupInfo[g].ActiveProcessorMask);
    return masks;
}
} // namespace

// A thread that nobody has bound has all of its group, and may be bound to any other group.
std::vector<int> allowed_processors() {
    GROUP_AFFINITY own{};
    if (GetThreadGroupAffinity(GetCurrentThread(), &own) == 0) return {0};
    const std::vector<KAFFINITY> active = active_masks();
    std::vector<int> found;
    if (own.Group < active.size() && own.Mask == active[own.Group]) {
        for (size_t g = 0; g < active.size(); ++g)
            append_processors(found, static_cast<WORD>(g), active[g]);
    } else {
        append_processors(found, own.Group, own.Mask);
    }
    if (found.empty()) return {0};
    return found;
}

// Before Windows 11 a thread runs in one group. Where the processors are in several, threads spread over them
// by their own numbers, which are multiples of 4.
bool bind_this_thread(const std::vector<int>& processors) {
    if (processors.empty()) return false;
    const int group = processors[GetCurrentThreadId() / 4 % processors.size()] / kGroup;
    GROUP_AFFINITY wanted{};
    wanted.Group = static_cast<WORD>(group);
    for (const int p : processors) {
        if (p / kGroup == group) wanted.Mask |= KAFFINITY{1} << (p % kGroup);
    }
    return SetThreadGroupAffinity(GetCurrentThread(), &wanted, nullptr) != 0;
}

int current_processor() {
    PROCESSOR_NUMBER here{};
    GetCurrentProcessorNumberEx(&here);
    return here.Group * kGroup + here.Number;
}

} // namespace engine::platform
