// From text to blocks to widgets, changing only what differs.
#include "ui/chat/transcript/reply_body.h"

#include <QPainter>

#include "ui/chat/transcript/code_block.h"
#include "ui/chat/transcript/code_view.h"
#include "ui/chat/transcript/table_block.h"
#include "ui/chat/transcript/text_block.h"

namespace ui::chat::transcript {
namespace {

constexpr int kGap = 12;

// Text that only grew is converted from where it grew; half a surrogate pair at the end waits for its other
// half.
void updateUtf8(QByteArray* utf8, const QString& before, const QString& after) {
    const bool grown = !before.isEmpty() && after.startsWith(before) && !before.back().isHighSurrogate();
    if (grown)
        utf8->append(QStringView(after).sliced(before.size()).toUtf8());
    else
        *utf8 = after.toUtf8();
}

} // namespace

ReplyBody::ReplyBody(const TextStyle& style, QWidget* parent) : QWidget(parent), m_style(style) {}

void ReplyBody::setText(const QString& text, markdown::Stage stage) {
    QString whole = text;
    if (stage == markdown::Stage::Streaming && !whole.isEmpty() && whole.back().isHighSurrogate())
        whole.chop(1);
    if (whole == m_text && stage == m_stage) return;
    updateUtf8(&m_utf8, m_text, whole);
    m_text = whole;
    m_stage = stage;
    m_blocks = markdown::parse(m_utf8, stage);
    QList<Segment> segments = toSegments(m_blocks);
    // What is shown already and stays the same is not touched again.
    qsizetype same = 0;
    while (same < m_built && same < segments.size() && segments[same].kind == m_segments[same].kind &&
           segments[same].blocks == m_segments[same].blocks)
        ++same;
    m_segments = std::move(segments);
    m_built = same;
}

BlockFace* ReplyBody::make(const Segment& segment) {
    switch (segment.kind) {
        case SegmentKind::Code: {
            auto* code = new CodeBlock(m_style, this);
            connect(code, &CodeBlock::heightChanged, this, &ReplyBody::heightChanged);
            connect(code->view(), &QPlainTextEdit::copyAvailable, this, [this, code](bool yes) {
                if (yes) Q_EMIT selected(code);
            });
            return code;
        }
        case SegmentKind::Table: {
            auto* table = new TableBlock(m_style, this);
            connect(table, &TableBlock::heightChanged, this, &ReplyBody::heightChanged);
            return table;
        }
        case SegmentKind::Text:
            break;
    }
    auto* text = new TextBlock(tr("Text"), m_style, this);
    connect(text, &QTextBrowser::anchorClicked, this, &ReplyBody::linkActivated);
    connect(text, &QTextEdit::copyAvailable, this, [this, text](bool yes) {
        if (yes) Q_EMIT selected(text);
    });
    return text;
}

void ReplyBody::removeFrom(size_t index) {
    while (m_faces.size() > index) {
        QWidget* widget = m_faces.back()->widget();
        m_faces.pop_back();
        widget->hide();
        widget->deleteLater();
    }
}

bool ReplyBody::build(QDeadlineTimer deadline) {
    while (m_built < m_segments.size()) {
        const auto index = static_cast<size_t>(m_built);
        const Segment& segment = m_segments[m_built];
        if (index < m_faces.size() && m_faces[index]->kind() != segment.kind) removeFrom(index);
        if (index >= m_faces.size()) m_faces.push_back(make(segment));
        m_faces[index]->show(segment);
        m_faces[index]->widget()->show();
        ++m_built;
        if (deadline.hasExpired() && m_built < m_segments.size()) return false;
    }
    removeFrom(static_cast<size_t>(m_segments.size()));
    setCaret(m_caret, m_caretLit);
    return true;
}

double ReplyBody::indentOfSegment(qsizetype index) const {
    const Segment& segment = m_segments[index];
    return segment.kind == SegmentKind::Text ? 0 : indentOf(segment.blocks.first().containers, m_style.zoom);
}

int ReplyBody::heightFor(int width) {
    build();
    m_places.clear();
    int y = 0;
    for (qsizetype i = 0; i < m_segments.size(); ++i) {
        if (i > 0) y += kGap;
        const int indent = qMin(qRound(indentOfSegment(i)), width / 2);
        const bool toRight = isRightToLeft();
        const int height = m_faces[static_cast<size_t>(i)]->heightFor(width - indent);
        m_places.append(QRect(toRight ? 0 : indent, y, width - indent, height));
        y += height;
    }
    return y;
}

void ReplyBody::place() {
    for (qsizetype i = 0; i < m_places.size(); ++i)
        m_faces[static_cast<size_t>(i)]->widget()->setGeometry(m_places[i]);
}

void ReplyBody::restyle(const TextStyle& style) {
    if (m_style == style) return;
    m_style = style;
    for (BlockFace* face : m_faces)
        face->restyle(style);
    update();
}

void ReplyBody::setCaret(bool present, bool lit) {
    m_caret = present;
    m_caretLit = lit;
    for (size_t i = 0; i < m_faces.size(); ++i)
        m_faces[i]->setCaret(present && i + 1 == m_faces.size(), lit);
}

// The bars of quotes that hold code or a table.
void ReplyBody::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    for (qsizetype i = 0; i < m_places.size() && i < m_segments.size(); ++i) {
        if (m_segments[i].kind == SegmentKind::Text) continue;
        double x = 0;
        for (char container : m_segments[i].blocks.first().containers) {
            if (container == 'q') {
                const QRectF bar(x, m_places[i].top() - kGap, 3, m_places[i].height() + 2 * kGap);
                painter.fillRect(bar, m_style.palette[theme::Token::Control]);
            }
            x += (container == 'q' ? kQuoteIndent : kListIndent) * m_style.zoom;
        }
    }
}

} // namespace ui::chat::transcript
