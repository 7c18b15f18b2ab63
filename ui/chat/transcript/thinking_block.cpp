// The thinking line, and its body while it is open.
#include "ui/chat/transcript/thinking_block.h"

#include <QKeyEvent>
#include <QPainter>
#include <QStyle>

#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"

namespace ui::chat::transcript {
namespace {

using theme::Token;

constexpr int kIcon = 14;
constexpr int kGap = 8;
constexpr int kBodyIndent = 14;

QString durationText(double seconds) {
    const qint64 whole = qMax<qint64>(1, qRound64(seconds));
    if (whole < 60) return ThinkingBlock::tr("%1 s").arg(whole);
    return ThinkingBlock::tr("%1 min %2 s").arg(whole / 60).arg(whole % 60);
}

} // namespace

ThinkingHeader::ThinkingHeader(QWidget* parent) : QAbstractButton(parent) {
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
}

void ThinkingHeader::setTexts(const QString& text, const QString& detail) {
    if (this->text() == text && m_detail == detail) return;
    setText(text);
    m_detail = detail;
    setAccessibleName(detail.isEmpty() ? text : QStringLiteral("%1, %2").arg(text, detail));
    setAccessibleDescription(tr("Shows or hides the thinking"));
    updateGeometry();
    update();
}

QSize ThinkingHeader::sizeHint() const {
    const QFontMetrics metrics(theme::font(theme::TextRole::Small));
    const int detail =
        m_detail.isEmpty() ? 0 : metrics.horizontalAdvance(QStringLiteral(" · ") + m_detail) + 2;
    return {8 + kIcon + kGap + kIcon + kGap + metrics.horizontalAdvance(text()) + detail + 11,
            qMax(theme::metrics::kSmallHeight, metrics.height() + 8)};
}

void ThinkingHeader::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        click();
    else
        QAbstractButton::keyPressEvent(event);
}

void ThinkingHeader::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const theme::Palette palette = theme::Palette::of(this);
    const QColor ink = palette[underMouse() ? Token::Text : Token::Muted];
    theme::paintRounded(&painter, rect(), theme::metrics::kRadiusControl,
                        underMouse() ? palette[Token::Hover] : QColor(), palette[Token::Border]);
    int x = 8;
    const auto place = [&](int width) {
        const QRect box = QStyle::visualRect(layoutDirection(), rect(), QRect(x, 0, width, height()));
        x += width + kGap;
        return box;
    };
    const theme::Icon chevron = isChecked()       ? theme::Icon::Down
                                : isRightToLeft() ? theme::Icon::Left
                                                  : theme::Icon::Right;
    theme::paintIcon(&painter, chevron, place(kIcon), ink);
    theme::paintIcon(&painter, theme::Icon::Bulb, place(kIcon), ink);
    const QFont font = theme::font(theme::TextRole::Small);
    painter.setFont(font);
    painter.setPen(ink);
    const QFontMetrics metrics(font);
    painter.drawText(place(metrics.horizontalAdvance(text()) + 1), Qt::AlignVCenter | Qt::AlignLeft, text());
    if (m_detail.isEmpty()) return;
    x -= kGap - 1;
    const QString detail = QStringLiteral(" · ") + m_detail;
    painter.drawText(place(metrics.horizontalAdvance(detail) + 1), Qt::AlignVCenter | Qt::AlignLeft, detail);
}

ThinkingBlock::ThinkingBlock(const TextStyle& style, QWidget* parent)
    : QWidget(parent),
      m_style(style),
      m_header(new ThinkingHeader(this)),
      m_body(new ReplyBody(style, this)) {
    m_style.quiet = true;
    m_body->restyle(m_style);
    m_body->hide();
    connect(m_header, &QAbstractButton::toggled, this, [this](bool open) {
        m_chosen = true;
        setOpen(open);
    });
    connect(m_body, &ReplyBody::heightChanged, this, &ThinkingBlock::heightChanged);
}

void ThinkingBlock::show(const QString& text, bool running, double seconds, qint64 tokens, bool mayClose) {
    const bool started = running && !m_running;
    const bool ended = !running && m_running;
    m_text = text;
    m_running = running;
    const bool timed = seconds >= 0;
    const QString head = running ? (timed ? tr("Thinking… %1").arg(durationText(seconds)) : tr("Thinking…"))
                         : timed ? tr("Thought for %1").arg(durationText(seconds))
                                 : tr("Thoughts");
    m_header->setTexts(head, !running && tokens > 0
                                 ? tr("%n tokens", nullptr, static_cast<int>(qMin<qint64>(tokens, 1 << 30)))
                                 : QString());
    if (started && !m_chosen) setOpen(true);
    if (ended && !m_chosen && mayClose) setOpen(false);
    if (m_open) fill();
}

void ThinkingBlock::fill() {
    m_body->setText(m_text, m_running ? markdown::Stage::Streaming : markdown::Stage::Complete);
}

void ThinkingBlock::setOpen(bool open) {
    if (m_open == open) return;
    m_open = open;
    {
        const QSignalBlocker quiet(m_header);
        m_header->setChecked(open);
    }
    m_header->update();
    m_body->setVisible(open);
    if (open) fill();
    Q_EMIT heightChanged();
}

void ThinkingBlock::restyle(const TextStyle& style) {
    m_style = style;
    m_style.quiet = true;
    m_body->restyle(m_style);
}

int ThinkingBlock::heightFor(int width) {
    m_width = width;
    m_bodyHeight = m_open ? m_body->heightFor(qMax(40, width - kBodyIndent)) : 0;
    return m_header->sizeHint().height() + (m_open && m_bodyHeight > 0 ? kGap + m_bodyHeight : 0);
}

void ThinkingBlock::place() {
    const QSize head = m_header->sizeHint();
    const auto put = [this](QWidget* widget, const QRect& box) {
        widget->setGeometry(QStyle::visualRect(layoutDirection(), QRect(0, 0, m_width, height()), box));
    };
    put(m_header, QRect(0, 0, qMin(head.width(), m_width), head.height()));
    if (!m_open) return;
    put(m_body, QRect(kBodyIndent, head.height() + kGap, m_width - kBodyIndent, m_bodyHeight));
    m_body->place();
}

void ThinkingBlock::setCaret(bool present, bool lit) {
    m_body->setCaret(present && m_open, lit);
}

void ThinkingBlock::paintEvent(QPaintEvent*) {
    if (!m_open || m_bodyHeight == 0) return;
    QPainter painter(this);
    const int top = m_header->sizeHint().height() + kGap;
    const QRect bar = QStyle::visualRect(layoutDirection(), rect(), QRect(0, top, 2, m_bodyHeight));
    painter.fillRect(bar, theme::Palette::of(this)[Token::Border]);
}

} // namespace ui::chat::transcript
