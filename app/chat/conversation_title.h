// titleFrom: a conversation's name out of its first message. fileNameFrom: a file's name out of that.
#pragma once

#include <QString>

namespace app::chat {

QString titleFrom(const QString& firstMessage); // one line of at most 60 characters; empty for nothing to say

// Without a suffix; one that every file system takes. Empty when nothing of the title is left.
QString fileNameFrom(const QString& title);

} // namespace app::chat
