// Two small buttons around the number.
#include "ui/chat/transcript/version_switch.h"

#include <QPainter>
#include <QStyle>

#include "ui/theme/fonts.h"
#include "ui/widgets/icon_button.h"

namespace ui::chat::transcript {
namespace {

constexpr int kSide = 24;

} // namespace

VersionSwitch::VersionSwitch(QWidget* parent)
    : QWidget(parent),
      m_previous(new widgets::IconButton(theme::Icon::Left, tr("Previous version"), this,
                                         widgets::IconButton::Size::Small)),
      m_next(new widgets::IconButton(theme::Icon::Right, tr("Next version"), this,
                                     widgets::IconButton::Size::Small)) {
    connect(m_previous, &QAbstractButton::clicked, this, [this] { Q_EMIT requested(-1); });
    connect(m_next, &QAbstractButton::clicked, this, [this] { Q_EMIT requested(1); });
    hide();
}

QString VersionSwitch::label() const {
    return tr("%1 / %2").arg(m_version + 1).arg(m_count);
}

void VersionSwitch::setVersion(int version, int count) {
    m_version = version;
    m_count = count;
    setVisible(count > 1);
    setEnabledFor(m_changes);
    m_previous->setAccessibleName(tr("Previous version, now %1 of %2").arg(version + 1).arg(count));
    m_next->setAccessibleName(tr("Next version, now %1 of %2").arg(version + 1).arg(count));
    updateGeometry();
    update();
}

void VersionSwitch::setEnabledFor(bool changes) {
    m_changes = changes;
    m_previous->setEnabled(changes && m_version > 0);
    m_next->setEnabled(changes && m_version + 1 < m_count);
}

QSize VersionSwitch::sizeHint() const {
    const QFontMetrics metrics(theme::font(theme::TextRole::Caption));
    return {2 * kSide + metrics.horizontalAdvance(label()) + 4, kSide};
}

void VersionSwitch::resizeEvent(QResizeEvent*) {
    m_previous->setGeometry(QStyle::visualRect(layoutDirection(), rect(), QRect(0, 0, kSide, height())));
    m_next->setGeometry(
        QStyle::visualRect(layoutDirection(), rect(), QRect(width() - kSide, 0, kSide, height())));
}

void VersionSwitch::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setFont(theme::font(theme::TextRole::Caption));
    painter.setPen(theme::Palette::of(this)[theme::Token::Muted]);
    painter.drawText(rect(), Qt::AlignCenter, label());
}

} // namespace ui::chat::transcript
