// localEngine: the real engine, inside this process. Its own target, so that tests link without it.
#pragma once

#include <memory>

namespace app::bridge {

struct EngineFactory;
std::shared_ptr<const EngineFactory> localEngine();

} // namespace app::bridge
