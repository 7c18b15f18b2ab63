// Medians, because a busy machine makes single measurements slower but never faster.
#include "engine/measure/statistics.h"

#include <algorithm>
#include <chrono>
#include <functional>

namespace engine::measure {

Spread spread_of(std::vector<double> values) {
    if (values.empty()) return {};
    std::sort(values.begin(), values.end());
    const size_t n = values.size();
    return {(values[(n - 1) / 2] + values[n / 2]) / 2, values.front(), values.back()};
}

double undisturbed(std::vector<double> speeds) {
    std::sort(speeds.begin(), speeds.end(), std::greater<>());
    return speeds.empty() ? 0 : speeds[(speeds.size() - 1) / 3];
}

double seconds_now() {
    using namespace std::chrono;
    return duration<double>(steady_clock::now().time_since_epoch()).count();
}

} // namespace engine::measure
