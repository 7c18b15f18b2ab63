// The parts of a reply and their places.
#include "ui/chat/transcript/reply_message.h"

#include <QLayout>
#include <QPainter>
#include <QStyle>

#include "ui/chat/transcript/action_row.h"
#include "ui/chat/transcript/inline_editor.h"
#include "ui/chat/transcript/reply_body.h"
#include "ui/chat/transcript/thinking_block.h"
#include "ui/chat/transcript/version_switch.h"
#include "ui/theme/focus_ring.h"
#include "ui/theme/fonts.h"
#include "ui/theme/style.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/spinner.h"

namespace ui::chat::transcript {
namespace {

using theme::TextRole;
using theme::Token;

constexpr int kGap = 10;

bool isBusy(State state) {
    return state == State::Waiting || state == State::Streaming;
}

markdown::Stage stageOf(State state) {
    return isBusy(state) ? markdown::Stage::Streaming : markdown::Stage::Complete;
}

} // namespace

ReplyMessage::ReplyMessage(const TextStyle& style, QWidget* parent)
    : MessageWidget(Role::Assistant, style, parent),
      m_body(new ReplyBody(style, this)),
      m_spinner(new widgets::Spinner(this)) {
    setProperty(theme::kWearsRing, true); // its text stands at its very edge
    m_spinner->hide();
    connect(m_body, &ReplyBody::heightChanged, this, &ReplyMessage::touch);
    connect(m_body, &ReplyBody::linkActivated, this, &ReplyMessage::linkActivated);
    connect(m_body, &ReplyBody::selected, this, &ReplyMessage::selected);
}

void ReplyMessage::makeThinking() {
    m_thinking = new ThinkingBlock(m_style, this);
    connect(m_thinking, &ThinkingBlock::heightChanged, this, &ReplyMessage::touch);
    connect(m_thinking->body(), &ReplyBody::linkActivated, this, &ReplyMessage::linkActivated);
    connect(m_thinking->body(), &ReplyBody::selected, this, &ReplyMessage::selected);
    m_thinking->setVisible(m_shown);
}

void ReplyMessage::showMessage(const MessageView&, bool readerInside) {
    if (!m_message.reasoning.isEmpty() || m_message.thinking) {
        if (m_thinking == nullptr) makeThinking();
        m_thinking->show(m_message.reasoning, m_message.thinking && isBusy(m_message.state),
                         m_message.reasoningSeconds, m_message.metrics.reasoningTokens, !readerInside);
    } else if (m_thinking != nullptr) {
        m_thinking->hide();
        m_thinking->deleteLater();
        m_thinking = nullptr;
    }
    m_body->setText(m_message.text, stageOf(m_message.state));
    m_body->setCaret(showsCaret() && !m_message.thinking, m_caretLit);
    m_spinner->setVisible(m_shown && m_message.state == State::Waiting);
    showProblem();
}

void ReplyMessage::showProblem() {
    const Problem& problem = m_message.problem;
    if (m_message.state != State::Failed || problem.isEmpty()) {
        if (m_problem != nullptr) m_problem->hide();
        return;
    }
    if (m_problem == nullptr) {
        m_problem = new widgets::Banner(this);
        connect(m_problem, &widgets::Banner::actionRequested, this, &ReplyMessage::problemAction);
    }
    m_problem->setMessage(widgets::Banner::Severity::Error, problem.title, problem.text, problem.details);
    m_problem->setAction(problem.action);
    m_problem->setVisible(m_shown);
}

QString ReplyMessage::statusText() const {
    if (m_message.state == State::Waiting) {
        if (!m_message.waiting.isEmpty()) return m_message.waiting;
        if (m_message.promptProgress < 0) return tr("Processing prompt");
        return tr("Processing prompt %1 %")
            .arg(static_cast<int>(qBound(0.0, m_message.promptProgress, 1.0) * 100));
    }
    if (m_message.state == State::Stopped && m_message.text.isEmpty())
        return tr("Stopped before the first word");
    return {};
}

bool ReplyMessage::showsCaret() const {
    return m_message.state == State::Streaming;
}

void ReplyMessage::setCaret(bool lit) {
    m_caretLit = lit;
    const bool here = showsCaret();
    m_body->setCaret(here && !m_message.thinking, lit);
    if (m_thinking != nullptr) m_thinking->setCaret(here && m_message.thinking, lit);
    if (here && m_body->isEmpty()) update(m_statusRect);
}

bool ReplyMessage::build(QDeadlineTimer deadline) {
    return m_body->build(deadline);
}

std::vector<BlockFace*> ReplyMessage::faces() const {
    return m_body->faces();
}

void ReplyMessage::restyle() {
    m_body->restyle(m_style);
    if (m_thinking != nullptr) m_thinking->restyle(m_style);
}

int ReplyMessage::layOutContent(int width) {
    const auto put = [&](QWidget* widget, const QRect& box) {
        widget->setGeometry(QStyle::visualRect(layoutDirection(), QRect(0, 0, width, 1 << 20), box));
    };
    const int captionHeight = qMax(24, QFontMetrics(theme::font(TextRole::Caption)).height() + 4);
    const int versionWidth = m_versions->isVisibleTo(this) ? m_versions->sizeHint().width() : 0;
    m_captionRect = QRect(0, 0, width - versionWidth - 8, captionHeight);
    put(m_versions, QRect(width - versionWidth, (captionHeight - 24) / 2, versionWidth, 24));
    int y = captionHeight + 4;
    if (m_editor != nullptr) {
        const int height = m_editor->heightFor(width);
        m_editor->setGeometry(0, y, width, height);
        return y + height;
    }
    if (m_thinking != nullptr) {
        const int height = m_thinking->heightFor(width);
        put(m_thinking, QRect(0, y, width, height));
        m_thinking->place();
        y += height + kGap;
    }
    const int bodyHeight = m_body->heightFor(width);
    put(m_body, QRect(0, y, width, bodyHeight));
    m_body->place();
    y += bodyHeight;
    const bool status = !statusText().isEmpty() || (showsCaret() && m_body->isEmpty() && !m_message.thinking);
    const int line = qRound(theme::lineHeight(TextRole::Transcript, m_style.zoom));
    m_statusRect = status ? QRect(0, y, width, line) : QRect();
    if (status) {
        const QSize ring = m_spinner->sizeHint();
        put(m_spinner, QRect(0, y + (line - ring.height()) / 2, ring.width(), ring.height()));
        y += line;
    }
    if (m_problem != nullptr && m_problem->isVisibleTo(this)) {
        if (bodyHeight > 0) y += kGap;
        const int height = m_problem->layout()->hasHeightForWidth()
                               ? m_problem->layout()->totalHeightForWidth(width)
                               : m_problem->sizeHint().height();
        put(m_problem, QRect(0, y, width, height));
        y += height;
    }
    y += 6;
    const int row = m_actions->sizeHint().height();
    put(m_actions, QRect(0, y, width, row));
    return y + row;
}

void ReplyMessage::showContent(bool visible) {
    m_shown = visible;
    m_body->setVisible(visible);
    if (m_thinking != nullptr) m_thinking->setVisible(visible);
    m_actions->setVisible(visible);
    m_spinner->setVisible(visible && m_message.state == State::Waiting);
    showProblem();
}

void ReplyMessage::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const theme::Palette& palette = m_style.palette;
    const auto place = [this](const QRect& box) {
        return QStyle::visualRect(layoutDirection(), rect(), box);
    };
    const int left = static_cast<int>(QStyle::visualAlignment(layoutDirection(), Qt::AlignLeft));
    painter.setFont(theme::font(TextRole::Caption));
    painter.setPen(palette[Token::Muted]);
    const QString caption = m_message.caption.isEmpty() ? tr("Assistant") : m_message.caption;
    painter.drawText(place(m_captionRect), left | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(caption, Qt::ElideMiddle, m_captionRect.width()));
    if (m_shown && m_statusRect.isValid()) {
        const QString status = statusText();
        if (!status.isEmpty()) {
            const int indent = m_message.state == State::Waiting ? m_spinner->sizeHint().width() + 8 : 0;
            painter.setFont(theme::font(TextRole::Small));
            painter.drawText(place(m_statusRect.adjusted(indent, 0, 0, 0)), left | Qt::AlignVCenter, status);
        } else if (m_caretLit) {
            const int height = qRound(16 * m_style.zoom);
            const QRect caret(0, m_statusRect.top() + (m_statusRect.height() - height) / 2,
                              qRound(8 * m_style.zoom), height);
            theme::paintRounded(&painter, place(caret), 1, palette[Token::Accent]);
        }
    }
}

} // namespace ui::chat::transcript
