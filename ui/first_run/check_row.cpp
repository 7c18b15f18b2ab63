// Painting and placing of a row.
#include "ui/first_run/check_row.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QStyle>

#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/spinner.h"

namespace ui::first_run {

namespace metrics = theme::metrics;
using theme::Token;

namespace {
constexpr int kHeight = 62, kCircle = 24;
}

CheckRow::CheckRow(const QString& name, QWidget* parent)
    : QWidget(parent),
      m_name(name),
      m_title(new QLabel(name, this)),
      m_detail(new widgets::ElidedLabel(QString(), this)),
      m_value(new QLabel(this)),
      m_spinner(new widgets::Spinner(this, kCircle - 6)) {
    setFixedHeight(kHeight);
    m_title->setFont(theme::font(theme::TextRole::Body));
    m_detail->setFont(theme::font(theme::TextRole::Small));
    m_detail->setToken(Token::Muted);
    m_spinner->hide();
    auto* texts = new QVBoxLayout;
    texts->setSpacing(0);
    texts->addStretch(1);
    texts->addWidget(m_title);
    texts->addWidget(m_detail);
    texts->addStretch(1);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(kCircle + metrics::kSpace4, 0, 0, 0);
    layout->setSpacing(metrics::kSpace3);
    layout->addLayout(texts, 1);
    layout->addWidget(m_value);
    show(State::waiting, QString(), QString());
}

void CheckRow::show(State state, const QString& detail, const QString& value) {
    m_state = state;
    const bool waits = state == State::waiting;
    m_title->setForegroundRole(waits ? QPalette::PlaceholderText : QPalette::WindowText);
    const QFont body = theme::font(theme::TextRole::Body);
    m_title->setFont(state == State::running ? theme::semibold(body) : body); // what goes on now
    m_value->setFont(state == State::done ? theme::semibold(body) : body);
    m_value->setForegroundRole(waits || state == State::running ? QPalette::PlaceholderText
                                                                : QPalette::WindowText);
    m_detail->setText(detail);
    m_value->setText(value);
    m_spinner->setVisible(state == State::running);
    const QString word = waits                     ? tr("waiting")
                         : state == State::running ? tr("looking")
                         : state == State::done    ? tr("done")
                                                   : tr("not there");
    setAccessibleName(QStringLiteral("%1: %2, %3 %4").arg(m_name, word, detail, value).trimmed());
    update();
}

QRect CheckRow::circle() const {
    return QStyle::visualRect(layoutDirection(), rect(), QRect(0, (kHeight - kCircle) / 2, kCircle, kCircle));
}

void CheckRow::resizeEvent(QResizeEvent*) {
    m_spinner->setGeometry(circle());
}

void CheckRow::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const theme::Palette palette = theme::Palette::of(this);
    if (m_line) painter.fillRect(0, height() - 1, width(), 1, palette[Token::Border]);
    const QRect place = circle();
    if (m_state == State::running) return;
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_state == State::done) {
        theme::paintRounded(&painter, place, kCircle / 2.0, palette[Token::OkTint],
                            palette.tintsNeedEdge() ? palette[Token::Control] : QColor());
        theme::paintIcon(&painter, theme::Icon::Check, place.adjusted(5, 5, -5, -5), palette[Token::Ok]);
    } else if (m_state == State::absent) {
        theme::paintIcon(&painter, theme::Icon::Info, place.adjusted(2, 2, -2, -2), palette[Token::Muted]);
    } else {
        painter.setPen(QPen(palette[Token::Control], 1.5));
        painter.drawEllipse(QRectF(place).adjusted(3, 3, -3, -3));
    }
}

} // namespace ui::first_run
