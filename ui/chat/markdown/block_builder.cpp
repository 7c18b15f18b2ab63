// From md4c's tree of calls to flat blocks: containers are counted, leaves are kept.
#include "ui/chat/markdown/block_builder.h"

#include <algorithm>

#include "ui/chat/markdown/entities.h"

namespace ui::chat::markdown {
namespace {

constexpr quint8 kStyleOf[6] = {kBold, kItalic, kStrike, kCode, kMath, kImage};
enum StyleIndex { kBoldIndex, kItalicIndex, kStrikeIndex, kCodeIndex, kMathIndex, kImageIndex };

int styleIndex(MD_SPANTYPE type) {
    switch (type) {
        case MD_SPAN_STRONG:
            return kBoldIndex;
        case MD_SPAN_EM:
            return kItalicIndex;
        case MD_SPAN_DEL:
            return kStrikeIndex;
        case MD_SPAN_CODE:
            return kCodeIndex;
        case MD_SPAN_IMG:
            return kImageIndex;
        default:
            return -1;
    }
}

Alignment alignmentOf(MD_ALIGN align) {
    switch (align) {
        case MD_ALIGN_LEFT:
            return Alignment::Left;
        case MD_ALIGN_CENTER:
            return Alignment::Center;
        case MD_ALIGN_RIGHT:
            return Alignment::Right;
        default:
            return Alignment::Default;
    }
}

// Only what a browser or a mail program opens; anything else in a reply (file:, javascript:, a path) is not a
// link.
bool isOpenable(const QString& target) {
    const auto starts = [&](const char* scheme) {
        return target.startsWith(QLatin1String(scheme), Qt::CaseInsensitive);
    };
    return starts("http://") || starts("https://") || starts("mailto:");
}

} // namespace

quint8 BlockBuilder::styles() const {
    quint8 result = 0;
    for (size_t i = 0; i < 6; ++i)
        if (m_counts[i] > 0) result |= kStyleOf[i];
    return result;
}

void BlockBuilder::startBlock(BlockKind kind) {
    m_block = Block();
    m_block.kind = kind;
    m_inBlock = true;
    for (const Level& level : m_levels) {
        if (m_block.containers.size() >= kMaxContainers) break;
        if (level.kind == 'q' || level.kind == 'l') m_block.containers += level.kind;
    }
    for (Level& level : m_levels)
        level.empty = false;
    for (auto level = m_levels.rbegin(); level != m_levels.rend(); ++level) {
        if (level->kind != 'l') continue;
        m_block.marker = std::exchange(level->marker, Marker::None);
        m_block.number = m_block.marker == Marker::Number ? level->number : 0;
        break;
    }
    for (auto level = m_levels.rbegin(); level != m_levels.rend(); ++level) {
        if (level->kind != 'u' && level->kind != 'o') continue;
        m_block.tight = level->tight;
        break;
    }
    m_inline = &m_block.text;
}

void BlockBuilder::finishBlock() {
    m_inline = nullptr;
    m_inBlock = false;
    m_blocks.append(std::move(m_block));
    m_block = Block();
}

// A paragraph that consists of one displayed formula is a formula block.
void BlockBuilder::finishParagraph() {
    const Inline& text = m_block.text;
    if (text.runs.size() == 1 && text.runs[0].styles == kMath && m_block.code == QLatin1String("display")) {
        m_block.kind = BlockKind::Math;
        m_block.code = text.text;
        m_block.code.replace(QChar(QChar::LineSeparator), QLatin1Char('\n'));
        m_block.text = Inline();
    } else {
        m_block.code.clear();
    }
    finishBlock();
}

int BlockBuilder::enterBlock(MD_BLOCKTYPE type, void* detail) {
    // The text of a tight item comes without a paragraph of its own; whatever follows ends it.
    if (m_inBlock &&
        (type == MD_BLOCK_UL || type == MD_BLOCK_OL || type == MD_BLOCK_QUOTE || type == MD_BLOCK_CODE ||
         type == MD_BLOCK_H || type == MD_BLOCK_HR || type == MD_BLOCK_TABLE || type == MD_BLOCK_P))
        finishParagraph();
    switch (type) {
        case MD_BLOCK_QUOTE:
            m_levels.append(Level{});
            break;
        case MD_BLOCK_UL:
            m_levels.append(
                Level{.kind = 'u', .tight = static_cast<MD_BLOCK_UL_DETAIL*>(detail)->is_tight != 0});
            break;
        case MD_BLOCK_OL: {
            const auto* list = static_cast<MD_BLOCK_OL_DETAIL*>(detail);
            m_levels.append(
                Level{.kind = 'o', .tight = list->is_tight != 0, .next = static_cast<int>(list->start)});
            break;
        }
        case MD_BLOCK_LI: {
            const auto* item = static_cast<MD_BLOCK_LI_DETAIL*>(detail);
            Level level{.kind = 'l'};
            Level& list = m_levels.last();
            level.number = list.next++;
            level.marker = item->is_task      ? (item->task_mark == ' ' ? Marker::TaskOpen : Marker::TaskDone)
                           : list.kind == 'o' ? Marker::Number
                                              : Marker::Bullet;
            m_levels.append(level);
            break;
        }
        case MD_BLOCK_HR:
            startBlock(BlockKind::Rule);
            finishBlock();
            break;
        case MD_BLOCK_H:
            startBlock(BlockKind::Heading);
            m_block.level = static_cast<int>(static_cast<MD_BLOCK_H_DETAIL*>(detail)->level);
            break;
        case MD_BLOCK_CODE: {
            const auto* code = static_cast<MD_BLOCK_CODE_DETAIL*>(detail);
            startBlock(BlockKind::Code);
            m_inline = nullptr;
            m_block.language = attribute(code->lang);
            m_fenced = code->fence_char != 0;
            m_code.clear();
            break;
        }
        case MD_BLOCK_P:
            startBlock(BlockKind::Paragraph);
            break;
        case MD_BLOCK_TABLE:
            startBlock(BlockKind::Table);
            m_inline = nullptr;
            break;
        case MD_BLOCK_TR:
            m_block.table.rows.append(QList<Inline>());
            break;
        case MD_BLOCK_TH:
        case MD_BLOCK_TD:
            startCell(static_cast<MD_BLOCK_TD_DETAIL*>(detail)->align);
            break;
        default:
            break;
    }
    return 0;
}

int BlockBuilder::leaveBlock(MD_BLOCKTYPE type, void*) {
    switch (type) {
        case MD_BLOCK_QUOTE:
        case MD_BLOCK_UL:
        case MD_BLOCK_OL:
            m_levels.removeLast();
            break;
        case MD_BLOCK_LI:
            closeItem();
            break;
        case MD_BLOCK_H:
            finishBlock();
            break;
        case MD_BLOCK_P:
            finishParagraph();
            break;
        case MD_BLOCK_CODE:
            if (m_code.endsWith('\n')) m_code.chop(1);
            m_block.code = QString::fromUtf8(m_code);
            finishBlock();
            break;
        case MD_BLOCK_TH:
        case MD_BLOCK_TD:
            finishCell();
            break;
        case MD_BLOCK_TABLE: {
            const qsizetype columns = m_block.table.columns.size();
            for (QList<Inline>& row : m_block.table.rows)
                row.resize(columns);
            finishBlock();
            break;
        }
        default:
            break;
    }
    return 0;
}

void BlockBuilder::closeItem() {
    if (m_inBlock) finishParagraph();
    // An item without any text still shows its marker.
    if (m_levels.last().empty) {
        startBlock(BlockKind::Paragraph);
        finishBlock();
    }
    m_levels.removeLast();
}

void BlockBuilder::startCell(MD_ALIGN align) {
    if (m_block.table.rows.size() == 1) m_block.table.columns.append(alignmentOf(align));
    m_cell = Inline();
    m_inline = &m_cell;
}

void BlockBuilder::finishCell() {
    m_block.table.rows.last().append(std::move(m_cell));
    m_cell = Inline();
    m_inline = nullptr;
}

int BlockBuilder::enterSpan(MD_SPANTYPE type, void* detail) {
    if (!m_inBlock) startBlock(BlockKind::Paragraph);
    const int index = styleIndex(type);
    if (index >= 0) ++m_counts[index];
    if (type != MD_SPAN_A && type != MD_SPAN_IMG) return 0;
    const QString target = type == MD_SPAN_A ? attribute(static_cast<MD_SPAN_A_DETAIL*>(detail)->href)
                                             : attribute(static_cast<MD_SPAN_IMG_DETAIL*>(detail)->src);
    int link = -1;
    // A picture inside a link keeps the link's target.
    if (type == MD_SPAN_IMG && !m_links.isEmpty()) link = m_links.last();
    if (link < 0 && m_inline != nullptr && isOpenable(target)) {
        link = static_cast<int>(m_inline->links.size());
        m_inline->links.append(target);
    }
    m_links.append(link);
    if (type == MD_SPAN_IMG && m_inline != nullptr) m_imageStart = m_inline->text.size();
    return 0;
}

int BlockBuilder::leaveSpan(MD_SPANTYPE type) {
    // A picture without a description is shown by its address.
    if (type == MD_SPAN_IMG && m_inline != nullptr && m_inline->text.size() == m_imageStart &&
        !m_links.isEmpty())
        appendText(m_links.last() >= 0 ? m_inline->links.at(m_links.last()) : QStringLiteral("image"));
    if ((type == MD_SPAN_A || type == MD_SPAN_IMG) && !m_links.isEmpty()) m_links.removeLast();
    const int index = styleIndex(type);
    if (index >= 0) --m_counts[index];
    return 0;
}

int BlockBuilder::text(MD_TEXTTYPE type, QByteArrayView text) {
    if (m_inBlock && m_block.kind == BlockKind::Code) {
        if (type == MD_TEXT_NULLCHAR)
            m_code.append("\xEF\xBF\xBD");
        else
            appendCode(text);
        return 0;
    }
    if (!m_inBlock) startBlock(BlockKind::Paragraph);
    if (m_inline == nullptr) return 0;
    switch (type) {
        case MD_TEXT_NULLCHAR:
            appendText(QString(QChar(QChar::ReplacementCharacter)));
            break;
        case MD_TEXT_BR:
        case MD_TEXT_SOFTBR:
            appendText(QString(QChar(QChar::LineSeparator)));
            break;
        case MD_TEXT_ENTITY:
            appendText(decodeEntity(text));
            break;
        case MD_TEXT_CODE:
            appendText(restored(text));
            break;
        default:
            appendBytes(text);
    }
    return 0;
}

void BlockBuilder::appendText(const QString& text) {
    if (text.isEmpty()) return;
    const quint8 style = styles();
    const int link = m_links.isEmpty() ? -1 : m_links.last();
    m_inline->text += text;
    QList<Run>& runs = m_inline->runs;
    if (!runs.isEmpty() && runs.last().styles == style && runs.last().link == link)
        runs.last().length += text.size();
    else
        runs.append({text.size(), style, link});
}

template <typename TakeText, typename TakeExtract>
void BlockBuilder::split(QByteArrayView bytes, TakeText takeText, TakeExtract takeExtract) const {
    while (!bytes.isEmpty()) {
        const qsizetype begin = bytes.indexOf(kPlaceholderBegin);
        const qsizetype end = begin < 0 ? -1 : bytes.indexOf(kPlaceholderEnd, begin);
        bool ok = false;
        qsizetype index = 0;
        if (end >= 0)
            index =
                bytes.sliced(begin + kMarkLength, end - begin - kMarkLength).toByteArray().toLongLong(&ok);
        if (!ok || index >= m_extracts.size()) return takeText(bytes);
        if (begin > 0) takeText(bytes.first(begin));
        takeExtract(m_extracts.at(index));
        bytes = bytes.sliced(end + kMarkLength);
    }
}

void BlockBuilder::appendBytes(QByteArrayView bytes) {
    while (bytes.startsWith(kContinuationMark)) {
        m_block.continues = m_inline->isEmpty();
        bytes = bytes.sliced(kMarkLength);
    }
    split(
        bytes, [this](QByteArrayView text) { appendText(QString::fromUtf8(text)); },
        [this](const Extract& extract) { appendExtract(extract); });
}

void BlockBuilder::appendExtract(const Extract& extract) {
    if (extract.kind == Extract::Literal) return appendText(QString::fromUtf8(extract.source));
    if (m_inline->isEmpty() && extract.kind == Extract::DisplayMath) m_block.code = QStringLiteral("display");
    QStringList lines = QString::fromUtf8(extract.content).split(QLatin1Char('\n'));
    for (QString& line : lines)
        line = line.trimmed();
    ++m_counts[kMathIndex];
    appendText(lines.join(QChar(QChar::LineSeparator)));
    --m_counts[kMathIndex];
}

QString BlockBuilder::restored(QByteArrayView bytes) const {
    QByteArray result;
    split(
        bytes, [&](QByteArrayView text) { result += text.toByteArray(); },
        [&](const Extract& extract) { result += extract.source; });
    result.replace(kContinuationMark, QByteArray());
    return QString::fromUtf8(result);
}

// Code gets back what was taken out of it, also the breaks of over-long paragraphs.
void BlockBuilder::appendCode(QByteArrayView bytes) {
    while (bytes.startsWith(kContinuationMark)) {
        bytes = bytes.sliced(kMarkLength);
        if (m_code.endsWith('\n')) m_code.chop(1);
    }
    split(
        bytes, [this](QByteArrayView text) { m_code += text.toByteArray(); },
        [this](const Extract& extract) { m_code += extract.source; });
}

QString BlockBuilder::attribute(const MD_ATTRIBUTE& attribute) const {
    QString result;
    for (int i = 0; attribute.substr_offsets != nullptr && attribute.substr_offsets[i] < attribute.size;
         ++i) {
        const MD_OFFSET begin = attribute.substr_offsets[i];
        const QByteArrayView part(attribute.text + begin, attribute.substr_offsets[i + 1] - begin);
        switch (attribute.substr_types[i]) {
            case MD_TEXT_ENTITY:
                result += decodeEntity(part);
                break;
            case MD_TEXT_NULLCHAR:
                result += QChar(QChar::ReplacementCharacter);
                break;
            default:
                result += restored(part);
        }
    }
    return result;
}

QList<Block> BlockBuilder::take(bool fenceOpen) {
    if (fenceOpen && m_fenced && !m_blocks.isEmpty() && m_blocks.last().kind == BlockKind::Code)
        m_blocks.last().open = true;
    return std::move(m_blocks);
}

} // namespace ui::chat::markdown
