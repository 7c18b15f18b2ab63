// Quantising with threads of its own: no model needs to be open.
#include "engine/api/quantize.h"

#include <algorithm>

#include "engine/formats/model_file.h"
#include "engine/platform/machine.h"
#include "engine/platform/thread_priority.h"

namespace engine::api {

namespace {

// One for each step of quality that can be told apart; those beside them are older or hardly smaller.
constexpr std::string_view kUsual[] = {"Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "IQ4_XS", "Q3_K_M", "Q2_K"};
constexpr double kWorthIt = 0.9; // of the model's own size

} // namespace

Result<QuantizeReport> quantize(const QuantizeRequest& request, int threads, const Progress& progress,
                                const StopToken& stop, bool give_way) {
    if (give_way) platform::make_this_thread_give_way();
    const platform::Machine machine = platform::detect_machine();
    platform::ThreadPool pool(machine.topology, std::max(threads > 0 ? threads : machine.usable_cores, 1));
    return convert::quantize(request, pool, progress, stop);
}

Result<std::vector<QuantizePreview>> smaller_copies(const std::string& path) {
    ENGINE_ASSIGN(std::vector<QuantizePreview> copies, convert::preview_quantize(path, kUsual));
    ENGINE_ASSIGN(const formats::ModelFile file, formats::open_model_file(path));
    double most = 0;
    for (const auto& part : file.parts)
        most += kWorthIt * static_cast<double>(part->bytes().size());
    std::erase_if(copies, [most](const auto& copy) { return static_cast<double>(copy.bytes) > most; });
    return copies;
}

} // namespace engine::api
