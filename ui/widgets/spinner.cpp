// The turning ring.
#include "ui/widgets/spinner.h"

#include <QDateTime>
#include <QEvent>
#include <QPainter>
#include <QTimerEvent>

#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"

namespace ui::widgets {
namespace {

constexpr int kFrameMs = 50;

} // namespace

void paintSpinner(QPainter* painter, const QRectF& rect, const QColor& color, double turn) {
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(color, 2, Qt::SolidLine, Qt::RoundCap));
    painter->setBrush(Qt::NoBrush);
    // 280 degrees of the circle, starting at the top and turning clockwise.
    painter->drawArc(rect.adjusted(1.5, 1.5, -1.5, -1.5), qRound((90 - turn * 360) * 16), -280 * 16);
    painter->restore();
}

double spinnerTurn() {
    return static_cast<double>(QDateTime::currentMSecsSinceEpoch() % 1000) / 1000;
}

Spinner::Spinner(QWidget* parent, int side) : QWidget(parent), m_side(side) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleName(tr("Working"));
}

bool Spinner::still() const {
    return theme::prefersReducedMotion(this);
}

QSize Spinner::sizeHint() const {
    if (!still()) return {m_side, m_side};
    const QFontMetrics metrics(theme::font(theme::TextRole::Caption));
    return {metrics.horizontalAdvance(tr("working")) + 2, qMax(m_side, metrics.height())};
}

void Spinner::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const theme::Palette palette = theme::Palette::of(this);
    if (still()) {
        painter.setFont(theme::font(theme::TextRole::Caption));
        painter.setPen(palette[theme::Token::Muted]);
        painter.drawText(rect(), Qt::AlignCenter, tr("working"));
        return;
    }
    const QRectF ring((width() - m_side) / 2.0, (height() - m_side) / 2.0, m_side, m_side);
    paintSpinner(&painter, ring, palette[theme::Token::Accent], spinnerTurn());
}

void Spinner::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    updateGeometry();
    if (!still()) m_timer.start(kFrameMs, this);
}

void Spinner::hideEvent(QHideEvent* event) {
    m_timer.stop();
    QWidget::hideEvent(event);
}

void Spinner::timerEvent(QTimerEvent* event) {
    if (event->timerId() != m_timer.timerId()) return QWidget::timerEvent(event);
    if (still()) {
        m_timer.stop();
        updateGeometry();
    }
    update();
}

void Spinner::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) update();
}

} // namespace ui::widgets
