// Listing the ways and keeping the fastest.
#include "engine/placement/ways.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace engine::placement {

namespace {

// One card takes all; two are tried in sixteenths; more share evenly or are filled one after the other.
std::vector<std::vector<double>> splits_of(size_t gpus) {
    if (gpus == 0) return {};
    if (gpus == 1) return {{1.0}};
    std::vector<std::vector<double>> splits;
    if (gpus == 2) {
        for (int i = 0; i <= 16; ++i)
            splits.push_back({i / 16.0, 1 - i / 16.0});
        return splits;
    }
    splits.emplace_back(gpus, 1.0 / static_cast<double>(gpus));
    for (size_t first = 1; first < gpus; ++first) {
        std::vector<double> some(gpus, 0);
        std::fill_n(some.begin(), first, 1.0 / static_cast<double>(first));
        splits.push_back(std::move(some));
    }
    return splits;
}

} // namespace

Ways::Ways(const Estimator& estimator, const PlanRequest& request, std::vector<int> gpus, bool heat_known)
    : estimator_(estimator),
      request_(request),
      gpus_(std::move(gpus)),
      heat_known_(heat_known),
      splits_(splits_of(gpus_.size())) {
    const auto& layers = estimator.model().layers;
    for (size_t l = 0; l < layers.size(); ++l) {
        const auto n = static_cast<int32_t>(layers[l].experts);
        if (n == 0) continue;
        const double each = static_cast<double>(layers[l].experts_used) *
                            estimator.expert_seconds(l, kProcessor) /
                            static_cast<double>(std::max<int64_t>(layers[l].expert_bytes, 1));
        whole_.push_back({each / n, static_cast<int32_t>(l), n});
        if (!heat_known) continue;
        for (int32_t e = 0; e < n; ++e)
            single_.push_back(
                {each * (estimator.heat_of(l, e + 1) - estimator.heat_of(l, e)), static_cast<int32_t>(l), 1});
    }
    const auto better = [](const Item& a, const Item& b) { return a.worth > b.worth; };
    std::stable_sort(whole_.begin(), whole_.end(), better);
    std::stable_sort(single_.begin(), single_.end(), better);
}

int Ways::gpu_layers(const Assignment& a) {
    const auto on_gpu =
        std::count_if(a.layers.begin(), a.layers.end(), [](int d) { return d != kProcessor; });
    return static_cast<int>(on_gpu) + (a.head != kProcessor ? 1 : 0);
}

Assignment Ways::plainest() const {
    Assignment a;
    for (const LayerFootprint& layer : estimator_.model().layers) {
        a.layers.push_back(kProcessor);
        a.experts.push_back({0, static_cast<int32_t>(layer.experts), 0});
    }
    return a;
}

// The last layers go to GPUs, in order; the head goes with the last of them.
Assignment Ways::divide(int count, const std::vector<double>& shares) const {
    Assignment a = plainest();
    const auto all = static_cast<int>(a.layers.size());
    const int on_gpu = std::min(count, all);
    size_t own = 0;
    double end = shares[0];
    for (int i = 0; i < on_gpu; ++i) {
        while (own + 1 < shares.size() && i + 0.5 > end * on_gpu)
            end += shares[++own];
        a.layers[static_cast<size_t>(all - on_gpu + i)] = gpus_[own];
    }
    if (count > all) a.head = a.layers.back();
    return a;
}

// Not so for small models that the processor's caches hold.
bool Ways::faster_on_gpu(size_t layer, int gpu) const {
    return estimator_.expert_seconds(layer, gpu) < estimator_.expert_seconds(layer, kProcessor);
}

// False where the dense parts alone do not fit.
bool Ways::fill_gpus(Assignment& a, const Limits& limits, bool by_heat) const {
    std::vector<int64_t> room(limits.gpus.size(), 0);
    for (const int gpu : gpus_) {
        const auto g = static_cast<size_t>(gpu);
        room[g] = limits.gpus[g] - estimator_.bytes_of(a, gpu).model();
        if (room[g] < 0) return false;
    }
    std::vector<char> full(room.size(), 0);
    for (const Item& item : by_heat ? single_ : whole_) {
        const auto l = static_cast<size_t>(item.layer);
        if (a.layers[l] == kProcessor) continue;
        const auto g = static_cast<size_t>(a.layers[l]);
        if (full[g] || !faster_on_gpu(l, a.layers[l])) continue;
        const int64_t each = std::max<int64_t>(estimator_.model().layers[l].expert_bytes, 1);
        const auto n = static_cast<int32_t>(std::min<int64_t>(item.count, room[g] / each));
        full[g] = n < item.count ? 1 : 0;
        a.experts[l].gpu += n;
        a.experts[l].memory -= n;
        room[g] -= n * each;
    }
    return true;
}

