// The table of icon outlines and how they are painted.
#include "ui/theme/icons.h"

#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <array>

#include "ui/theme/path_data.h"

namespace ui::theme {
namespace {

struct IconRow {
    const char* name;
    const char* path;
};

constexpr std::array<IconRow, kIconCount> kIcons = {{
    {"", ""},
    {"chat", "M4 5.5h16v11h-9l-4.5 3.5v-3.5H4z"},
    {"cube", "M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9"},
    {"chip", "M7 7h10v10H7zM10 3v4M14 3v4M10 17v4M14 17v4M3 10h4M3 14h4M17 10h4M17 14h4"},
    {"tune", "M4 18l5-6 4 3 7-9M15 6h5v5"},
    {"server", "M4 5h16v6H4zM4 13h16v6H4zM8 8h.01M8 16h.01"},
    {"gear",
     "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2M5.6 "
     "18.4l2.2-2.2M16.2 7.8l2.2-2.2"},
    {"plus", "M12 5v14M5 12h14"},
    {"search", "M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15.5 15.5L20 20"},
    {"down", "M6 9.5l6 6 6-6"},
    {"up", "M6 14.5l6-6 6 6"},
    {"right", "M9.5 6l6 6-6 6"},
    {"left", "M14.5 6l-6 6 6 6"},
    {"panelL", "M4 5h16v14H4zM9.5 5v14"},
    {"panelR", "M4 5h16v14H4zM14.5 5v14"},
    {"copy", "M9 9h11v11H9zM15 9V4H4v11h5"},
    {"edit", "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3"},
    {"redo", "M19 12a7 7 0 1 1-2.2-5.1M19 4v4h-4"},
    {"fork", "M7 4v16M7 14c6 0 10-2 10-8M14 8l3-3 3 3"},
    {"trash", "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13"},
    {"dl", "M12 4v11M7 11l5 5 5-5M5 20h14"},
    {"x", "M6 6l12 12M18 6L6 18"},
    {"check", "M5 12.5l4.5 4.5L19 7.5"},
    {"stop", "M7 7h10v10H7z"},
    {"pause", "M9 6v12M15 6v12"},
    {"play", "M8 5.5l10 6.5-10 6.5z"},
    {"send", "M12 19V5M6 11l6-6 6 6"},
    {"clip", "M17 8.5l-7 7a2.5 2.5 0 0 1-3.5-3.5l7.5-7.5a4 4 0 0 1 5.7 5.7l-8 8"},
    {"bulb", "M9 17h6M10 20h4M12 4a5.5 5.5 0 0 0-3 10v3h6v-3a5.5 5.5 0 0 0-3-10z"},
    {"folder", "M4 6h6l2 2.5h8V19H4z"},
    {"file", "M6 3.5h8l4 4v13H6zM14 3.5v4h4"},
    {"bolt", "M13 3L6 13.5h5L10 21l8-11h-5.5z"},
    {"mem", "M3 8h18v9H3zM7 11v3M11 11v3M15 11v3M6 17v3M10 17v3M14 17v3M18 17v3"},
    {"disk", "M5 4h14v16H5zM12 8a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 17.5h.01"},
    {"gpu", "M3 6v14M3 7h18v10H3M10 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM16 10v4"},
    {"info", "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 11v5M12 8h.01"},
    {"warn", "M12 4.5L21 19.5H3zM12 10v4.5M12 17h.01"},
    {"star", "M12 4l2.4 5.2 5.6.7-4.1 3.9 1 5.7-4.9-2.8-4.9 2.8 1-5.7L4 9.900l5.600-.7z"},
    {"more", "M6 12h.01M12 12h.01M18 12h.01"},
    {"pin", "M9 4h6l-1 6 3 3H7l3-3zM12 13v7"},
    {"sliders", "M4 7h9M17 7h3M15 5v4M4 17h3M11 17h9M9 15v4M4 12h4M12 12h8M10 10v4"},
    {"save", "M5 4h11l3 3v13H5zM8 4v5h7V4M8 20v-6h8v6"},
    {"flag", "M6 21V4M6 5h11l-2 3.500 2 3.500H6"},
    {"ext", "M14 5h5v5M19 5l-8 8M11 6H5v13h13v-6"},
    {"wrap", "M4 7h16M4 12h13a3 3 0 0 1 0 6h-4M15 15l-2.500 3 2.500 3M4 17h5"},
    {"brain", "M4 12h3l2-5 3 10 2.500-7 1.500 2h4"},
    {"lock", "M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3"},
    {"globe", "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM4 12h16M12 4c3 3 3 13 0 16M12 4c-3 3-3 13 0 16"},
    {"filter", "M4 6h16l-6 7v6l-4-2v-4z"},
    {"eye",
     "M3 12c3-5 6-6.500 9-6.500s6 1.500 9 6.500c-3 5-6 6.500-9 6.500S6 17 3 12zM12 9.500a2.500 2.500 0 1 0 0 "
     "5 2.500 2.500 0 0 0 0-5z"},
}};

std::array<QPainterPath, kIconCount> parseAll() {
    std::array<QPainterPath, kIconCount> paths;
    for (size_t i = 0; i < paths.size(); ++i)
        paths[i] = parsePathData(kIcons[i].path).value_or(QPainterPath());
    return paths;
}

// Paints from path data at whatever size and device scale is asked for.
class PathIconEngine : public QIconEngine {
 public:
    explicit PathIconEngine(Icon icon) : m_icon(icon) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
        const Palette palette = Palette::of(QGuiApplication::palette());
        const Token token = mode == QIcon::Disabled ? Token::DisabledText
                            : state == QIcon::On    ? Token::Accent
                            : mode == QIcon::Normal ? Token::Muted
                                                    : Token::Text;
        paintIcon(painter, m_icon, rect, palette[token]);
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        return scaledPixmap(size, mode, state, 1.0);
    }

    // `size` is in device pixels here (Qt's contract), and the stroke width depends on the logical size.
    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State state, qreal scale) override {
        QPixmap pixmap(size);
        pixmap.setDevicePixelRatio(scale);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRectF(QPointF(), pixmap.deviceIndependentSize()).toRect(), mode, state);
        return pixmap;
    }

    QIconEngine* clone() const override { return new PathIconEngine(m_icon); }

 private:
    Icon m_icon;
};

} // namespace

const char* iconName(Icon icon) {
    return kIcons[static_cast<size_t>(icon)].name;
}

const QPainterPath& iconPath(Icon icon) {
    static const std::array<QPainterPath, kIconCount> paths = parseAll();
    return paths[static_cast<size_t>(icon)];
}

qreal iconStroke(qreal size) {
    if (size <= 14) return 2.2;
    if (size <= 16) return 2.0;
    return size < 20 ? 1.9 : size <= 24 ? 1.75 : 1.5;
}

void paintIcon(QPainter* painter, Icon icon, const QRectF& rect, const QColor& color) {
    if (icon == Icon::None) return;
    const qreal size = qMin(rect.width(), rect.height());
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->translate(rect.center() - QPointF(size / 2, size / 2));
    painter->scale(size / 24, size / 24);
    painter->setBrush(Qt::NoBrush);
    painter->setPen(QPen(color, iconStroke(size), Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter->drawPath(iconPath(icon));
    painter->restore();
}

QIcon menuIcon(Icon icon) {
    return icon == Icon::None ? QIcon() : QIcon(new PathIconEngine(icon));
}

} // namespace ui::theme
