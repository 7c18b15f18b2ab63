// Loading with dlopen().
#include "engine/platform/dynamic_library.h"

#include <dlfcn.h>

namespace engine::platform {

Result<DynamicLibrary> DynamicLibrary::open(const std::string& name) {
    void* const handle = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (handle != nullptr) return DynamicLibrary(handle);
    const char* const said = dlerror();
    const std::string reason = said != nullptr ? said : "no reason given";
    // The loader tells a missing library from a broken one in words alone. A library that it lacks in turn
    // begins the sentence with another name.
    const bool missing = reason.starts_with(name + ":") && reason.find("No such file") != std::string::npos;
    if (missing) return Error{ErrorCode::not_found, name + " is not on this computer", ""};
    return Error{ErrorCode::unsupported, name + " cannot be loaded: " + reason, ""};
}

void* DynamicLibrary::address_of(const char* name) const {
    return dlsym(handle_, name);
}

} // namespace engine::platform
