// Translation between the engine's words and Qt's; for this room only.
#pragma once

#include "app/bridge/chat_turn.h"
#include "app/bridge/model_info.h"
#include "app/bridge/user_message.h"
#include "engine/api/types.h"

namespace app::bridge {

enum class Task { loading, inspecting, replying, quantizing };
UserMessage toUserMessage(const engine::Error& error, Task task);
ModelInfo toModelInfo(const engine::api::ModelSummary& summary);
LoadFacts toLoadFacts(const engine::api::LoadFacts& facts);

// `chatTemplate`: the model's, for the name that it gives to thinking.
engine::api::Turn toTurn(const TurnRequest& request, const std::string& chatTemplate);
ReplyMetrics toMetrics(const engine::api::Reply& reply, double reasoningSeconds);

} // namespace app::bridge