// The person's number of layers keep their experts with the processor, the first ones; the rest must fit.
bool Ways::take_fixed(Assignment& a, const Limits& limits) const {
    int left = request_.cpu_expert_layers;
    for (size_t l = 0; l < a.layers.size(); ++l) {
        if (estimator_.model().layers[l].experts == 0 || left-- > 0 || a.layers[l] == kProcessor) continue;
        std::swap(a.experts[l].gpu, a.experts[l].memory);
    }
    return std::all_of(gpus_.begin(), gpus_.end(), [&](int gpu) {
        return estimator_.bytes_of(a, gpu).model() <= limits.gpus[static_cast<size_t>(gpu)];
    });
}

bool Ways::settle_memory(Assignment& a, const Limits& limits, bool disk) const {
    const DeviceBytes bytes = estimator_.bytes_of(a, kProcessor);
    int64_t over = bytes.model() - limits.memory;
    if (over <= 0) return true;
    if (!disk) return false;
    const auto& items = heat_known_ ? single_ : whole_; // the coldest go first
    for (auto item = items.rbegin(); item != items.rend() && over > 0; ++item) {
        const auto l = static_cast<size_t>(item->layer);
        const int64_t each = std::max<int64_t>(estimator_.model().layers[l].expert_bytes, 1);
        const int64_t wanted = std::min<int64_t>(item->count, (over + each - 1) / each);
        const auto n = static_cast<int32_t>(std::min<int64_t>(wanted, a.experts[l].memory));
        a.experts[l].memory -= n;
        a.experts[l].disk += n;
        over -= n * each;
    }
    if (over <= 0) return true;
    a.disk_weights = over;
    return over <= bytes.weights;
}

void Ways::visit_splits(int count, const Limits& limits, bool disk, const Visit& visit, bool& going) const {
    const auto all = static_cast<int>(estimator_.model().layers.size());
    // Fewer layers than all are worth one pass over whole layers only: there is next to no room then.
    const bool by_heat = heat_known_ && (count >= all || request_.gpu_layers >= 0);
    for (const std::vector<double>& shares : splits_) {
        Assignment a = divide(count, shares);
        if (a.head == kProcessor && count > all) continue;
        const bool placed =
            request_.cpu_expert_layers >= 0 ? take_fixed(a, limits) : fill_gpus(a, limits, by_heat);
        if (placed && settle_memory(a, limits, disk)) going = visit(a);
        if (!going) return;
    }
}

void Ways::visit_all(const Limits& limits, bool disk, const Visit& visit) const {
    const auto all = static_cast<int>(estimator_.model().layers.size());
    const bool fixed = request_.gpu_layers >= 0 && !gpus_.empty();
    bool going = true;
    if (!fixed || request_.gpu_layers == 0) {
        Assignment a = plainest();
        if (settle_memory(a, limits, disk)) going = visit(a);
    }
    const int most = fixed ? std::min(request_.gpu_layers, all + 1) : gpus_.empty() ? 0 : all + 1;
    const int least = fixed ? most : 1;
    for (int count = most; count >= std::max(least, 1) && going; --count)
        visit_splits(count, limits, disk, visit, going);
}

std::optional<Assignment> Ways::best_of(const Limits& limits, bool disk) const {
    std::optional<Assignment> best;
    double least = 0;
    visit_all(limits, disk, [&](const Assignment& a) {
        const double seconds = estimator_.token_seconds(a);
        if (!best || seconds < least) {
            best = a;
            least = seconds;
        }
        return true;
    });
    return best;
}

Assignment Ways::as_asked() const {
    if (request_.gpu_layers <= 0 || gpus_.empty()) return plainest();
    constexpr int64_t kAll = int64_t{1} << 60;
    const auto best = best_of({std::vector<int64_t>(estimator_.rates().gpus.size(), kAll), kAll}, false);
    return best ? *best : plainest();
}

std::optional<Assignment> Ways::fastest(const Limits& limits) const {
    return best_of(limits, false);
}
std::optional<Assignment> Ways::fastest_from_disk(const Limits& limits) const {
    return best_of(limits, true);
}

bool Ways::any(const Limits& limits) const {
    bool found = false;
    visit_all(limits, false, [&](const Assignment&) {
        found = true;
        return false;
    });
    return found;
}

} // namespace engine::placement
