// Layout of the empty state.
#include "ui/widgets/empty_state.h"

#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/button.h"

namespace ui::widgets {

EmptyState::EmptyState(theme::Icon icon, const QString& sentence, const QString& action, QWidget* parent)
    : QWidget(parent),
      m_icon(icon),
      m_sentence(new QLabel(sentence, this)),
      m_action(new Button(action, this, theme::Variant::Primary)) {
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setWordWrap(true);
    m_sentence->setAlignment(Qt::AlignCenter);
    m_sentence->setMaximumWidth(420);
    m_sentence->setFont(theme::font(theme::TextRole::Transcript));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 24, 24, 24);
    column->setSpacing(theme::metrics::kSpace4);
    column->addStretch(1);
    column->addSpacing(theme::metrics::kIconEmpty);
    // Centred by stretches: an alignment would stop the label from wrapping to its height.
    auto* line = new QHBoxLayout;
    line->addStretch(1);
    line->addWidget(m_sentence, 100);
    line->addStretch(1);
    column->addLayout(line);
    column->addWidget(m_action, 0, Qt::AlignHCenter);
    column->addStretch(1);
    connect(m_action, &QAbstractButton::clicked, this, &EmptyState::actionRequested);
    setAction(action);
}

void EmptyState::setSentence(const QString& sentence) {
    m_sentence->setText(sentence);
}

void EmptyState::setAction(const QString& action) {
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
}

void EmptyState::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const int side = theme::metrics::kIconEmpty;
    const QRectF box((width() - side) / 2.0, m_sentence->y() - theme::metrics::kSpace4 - side, side, side);
    theme::paintIcon(&painter, m_icon, box, theme::Palette::of(this)[theme::Token::Muted]);
}

} // namespace ui::widgets
