// The table of colour tokens and the QPalette made from it.
#include "ui/theme/palette.h"

#include <QWidget>
#include <algorithm>
#include <array>
#include <cmath>

namespace ui::theme {
namespace {

struct TokenRow {
    const char* name;
    std::array<QRgb, 3> rgb; // light, dark, high contrast
};

constexpr std::array<TokenRow, kTokenCount> kTokens = {{
    {"window", {0xF1F3F6, 0x14161B, 0x000000}},
    {"base", {0xFFFFFF, 0x1A1D23, 0x000000}},
    {"raised", {0xF7F8FA, 0x22262E, 0x121212}},
    {"hover", {0xE7EAF0, 0x2B303A, 0x2A2A2A}},
    {"text", {0x1A1D24, 0xE8EAEF, 0xFFFFFF}},
    {"muted", {0x596171, 0x9BA4B4, 0xDDDDDD}},
    {"border", {0xDCE0E7, 0x2E343E, 0xFFFFFF}},
    {"control", {0x838B9A, 0x6B7586, 0xFFFFFF}},
    {"accent", {0x3456D1, 0x7E9CFF, 0xFFE14D}},
    {"accentText", {0xFFFFFF, 0x0E1429, 0x000000}},
    {"accentTint", {0xE8ECFB, 0x242C48, 0x2B2600}},
    {"selection", {0xCBD6FA, 0x34436F, 0xFFE14D}},
    {"selectionText", {0x1A1D24, 0xFFFFFF, 0x000000}},
    {"onFill", {0xFFFFFF, 0x0E1429, 0x000000}},
    {"ok", {0x17703F, 0x5CC68A, 0x6CFF9E}},
    {"okTint", {0xE2F3E8, 0x1C3329, 0x00260F}},
    {"warn", {0x855400, 0xE3B341, 0xFFC247}},
    {"warnTint", {0xFBF0D9, 0x392F1B, 0x2B1E00}},
    {"bad", {0xB3261E, 0xF2827A, 0xFF9C94}},
    {"badTint", {0xFBE7E5, 0x3D2325, 0x330A08}},
    {"codeBg", {0xF4F5F8, 0x14171C, 0x0A0A0A}},
    {"synKeyword", {0x7A2FB0, 0xC79BF2, 0xFFB3FF}},
    {"synType", {0x0F6674, 0x63C3D1, 0x7FF0FF}},
    {"synFunction", {0x2549B8, 0x8FAAFF, 0xA8C4FF}},
    {"synString", {0x1E6B34, 0x86CC93, 0x8CFFA6}},
    {"synNumber", {0x96480A, 0xE6A56B, 0xFFC08A}},
    {"synComment", {0x626B7B, 0x8791A2, 0xC4C4C4}},
    {"synPreproc", {0xA02060, 0xEB8DB5, 0xFFA3CF}},
    {"synOperator", {0x474F5E, 0xB4BCCA, 0xFFFFFF}},
    {"tierVram", {0x3F63DA, 0x7490F5, 0x6EA8FF}},
    {"tierRam", {0x0A7B6E, 0x3FB5A3, 0x3DF0D0}},
    {"tierDisk", {0x9F5E32, 0xC88A5E, 0xFFA05C}},
    {"memWeights", {0x3F63DA, 0x7490F5, 0x6EA8FF}},
    {"memExperts", {0x0A7B6E, 0x3FB5A3, 0x3DF0D0}},
    {"memKv", {0x8A4FC4, 0xB48AE6, 0xD9A3FF}},
    {"memCompute", {0x946500, 0xD9AC4A, 0xFFD24D}},
    {"memAdapter", {0xC2447C, 0xE07FA8, 0xFF8FC4}},
    {"memActiv", {0x22749F, 0x58ABD6, 0x7FD8FF}},
    {"memOther", {0x6C7484, 0x7C8696, 0xBDBDBD}},
    {"memFree", {0xE7EAF0, 0x2B303A, 0x000000}},
    {"series1", {0x3456D1, 0x7E9CFF, 0xFFE14D}},
    {"series2", {0x0A7B6E, 0x3FB5A3, 0x3DF0D0}},
    {"series3", {0x946500, 0xD9AC4A, 0xFFA05C}},
    {"series4", {0xC2447C, 0xE07FA8, 0xFF8FC4}},
    {"series5", {0x8A4FC4, 0xB48AE6, 0xD9A3FF}},
    {"series6", {0x4F7A1E, 0x9BBF5E, 0xB6FF5C}},
    {"disabledText", {0x9BA1AD, 0x5F6877, 0x8A8A8A}},
}};

constexpr std::array kSchemes = {Scheme::Light, Scheme::Dark, Scheme::Contrast};

double linear(double channel) {
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color) {
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

} // namespace

const char* tokenName(Token token) {
    return kTokens[static_cast<size_t>(token)].name;
}

QColor Palette::color(Token token) const {
    return QColor(kTokens[static_cast<size_t>(token)].rgb[static_cast<size_t>(m_scheme)]);
}

Palette Palette::of(const QPalette& palette) {
    // The link colour is the accent, different in each scheme and never overridden by a widget's own palette.
    const QRgb link = palette.color(QPalette::Active, QPalette::Link).rgb();
    for (Scheme scheme : kSchemes)
        if (Palette(scheme)[Token::Accent].rgb() == link) return Palette(scheme);
    return Palette(palette.color(QPalette::Window).lightness() < 128 ? Scheme::Dark : Scheme::Light);
}

Palette Palette::of(const QWidget* widget) {
    return of(widget->palette());
}

QPalette Palette::toQPalette() const {
    QPalette palette;
    const auto set = [&](QPalette::ColorRole role, Token token) {
        palette.setColor(QPalette::All, role, color(token));
    };
    set(QPalette::Window, Token::Window);
    set(QPalette::Base, Token::Base);
    set(QPalette::AlternateBase, Token::Raised);
    set(QPalette::Button, Token::Raised);
    set(QPalette::ToolTipBase, Token::Raised);
    for (auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText})
        set(role, Token::Text);
    set(QPalette::BrightText, Token::AccentText);
    set(QPalette::PlaceholderText, Token::Muted);
    set(QPalette::Highlight, Token::Selection);
    set(QPalette::HighlightedText, Token::SelectionText);
    set(QPalette::Link, Token::Accent);
    set(QPalette::LinkVisited, Token::Accent);
    set(QPalette::Light, Token::Hover);
    set(QPalette::Midlight, Token::Hover);
    set(QPalette::Mid, Token::Border);
    set(QPalette::Dark, Token::Control);
    set(QPalette::Shadow, Token::Control);
    for (auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::PlaceholderText})
        palette.setColor(QPalette::Disabled, role, color(Token::DisabledText));
    return palette;
}

double contrastRatio(const QColor& a, const QColor& b) {
    const double x = luminance(a);
    const double y = luminance(b);
    return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

} // namespace ui::theme
