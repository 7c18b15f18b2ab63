// Code in a QPlainTextEdit that never scrolls vertically and colours its lines as they are first painted.
#include "ui/chat/transcript/code_view.h"

#include <QMimeData>
#include <QPainter>
#include <QPlainTextDocumentLayout>
#include <QScrollBar>
#include <QTextBlock>
#include <QWheelEvent>
#include <cmath>

#include "ui/theme/fonts.h"
#include "ui/theme/style.h"

namespace ui::chat::transcript {
namespace {

using highlight::TokenKind;
using theme::TextRole;
using theme::Token;

constexpr int kMarginX = 12;
constexpr int kMarginRight = 8;
constexpr int kMarginTop = 8;
constexpr int kMarginBottom = 8;
constexpr int kTabColumns = 4;
// One line of a megabyte would be shaped as a whole; it is shown in pieces.
constexpr qsizetype kLongestLine = 4000;

// Gives each line the design's height, which QPlainTextEdit takes from the font alone.
class SpacedLayout : public QPlainTextDocumentLayout {
 public:
    using QPlainTextDocumentLayout::QPlainTextDocumentLayout;
    void setExtra(qreal extra) { m_extra = extra; }

    QRectF blockBoundingRect(const QTextBlock& block) const override {
        QRectF rect = QPlainTextDocumentLayout::blockBoundingRect(block);
        if (block.isValid() && rect.height() > 0) rect.setHeight(rect.height() + m_extra);
        return rect;
    }

