// Reading headers through the factory.
#include "app/bridge/header_reader.h"

#include "app/bridge/engine_factory.h"
#include "app/bridge/engine_words.h"

namespace app::bridge {

Header HeaderReader::read(const QString& path) const {
    Header header;
    const engine::Result<engine::api::ModelSummary> summary = m_factory->readHeader(path.toStdString());
    if (summary.ok())
        header.info = toModelInfo(*summary);
    else
        header.problem = toUserMessage(summary.error(), Task::inspecting);
    header.info.path = path;
    return header;
}

} // namespace app::bridge
