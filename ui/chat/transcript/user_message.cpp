// The bubble, its folding, and the actions beside it.
#include "ui/chat/transcript/user_message.h"

#include <QPainter>
#include <QStyle>

#include "ui/chat/transcript/action_row.h"
#include "ui/chat/transcript/inline_editor.h"
#include "ui/chat/transcript/text_block.h"
#include "ui/chat/transcript/version_switch.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"
#include "ui/widgets/button.h"

namespace ui::chat::transcript {
namespace {

using theme::Token;

constexpr int kPaddingX = 14;
constexpr int kPaddingY = 8;
constexpr int kGap = 8;
constexpr int kMoreHeight = 30;
// Laying out a pasted book would stop the window; the rest comes with "Show more".
constexpr qsizetype kFoldedCharacters = 4000;

} // namespace

UserMessage::UserMessage(const TextStyle& style, QWidget* parent)
    : MessageWidget(Role::User, style, parent),
      m_window(new QWidget(this)),
      m_more(new widgets::Button(tr("Show more"), this, theme::Variant::Flat, theme::Icon::Down)) {
    m_text = new TextBlock(tr("Your message"), style, m_window);
    theme::setSmall(m_more);
    m_more->hide();
    connect(m_text, &QTextEdit::copyAvailable, this, [this](bool yes) {
        if (yes) Q_EMIT selected(m_text);
    });
    connect(m_more, &QAbstractButton::clicked, this, [this] {
        m_expanded = !m_expanded;
        m_more->setText(m_expanded ? tr("Show less") : tr("Show more"));
        m_more->setGlyph(m_expanded ? theme::Icon::Up : theme::Icon::Down);
        m_text->showPlain(m_expanded ? m_message.text : m_message.text.left(kFoldedCharacters));
        touch();
    });
}

void UserMessage::showMessage(const MessageView& before, bool) {
    if (before.id == m_message.id && before.text == m_message.text) return;
    m_text->showPlain(m_expanded ? m_message.text : m_message.text.left(kFoldedCharacters));
}

void UserMessage::restyle() {
    m_text->restyle(m_style);
}

std::vector<BlockFace*> UserMessage::faces() const {
    return {m_text};
}

bool UserMessage::isFolded() const {
    return m_long && !m_expanded;
}

int UserMessage::layOutContent(int width) {
    const auto put = [&](QWidget* widget, const QRect& box, int height) {
        widget->setGeometry(QStyle::visualRect(layoutDirection(), QRect(0, 0, width, height), box));
    };
    if (m_editor != nullptr) {
        const int height = m_editor->heightFor(width);
        m_editor->setGeometry(0, 0, width, height);
        return height;
    }
    // The actions stand left of the bubble, so that nothing moves when they show.
    const int actions = m_actions->sizeHint().width();
    const int versions = m_versions->isVisibleTo(this) ? m_versions->sizeHint().width() + kGap : 0;
    const int most = qMax(width / 2, qMin(width * 8 / 10, width - actions - versions - kGap));
    const int textWidth = m_text->naturalWidth(most - 2 * kPaddingX);
    int textHeight = m_text->heightFor(textWidth);
    const qreal line = theme::lineHeight(theme::TextRole::Transcript, m_style.zoom);
    m_long = textHeight > (kFoldedLines + 3) * line || m_message.text.size() > kFoldedCharacters;
    if (isFolded()) textHeight = qMin(textHeight, qRound(kFoldedLines * line));
    m_more->setVisible(m_long);
    const int bubbleWidth = qMax(textWidth + 2 * kPaddingX, m_long ? m_more->sizeHint().width() + 16 : 0);
    const int bubbleHeight = textHeight + 2 * kPaddingY + (m_long ? kMoreHeight : 0);
    const bool beside = width - bubbleWidth - kGap >= actions + versions;
    const int height = bubbleHeight + (beside ? 0 : m_actions->sizeHint().height() + 2);
    m_bubble = QStyle::visualRect(layoutDirection(), QRect(0, 0, width, height),
                                  QRect(width - bubbleWidth, 0, bubbleWidth, bubbleHeight));
    m_window->setGeometry(m_bubble.left() + kPaddingX, kPaddingY, bubbleWidth - 2 * kPaddingX, textHeight);
    m_text->setGeometry(0, 0, textWidth, m_text->heightFor(textWidth));
    m_more->setGeometry(m_bubble.left() + 8, kPaddingY + textHeight + 4, m_more->sizeHint().width(), 28);
    const int rowHeight = m_actions->sizeHint().height();
    const int right = beside ? width - bubbleWidth - kGap : width;
    const int y = beside ? bubbleHeight - rowHeight - qMax(0, (qMin(bubbleHeight, 38) - rowHeight) / 2)
                         : bubbleHeight + 2;
    put(m_versions, QRect(right - versions + kGap, y + 2, versions - kGap, 24), height);
    put(m_actions, QRect(right - versions - actions, y, actions, rowHeight), height);
    return height;
}

void UserMessage::showContent(bool visible) {
    m_window->setVisible(visible);
    m_actions->setVisible(visible);
    m_versions->setVisible(visible && m_message.versionCount > 1);
    m_more->setVisible(visible && m_long);
}

void UserMessage::paintEvent(QPaintEvent*) {
    if (m_editor != nullptr) return;
    QPainter painter(this);
    const theme::Palette& palette = m_style.palette;
    const QColor edge = hasFocus()                ? palette[Token::Accent]
                        : palette.tintsNeedEdge() ? palette[Token::Control]
                                                  : QColor();
    theme::paintRounded(&painter, m_bubble, theme::metrics::kRadiusCard, palette[Token::AccentTint], edge,
                        hasFocus() ? 2 : 1);
}

} // namespace ui::chat::transcript
