// The tinted line.
#include "ui/models/load/verdict_line.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QStyle>

#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"

namespace ui::models {

VerdictLine::VerdictLine(QWidget* parent)
    : QWidget(parent), m_text(new QLabel(this)), m_trailing(new QLabel(this)) {
    setObjectName(QStringLiteral("verdictLine"));
    m_text->setTextFormat(Qt::RichText);
    m_text->setWordWrap(true);
    m_trailing->setFont(theme::font(theme::TextRole::Small));
    m_trailing->setForegroundRole(QPalette::PlaceholderText);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(14 + theme::metrics::kIconLarge + 12, 10, 14, 10);
    row->setSpacing(theme::metrics::kSpace3);
    row->addWidget(m_text, 1);
    row->addWidget(m_trailing);
}

void VerdictLine::setVerdict(widgets::Tone tone, theme::Icon icon, const QString& words,
                             const QString& reason, const QString& trailing) {
    m_tone = tone;
    m_icon = icon;
    m_words = words;
    m_reason = reason;
    m_trailing->setText(trailing);
    setAccessibleName(reason.isEmpty() ? words : words + QStringLiteral(": ") + reason);
    dress();
}

// The bold words wear the tone's ink.
void VerdictLine::dress() {
    const QString ink = widgets::chipLook(theme::Palette::of(this), m_tone).ink.name();
    m_text->setText(QStringLiteral("<b style=\"font-weight:600;color:%1\">%2</b>&nbsp; %3")
                        .arg(ink, m_words.toHtmlEscaped(), m_reason.toHtmlEscaped()));
    update();
}

void VerdictLine::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) dress();
}

void VerdictLine::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const theme::Palette palette = theme::Palette::of(this);
    const widgets::ChipLook look = widgets::chipLook(palette, m_tone);
    theme::paintRounded(&painter, QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5),
                        theme::metrics::kRadiusControl, look.fill,
                        palette.tintsNeedEdge() ? palette[theme::Token::Control] : QColor());
    const int size = theme::metrics::kIconLarge;
    const QRect box(14, (height() - size) / 2, size, size);
    theme::paintIcon(&painter, m_icon, QStyle::visualRect(layoutDirection(), rect(), box), look.ink);
}

} // namespace ui::models
