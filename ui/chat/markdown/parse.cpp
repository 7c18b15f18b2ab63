// The pipeline: formulas out, end settled, md4c, blocks.
#include "ui/chat/markdown/parse.h"

#include <md4c.h>

#include "ui/chat/markdown/block_builder.h"
#include "ui/chat/markdown/line_scanner.h"
#include "ui/chat/markdown/math_spans.h"
#include "ui/chat/markdown/table_repair.h"
#include "ui/chat/markdown/tail.h"

namespace ui::chat::markdown {
namespace {

BlockBuilder* builder(void* data) {
    return static_cast<BlockBuilder*>(data);
}

MD_PARSER makeParser() {
    MD_PARSER parser = {};
    // Without MD_FLAG_LATEXMATHSPANS: see math_spans.h.
    parser.flags = MD_DIALECT_GITHUB | MD_FLAG_NOHTML;
    parser.enter_block = [](MD_BLOCKTYPE type, void* detail, void* data) {
        return builder(data)->enterBlock(type, detail);
    };
    parser.leave_block = [](MD_BLOCKTYPE type, void* detail, void* data) {
        return builder(data)->leaveBlock(type, detail);
    };
    parser.enter_span = [](MD_SPANTYPE type, void* detail, void* data) {
        return builder(data)->enterSpan(type, detail);
    };
    parser.leave_span = [](MD_SPANTYPE type, void*, void* data) { return builder(data)->leaveSpan(type); };
    parser.text = [](MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* data) {
        return builder(data)->text(type, QByteArrayView(text, static_cast<qsizetype>(size)));
    };
    return parser;
}

bool endsInFence(const QByteArray& text) {
    LineScanner scanner(text);
    SourceLine line;
    while (scanner.next(&line)) {
    }
    return scanner.inFence();
}

} // namespace

QList<Block> parse(const QByteArray& utf8, Stage stage) {
    QByteArray text = utf8;
    // As CommonMark asks; md4c 0.4.8 does it too, but reports the character twice inside code.
    text.replace(QByteArray(1, '\0'), QByteArray("\xEF\xBF\xBD"));
    Protected source = protectMath(repairTables(text), stage);
    if (stage == Stage::Streaming) source.text = settleTail(source.text);
    BlockBuilder blocks(source.extracts);
    const MD_PARSER parser = makeParser();
    // md4c fails only without memory; what was built until then is shown.
    md_parse(source.text.constData(), static_cast<MD_SIZE>(source.text.size()), &parser, &blocks);
    return blocks.take(stage == Stage::Streaming && endsInFence(source.text));
}

} // namespace ui::chat::markdown
