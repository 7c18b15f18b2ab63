// Head, foot and frame.
#include "ui/widgets/framed_dialog.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QScreen>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/theme/metrics.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/panel.h"

namespace ui::widgets {

FramedDialog::FramedDialog(QWidget* parent)
    : QDialog(parent, Qt::Dialog | Qt::FramelessWindowHint),
      m_title(new ElidedLabel(QString(), this)),
      m_facts(new ElidedLabel(QString(), this)),
      m_column(new QVBoxLayout(this)) {
    setModal(true);
    m_title->setFont(theme::font(theme::TextRole::Title));
    m_facts->setFont(theme::font(theme::TextRole::Small));
    m_facts->setToken(theme::Token::Muted);
    m_title->setObjectName(QStringLiteral("dialogTitle"));
    m_facts->setObjectName(QStringLiteral("dialogFacts"));
    m_column->setContentsMargins(1, 1, 1, 1);
    m_column->setSpacing(0);
    m_column->addWidget(buildHead());
}

QWidget* FramedDialog::buildHead() {
    auto* head = new QWidget(this);
    auto* close = new IconButton(theme::Icon::Close, tr("Close"), head);
    connect(close, &QAbstractButton::clicked, this, &QDialog::reject);
    auto* words = new QVBoxLayout;
    words->setSpacing(0);
    words->addWidget(m_title);
    words->addWidget(m_facts);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(24, 16, 16, 0);
    row->addLayout(words, 1);
    row->addWidget(close, 0, Qt::AlignTop);
    return head;
}

void FramedDialog::setHeading(const QString& title) {
    m_title->setText(title);
    setWindowTitle(title);
    setAccessibleName(title);
}

void FramedDialog::setFacts(const QString& facts) {
    m_facts->setText(facts);
}

QHBoxLayout* FramedDialog::addFoot() {
    auto* foot = new Panel(theme::Token::Window, this, Qt::TopEdge);
    auto* row = new QHBoxLayout(foot);
    row->setContentsMargins(24, 12, 24, 12);
    row->setSpacing(theme::metrics::kSpace2);
    m_column->addWidget(foot);
    return row;
}

// Without a frame nobody can move it: what grows while it is open grows to all sides, and stays on the
// screen.
void FramedDialog::resizeEvent(QResizeEvent* event) {
    QDialog::resizeEvent(event);
    if (!isVisible() || parentWidget() == nullptr) return;
    const QRect around = parentWidget()->window()->geometry(), on = screen()->availableGeometry();
    const QPoint wanted = around.center() - rect().center();
    move(std::clamp(wanted.x(), on.left(), std::max(on.left(), on.right() - width())),
         std::clamp(wanted.y(), on.top(), std::max(on.top(), on.bottom() - height())));
}

void FramedDialog::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const theme::Palette palette = theme::Palette::of(this);
    painter.fillRect(rect(), palette[theme::Token::Base]);
    painter.setPen(palette[theme::Token::Control]);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

} // namespace ui::widgets
