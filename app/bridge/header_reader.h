// HeaderReader: what a model file says about itself, read from its header alone. Blocks, from any thread.
#pragma once

#include <memory>

#include "app/bridge/model_info.h"
#include "app/bridge/user_message.h"

namespace app::bridge {

struct EngineFactory;

struct Header {
    ModelInfo info;      // path always
    UserMessage problem; // not empty: why the rest is not known
};

class HeaderReader {
 public:
    explicit HeaderReader(std::shared_ptr<const EngineFactory> factory) : m_factory(std::move(factory)) {}

    Header read(const QString& path) const;

 private:
    std::shared_ptr<const EngineFactory> m_factory;
};

} // namespace app::bridge
