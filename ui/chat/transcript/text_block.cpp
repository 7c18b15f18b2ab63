// The text widget: height from its content, decorations painted beside the text, links with shown targets.
#include "ui/chat/transcript/text_block.h"

#include <QAbstractTextDocumentLayout>
#include <QHelpEvent>
#include <QMimeData>
#include <QPainter>
#include <QTextBlock>
#include <QToolTip>
#include <cmath>

#include "ui/chat/transcript/text_writer.h"
#include "ui/theme/fonts.h"
#include "ui/theme/style.h"

namespace ui::chat::transcript {
namespace {

using markdown::Block;
using markdown::BlockKind;
using markdown::Marker;
using theme::Token;

constexpr Qt::TextInteractionFlags kReading =
    Qt::TextSelectableByMouse | Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard;

} // namespace

TextBlock::TextBlock(const QString& name, const TextStyle& style, QWidget* parent)
    : QTextBrowser(parent), m_style(style) {
    setAccessibleName(name);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setOpenLinks(false);
    setUndoRedoEnabled(false);
    setTextInteractionFlags(kReading);
    viewport()->setAutoFillBackground(false);
    QTextBrowser::document()->setDocumentMargin(0);
    // With a fixed width only a change of width lays the text out again; a growing height does not.
    setLineWrapMode(QTextEdit::FixedPixelWidth);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    QTextBrowser::document()->setDefaultFont(theme::font(theme::TextRole::Transcript, style.zoom));
    setFocusPolicy(Qt::ClickFocus);
}

void TextBlock::show(const Segment& segment) {
    const QTextCursor kept = textCursor();
    const int anchor = kept.anchor();
    const int position = kept.position();
    TextWriter(m_style).update(QTextBrowser::document(), m_blocks, segment.blocks);
    m_blocks = segment.blocks;
    // A cursor at the very end is pushed along by what is inserted there; a selection stays what it was.
    const QTextCursor now = textCursor();
    if (kept.hasSelection() && (now.anchor() != anchor || now.position() != position) &&
        anchor < now.document()->characterCount() && position < now.document()->characterCount()) {
        QTextCursor back = now;
        back.setPosition(anchor);
        back.setPosition(position, QTextCursor::KeepAnchor);
        setTextCursor(back);
    }
    setLinkFocus();
}

void TextBlock::showPlain(const QString& text) {
    m_plain = true;
    QList<Block> blocks;
    const QStringList lines = text.split(QLatin1Char('\n'));
    for (const QString& line : lines) {
        Block block;
        block.continues = true;
        block.text.text = line;
        if (!line.isEmpty()) block.text.runs = {{line.size(), 0, -1}};
        blocks.append(block);
    }
    TextWriter(m_style).update(QTextBrowser::document(), m_blocks, blocks);
    m_blocks = blocks;
}

// Tab stops at a text only where there is a link to reach.
void TextBlock::setLinkFocus() {
    bool links = false;
    for (const Block& block : std::as_const(m_blocks))
        links = links || !block.text.links.isEmpty();
    setFocusPolicy(links ? Qt::StrongFocus : Qt::ClickFocus);
}

void TextBlock::restyle(const TextStyle& style) {
    if (m_style == style) return;
    const bool resized = m_style.zoom != style.zoom;
    m_style = style;
    if (resized)
        QTextBrowser::document()->setDefaultFont(theme::font(theme::TextRole::Transcript, style.zoom));
    const QList<Block> blocks = std::exchange(m_blocks, {});
    QTextBrowser::document()->clear();
    TextWriter(m_style).update(QTextBrowser::document(), {}, blocks);
    m_blocks = blocks;
}

int TextBlock::heightFor(int width) {
    if (lineWrapColumnOrWidth() != width) setLineWrapColumnOrWidth(width);
    return static_cast<int>(std::ceil(QTextBrowser::document()->size().height()));
}

int TextBlock::naturalWidth(int limit) {
    heightFor(limit);
    return qMin(limit, static_cast<int>(std::ceil(QTextBrowser::document()->idealWidth())) + 1);
}

void TextBlock::setCaret(bool present, bool lit) {
    if (m_caret == present && m_caretLit == lit) return;
    m_caret = present;
    m_caretLit = lit;
    viewport()->update(caretRect().adjusted(-2, -2, 2, 2));
}

QRect TextBlock::caretRect() const {
    QTextCursor end(const_cast<QTextDocument*>(QTextBrowser::document()));
    end.movePosition(QTextCursor::End);
    const QRect rect = cursorRect(end);
    const int height = qRound(16 * m_style.zoom);
    return {rect.left() + 3, rect.top() + (rect.height() - height) / 2, qRound(8 * m_style.zoom), height};
}

void TextBlock::clearSelection() {
    QTextCursor cursor = textCursor();
    if (!cursor.hasSelection()) return;
    cursor.clearSelection();
    setTextCursor(cursor);
}

void TextBlock::enterCaretMode() {
    setTextInteractionFlags(kReading | Qt::TextSelectableByKeyboard);
    setFocus(Qt::OtherFocusReason);
    moveCursor(QTextCursor::Start);
}

void TextBlock::focusOutEvent(QFocusEvent* event) {
    QTextBrowser::focusOutEvent(event);
    if (event->reason() != Qt::PopupFocusReason) setTextInteractionFlags(kReading);
}

void TextBlock::wheelEvent(QWheelEvent* event) {
    event->ignore();
}

void TextBlock::keyPressEvent(QKeyEvent* event) {
    const bool caret = textInteractionFlags().testFlag(Qt::TextSelectableByKeyboard);
    const bool control = event->modifiers().testFlag(Qt::ControlModifier);
    const int key = event->key();
    // The transcript moves between messages and scrolls; the text itself never does.
    const bool moves = key == Qt::Key_Up || key == Qt::Key_Down || key == Qt::Key_Home ||
                       key == Qt::Key_End || key == Qt::Key_Left || key == Qt::Key_Right;
    const bool pages =
        key == Qt::Key_PageUp || key == Qt::Key_PageDown || key == Qt::Key_Escape || key == Qt::Key_Space;
    const bool betweenMessages = control && (key == Qt::Key_Up || key == Qt::Key_Down);
    if (pages || betweenMessages || (moves && !caret)) {
        event->ignore();
        return;
    }
    QTextBrowser::keyPressEvent(event);
}

bool TextBlock::viewportEvent(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QTextBrowser::viewportEvent(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const QString target = anchorAt(help->pos());
    if (target.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), target.toHtmlEscaped(), viewport());
    return true;
}

// Nothing a reply names is ever fetched or read.
QVariant TextBlock::loadResource(int, const QUrl&) {
    return {};
}

QMimeData* TextBlock::createMimeDataFromSelection() const {
    auto* mime = new QMimeData;
    QString text = textCursor().selectedText();
    text.replace(QChar(QChar::ParagraphSeparator), m_plain ? QStringLiteral("\n") : QStringLiteral("\n\n"));
    text.replace(QChar(QChar::LineSeparator), QLatin1Char('\n'));
    mime->setText(text);
    return mime;
}

void TextBlock::paintEvent(QPaintEvent* event) {
    QPainter painter(viewport());
    if (!m_plain) paintDecorations(&painter, event->rect());
    painter.end();
    QTextBrowser::paintEvent(event);
    if (!m_caret || !m_caretLit) return;
    QPainter over(viewport());
    theme::paintRounded(&over, caretRect(), 1, m_style.palette[Token::Accent]);
}

void TextBlock::paintDecorations(QPainter* painter, const QRect& clip) {
    const auto* layout = QTextBrowser::document()->documentLayout();
    QTextBlock block = cursorForPosition(QPoint(0, clip.top())).block().previous();
    if (!block.isValid()) block = QTextBrowser::document()->begin();
    for (; block.isValid(); block = block.next()) {
        const QRectF rect = layout->blockBoundingRect(block);
        if (rect.top() > clip.bottom()) break;
        const int number = block.blockNumber();
        if (number >= m_blocks.size()) break;
        paintQuoteBars(painter, rect, number);
        if (m_blocks[number].marker != Marker::None) paintMarker(painter, block, rect);
        if (m_blocks[number].kind == BlockKind::Rule)
            painter->fillRect(QRectF(0, std::round(rect.center().y()), lineWrapColumnOrWidth(), 1),
                              m_style.palette[Token::Border]);
    }
}

// A bar for each quote, unbroken through the gap when the paragraph before stands in the same quote.
void TextBlock::paintQuoteBars(QPainter* painter, const QRectF& rect, int number) {
    const std::string& containers = m_blocks[number].containers;
    const bool rightToLeft = m_blocks[number].text.text.isRightToLeft();
    qreal x = 0;
    for (size_t i = 0; i < containers.size(); ++i) {
        if (containers[i] != 'q') {
            x += kListIndent * m_style.zoom;
            continue;
        }
        const bool joined =
            number > 0 && m_blocks[number - 1].containers.compare(0, i + 1, containers, 0, i + 1) == 0;
        const auto* layout = QTextBrowser::document()->documentLayout();
        const qreal top =
            joined
                ? layout->blockBoundingRect(QTextBrowser::document()->findBlockByNumber(number - 1)).bottom()
                : rect.top();
        const qreal left = rightToLeft ? lineWrapColumnOrWidth() - x - 3 : x;
        painter->fillRect(QRectF(left, top, 3, rect.bottom() - top), m_style.palette[Token::Control]);
        x += kQuoteIndent * m_style.zoom;
    }
}

void TextBlock::paintMarker(QPainter* painter, const QTextBlock& block, const QRectF& rect) {
    const Block& shown = m_blocks[block.blockNumber()];
    const bool rightToLeft = shown.text.text.isRightToLeft();
    const qreal zoom = m_style.zoom;
    const qreal indent = indentOf(shown.containers, zoom);
    const QTextLine line = block.layout()->lineAt(0);
    const qreal textTop = block.layout()->position().y() + (line.isValid() ? line.y() : 0);
    const qreal ascent = line.isValid() ? line.ascent() : 14 * zoom;
    const qreal middle = textTop + ascent - 5 * zoom;
    // The cell left (or right) of the text.
    const qreal cell = kListIndent * zoom;
    const qreal left = rightToLeft ? lineWrapColumnOrWidth() - indent : indent - cell;
    const QColor ink = m_style.palette[Token::Muted];
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    switch (shown.marker) {
        case Marker::Bullet: {
            const auto depth = std::count(shown.containers.begin(), shown.containers.end(), 'l');
            const qreal radius = 2.5 * zoom;
            const QRectF dot(left + cell / 2 - radius, middle - radius, 2 * radius, 2 * radius);
            painter->setPen(depth % 3 == 2 ? QPen(ink, 1.2 * zoom) : QPen(Qt::NoPen));
            painter->setBrush(depth % 3 == 2 ? QBrush(Qt::NoBrush) : QBrush(ink));
            depth % 3 == 0 ? painter->drawRect(dot.adjusted(0.3, 0.3, -0.3, -0.3))
                           : painter->drawEllipse(dot);
            break;
        }
        case Marker::Number: {
            painter->setFont(theme::font(theme::TextRole::Transcript, zoom));
            painter->setPen(ink);
            const QString number = QStringLiteral("%1.").arg(shown.number);
            const qreal width = QFontMetricsF(painter->font()).horizontalAdvance(number);
            const qreal x = rightToLeft ? left + 6 * zoom : left + cell - 6 * zoom - width;
            painter->drawText(QPointF(x, textTop + ascent), number);
            break;
        }
        case Marker::TaskOpen:
        case Marker::TaskDone: {
            const qreal side = 14 * zoom;
            const QRectF box(left + (cell - side) / 2 - 1, middle - side / 2, side, side);
            theme::paintCheckMark(
                painter, box, m_style.palette,
                QStyle::State_Enabled |
                    (shown.marker == Marker::TaskDone ? QStyle::State_On : QStyle::State_Off));
            break;
        }
        case Marker::None:
            break;
    }
    painter->restore();
    Q_UNUSED(rect);
}

} // namespace ui::chat::transcript
