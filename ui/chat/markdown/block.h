// What a reply consists of: a flat list of blocks, each with the containers that it stands in.
//
// Flat, because nesting only matters for indentation and bars: ten thousand nested quotes are one block with
// many containers, and comparing two lists from the front finds what a streaming reply has changed.
#pragma once

#include <QList>
#include <QString>
#include <QStringList>
#include <string>

namespace ui::chat::markdown {

enum Style : quint8 {
    kBold = 1,
    kItalic = 2,
    kStrike = 4,
    kCode = 8,
    kMath = 16,  // LaTeX source
    kImage = 32, // the alternative text of a picture that is never fetched
};

struct Run {
    qsizetype length = 0;
    quint8 styles = 0;
    int link = -1; // index into Inline::links
    friend bool operator==(const Run&, const Run&) = default;
};

// Text with styles; the runs cover it without gaps. Line breaks inside are QChar::LineSeparator.
struct Inline {
    QString text;
    QList<Run> runs;
    QStringList links;

    bool isEmpty() const { return text.isEmpty(); }
    friend bool operator==(const Inline&, const Inline&) = default;
};

enum class Alignment : quint8 { Default, Left, Center, Right };

struct Table {
    QList<Alignment> columns;
    QList<QList<Inline>> rows; // the first is the head; every row has as many cells as there are columns
    friend bool operator==(const Table&, const Table&) = default;
};

enum class BlockKind : quint8 { Paragraph, Heading, Rule, Code, Math, Table };
enum class Marker : quint8 { None, Bullet, Number, TaskOpen, TaskDone };

struct Block {
    BlockKind kind = BlockKind::Paragraph;
    int level = 0;          // of a heading, 1 to 6
    std::string containers; // outermost first: 'q' a quote, 'l' a list item; at most kMaxContainers are kept
    Marker marker = Marker::None;
    int number = 0;         // with Marker::Number
    bool tight = false;     // in a list whose items stand close together
    bool continues = false; // a piece of an over-long paragraph that goes on without a gap
    Inline text;            // Paragraph, Heading
    QString language;       // Code: first word of the info string
    QString code;           // Code, Math: without the last line break
    bool open = false;      // Code: the closing fence has not come yet
    Table table;

    friend bool operator==(const Block&, const Block&) = default;
};

inline constexpr size_t kMaxContainers = 12;

// What a person gets who copies the block as plain text.
QString plainText(const Block& block);
QString plainText(const QList<Block>& blocks);

} // namespace ui::chat::markdown
