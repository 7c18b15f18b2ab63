// Markdown to blocks.
#pragma once

#include "ui/chat/markdown/block.h"

namespace ui::chat::markdown {

enum class Stage {
    Streaming, // more text will come: markup at the end that is not decided yet is hidden or treated as
               // closed
    Complete,
};

// CommonMark with GitHub's tables, strikethrough, task lists and plain links. Raw HTML is text. A single line
// break inside a paragraph stays a line break, since models write lines as they mean them. `\( \)`, `\[ \]`,
// `$$` and `$` (where it cannot be money) mark mathematics. Never fails; any bytes give some list of blocks.
QList<Block> parse(const QByteArray& utf8, Stage stage);

} // namespace ui::chat::markdown
