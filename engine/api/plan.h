// Planning: will a model run on a computer, what would it take, how fast would it be; from a header alone.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/measure/model_shape.h"
#include "engine/placement/heat.h"
#include "engine/placement/plan.h"
#include "engine/platform/machine_profile.h"

namespace engine::api {

using measure::ModelShape;
using placement::DeviceKind;
using placement::Guardrail;
using placement::Heat;
using placement::Plan;
using placement::PlanDevice;
using placement::PlanRequest;
using placement::to_string;
using placement::Verdict;
using platform::MachineProfile;

// A model's header, read once and planned with often. Any thread.
class PlannableModel {
 public:
    virtual ~PlannableModel() = default;
    // `heat`: of its experts, as earlier runs have shown it; one of other layers or experts is not heard.
    virtual Plan plan(const MachineProfile& machine, const PlanRequest& request,
                      const Heat& heat = {}) const = 0;
    virtual int64_t trained_context() const = 0; // tokens; 0: the file does not say
};

// A model in F32, F16 or BF16 can be planned as Q8_0 and Q4_K_M, too, and any as `quantize` where that is not
// "". Errors: those of opening a file and reading its spec, invalid_argument (an unknown type).
Result<std::shared_ptr<const PlannableModel>> open_for_planning(const std::string& path,
                                                                std::string_view quantize = {});

// The file that quantize() would write of the model, before it does. Errors: as above.
Result<std::shared_ptr<const PlannableModel>> open_copy_for_planning(const std::string& path,
                                                                     std::string_view type);

// A model of which only these numbers are known, as it would be quantised to `type` ("Q4_K_M"); which norms
// it has follows from its architecture. Errors: those of a file with such a header, unsupported (type),
// invalid_argument (a number is missing).
Result<std::shared_ptr<const PlannableModel>> outline_for_planning(ModelShape shape, std::string_view type);

// Whether models that call themselves so ("qwen3moe") can be run.
bool knows_architecture(std::string_view name);

// This computer as it can be seen without measuring.
MachineProfile see_machine();
// A machine file. Errors: not_found, io, bad_file.
Result<MachineProfile> machine_from_file(const std::string& path);
Result<MachineProfile> machine_from_json(std::string_view json); // bad_file
// Looks again at how much memory is free.
void refresh_memory(MachineProfile& machine);

// Bytes of a device that a level leaves alone.
int64_t reserve_bytes(Guardrail level, DeviceKind kind, int64_t total);

} // namespace engine::api
