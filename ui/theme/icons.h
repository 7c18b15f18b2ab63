// The icons: path data on a 24 grid, stroked in one colour and crisp at every scale.
#pragma once

#include <QIcon>
#include <QPainterPath>

#include "ui/theme/palette.h"

class QPainter;

namespace ui::theme {

// A few names differ from the table's: Download is "dl", Close "x", Attach "clip", External "ext", Memory
// "mem".
enum class Icon {
    None,
    Chat,
    Cube,
    Chip,
    Tune,
    Server,
    Gear,
    Plus,
    Search,
    Down,
    Up,
    Right,
    Left,
    PanelLeft,
    PanelRight,
    Copy,
    Edit,
    Redo,
    Fork,
    Trash,
    Download,
    Close,
    Check,
    Stop,
    Pause,
    Play,
    Send,
    Attach,
    Bulb,
    Folder,
    File,
    Bolt,
    Memory,
    Disk,
    Gpu,
    Info,
    Warn,
    Star,
    More,
    Pin,
    Sliders,
    Save,
    Flag,
    External,
    Wrap,
    Brain,
    Lock,
    Globe,
    Filter,
    Eye,
};
inline constexpr int kIconCount = static_cast<int>(Icon::Eye) + 1;

// The icon's name in the table, "panelL"; empty for None.
const char* iconName(Icon icon);

// The outline on the 24 by 24 grid.
const QPainterPath& iconPath(Icon icon);

// Width of the stroke on the 24 grid for an icon of `size` logical pixels: small icons get a relatively wider
// one, so that all sizes look equally heavy.
qreal iconStroke(qreal size);

void paintIcon(QPainter* painter, Icon icon, const QRectF& rect, const QColor& color);

// For places that want a QIcon (menu entries, combo boxes, window icon): it takes its colours from the
// application's palette whenever it is painted, so it needs no re-tinting.
QIcon menuIcon(Icon icon);

} // namespace ui::theme
