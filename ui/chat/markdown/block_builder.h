// Receives what md4c finds and makes the flat list of blocks of it.
#pragma once

#include <md4c.h>

#include <QByteArray>
#include <QList>

#include "ui/chat/markdown/block.h"
#include "ui/chat/markdown/math_spans.h"

namespace ui::chat::markdown {

class BlockBuilder {
 public:
    explicit BlockBuilder(const QList<Extract>& extracts) : m_extracts(extracts) {}

    int enterBlock(MD_BLOCKTYPE type, void* detail);
    int leaveBlock(MD_BLOCKTYPE type, void* detail);
    int enterSpan(MD_SPANTYPE type, void* detail);
    int leaveSpan(MD_SPANTYPE type);
    int text(MD_TEXTTYPE type, QByteArrayView text);

    QList<Block> take(bool fenceOpen);

 private:
    struct Level {
        char kind = 'q'; // 'q' quote, 'u' and 'o' lists, 'l' item
        bool tight = false;
        int next = 1;                 // number of the next item of an ordered list
        Marker marker = Marker::None; // of an item, until its first block has taken it
        int number = 0;
        bool empty = true; // no block inside yet
    };

    void startBlock(BlockKind kind);
    void finishBlock();
    void finishParagraph();
    void closeItem();
    void startCell(MD_ALIGN align);
    void finishCell();
    void appendText(const QString& text);
    void appendBytes(QByteArrayView bytes);
    void appendCode(QByteArrayView bytes);
    void appendExtract(const Extract& extract);
    QString restored(QByteArrayView bytes) const;
    QString attribute(const MD_ATTRIBUTE& attribute) const;
    template <typename TakeText, typename TakeExtract>
    void split(QByteArrayView bytes, TakeText takeText, TakeExtract takeExtract) const;
    quint8 styles() const;

    const QList<Extract>& m_extracts;
    QList<Block> m_blocks;
    QList<Level> m_levels;
    Block m_block;
    bool m_inBlock = false;
    Inline* m_inline = nullptr;
    Inline m_cell;
    QByteArray m_code;
    bool m_fenced = false;
    int m_counts[6] = {}; // how many open spans of each style
    QList<int> m_links;   // stack of link indices
    qsizetype m_imageStart = -1;
};

} // namespace ui::chat::markdown
