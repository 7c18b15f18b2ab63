// LoadedModel: a model and the session that writes its replies; shared by those who work with it, gone with
// the last.
#pragma once

#include <memory>

#include "engine/api/engine.h"

namespace app::bridge {

struct LoadedModel {
    std::shared_ptr<engine::api::Model> model;
    std::unique_ptr<engine::api::Session> session; // the thread of ChatRunner only
};

} // namespace app::bridge
