// The engine's own parser decides.
#include "app/bridge/header_probe.h"

#include "engine/api/inspect.h"

namespace app::bridge {

HeaderProbe probeGguf(const QByteArray& first, qint64 fileBytes) {
    const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(first.constData()),
                                           static_cast<size_t>(first.size()));
    const auto whole = engine::api::holds_gguf_header(bytes, static_cast<uint64_t>(fileBytes));
    if (!whole.ok()) return {HeaderProbe::State::bad, QString::fromStdString(whole.error().message)};
    return {*whole ? HeaderProbe::State::whole : HeaderProbe::State::more, {}};
}

} // namespace app::bridge
