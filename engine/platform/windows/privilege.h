// Rights that an administrator gives to an account and a program has to switch on.
#pragma once

namespace engine::platform {

// False: this account may not hold memory that is never swapped out, which large pages are. It is the policy
// "Lock pages in memory".
bool may_lock_memory();

} // namespace engine::platform
