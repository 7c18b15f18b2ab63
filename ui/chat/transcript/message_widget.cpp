// Focus, hover, editing, naming: the common part of messages.
#include "ui/chat/transcript/message_widget.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>

#include "ui/chat/transcript/action_row.h"
#include "ui/chat/transcript/code_block.h"
#include "ui/chat/transcript/code_view.h"
#include "ui/chat/transcript/inline_editor.h"
#include "ui/chat/transcript/text_block.h"
#include "ui/chat/transcript/version_switch.h"

namespace ui::chat::transcript {
namespace {

int wordCount(const QString& text) {
    int words = 0;
    bool inside = false;
    for (QChar c : text) {
        const bool letter = !c.isSpace();
        words += letter && !inside;
        inside = letter;
    }
    return words;
}

} // namespace

MessageWidget::MessageWidget(Role role, const TextStyle& style, QWidget* parent)
    : QWidget(parent),
      m_style(style),
      m_actions(new ActionRow(role, this)),
      m_versions(new VersionSwitch(this)) {
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    m_message.role = role;
    connect(m_actions, &ActionRow::copy, this, &MessageWidget::copyToClipboard);
    connect(m_actions, &ActionRow::edit, this, &MessageWidget::startEditing);
    connect(m_actions, &ActionRow::regenerate, this, &MessageWidget::regenerate);
    connect(m_actions, &ActionRow::continueReply, this, &MessageWidget::continueReply);
    connect(m_actions, &ActionRow::fork, this, &MessageWidget::fork);
    connect(m_actions, &ActionRow::remove, this, &MessageWidget::remove);
    connect(m_versions, &VersionSwitch::requested, this, &MessageWidget::versionRequested);
    connect(qApp, &QApplication::focusChanged, this, [this] { updateReveal(); });
}

void MessageWidget::setMessage(const MessageView& message, bool readerInside) {
    const MessageView before = m_message;
    m_message = message;
    m_actions->setMessage(message);
    m_versions->setVersion(message.version, message.versionCount);
    m_versions->setEnabledFor(message.state != State::Waiting && message.state != State::Streaming);
    showMessage(before, readerInside);
    if (before.state != message.state || before.id != message.id || message.state == State::Finished)
        updateName();
    m_stale = true;
}

void MessageWidget::setNumber(int number) {
    if (m_number == number) return;
    m_number = number;
    updateName();
}

// "Assistant message 3, 214 words".
void MessageWidget::updateName() {
    const bool user = m_message.role == Role::User;
    const bool writing = m_message.state == State::Waiting || m_message.state == State::Streaming;
    const QString name =
        user ? tr("Your message %1").arg(m_number) : tr("Assistant message %1").arg(m_number);
    const QString size = writing ? tr("being written") : tr("%n words", nullptr, wordCount(m_message.text));
    const QString full = m_message.state == State::Failed
                             ? QStringLiteral("%1, %2, %3").arg(name, size, m_message.problem.title)
                             : QStringLiteral("%1, %2").arg(name, size);
    if (accessibleName() != full) setAccessibleName(full);
}

void MessageWidget::setLast(bool last) {
    m_last = last;
    m_actions->setLast(last);
    updateReveal();
}

void MessageWidget::setStyleOf(const TextStyle& style) {
    if (m_style == style) return;
    m_style = style;
    m_stale = true;
    restyle();
}

void MessageWidget::touch() {
    m_stale = true;
    Q_EMIT heightChanged();
}

void MessageWidget::layOut(int width) {
    m_layoutWidth = width;
    m_stale = false;
    resize(width, layOutContent(width));
    update();
}

void MessageWidget::updateReveal() {
    const bool inside = isAncestorOf(QApplication::focusWidget()) || hasFocus();
    m_actions->setRevealed(m_last || m_hovered || inside);
}

bool MessageWidget::event(QEvent* event) {
    if (event->type() == QEvent::HoverEnter || event->type() == QEvent::HoverLeave) {
        m_hovered = event->type() == QEvent::HoverEnter;
        updateReveal();
    }
    return QWidget::event(event);
}

void MessageWidget::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}

void MessageWidget::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

void MessageWidget::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy)) return copyToClipboard();
    const int key = event->key();
    if ((key == Qt::Key_Return || key == Qt::Key_Enter) && hasFocus()) return enterText();
    // From a block or a button back to the message.
    if (key == Qt::Key_Escape && !hasFocus()) return setFocus(Qt::OtherFocusReason);
    QWidget::keyPressEvent(event);
}

void MessageWidget::enterText() {
    for (BlockFace* face : faces()) {
        if (auto* text = dynamic_cast<TextBlock*>(face)) return text->enterCaretMode();
        if (auto* code = dynamic_cast<CodeBlock*>(face)) return code->view()->setFocus(Qt::OtherFocusReason);
    }
}

void MessageWidget::contextMenuEvent(QContextMenuEvent* event) {
    QMenu menu(this);
    m_actions->fillMenu(&menu);
    menu.exec(event->reason() == QContextMenuEvent::Keyboard ? mapToGlobal(QPoint(24, 24))
                                                             : event->globalPos());
}

void MessageWidget::copyToClipboard() {
    QApplication::clipboard()->setText(m_message.text);
    m_actions->showCopied();
    Q_EMIT copied();
}

void MessageWidget::startEditing() {
    const bool busy = m_message.state == State::Waiting || m_message.state == State::Streaming;
    if (m_editor != nullptr || busy || m_message.readOnly) return;
    const bool user = m_message.role == Role::User;
    m_editor = new InlineEditor(user ? tr("Edit your message") : tr("Edit the reply"), m_message.text,
                                user ? tr("Save && send") : tr("Save"), this);
    connect(m_editor, &InlineEditor::cancelled, this, &MessageWidget::endEditing);
    connect(m_editor, &InlineEditor::heightChanged, this, &MessageWidget::touch);
    connect(m_editor, &InlineEditor::saved, this, [this](const QString& text) {
        const bool changed = text != m_message.text || m_message.role == Role::User;
        endEditing();
        if (changed) Q_EMIT edited(text);
    });
    showContent(false);
    m_editor->show();
    touch();
    m_editor->focusText();
}

void MessageWidget::endEditing() {
    if (m_editor == nullptr) return;
    m_editor->hide();
    m_editor->deleteLater();
    m_editor = nullptr;
    showContent(true);
    setFocus(Qt::OtherFocusReason);
    touch();
    Q_EMIT editingEnded();
}

} // namespace ui::chat::transcript
