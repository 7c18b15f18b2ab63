// fakeEngine: the fake engine and its planning as app's EngineFactory.
#pragma once

#include "app/bridge/engine_factory.h"
#include "tests/support/fake_engine.h"
#include "tests/support/fake_planning.h"

namespace tests {

inline std::shared_ptr<const app::bridge::EngineFactory> fakeEngine(
    const std::shared_ptr<FakeScript>& script) {
    return std::make_shared<const app::bridge::EngineFactory>(app::bridge::EngineFactory{
        [script](const engine::api::EngineOptions& options) { return create_fake_engine(script, options); },
        open_fake_model,
        fake_machine,
        {},
        {}});
}

} // namespace tests