 private:
    qreal m_extra = 0;
};

bool isWide(QChar c) {
    return c.unicode() >= 0x1100;
}

} // namespace

CodeView::CodeView(const TextStyle& style, QWidget* parent) : QPlainTextEdit(parent), m_style(style) {
    setFrameShape(QFrame::NoFrame);
    setReadOnly(true);
    setUndoRedoEnabled(false);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setLineWrapMode(QPlainTextEdit::NoWrap);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setViewportMargins(kMarginX, kMarginTop, kMarginRight, 0);
    viewport()->setAutoFillBackground(false);
    setFocusPolicy(Qt::StrongFocus);
    document()->setDocumentMargin(0);
    document()->setDocumentLayout(new SpacedLayout(document()));
    dress();
}

void CodeView::dress() {
    const QFont mono = theme::font(TextRole::Code, m_style.zoom);
    setFont(mono);
    document()->setDefaultFont(mono);
    const QFontMetricsF metrics(mono);
    setTabStopDistance(kTabColumns * metrics.horizontalAdvance(QLatin1Char(' ')));
    // Plain text layouts count a line's height in whole pixels.
    const qreal natural = std::ceil(metrics.height());
    m_lineHeight = std::max(natural, theme::lineHeight(TextRole::Code, m_style.zoom));
    static_cast<SpacedLayout*>(document()->documentLayout())->setExtra(m_lineHeight - natural);
}

void CodeView::setLanguage(const highlight::Language* language) {
    if (m_language == language) return;
    m_language = language;
    recolour();
}

void CodeView::restyle(const TextStyle& style) {
    if (m_style == style) return;
    m_style = style;
    dress();
    recolour();
}

void CodeView::recolour() {
    m_states.clear();
    m_coloured.clear();
    viewport()->update();
}

void CodeView::setWrapped(bool wrapped) {
    setLineWrapMode(wrapped ? QPlainTextEdit::WidgetWidth : QPlainTextEdit::NoWrap);
}

void CodeView::measure(const QString& text) {
    for (QChar c : text) {
        if (c == QLatin1Char('\n'))
            m_lastColumns = 0;
        else
            m_lastColumns += c == QLatin1Char('\t') ? kTabColumns : isWide(c) ? 2 : 1;
        m_columns = qMax(m_columns, m_lastColumns);
        m_tall = m_tall || c.unicode() >= 0x0590;
    }
}

void CodeView::setCode(const QString& code, bool open) {
    const bool wasOpen = m_open;
    m_open = open;
    if (code == m_code) {
        if (wasOpen && !open) viewport()->update();
        return;
    }
    const bool grown = !m_code.isEmpty() && code.startsWith(m_code);
    if (!grown) {
        m_columns = m_lastColumns = 0;
        m_tall = false;
        m_continued.clear();
        m_states.clear();
        m_coloured.clear();
        clear();
    } else if (!m_states.isEmpty()) {
        // The line that grows is lexed again.
        const int last = blockCount() - 1;
        if (m_states.size() > last) m_states.resize(last);
        m_coloured.remove(last);
    }
    const QString added = grown ? code.mid(m_code.size()) : code;
    m_code = code;
    append(added);
}

void CodeView::append(const QString& text) {
    QTextCursor cursor(document());
    cursor.movePosition(QTextCursor::End);
    const QTextCursor kept = textCursor();
    cursor.beginEditBlock();
    qsizetype at = 0;
    while (at < text.size()) {
        const qsizetype newline = text.indexOf(QLatin1Char('\n'), at);
        const qsizetype lineEnd = newline < 0 ? text.size() : newline;
        const qsizetype room = kLongestLine - (cursor.position() - cursor.block().position());
        if (lineEnd - at > room) {
            qsizetype cut = at + qMax<qsizetype>(room, 1);
            if (text[cut - 1].isHighSurrogate()) ++cut;
            cursor.insertText(text.mid(at, cut - at));
            cursor.insertBlock();
            m_continued.insert(cursor.blockNumber());
            at = cut;
            continue;
        }
        // As many whole lines as fit the rule in one go.
        qsizetype end = lineEnd;
        while (end < text.size()) {
            const qsizetype next = text.indexOf(QLatin1Char('\n'), end + 1);
            const qsizetype nextEnd = next < 0 ? text.size() : next;
            if (nextEnd - end > kLongestLine) {
                ++end;
                break;
            }
            end = nextEnd;
        }
        cursor.insertText(text.mid(at, end - at));
        at = end;
    }
    cursor.endEditBlock();
    measure(text);
    if (!kept.hasSelection()) return;
    QTextCursor back = textCursor();
    back.setPosition(kept.anchor());
    back.setPosition(kept.position(), QTextCursor::KeepAnchor);
    setTextCursor(back);
}

qreal CodeView::textHeight(int lines) {
    const int shown = lines < 0 ? blockCount() : qMin(lines, blockCount());
    if (!isWrapped() && !m_tall) return shown * m_lineHeight;
    const auto* layout = document()->documentLayout();
    qreal height = 0;
    QTextBlock block = document()->begin();
    for (int i = 0; i < shown && block.isValid(); ++i, block = block.next())
        height += layout->blockBoundingRect(block).height();
    return height;
}

int CodeView::heightFor(int width, int lines) {
    // Wrapped lines are laid out for the viewport's width, so the width has to be there first.
    if (isWrapped() && this->width() != width) resize(width, height());
    const qreal space = width - kMarginX - kMarginRight;
    const qreal letters = m_columns * QFontMetricsF(font()).horizontalAdvance(QLatin1Char('m'));
    const bool scrolls = !isWrapped() && letters > space;
    setHorizontalScrollBarPolicy(scrolls ? Qt::ScrollBarAlwaysOn : Qt::ScrollBarAlwaysOff);
    const int bar = scrolls ? horizontalScrollBar()->sizeHint().height() : 0;
    return static_cast<int>(std::ceil(textHeight(lines))) + kMarginTop + kMarginBottom + bar -
           (scrolls ? 4 : 0);
}

QTextCharFormat CodeView::formatOf(TokenKind kind) const {
    static constexpr Token kTokens[] = {
        Token::SynKeyword, Token::SynType,    Token::SynFunction, Token::SynString, Token::SynNumber,
        Token::SynComment, Token::SynPreproc, Token::SynOperator, Token::Ok,        Token::Bad};
    QTextCharFormat format;
    format.setForeground(m_style.palette[kTokens[static_cast<size_t>(kind)]]);
    return format;
}

// Colours lines first..last; the lexer's states before them are worked out on the way (about 1 µs per line).
void CodeView::colour(int first, int last) {
    if (m_language == nullptr) return;
    const int finished = m_open ? blockCount() - 2 : blockCount() - 1;
    last = qMin(last, finished);
    QList<highlight::Token> tokens;
    QTextBlock block =
        document()->findBlockByNumber(static_cast<int>(qMin<qsizetype>(m_states.size(), first)));
    int dirtyFrom = -1;
    int dirtyTo = -1;
    for (; block.isValid() && block.blockNumber() <= last; block = block.next()) {
        const int number = block.blockNumber();
        const bool known = number < m_states.size();
        if (known && (number < first || m_coloured.contains(number))) continue;
        const int before = number == 0 ? 0 : m_states.value(number - 1);
        const int state = highlight::tokenizeLine(*m_language, block.text(), before, &tokens);
        if (!known) m_states.append(state);
        if (number < first || m_coloured.contains(number)) continue;
        QList<QTextLayout::FormatRange> ranges;
        ranges.reserve(tokens.size());
        for (const highlight::Token& token : std::as_const(tokens))
            ranges.append({token.start, token.length, formatOf(token.kind)});
        block.layout()->setFormats(ranges);
        m_coloured.insert(number);
        if (dirtyFrom < 0) dirtyFrom = block.position();
        dirtyTo = block.position() + block.length();
    }
    if (dirtyFrom >= 0) document()->markContentsDirty(dirtyFrom, dirtyTo - dirtyFrom);
}

void CodeView::paintEvent(QPaintEvent* event) {
    const QRect clip = event->rect();
    if (isWrapped() || m_tall) {
        const int first = cursorForPosition(QPoint(0, clip.top())).blockNumber();
        colour(first, first + static_cast<int>(clip.height() / m_lineHeight) + 1);
    } else {
        colour(static_cast<int>(clip.top() / m_lineHeight),
               static_cast<int>(clip.bottom() / m_lineHeight) + 1);
    }
    if (m_language != nullptr && m_language->rules().form == highlight::LineForm::Diff) paintDiffTints(clip);
    QPlainTextEdit::paintEvent(event);
    if (!m_caret || !m_caretLit) return;
    QPainter over(viewport());
    theme::paintRounded(&over, caretRect(), 1, m_style.palette[Token::Accent]);
}

// Added and removed lines are tinted over the whole width.
void CodeView::paintDiffTints(const QRect& clip) {
    QPainter painter(viewport());
    qreal top = contentOffset().y();
    for (QTextBlock block = firstVisibleBlock(); block.isValid() && top <= clip.bottom();
         block = block.next()) {
        const qreal height = blockBoundingRect(block).height();
        const QString text = block.text();
        const QChar mark = text.isEmpty() ? QChar() : text[0];
        const bool head = text.startsWith(QLatin1String("+++")) || text.startsWith(QLatin1String("---"));
        if (!head && (mark == QLatin1Char('+') || mark == QLatin1Char('-')))
            painter.fillRect(QRectF(-kMarginX, top, viewport()->width() + kMarginX + kMarginRight, height),
                             m_style.palette[mark == QLatin1Char('+') ? Token::OkTint : Token::BadTint]);
        top += height;
    }
}

void CodeView::setCaret(bool present, bool lit) {
    if (m_caret == present && m_caretLit == lit) return;
    m_caret = present;
    m_caretLit = lit;
    viewport()->update(caretRect().adjusted(-2, -2, 2, 2));
}

QRect CodeView::caretRect() const {
    QTextCursor end(document());
    end.movePosition(QTextCursor::End);
    const QRect rect = cursorRect(end);
    const int height = qRound(15 * m_style.zoom);
    return {rect.left() + 2, rect.top() + (rect.height() - height) / 2, qRound(7 * m_style.zoom), height};
}

// Sideways here, up and down in the transcript.
void CodeView::wheelEvent(QWheelEvent* event) {
    const QPoint delta = event->angleDelta();
    const bool sideways =
        std::abs(delta.x()) > std::abs(delta.y()) || event->modifiers().testFlag(Qt::ShiftModifier);
    if (!sideways || horizontalScrollBar()->maximum() == 0) {
        event->ignore();
        return;
    }
    const int steps = delta.x() != 0 ? delta.x() : delta.y();
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() - steps / 2);
    event->accept();
}

