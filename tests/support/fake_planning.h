// A model and a machine to plan with that need no file: Qwen3-30B-A3B in Q4_K_M on a desktop with a 16 GB
// card.
#pragma once

#include <memory>
#include <string>

#include "engine/api/plan.h"

namespace tests {

engine::api::MachineProfile fake_machine();
// Any path but one that ends in "missing"; one that ends in "F16.gguf" can be quantised at load. Plans with
// the card, whatever the request says of it.
engine::Result<std::shared_ptr<const engine::api::PlannableModel>> open_fake_model(const std::string& path);

} // namespace tests
