// Quantising with threads of its own: no model needs to be open.
#include "engine/api/quantize.h"

#include <algorithm>

#include "engine/platform/machine.h"

namespace engine::api {

Result<QuantizeReport> quantize(const QuantizeRequest& request, int threads, const Progress& progress,
                                const StopToken& stop) {
    const platform::Machine machine = platform::detect_machine();
    platform::ThreadPool pool(machine.topology, std::max(threads > 0 ? threads : machine.usable_cores, 1));
    return convert::quantize(request, pool, progress, stop);
}

} // namespace engine::api
