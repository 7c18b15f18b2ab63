// Whether the operating system lets this process use AMX's tiles.
#pragma once

namespace engine::platform {

// Asks for it; to be called only where processor and XCR0 have them.
bool request_amx_permission();

} // namespace engine::platform
