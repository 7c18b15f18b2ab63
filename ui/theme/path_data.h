// Path data as in an SVG "d" attribute, read into a QPainterPath.
#pragma once

#include <QPainterPath>
#include <optional>

namespace ui::theme {

// Commands M L H V C S Q A Z, absolute and relative, with implicit repetition. Nothing when the text is
// malformed.
std::optional<QPainterPath> parsePathData(const char* data);

} // namespace ui::theme
