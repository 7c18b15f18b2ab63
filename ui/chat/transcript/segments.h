// Neighbouring blocks that one widget shows together.
#pragma once

#include <QList>

#include "ui/chat/markdown/block.h"

namespace ui::chat::transcript {

enum class SegmentKind { Text, Code, Table };

struct Segment {
    SegmentKind kind = SegmentKind::Text;
    QList<markdown::Block> blocks; // one for Code and Table
};

// Text is gathered up to a size at which laying it out anew stays far below a frame. The cut depends only on
// what stands before it, so a growing reply never moves text from one widget to another.
QList<Segment> toSegments(const QList<markdown::Block>& blocks);

} // namespace ui::chat::transcript
