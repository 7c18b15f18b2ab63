// An open ring that turns once a second while something is going on; under reduced motion it is the word
// "working".
#pragma once

#include <QBasicTimer>
#include <QElapsedTimer>
#include <QWidget>

#include "ui/theme/palette.h"

namespace ui::widgets {

// For delegates: the ring at `turn` (0 to 1).
void paintSpinner(QPainter* painter, const QRectF& rect, const QColor& color, double turn);
// Where a ring that is painted now stands.
double spinnerTurn();

class Spinner : public QWidget {
    Q_OBJECT
 public:
    explicit Spinner(QWidget* parent = nullptr, int side = 14);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
    void paintEvent(QPaintEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void timerEvent(QTimerEvent* event) override;
    void changeEvent(QEvent* event) override;

 private:
    bool still() const;

    QBasicTimer m_timer;
    int m_side;
};

} // namespace ui::widgets