void CodeView::keyPressEvent(QKeyEvent* event) {
    const bool control = event->modifiers().testFlag(Qt::ControlModifier);
    const int key = event->key();
    const bool betweenMessages = control && (key == Qt::Key_Up || key == Qt::Key_Down);
    if (betweenMessages || key == Qt::Key_PageUp || key == Qt::Key_PageDown || key == Qt::Key_Escape ||
        key == Qt::Key_Space) {
        event->ignore();
        return;
    }
    QPlainTextEdit::keyPressEvent(event);
}

// The view is as high as its text; a cursor below the cut of a collapsed block must not scroll it.
void CodeView::scrollContentsBy(int dx, int dy) {
    if (dy != 0 && verticalScrollBar()->value() != 0) {
        verticalScrollBar()->setValue(0);
        return;
    }
    QPlainTextEdit::scrollContentsBy(dx, dy);
}

QMimeData* CodeView::createMimeDataFromSelection() const {
    const QTextCursor cursor = textCursor();
    QString text;
    for (QTextBlock block = document()->findBlock(cursor.selectionStart()); block.isValid();
         block = block.next()) {
        if (block.position() > cursor.selectionEnd()) break;
        const int from = qMax(0, cursor.selectionStart() - block.position());
        const int to = qMin(block.length() - 1, cursor.selectionEnd() - block.position());
        const bool isFirst = block.position() <= cursor.selectionStart();
        if (!isFirst && !m_continued.contains(block.blockNumber())) text += QLatin1Char('\n');
        text += block.text().mid(from, to - from);
    }
    auto* mime = new QMimeData;
    mime->setText(text);
    return mime;
}

} // namespace ui::chat::transcript
