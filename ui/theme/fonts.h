// The type scale on the system's fonts.
#pragma once

#include <QFont>

namespace ui::theme {

enum class TextRole {
    Caption,    // 11/16
    Small,      // 12/18
    Body,       // 13/20
    Transcript, // 14/22
    Title,      // 16/24 semibold
    Figure,     // 20/28 semibold
    Welcome,    // 24/32 semibold
    Code,       // 12.5/19 mono
};

// `zoom` enlarges the text of the transcript alone. Sizes are points, so they follow the screen's logical
// resolution.
QFont font(TextRole role, qreal zoom = 1.0);
QFont semibold(QFont font);

// Distance from one base line to the next in logical pixels; never less than the font itself needs.
qreal lineHeight(TextRole role, qreal zoom = 1.0);

} // namespace ui::theme
