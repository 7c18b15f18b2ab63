// Surfaces: a background in one of the tokens, hairlines on chosen sides, and cards.
#pragma once

#include <QWidget>

#include "ui/theme/palette.h"

namespace ui::widgets {

class Panel : public QWidget {
    Q_OBJECT
 public:
    explicit Panel(theme::Token surface, QWidget* parent = nullptr, Qt::Edges hairlines = {});

    void setHairlines(Qt::Edges edges);

 protected:
    void paintEvent(QPaintEvent* event) override;

 private:
    theme::Token m_surface;
    Qt::Edges m_edges;
};

// Rounded and edged, for grouped content on a page.
class Card : public QWidget {
    Q_OBJECT
 public:
    explicit Card(QWidget* parent = nullptr);

 protected:
    void paintEvent(QPaintEvent* event) override;
};

// A hairline between parts.
class Separator : public QWidget {
    Q_OBJECT
 public:
    explicit Separator(Qt::Orientation orientation, QWidget* parent = nullptr);

 protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace ui::widgets
