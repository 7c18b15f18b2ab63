// What every widget that shows a segment of a reply can do.
#pragma once

#include <QTextDocument>
#include <QWidget>

#include "ui/chat/transcript/segments.h"
#include "ui/chat/transcript/text_style.h"

namespace ui::chat::transcript {

class BlockFace {
 public:
    BlockFace() = default;
    BlockFace(const BlockFace&) = delete;
    BlockFace& operator=(const BlockFace&) = delete;
    virtual ~BlockFace() = default;

    virtual QWidget* widget() = 0;
    virtual SegmentKind kind() const = 0;
    // Shows the segment, changing as little as possible: what stands stays, with its selection.
    virtual void show(const Segment& segment) = 0;
    virtual void restyle(const TextStyle& style) = 0;
    // Lays out for this width and says how high that is.
    virtual int heightFor(int width) = 0;
    // The blinking mark behind the last character of a reply that is being written.
    virtual void setCaret(bool present, bool lit) = 0;
    // For finding text; the selection of this document is what findNext() shows.
    virtual QTextDocument* document() = 0;
    virtual void select(const QTextCursor& cursor) = 0;
    // In the coordinates of widget().
    virtual QRect cursorRectangle(const QTextCursor& cursor) = 0;
    virtual void clearSelection() = 0;
    virtual bool hasSelection() const = 0;
    // Distance to a text block before it; between two texts it is the paragraphs' own.
    virtual int gapAbove() const { return 10; }
};

} // namespace ui::chat::transcript
