// The colour tokens of the three schemes, and how they become a QPalette and are found again behind one.
#pragma once

#include <QColor>
#include <QPalette>

class QWidget;

namespace ui::theme {

enum class Scheme { Light, Dark, Contrast };

// Every colour of the program has a name here; no other room spells out a colour.
enum class Token {
    Window,
    Base,
    Raised,
    Hover,
    Text,
    Muted,
    Border,
    Control,
    Accent,
    AccentText,
    AccentTint,
    Selection,
    SelectionText,
    OnFill,
    Ok,
    OkTint,
    Warn,
    WarnTint,
    Bad,
    BadTint,
    CodeBg,
    SynKeyword,
    SynType,
    SynFunction,
    SynString,
    SynNumber,
    SynComment,
    SynPreproc,
    SynOperator,
    TierVram,
    TierRam,
    TierDisk,
    MemWeights,
    MemExperts,
    MemKv,
    MemCompute,
    MemAdapter,
    MemActiv,
    MemOther,
    MemFree,
    Series1,
    Series2,
    Series3,
    Series4,
    Series5,
    Series6,
    DisabledText,
};
inline constexpr int kTokenCount = static_cast<int>(Token::DisabledText) + 1;

// The token's name as written in the design's table, "synKeyword".
const char* tokenName(Token token);

class Palette {
 public:
    explicit constexpr Palette(Scheme scheme) : m_scheme(scheme) {}

    // The tokens behind a QPalette that toQPalette() made; a foreign QPalette gives light or dark by its
    // window colour. Widgets find their colours through the palette that Qt hands down to them, so a part of
    // the window (or a test) can wear another scheme and nothing asks a global.
    static Palette of(const QPalette& palette);
    static Palette of(const QWidget* widget);

    Scheme scheme() const { return m_scheme; }
    QColor color(Token token) const;
    QColor operator[](Token token) const { return color(token); }
    // In high contrast a tint never carries meaning alone: tinted areas get an edge in Token::Control.
    bool tintsNeedEdge() const { return m_scheme == Scheme::Contrast; }

    // All groups and roles; text of the Disabled group is Token::DisabledText.
    QPalette toQPalette() const;

    friend bool operator==(Palette a, Palette b) { return a.m_scheme == b.m_scheme; }

 private:
    Scheme m_scheme;
};

// WCAG 2 contrast ratio of two opaque colours, 1 to 21.
double contrastRatio(const QColor& a, const QColor& b);

} // namespace ui::theme
