// Sizes of the design in logical pixels: space, heights, radii.
#pragma once

namespace ui::theme::metrics {

inline constexpr int kSpace1 = 4;
inline constexpr int kSpace2 = 8;
inline constexpr int kSpace3 = 12;
inline constexpr int kSpace4 = 16;
inline constexpr int kSpace5 = 24;
inline constexpr int kSpace6 = 32;
inline constexpr int kPageMargin = 24;

inline constexpr int kControlHeight = 32; // buttons and fields
inline constexpr int kSmallHeight = 28;   // their small form
inline constexpr int kRowHeight = 32;     // list rows
inline constexpr int kTwoLineRowHeight = 56;
inline constexpr int kTableRowHeight = 36;
inline constexpr int kTableHeadHeight = 28;
inline constexpr int kHeaderHeight = 48;
inline constexpr int kStatusBarHeight = 26;
inline constexpr int kChipHeight = 20;
inline constexpr int kFilterChipHeight = 26;
inline constexpr int kRailWidth = 64;

inline constexpr int kRadiusBar = 4;     // bars, check boxes
inline constexpr int kRadiusControl = 6; // controls, rows
inline constexpr int kRadiusCard = 8;    // cards, dialogs, code, composer

inline constexpr int kIconSmall = 14;
inline constexpr int kIconMedium = 16;
inline constexpr int kIconLarge = 20;
inline constexpr int kIconRail = 22;
inline constexpr int kIconEmpty = 48;

inline constexpr int kFocusWidth = 2; // the ring, and its distance from the control

} // namespace ui::theme::metrics
