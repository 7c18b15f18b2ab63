// Placing, timing and painting of the toast.
#include "ui/widgets/toast.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QTimerEvent>
#include <utility>

#include "ui/theme/metrics.h"
#include "ui/theme/style.h"
#include "ui/widgets/announcer.h"
#include "ui/widgets/button.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/icon_button.h"

namespace ui::widgets {
namespace {

constexpr int kMargin = 16;
constexpr int kHeight = 44;
constexpr int kMaxWidth = 560;

} // namespace

Toast::Toast(QWidget* host)
    : QWidget(host),
      m_label(new ElidedLabel(QString(), this)),
      m_action(new Button(QString(), this, theme::Variant::Flat)),
      m_close(new IconButton(theme::Icon::Close, tr("Close message"), this, IconButton::Size::Small)),
      m_announcer(new Announcer(host)) {
    setObjectName(QStringLiteral("toast"));
    m_action->setObjectName(QStringLiteral("toastAction"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(theme::metrics::kSpace4, 6, 6, 6);
    row->setSpacing(theme::metrics::kSpace2);
    row->addWidget(m_label, 1);
    row->addWidget(m_action);
    row->addWidget(m_close);
    theme::setSmall(m_action);
    connect(m_action, &QAbstractButton::clicked, this, [this] {
        const auto action = std::exchange(m_onAction, {});
        dismiss();
        if (action) action();
    });
    connect(static_cast<IconButton*>(m_close), &QAbstractButton::clicked, this, &Toast::dismiss);
    host->installEventFilter(this);
    hide();
}

QString Toast::message() const {
    return m_label->text();
}

void Toast::show(const QString& message, const QString& action, std::function<void()> onAction,
                 int milliseconds) {
    m_label->setText(message);
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
    m_onAction = std::move(onAction);
    m_milliseconds = milliseconds;
    m_timer.start(milliseconds, this);
    QWidget::show();
    place();
    raise();
    m_announcer->announce(action.isEmpty() ? message : QStringLiteral("%1 %2").arg(message, action));
}

void Toast::act() {
    if (isVisible() && !m_action->isHidden()) m_action->click();
}

void Toast::dismiss() {
    m_timer.stop();
    m_onAction = {};
    hide();
}

void Toast::place() {
    const int room = parentWidget()->width() - 2 * kMargin;
    layout()->activate();
    const int width = qMin(qMin(kMaxWidth, room), sizeHint().width() + 8);
    const int height = qMax(kHeight, sizeHint().height());
    setGeometry((parentWidget()->width() - width) / 2, parentWidget()->height() - height - kMargin, width,
                height);
}

bool Toast::eventFilter(QObject* watched, QEvent* event) {
    if (watched == parentWidget() && event->type() == QEvent::Resize && isVisible()) place();
    return QWidget::eventFilter(watched, event);
}

void Toast::timerEvent(QTimerEvent* event) {
    if (event->timerId() != m_timer.timerId()) return QWidget::timerEvent(event);
    if (underMouse() || isAncestorOf(QApplication::focusWidget())) {
        m_timer.start(qMin(m_milliseconds, 2000), this);
        return;
    }
    dismiss();
}

void Toast::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape)
        dismiss();
    else
        QWidget::keyPressEvent(event);
}

void Toast::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const theme::Palette palette = theme::Palette::of(this);
    theme::paintRounded(&painter, rect(), theme::metrics::kRadiusCard, palette[theme::Token::Raised],
                        palette[theme::Token::Control]);
}

} // namespace ui::widgets
