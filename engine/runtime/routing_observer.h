// RoutingObserver: told which experts the routers chose.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

namespace engine::runtime {

// experts is {tokens, used} of one layer and one micro-batch; dead after the call.
using RoutingObserver = std::function<void(int32_t layer, std::span<const int32_t> experts)>;

} // namespace engine::runtime
