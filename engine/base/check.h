// Assertions for bugs only: a condition that no input, file or machine may violate.
#pragma once

#include <cassert>

// Active in builds without NDEBUG (presets dev, asan, tsan). Input is checked with Result, never with this.
#define ENGINE_CHECK(condition) assert(condition)
