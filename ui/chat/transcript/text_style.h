// What the look of the transcript's text depends on.
#pragma once

#include <string>

#include "ui/theme/palette.h"

namespace ui::chat::transcript {

struct TextStyle {
    theme::Palette palette{theme::Scheme::Light};
    double zoom = 1.0;
    bool quiet = false; // thinking: in muted colour
    friend bool operator==(const TextStyle&, const TextStyle&) = default;
};

// Indentation of a list level and of a quote, before zoom.
inline constexpr double kListIndent = 26;
inline constexpr double kQuoteIndent = 16;

inline double indentOf(const std::string& containers, double zoom) {
    double indent = 0;
    for (char container : containers)
        indent += container == 'l' ? kListIndent : kQuoteIndent;
    return indent * zoom;
}

} // namespace ui::chat::transcript
