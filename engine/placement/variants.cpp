// The choice.
#include "engine/placement/variants.h"

#include <algorithm>
#include <vector>

#include "engine/base/check.h"
#include "engine/placement/plan_text.h"
#include "engine/placement/planner.h"

namespace engine::placement {

namespace {

// Quality is given up for speed only where it is missed: below what people read, and by much.
constexpr double kReadingSpeed = 10; // tokens/s
constexpr double kMuchFaster = 1.5;

bool has_usual_context(const Plan& plan, const Footprint& model, const PlanRequest& request) {
    return request.context > 0 || plan.context >= usual_context(model);
}

// Of plans, best quality first, the one to take; none: nothing fits.
const Plan* best_of(const std::vector<const Plan*>& fitting) {
    const Plan* best = nullptr;
    for (const Plan* plan : fitting) {
        const double now = best != nullptr ? best->predicted.generate_tokens_per_s : 0;
        if (best == nullptr ||
            (now < kReadingSpeed && plan->predicted.generate_tokens_per_s >= kMuchFaster * now))
            best = plan;
    }
    return best;
}

// Why the model is not loaded as it is.
std::string reason(const Plan& as_it_is, const Plan& chosen) {
    const std::string so = "as they are, ";
    if (as_it_is.missing_bytes > 0) return so + gigabytes(as_it_is.missing_bytes) + " more would be needed";
    if (as_it_is.verdict == Verdict::from_disk)
        return so + gigabytes(as_it_is.devices.back().bytes.model()) + " would stay on the disk";
    if (as_it_is.context < chosen.context)
        return so + "the context would have only " + grouped(as_it_is.context) + " tokens";
    return so + "the speed would be about " + speed_text(as_it_is.predicted.generate_tokens_per_s) +
           " tokens/s";
}

Plan named(const Variant& variant, const platform::MachineProfile& machine, const PlanRequest& request,
           const Heat& heat) {
    Plan found = plan(variant.footprint, machine, request, heat);
    found.quantize = variant.quantize;
    return found;
}

} // namespace

Plan plan(std::span<const Variant> variants, const platform::MachineProfile& machine,
          const PlanRequest& request, const Heat& heat) {
    ENGINE_CHECK(!variants.empty());
    const auto finished = [&](Plan found, std::string reason = "") {
        found.quantizable = variants.size() > 1;
        if (!found.quantize.empty())
            found.sentence += " Its weights are made " + found.quantize + " while loading" +
                              (reason.empty() ? "" : ": " + reason) + ".";
        found.quantize_reason = std::move(reason);
        return found;
    };
    if (request.quantize) {
        const auto wanted = std::find_if(variants.begin(), variants.end(), [&](const Variant& variant) {
            return variant.quantize == *request.quantize;
        });
        const Variant& variant = wanted != variants.end() ? *wanted : variants.front();
        return finished(named(variant, machine, request, heat));
    }
    std::vector<Plan> plans;
    plans.reserve(variants.size());
    std::vector<const Plan*> fitting, roomy;
    for (const Variant& variant : variants) {
        const Plan& found = plans.emplace_back(named(variant, machine, request, heat));
        if (!found.fits()) continue;
        fitting.push_back(&found);
        if (!has_usual_context(found, variant.footprint, request)) continue;
        roomy.push_back(&found);
        if (found.predicted.generate_tokens_per_s >= kReadingSpeed) break; // nothing later is wanted
    }
    const Plan& as_it_is = plans.front();
    const Plan* chosen = best_of(roomy.empty() ? fitting : roomy);
    // Nothing fits now: the smallest would come first when other programs are closed.
    if (chosen == nullptr) chosen = plans.back().verdict == Verdict::tight ? &plans.back() : &as_it_is;
    return finished(*chosen, chosen->quantize.empty() ? "" : reason(as_it_is, *chosen));
}

} // namespace engine::placement
