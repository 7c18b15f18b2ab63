// Markdown to blocks: what models write, what nobody should write, and the end of a text that still grows.
#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QTest>

#include "ui/chat/markdown/parse.h"

using namespace ui::chat::markdown;

namespace {

QString inlineText(const Inline& text) {
    QString result;
    qsizetype at = 0;
    for (const Run& run : text.runs) {
        QString part = text.text.mid(at, run.length);
        at += run.length;
        part.replace(QChar(QChar::LineSeparator), QLatin1Char('/'));
        if (run.styles & kCode) part = QStringLiteral("`%1`").arg(part);
        if (run.styles & kMath) part = QStringLiteral("$%1$").arg(part);
        if (run.styles & kBold) part = QStringLiteral("<b>%1</b>").arg(part);
        if (run.styles & kItalic) part = QStringLiteral("<i>%1</i>").arg(part);
        if (run.styles & kStrike) part = QStringLiteral("<s>%1</s>").arg(part);
        if (run.styles & kImage) part = QStringLiteral("<img>%1</img>").arg(part);
        if (run.link >= 0) part = QStringLiteral("<%1>%2</a>").arg(text.links.at(run.link), part);
        result += part;
    }
    return at == text.text.size() ? result : QStringLiteral("RUNS DO NOT COVER ") + text.text;
}

QString tableText(const Table& table) {
    QString result;
    for (Alignment alignment : table.columns)
        result += QLatin1Char("-<=>"[static_cast<int>(alignment)]);
    for (const auto& row : table.rows) {
        QStringList cells;
        for (const Inline& cell : row)
            cells << inlineText(cell);
        result += QStringLiteral(" (%1)").arg(cells.join(QLatin1Char('|')));
    }
    return result;
}

// One line per block, as "l*:P text".
QString dump(const QList<Block>& blocks) {
    QStringList lines;
    for (const Block& block : blocks) {
        QString line = QString::fromStdString(block.containers);
        switch (block.marker) {
            case Marker::None:
                break;
            case Marker::Bullet:
                line += QLatin1Char('*');
                break;
            case Marker::Number:
                line += QString::number(block.number);
                break;
            case Marker::TaskOpen:
                line += QLatin1String("[ ]");
                break;
            case Marker::TaskDone:
                line += QLatin1String("[x]");
                break;
        }
        if (!line.isEmpty()) line += QLatin1Char(':');
        if (block.continues) line += QLatin1Char('+');
        switch (block.kind) {
            case BlockKind::Paragraph:
                line += QStringLiteral("P ") + inlineText(block.text);
                break;
            case BlockKind::Heading:
                line += QStringLiteral("H%1 ").arg(block.level) + inlineText(block.text);
                break;
            case BlockKind::Rule:
                line += QStringLiteral("R");
                break;
            case BlockKind::Code:
                line += QStringLiteral("C%1(%2) ")
                            .arg(block.open ? QStringLiteral("+") : QString(), block.language) +
                        QString(block.code).replace(QLatin1Char('\n'), QLatin1Char('/'));
                break;
            case BlockKind::Math:
                line +=
                    QStringLiteral("M ") + QString(block.code).replace(QLatin1Char('\n'), QLatin1Char('/'));
                break;
            case BlockKind::Table:
                line += QStringLiteral("T ") + tableText(block.table);
                break;
        }
        lines << line;
    }
    return lines.join(QLatin1Char('\n'));
}

QString streaming(const QByteArray& text) {
    return dump(parse(text, Stage::Streaming));
}

const char kSample[] =
    "# Merging\n\nUse a **k-way merge with a `heap`**: read *one* record.\n\n"
    "| Approach | 40 × 1 GB |\n|:---|---:|\n| Concatenate | 312 s |\n| **Heap** | 41 s |\n\n"
    "1. First\n   - nested [link](https://example.org/a_b)\n   - [ ] task\n2. Second\n\n> Quoted\n> > "
    "twice\n\n"
    "```cpp\nint main() {\n  return 0;  // \"`*_\n}\n```\n\nThe sum \\(a_1 + b\\) costs $5 and $6.\n\n\\[\nx "
    "= y\n- z\n\\]\n\n"
    "---\n\nLast ~~gone~~ line with ünïcödé 🙂 and &amp; <br> `$x_1$`.\n";

} // namespace

class MarkdownTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void blocks_data() {
        QTest::addColumn<QByteArray>("source");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* source, const char* expected) {
            QTest::newRow(name) << QByteArray(source) << QString::fromUtf8(expected);
        };
        row("empty", "", "");
        row("paragraphs", "One\n\nTwo", "P One\nP Two");
        row("line break stays", "Roses are red\nViolets  \nblue", "P Roses are red/Violets/blue");
        row("headings", "# A\n###### B\nC\n===", "H1 A\nH6 B\nH1 C");
        row("emphasis", "a **b *c*** ~~d~~ _e_ `f`", "P a <b>b </b><i><b>c</b></i> <s>d</s> <i>e</i> `f`");
        row("snake case", "some_snake_case and __init__", "P some_snake_case and <b>init</b>");
        row("rule", "a\n\n---\n\nb", "P a\nR\nP b");
        row("code", "```py title=x\na\n\n  b\n```", "C(py) a//  b");
        row("code without language", "~~~\na\n~~~", "C() a");
        row("empty code", "```\n```", "C() ");
        row("unclosed fence", "```c\nint a;", "C(c) int a;");
        row("code in item", "- a\n  ```c\n  x\n  ```\n- b", "l*:P a\nl:C(c) x\nl*:P b");
        row("indented code", "    a\n      b", "C() a/  b");
        row("lists", "- a\n- b\n  1. c\n  2. d\n- e", "l*:P a\nl*:P b\nll1:P c\nll2:P d\nl*:P e");
        row("loose list", "1. a\n\n   more\n\n2. b", "l1:P a\nl:P more\nl2:P b");
        row("number from start", "7) a\n8) b", "l7:P a\nl8:P b");
        row("empty item", "-\n- b", "l*:P \nl*:P b");
        row("tasks", "- [ ] a\n- [x] b", "l[ ]:P a\nl[x]:P b");
        row("list in list first", "- - a", "ll*:P a");
        row("heading in item", "- # A", "l*:H1 A");
        row("quote", "> a\n> > b\n\nc", "q:P a\nqq:P b\nP c");
        row("quote with list", "> - a\n>\n>   b", "ql*:P a\nql:P b");
        row("table", "|a|b|c|d|\n|-|:-|:-:|-:|\n|1|2|3|\n|1|2|3|4|5|", "T -<=> (a|b|c|d) (1|2|3|) (1|2|3|4)");
        row("table after text", "Here:\n| a | b |\n|---|---|\n| 1 | 2 |", "P Here:\nT -- (a|b) (1|2)");
        row("table with short marks", "| a | b |\n|:-:|-|\n| 1 | 2 |", "T =- (a|b) (1|2)");
        row("one column", "| a |\n|-|\n| 1 |", "T - (a) (1)");
        row("pipes are not always tables", "| a\n| b", "P | a/| b");
        row("short marks in code", "    | a |\n    |-|", "C() | a |/|-|");
        row("table in quote", "> x\n> | a |\n> |-|\n> | 1 |", "q:P x\nq:T - (a) (1)");
        row("table in list", "- x\n\n  |a|\n  |-|\n  |1|", "l*:P x\nl:T - (a) (1)");
        row("styled cells", "|**a**|`b|c`|\n|-|-|\n|[x](http://y)|\\||",
            "T -- (<b>a</b>|`b|c`) (<http://y>x</a>||)");
        row("not a table", "a | b", "P a | b");
        row("links", "[a](https://b.c \"t\") <https://d.e> https://f.g/h_i www.j.k l@m.no",
            "P <https://b.c>a</a> <https://d.e>https://d.e</a> <https://f.g/h_i>https://f.g/h_i</a> "
            "<http://www.j.k>www.j.k</a> <mailto:l@m.no>l@m.no</a>");
        row("unsafe links", "[a](javascript:alert(1)) [b](file:///etc/passwd) [c](/x) [d](data:text/html,x)",
            "P a b c d");
        row("reference link", "[a]\n\n[a]: http://b.c", "P <http://b.c>a</a>");
        row("image", "![alt](http://x/y.png) ![](http://x/z.png)",
            "P <http://x/y.png><img>alt</img></a> <http://x/z.png><img>http://x/z.png</img></a>");
        row("local image", "![](file:///a.png)", "P <img>image</img>");
        row("linked image", "[![alt](http://i/)](http://l/)", "P <http://l/><img>alt</img></a>");
        row("raw html", "Use List<int> here.\n\n<details>x</details>\n<br> a<!-- b -->",
            "P Use List<int> here.\nP <details>x</details>/<br> a<!-- b -->");
        row("script", "<script>alert(1)</script>\n\nafter", "P <script>alert(1)</script>\nP after");
        row("entities", "&amp; &lt;b&gt; &#8364; &#x1F642; &nosuch; &#0;", "P & <b> € 🙂 &nosuch; �");
        row("escapes", "\\*a\\* \\# \\\\", "P *a* # \\");
        row("inline math", "Let \\(a_1 \\le b\\) and $x^2$ and $n$.",
            "P Let $a_1 \\le b$ and $x^2$ and $n$.");
        row("money", "costs $5 and $6, or $ 7 $, $HOME/$USER", "P costs $5 and $6, or $ 7 $, $HOME/$USER");
        row("display math", "\\[\nx = y\n- z\n\\]", "M x = y/- z");
        row("after display math", "\\[\na\n\\]\n\n# B\n$$\nc\n$$\n| d |\n|---|", "M a\nH1 B\nM c\nT - (d)");
        row("display dollars", "$$ a = b $$", "M a = b");
        row("display in text", "so \\[a\\] holds", "P so $a$ holds");
        row("math in item", "- \\(a|b\\)\n- \\[c\\]", "l*:P $a|b$\nl*:M c");
        row("math in cell", "|a|\n|-|\n|\\(x|y\\)|", "T - (a) ($x|y$)");
        row("math stays in code", "`\\(a\\)` and `$x^2$`\n\n```\n\\(a\\) $y_1$\n```",
            "P `\\(a\\)` and `$x^2$`\nC() \\(a\\) $y_1$");
        row("math in indented code", "    \\(a\\)", "C() \\(a\\)");
        row("unclosed math", "a \\(b\n\nc \\[ d", "P a (b\nP c [ d");
        row("empty math", "\\(\\) $$$$", "P () $$$$");
        row("escaped dollar", "\\$x^2$", "P $x^2$");
        row("math and emphasis", "**\\(a*b\\)** *c*", "P <b>$a*b$</b> <i>c</i>");
        row("private marks",
            "a\xF4\x8F\xBF\xBD"
            "0\xF4\x8F\xBF\xBC"
            "b `\xF4\x8F\xBF\xBD`",
            "P a\xF4\x8F\xBF\xBD"
            "0\xF4\x8F\xBF\xBC"
            "b `\xF4\x8F\xBF\xBD`");
        row("private mark begins", "\xF4\x8F\xBF\xBBx\n\n```\n\xF4\x8F\xBF\xBBy\n```",
            "P \xF4\x8F\xBF\xBBx\nC() \xF4\x8F\xBF\xBBy");
        row("right to left", "שלום **עולם**\n\n- مرحبا", "P שלום <b>עולם</b>\nl*:P مرحبا");
        row("windows line ends", "a\r\nb\r\n\r\n- c\r\n", "P a/b\nl*:P c");
        row("invalid utf-8", "a\xFF\xC3 b", "P a\xEF\xBF\xBD\xEF\xBF\xBD b");
        row("frontmatter", "---\na: b\n---", "R\nH2 a: b");
    }

    void blocks() {
        QFETCH(QByteArray, source);
        QFETCH(QString, expected);
        QCOMPARE(dump(parse(source, Stage::Complete)), expected);
    }

    void nulCharacter() {
        const QByteArray source("a\0b\n\n```\nc\0d\n```", 16);
        QCOMPARE(dump(parse(source, Stage::Complete)), QStringLiteral("P a\uFFFDb\nC() c\uFFFDd"));
    }

    void streamingTail_data() {
        QTest::addColumn<QByteArray>("source");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* source, const char* expected) {
            QTest::newRow(source) << QByteArray(source) << QString::fromUtf8(expected);
        };
        row("Hello *", "P Hello");
        row("Hello **", "P Hello");
        row("Hello **bo", "P Hello <b>bo</b>");
        row("Hello **bold ", "P Hello <b>bold</b>");
        row("Hello **bold*", "P Hello <b>bold</b>");
        row("Hello **bold**", "P Hello <b>bold</b>");
        row("Hello **bold** and *it", "P Hello <b>bold</b> and <i>it</i>");
        row("Hello **a *b", "P Hello <b>a </b><i><b>b</b></i>");
        row("Hello `", "P Hello");
        row("Hello `co", "P Hello `co`");
        row("Hello **`co", "P Hello <b>`co`</b>");
        row("Hello ``a`b`", "P Hello `a`b`");
        row("Hello [", "P Hello");
        row("Hello [li", "P Hello li");
        row("Hello [link]", "P Hello link");
        row("Hello [link](http", "P Hello link");
        row("Hello [link](http://a)", "P Hello <http://a>link</a>");
        row("See [1] and", "P See [1] and");
        row("Hello !", "P Hello");
        row("Hello ![al", "P Hello al");
        row("5 * 3 * 2 is", "P 5 * 3 * 2 is");
        row("snake_case_na", "P snake_case_na");
        row("a ~~b", "P a <s>b</s>");
        row("text\n-", "P text");
        row("text\n- --", "P text");
        row("text\n--", "P text");
        row("text\n=", "P text");
        row("text\n\n#", "P text");
        row("text\n\n1", "P text");
        row("text\n\n1.", "P text");
        row("text\n\n1. ", "P text");
        row("text\n\n1. a", "P text\nl1:P a");
        row("text\n\n- [", "P text");
        row("text\n\n- [ ]", "P text");
        row("text\n\n- [ ] a", "P text\nl[ ]:P a");
        row("text\n\n>", "P text");
        row("a\n\n``", "P a");
        row("a\n\n```py", "P a");
        row("a\n\n```py\n", "P a\nC+(py) ");
        row("a\n\n```py\nx = 1", "P a\nC+(py) x = 1");
        row("a\n\n```py\nx = 1\n``", "P a\nC+(py) x = 1");
        row("a\n\n```py\nx = 1\n```", "P a\nC(py) x = 1");
        row("a\n\n```py\nx = 1\n```\n", "P a\nC(py) x = 1");
        row("a\n\n|", "P a");
        row("a\n\n| x | y", "P a");
        row("a\n\n| x | y |\n", "P a");
        row("a\n\n| x | y |\n|--", "P a");
        row("a\n\n| x | y |\n|---|---|", "P a");
        row("a\n\n| x | y |\n|---|---|\n", "P a\nT -- (x|y)");
        row("a\n\n| x | y |\n|---|---|\n| 1", "P a\nT -- (x|y) (1|)");
        row("a\n\n| x | y |\n|---|---|\n| 1 | **b", "P a\nT -- (x|y) (1|<b>b</b>)");
        row("a \\(x_1", "P a $x_1$");
        row("a \\(x_1\\", "P a $x_1$");
        row("a \\[x = ", "P a $x =$");
        row("\\[\nx = y", "M x = y");
        row("- **a", "l*:P <b>a</b>");
        row("- a\n- **b", "l*:P a\nl*:P <b>b</b>");
        row("# He**a", "H1 He<b>a</b>");
        row("**a**\n\nb *c", "P <b>a</b>\nP b <i>c</i>");
        row("a\\", "P a");
    }

    void streamingTail() {
        QFETCH(QByteArray, source);
        QFETCH(QString, expected);
        QCOMPARE(streaming(source), expected);
    }

    // Whatever is shown while a text grows, no block that stands more than one block before the end ever
    // changes again (nothing jumps above the reader), and the markup never shows through.
    void nothingFlashes() {
        const QByteArray sample(kSample);
        QList<Block> before;
        for (qsizetype length = 0; length <= sample.size(); ++length) {
            const QList<Block> now = parse(sample.first(length), Stage::Streaming);
            for (qsizetype i = 0; i + 2 < before.size() && i < now.size(); ++i)
                QVERIFY2(before[i] == now[i], sample.first(length).constData());
            QVERIFY(now.size() + 1 >= before.size());
            for (const Block& block : now)
                if (block.kind == BlockKind::Paragraph)
                    QVERIFY2(!block.text.text.contains(QLatin1String("**")),
                             sample.first(length).constData());
            before = now;
        }
    }

    void completeSampleIsTheSameAsStreamedToItsEnd() {
        const QByteArray sample(kSample);
        QCOMPARE(dump(parse(sample, Stage::Streaming)), dump(parse(sample, Stage::Complete)));
    }

    void plainTextIsWhatAPersonCopies() {
        QCOMPARE(plainText(parse("# A\n\n- **b**\n  1. c\n\n> d\ne\n\n```\nf\n```\n\n|x|y|\n|-|-|\n|1|2|",
                                 Stage::Complete)),
                 QStringLiteral("A\n\n• b\n  1. c\n\nd\ne\n\nf\n\nx\ty\n1\t2"));
    }

    void hostile_data() {
        QTest::addColumn<QByteArray>("source");
        const auto repeated = [](const char* unit, int size) {
            const QByteArray one(unit);
            return one.repeated(size / static_cast<int>(one.size()));
        };
        constexpr int kMegabyte = 1000 * 1000;
        QTest::newRow("one line") << repeated("word ", kMegabyte);
        QTest::newRow("one word") << repeated("x", kMegabyte);
        QTest::newRow("one word of emoji") << repeated("🙂", kMegabyte);
        for (const char* unit : {">",
                                 "> ",
                                 "- ",
                                 "*",
                                 "**a ",
                                 "_a",
                                 "[",
                                 "[a](",
                                 "![",
                                 "[a]\n",
                                 "`",
                                 "`a``",
                                 "$",
                                 "$a_b$ ",
                                 "\\(",
                                 "\\[ ",
                                 "\\[a\n\n",
                                 "|",
                                 "|a\n",
                                 "<a",
                                 "&a;",
                                 "&amp;",
                                 "http://a.b ",
                                 "a@b.c ",
                                 "~~a",
                                 "\\",
                                 "1. a\n",
                                 "#",
                                 "[a]: b\n",
                                 "\n",
                                 "\t",
                                 "a\\\n",
                                 "* a\n\n",
                                 "```\n",
                                 "```a`",
                                 "\xF4\x8F\xBF\xBD",
                                 "\xF4\x8F\xBF\xBB ",
                                 "\xF4\x8F\xBF\xBD"
                                 "1\xF4\x8F\xBF\xBC"})
            QTest::newRow(QByteArray(unit).toPercentEncoding().constData()) << repeated(unit, kMegabyte / 4);
        QTest::newRow("10 000 quotes") << QByteArray(10000, '>') + " deep";
        QByteArray lists;
        for (int depth = 0; depth < 10000; ++depth)
            lists += "- ";
        QTest::newRow("10 000 lists") << lists + "deep";
        QByteArray stairs;
        for (int depth = 0; depth < 1000; ++depth)
            stairs += QByteArray(2 * depth, ' ') + "- a\n";
        QTest::newRow("stairs") << stairs;
        QByteArray wide = QByteArray("|a").repeated(5000) + "\n" + QByteArray("|-").repeated(5000) + "\n";
        QTest::newRow("wide table") << wide + QByteArray("|1\n").repeated(100);
        QTest::newRow("long table") << QByteArray("|a|b|\n|-|-|\n") + QByteArray("|1|2|\n").repeated(50000);
    }

    void hostile() {
        QFETCH(QByteArray, source);
        for (Stage stage : {Stage::Streaming, Stage::Complete}) {
            QElapsedTimer timer;
            timer.start();
            const QList<Block> blocks = parse(source, stage);
            // A generous limit that a quadratic path would miss by far, also under a sanitizer on a busy
            // machine.
            QVERIFY2(timer.elapsed() < 20000, qPrintable(QString::number(timer.elapsed())));
            for (const Block& block : blocks) {
                QVERIFY(block.containers.size() <= kMaxContainers);
                QVERIFY2(block.text.text.size() <= 64 * 1024,
                         qPrintable(QString::number(block.text.text.size())));
            }
        }
    }

    void longParagraphsComeInPieces() {
        const QByteArray words = QByteArray("word ").repeated(20000);
        const QList<Block> blocks = parse(words, Stage::Complete);
        QVERIFY(blocks.size() > 3);
        QString joined;
        for (const Block& block : blocks)
            joined += block.text.text + QLatin1Char(' ');
        QCOMPARE(joined.simplified(), QString::fromUtf8(words).simplified());
        for (qsizetype i = 1; i < blocks.size(); ++i)
            QVERIFY(blocks[i].continues);
        // The same text inside a fence stays as it is.
        const QList<Block> code = parse("```\n" + words + "\n```\n", Stage::Complete);
        QCOMPARE(code.size(), 1);
        QCOMPARE(code[0].code, QString::fromUtf8(words));
        const QList<Block> indented = parse("    " + words, Stage::Complete);
        QCOMPARE(plainText(indented).remove(QLatin1Char('\n')).simplified(),
                 QString::fromUtf8(words).simplified());
    }

    // Bytes from a small alphabet of markup: no crash, runs always cover their text, and every letter
    // survives.
    void anyTextIsKept() {
        QRandomGenerator random(7);
        const char* pieces[] = {"a",     "b ",
                                "\n",    "\n\n",
                                "*",     "**",
                                "_",     "`",
                                "```",   "```\n",
                                "- ",    "1. ",
                                "> ",    "#",
                                " ",     "|",
                                "|-|\n", "[",
                                "](",    ")",
                                "$",     "$$",
                                "\\(",   "\\)",
                                "\\[",   "\\]",
                                "\\",    "<",
                                "&lt;",  "~~",
                                "!",     "    ",
                                "é",     "\xF4\x8F\xBF\xBD"};
        for (int round = 0; round < 3000; ++round) {
            QByteArray source;
            for (int i = 0; i < 40; ++i)
                source += pieces[random.bounded(static_cast<int>(std::size(pieces)))];
            for (Stage stage : {Stage::Streaming, Stage::Complete}) {
                const QList<Block> blocks = parse(source, stage);
                QVERIFY2(!dump(blocks).contains(QLatin1String("RUNS DO NOT")), source.constData());
                QVERIFY2(!plainText(blocks).contains(QChar(0xDBFF)) || source.contains('\xF4'),
                         source.constData());
            }
        }
    }
};

QTEST_GUILESS_MAIN(MarkdownTest)
#include "markdown_test.moc"
