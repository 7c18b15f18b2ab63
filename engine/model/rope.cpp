// Rope frequencies: see rope.h. Formulae as in Hugging Face transformers' modeling_rope_utils, in double
// precision.
#include "engine/model/rope.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "engine/base/check.h"

namespace engine::model {

namespace {

std::vector<double> plain(const RopeSpec& spec, double theta) {
    std::vector<double> frequencies(static_cast<size_t>(spec.dims / 2));
    for (size_t i = 0; i < frequencies.size(); ++i)
        frequencies[i] = std::pow(theta, -2.0 * static_cast<double>(i) / static_cast<double>(spec.dims));
    return frequencies;
}

// bloc97 and emozilla: the base grows with the length, so that the slowest frequency is interpolated fully.
double ntk_theta(const RopeSpec& spec, const RopeDynamicNtk& ntk, int64_t length) {
    const double trained = static_cast<double>(ntk.trained_context);
    const double reached = std::max(static_cast<double>(length), trained);
    const double dims = static_cast<double>(spec.dims);
    return spec.theta * std::pow(ntk.factor * reached / trained - (ntk.factor - 1), dims / (dims - 2));
}

void scale_llama3(std::vector<double>& frequencies, const RopeLlama3& rule) {
    const double trained = static_cast<double>(rule.trained_context);
    const double low = rule.low_frequency_factor, high = rule.high_frequency_factor;
    for (double& f : frequencies) {
        const double wavelength = 2 * std::numbers::pi / f;
        if (wavelength < trained / high) continue;
        if (wavelength > trained / low) {
            f /= rule.factor;
        } else {
            const double smooth = (trained / wavelength - low) / (high - low);
            f = (1 - smooth) * f / rule.factor + smooth * f;
        }
    }
}

// Peng et al., "YaRN", 2023: frequencies that turn often within the trained context stay, slow ones are
// interpolated, with a ramp between.
void scale_yarn(std::vector<double>& frequencies, const RopeSpec& spec, const RopeYarn& yarn) {
    const auto dimension_of = [&](double turns) {
        return static_cast<double>(spec.dims) *
               std::log(static_cast<double>(yarn.trained_context) / (turns * 2 * std::numbers::pi)) /
               (2 * std::log(spec.theta));
    };
    double low = dimension_of(yarn.beta_fast), high = dimension_of(yarn.beta_slow);
    if (yarn.round_range) {
        low = std::floor(low);
        high = std::ceil(high);
    }
    low = std::max(low, 0.0);
    high = std::min(high, static_cast<double>(spec.dims - 1));
    if (low == high) high += 0.001;
    for (size_t i = 0; i < frequencies.size(); ++i) {
        const double ramp = std::clamp((static_cast<double>(i) - low) / (high - low), 0.0, 1.0);
        frequencies[i] = frequencies[i] / yarn.factor * ramp + frequencies[i] * (1 - ramp);
    }
}

} // namespace

RopeTable rope_table(const RopeSpec& spec, int64_t length, std::span<const float> divisors) {
    double theta = spec.theta;
    if (const auto* ntk = std::get_if<RopeDynamicNtk>(&spec.scaling)) theta = ntk_theta(spec, *ntk, length);
    std::vector<double> frequencies = plain(spec, theta);
    RopeTable table{{}, static_cast<float>(spec.attention_factor)};
    if (const auto* linear = std::get_if<RopeLinear>(&spec.scaling)) {
        for (double& f : frequencies)
            f /= linear->factor;
    } else if (const auto* llama3 = std::get_if<RopeLlama3>(&spec.scaling)) {
        scale_llama3(frequencies, *llama3);
    } else if (const auto* yarn = std::get_if<RopeYarn>(&spec.scaling)) {
        scale_yarn(frequencies, spec, *yarn);
    } else if (const auto* rule = std::get_if<RopeLongRope>(&spec.scaling)) {
        const auto& factors = length > rule->trained_context ? rule->long_factors : rule->short_factors;
        ENGINE_CHECK(factors.size() == frequencies.size());
        for (size_t i = 0; i < frequencies.size(); ++i)
            frequencies[i] /= factors[i];
    }
    if (spec.divided_by_weight) {
        ENGINE_CHECK(divisors.size() == frequencies.size());
        for (size_t i = 0; i < frequencies.size(); ++i)
            frequencies[i] /= static_cast<double>(divisors[i]);
    }
    table.frequencies.assign(frequencies.begin(), frequencies.end());
    return table;
}

bool depends_on_length(const RopeSpec& spec) {
    return std::holds_alternative<RopeDynamicNtk>(spec.scaling) ||
           std::holds_alternative<RopeLongRope>(spec.scaling);
}

} // namespace engine::model
