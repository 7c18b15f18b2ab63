// titleFrom: a conversation's name out of its first message.
#pragma once

#include <QString>

namespace app::chat {

QString titleFrom(const QString& firstMessage); // one line of at most 60 characters; empty for nothing to say

} // namespace app::chat
