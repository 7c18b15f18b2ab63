// DynamicLibrary: a library that may be on this computer or not, loaded at run time.
#pragma once

#include <string>

#include "engine/base/result.h"

namespace engine::platform {

// Stays loaded until the program ends: drivers start threads, which do not survive their code.
class DynamicLibrary {
 public:
    // Errors: not_found, unsupported (there, but it cannot be loaded; with the loader's reason).
    static Result<DynamicLibrary> open(const std::string& name);

    // False when the library has no such function.
    template <typename Function>
    bool find(const char* name, Function*& function) const {
        function = reinterpret_cast<Function*>(address_of(name));
        return function != nullptr;
    }

 private:
    explicit DynamicLibrary(void* handle) : handle_(handle) {}
    void* address_of(const char* name) const;

    void* handle_;
};

} // namespace engine::platform
