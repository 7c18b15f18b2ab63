// The table of text sizes.
#include "ui/theme/fonts.h"

#include <QFontDatabase>
#include <QFontInfo>
#include <QFontMetricsF>
#include <QStringList>
#include <array>
#include <cmath>

namespace ui::theme {
namespace {

struct TextSize {
    qreal points;
    qreal linePoints;
    bool semibold;
};

constexpr std::array<TextSize, 8> kSizes = {{
    {8.25, 12, false},
    {9, 13.5, false},
    {9.75, 15, false},
    {10.5, 16.5, false},
    {12, 18, true},
    {15, 21, true},
    {18, 24, true},
    {9.375, 14.25, false},
}};

} // namespace

QFont font(TextRole role, qreal zoom) {
    const TextSize& size = kSizes[static_cast<size_t>(role)];
    const bool mono = role == TextRole::Code;
    const QFont system =
        QFontDatabase::systemFont(mono ? QFontDatabase::FixedFont : QFontDatabase::GeneralFont);
    QFont result(system.families());
    result.setPointSizeF(size.points * zoom);
    if (mono) result.setStyleHint(QFont::Monospace, QFont::PreferMatch);
    if (mono) result.setFixedPitch(true);
    result.setWeight(size.semibold ? QFont::DemiBold : QFont::Normal);
    return result;
}

QFont semibold(QFont font) {
    font.setWeight(QFont::DemiBold);
    return font;
}

qreal lineHeight(TextRole role, qreal zoom) {
    const QFont text = font(role, zoom);
    const QFontMetricsF metrics(text);
    const TextSize& size = kSizes[static_cast<size_t>(role)];
    // From points to logical pixels by what the font itself was given: ascent-independent and right on every
    // screen.
    const qreal pixelsPerPoint = QFontInfo(text).pixelSize() / (size.points * zoom);
    return std::max(metrics.height(), std::round(size.linePoints * zoom * pixelsPerPoint));
}

} // namespace ui::theme
