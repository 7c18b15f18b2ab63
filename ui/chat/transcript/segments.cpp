// The grouping of blocks.
#include "ui/chat/transcript/segments.h"

namespace ui::chat::transcript {
namespace {

constexpr qsizetype kMostBlocks = 60;
constexpr qsizetype kMostCharacters = 12 * 1024;

SegmentKind kindOf(const markdown::Block& block) {
    switch (block.kind) {
        case markdown::BlockKind::Code:
            return SegmentKind::Code;
        case markdown::BlockKind::Table:
            return SegmentKind::Table;
        default:
            return SegmentKind::Text;
    }
}

} // namespace

QList<Segment> toSegments(const QList<markdown::Block>& blocks) {
    QList<Segment> segments;
    qsizetype characters = 0;
    for (const markdown::Block& block : blocks) {
        const SegmentKind kind = kindOf(block);
        const bool joins = kind == SegmentKind::Text && !segments.isEmpty() &&
                           segments.last().kind == SegmentKind::Text &&
                           segments.last().blocks.size() < kMostBlocks && characters < kMostCharacters;
        if (!joins) {
            segments.append(Segment{kind, {}});
            characters = 0;
        }
        segments.last().blocks.append(block);
        characters += block.text.text.size();
    }
    return segments;
}

} // namespace ui::chat::transcript
