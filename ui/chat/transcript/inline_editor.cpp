// The text area with its two buttons.
#include "ui/chat/transcript/inline_editor.h"

#include <QKeyEvent>
#include <QTextDocument>

#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"
#include "ui/widgets/button.h"
#include "ui/widgets/text_area.h"

namespace ui::chat::transcript {
namespace {

constexpr int kMostLines = 16;
constexpr int kButtons = 40;

} // namespace

InlineEditor::InlineEditor(const QString& name, const QString& text, const QString& saveLabel,
                           QWidget* parent)
    : QWidget(parent),
      m_text(new widgets::TextArea(name, this)),
      m_save(new widgets::Button(saveLabel, this, theme::Variant::Primary)),
      m_cancel(new widgets::Button(tr("Cancel"), this)) {
    m_text->setFont(theme::font(theme::TextRole::Transcript));
    m_text->setPlainText(text);
    m_text->moveCursor(QTextCursor::End);
    m_text->installEventFilter(this);
    for (widgets::Button* button : {m_save, m_cancel})
        theme::setSmall(button);
    m_save->setToolTip(tr("Ctrl+Enter"));
    m_cancel->setToolTip(tr("Esc"));
    connect(m_save, &QAbstractButton::clicked, this, &InlineEditor::save);
    connect(m_cancel, &QAbstractButton::clicked, this, &InlineEditor::cancelled);
    connect(m_text, &QPlainTextEdit::textChanged, this, [this] {
        m_save->setEnabled(!m_text->toPlainText().trimmed().isEmpty());
        Q_EMIT heightChanged();
    });
}

QString InlineEditor::text() const {
    return m_text->toPlainText();
}

void InlineEditor::focusText() {
    m_text->setFocus(Qt::OtherFocusReason);
}

void InlineEditor::save() {
    if (!m_save->isEnabled()) return;
    Q_EMIT saved(text());
}

int InlineEditor::heightFor(int width) {
    if (m_text->width() != width) m_text->resize(width, m_text->height());
    // A QPlainTextEdit's document counts its height in lines.
    const int lines = qBound(2, static_cast<int>(m_text->document()->size().height()), kMostLines);
    return lines * QFontMetrics(m_text->font()).lineSpacing() + 20 + kButtons;
}

void InlineEditor::resizeEvent(QResizeEvent*) {
    m_text->setGeometry(0, 0, width(), height() - kButtons);
    const QSize save = m_save->sizeHint();
    const QSize cancel = m_cancel->sizeHint();
    const int y = height() - kButtons + 8;
    const auto put = [this](QWidget* widget, const QRect& box) {
        widget->setGeometry(QStyle::visualRect(layoutDirection(), rect(), box));
    };
    put(m_save, QRect(width() - save.width(), y, save.width(), save.height()));
    put(m_cancel, QRect(width() - save.width() - 8 - cancel.width(), y, cancel.width(), cancel.height()));
}

bool InlineEditor::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_text && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        if (enter && key->modifiers().testFlag(Qt::ControlModifier)) {
            save();
            return true;
        }
        if (key->key() == Qt::Key_Escape) {
            Q_EMIT cancelled();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void InlineEditor::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape)
        Q_EMIT cancelled();
    else
        QWidget::keyPressEvent(event);
}

} // namespace ui::chat::transcript
