// What a plan says for people.
#include "engine/placement/plan_text.h"

#include <cctype>
#include <cmath>
#include <cstdio>
#include <vector>

#include "engine/placement/planner.h"

namespace engine::placement {

namespace {

const PlanDevice& memory_of(const Plan& plan) {
    for (const PlanDevice& device : plan.devices)
        if (device.kind == DeviceKind::processor) return device;
    return plan.devices.front();
}

int64_t needed(const Plan& plan) {
    int64_t sum = 0;
    for (const PlanDevice& device : plan.devices)
        if (device.kind != DeviceKind::disk) sum += device.bytes.model();
    return sum;
}

std::string speed_clause(const Plan& plan) {
    if (plan.predicted.generate_tokens_per_s <= 0) return "";
    std::string text = "; about " + speed_text(plan.predicted.generate_tokens_per_s) + " tokens/s";
    switch (plan.limiting) {
        case Limiting::memory_bandwidth:
            return text + ", limited by the memory's speed";
        case Limiting::gpu_bandwidth:
            return text + ", limited by the GPU's memory";
        case Limiting::compute:
            return text + ", limited by the processor";
        case Limiting::disk:
            return text + ", limited by the disk";
        default:
            return text;
    }
}

std::string context_clause(const Plan& plan) {
    return " with a context of " + grouped(plan.context) + " tokens";
}

std::string head_clause(const Plan& plan) {
    const std::string need = gigabytes(needed(plan)), context = context_clause(plan);
    switch (plan.verdict) {
        case Verdict::fits_gpu:
            return "Fits on the GPU: " + need + context;
        case Verdict::fits_partly: {
            const std::string experts =
                plan.cpu_expert_layers > 0
                    ? ", experts of " + std::to_string(plan.cpu_expert_layers) + " layers in memory"
                    : "";
            return "Fits, partly in memory: " + std::to_string(plan.gpu_layers) + " of " +
                   std::to_string(plan.layers.size() + 1) + " layers on the GPU" + experts + ", " + need +
                   context;
        }
        case Verdict::fits_memory:
            return "Fits in memory: " + need + " of " + gigabytes(memory_of(plan).limit) + context;
        case Verdict::from_disk:
            return "Does not fit in memory: " + gigabytes(needed(plan) + plan.devices.back().bytes.model()) +
                   context + ", of which " + gigabytes(plan.devices.back().bytes.model()) +
                   " would be read from the disk again and again";
        case Verdict::tight:
            return "Tight: close other programs, " + gigabytes(plan.missing_bytes) + " more are needed" +
                   context;
        default:
            return "Does not fit: needs " + gigabytes(plan.missing_bytes) + " more" + context;
    }
}

std::string gpu_clause(const platform::MachineProfile& machine, const PlanRequest& request) {
    if (request.gpus_work || machine.gpus.empty()) return "";
    return " " + machine.gpus.front().name + " is not used: this version computes on the processor only.";
}

// The smallest change that makes it fit, or what would make it faster.
std::string suggestion(const Plan& plan) {
    const bool over = plan.verdict == Verdict::tight || plan.verdict == Verdict::from_disk ||
                      plan.verdict == Verdict::does_not_fit;
    if (!over) return "";
    std::vector<std::string> changes; // the smallest first
    if (plan.fitting_kv) changes.push_back("keys and values in " + std::string(name(*plan.fitting_kv)));
    if (plan.largest_context > 0 && plan.largest_context < plan.context)
        changes.push_back("a context of " + grouped(plan.largest_context) + " tokens");
    if (plan.fitting_guardrail)
        changes.push_back("the guardrail \"" + std::string(to_string(*plan.fitting_guardrail)) + "\"");
    if (!changes.empty()) {
        std::string text = changes.front();
        text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
        if (changes.size() > 1) text += ", or " + changes[1] + ",";
        return text + " would fit.";
    }
    if (plan.verdict == Verdict::tight)
        return "Close other programs that use " + gigabytes(plan.missing_bytes) + ".";
    return "Choose a quantisation with fewer bits per weight, or a smaller model.";
}

} // namespace

std::string gigabytes(int64_t bytes) {
    char text[32];
    const double n = static_cast<double>(bytes);
    if (bytes < 1'000'000'000) {
        std::snprintf(text, sizeof text, "%.0f MB", std::ceil(n / 1e6));
    } else {
        std::snprintf(text, sizeof text, "%.1f GB", std::ceil(n / 1e8) / 10);
    }
    return text;
}

std::string grouped(int64_t n) {
    std::string digits = std::to_string(n);
    for (auto at = static_cast<int64_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<size_t>(at), ",");
    return digits;
}

std::string speed_text(double tokens_per_s) {
    char text[32];
    std::snprintf(text, sizeof text, tokens_per_s < 10 ? "%.1f" : "%.0f", tokens_per_s);
    return text;
}

void explain(const Footprint&, const platform::MachineProfile& machine, const PlanRequest& request,
             Plan& plan) {
    plan.sentence = head_clause(plan) + speed_clause(plan) + "." + gpu_clause(machine, request);
    plan.suggestion = suggestion(plan);
}

} // namespace engine::placement
