// fakeEngine: the fake engine as app's EngineFactory.
#pragma once

#include "app/bridge/engine_factory.h"
#include "tests/support/fake_engine.h"

namespace tests {

inline std::shared_ptr<const app::bridge::EngineFactory> fakeEngine(
    const std::shared_ptr<FakeScript>& script) {
    return std::make_shared<const app::bridge::EngineFactory>(app::bridge::EngineFactory{
        [script](const engine::api::EngineOptions& options) { return create_fake_engine(script, options); },
        [script](const std::string& path) { return read_fake_header(*script, path); }});
}

} // namespace tests
