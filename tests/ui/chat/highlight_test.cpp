// Colouring of code: the tokens of each language, states across lines, and any text in any language.
#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QTest>

#include "ui/chat/highlight/language.h"

using namespace ui::chat::highlight;

namespace {

// "k[return] n[0];" for the lines of a text.
QString marked(const Language& language, const QString& text) {
    static constexpr char kLetters[] = "ktfsncpo+-";
    QStringList result;
    int state = 0;
    const QStringList lines = text.split(QLatin1Char('\n'));
    for (const QString& line : lines) {
        QList<Token> tokens;
        state = tokenizeLine(language, line, state, &tokens);
        QString out;
        int at = 0;
        for (const Token& token : tokens) {
            if (token.start < at || token.start + token.length > line.size())
                return QStringLiteral("OVERLAP");
            out += line.mid(at, token.start - at);
            // Operators are everywhere; shown only where a test is about them.
            const QString body = line.mid(token.start, token.length);
            out += token.kind == TokenKind::Operator
                       ? body
                       : QStringLiteral("%1[%2]").arg(
                             QString(QLatin1Char(kLetters[static_cast<int>(token.kind)])), body);
            at = token.start + token.length;
        }
        result << out + line.mid(at);
    }
    return result.join(QLatin1Char('\n'));
}

} // namespace

class HighlightTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void tokens_data() {
        QTest::addColumn<QString>("language");
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* language, const char* source, const char* expected) {
            QTest::newRow((QByteArray(language) + " " + QByteArray(source).left(24)).constData())
                << QString::fromUtf8(language) << QString::fromUtf8(source) << QString::fromUtf8(expected);
        };
        row("cpp", "#include <queue>", "p[#include] s[<queue>]");
        row("cpp", "struct Head { Record r; size_t file; };",
            "k[struct] t[Head] { t[Record] r; t[size_t] file; };");
        row("cpp", "void merge(std::vector<Reader>& in) {",
            "t[void] f[merge](std::t[vector]<t[Reader]>& in) {");
        row("cpp", "return a.r.time > 0x1F'00u; // x", "k[return] a.r.time > n[0x1F'00u]; c[// x]");
        row("cpp", "a /* b\nc */ d /* e", "a c[/*]c[ b]\nc[c */] d c[/*]c[ e]");
        row("cpp", "auto s = R\"(x)\" + 'c' + \"a\\\"b\";",
            "k[auto] s = Rs[\"(x)\"] + s['c'] + s[\"a\\\"b\"];");
        row("c", "#define N 5", "p[#define] N n[5]");
        row("py", "@cache\ndef f(x: int) -> str:  # c",
            "p[@cache]\nk[def] f[f](x: t[int]) -> t[str]:  c[# c]");
        row("py", "s = f\"\"\"a\nb\"\"\" + 'x'", "s = fs[\"\"\"]s[a]\ns[b\"\"\"] + s['x']");
        row("js", "const x = `a\n${b}` ?? $y;", "k[const] x = s[`]s[a]\ns[${b}`] ?? $y;");
        row("ts", "interface A { b: string }", "k[interface] t[A] { b: t[string] }");
        row("java", "@Override public int f() { return 1L; }",
            "p[@Override] k[public] t[int] f[f]() { k[return] n[1L]; }");
        row("c#", "var x = new List<int>();", "k[var] x = k[new] t[List]<t[int]>();");
        row("go", "func main() { x := `a` }", "k[func] f[main]() { x := s[`]s[a`] }");
        row("rust", "fn f<'a>(x: &'a str) -> char { 'x' }",
            "k[fn] f<p['a]>(x: &p['a] t[str]) -> t[char] { s['x'] }");
        row("rust", "/* a /* b */ c */ let", "c[/*]c[ a /* b */ c */] k[let]");
        row("swift", "let x: Int = 1_000", "k[let] x: t[Int] = n[1_000]");
        row("kotlin", "fun f(): Unit = println(\"x\")", "k[fun] f[f](): t[Unit] = f[println](s[\"x\"])");
        row("php", "<?php echo $name . 'x'; # c", "<?k[php] k[echo] t[$name] . s['x']; c[# c]");
        row("ruby", "def ok?(x) = @y # c", "k[def] f[ok?](x) = p[@y] c[# c]");
        row("bash", "for f in $HOME/*.txt; do echo \"$f\" ${x} a#b # c",
            "k[for] f k[in] t[$HOME]/*.txt; k[do] k[echo] s[\"]s[$f\"] t[${x}] a#b c[# c]");
        row("ps1", "<# a #> $x = Get-Item", "c[<#]c[ a #>] t[$x] = Get-Item");
        row("sql", "SELECT name, 'it''s' FROM t -- c", "k[SELECT] name, s['it''s'] k[FROM] t c[-- c]");
        row("html", "<a href=\"x\">b &amp; c</a><!-- d",
            "<k[a] p[href]=s[\"]s[x\"]>b n[&amp;] c</k[a]>c[<!--]c[ d]");
        row("css", ".a { color: #fff; width: 50%; } /* c */",
            ".a { f[color]: #fff; f[width]: n[50%]; } c[/*]c[ c */]");
        row("json", "{\"a\": [1, true, \"b\"]}", "{f[\"a\"]: [n[1], k[true], s[\"b\"]]}");
        row("yaml", "- key: value # c\n  url: http://x", "- f[key]: value c[# c]\n  f[url]: http://x");
        row("toml", "[a.b]\nkey = \"v\" # c", "t[[a.b]]\nf[key ]= s[\"v\"] c[# c]");
        row("ini", "[s]\na=1\n; c", "t[[s]]\nf[a]=n[1]\nc[; c]");
        row("md", "# Title\ntext `code`\n```\nx\n```", "k[# Title]\ntext s[`code`]\np[```]\ns[x]\np[```]");
        row("dockerfile", "FROM debian:12\nRUN apt-get update # c",
            "k[FROM] debian:n[12]\nk[RUN] apt-get update c[# c]");
        row("cmake", "add_library(x STATIC ${SRC})", "f[add_library](x k[STATIC] t[${SRC}])");
        row("make", "all: main.o\nCC = gcc\n\techo $(CC)", "f[all]: main.o\nt[CC] = gcc\n\techo t[$](CC)");
        row("lua", "local x = 1 -- c\n--[[ a\nb ]] end",
            "k[local] x = n[1] c[-- c]\nc[--[[]c[ a]\nc[b ]]] k[end]");
        row("r", "x <- c(1, NA) # c", "x <- f[c](n[1], k[NA]) c[# c]");
        row("haskell", "f' :: Int -> String {- a {- b -} -}",
            "fp['] :: t[Int] -> t[String] c[{-]c[ a {- b -} -}]");
        row("diff", "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n z",
            "k[--- a]\nk[+++ b]\nf[@@ -1 +1 @@]\n-[-x]\n+[+y]\n z");
    }

    void tokens() {
        QFETCH(QString, language);
        QFETCH(QString, source);
        QFETCH(QString, expected);
        const Language* found = findLanguage(language);
        QVERIFY(found != nullptr);
        QCOMPARE(marked(*found, source), expected);
    }

    void languagesAreFound() {
        QVERIFY(allLanguages().size() >= 25);
        QCOMPARE(findLanguage(QStringLiteral("C++"))->name(), QStringLiteral("C++"));
        QCOMPARE(findLanguage(QStringLiteral("Py"))->name(), QStringLiteral("Python"));
        QVERIFY(findLanguage(QStringLiteral("klingon")) == nullptr);
        QVERIFY(findLanguage(QString()) == nullptr);
        for (const Language* language : allLanguages())
            QVERIFY(!language->suffix().isEmpty());
    }

    // Any text in any language: tokens in order, inside the line, and a state that can be handed on.
    void anyText() {
        QRandomGenerator random(3);
        const QString alphabet =
            QStringLiteral("ab_9 .\t\"'`#/*-+<>=!&@$%^(){}[]\\:;,|~?éש中🙂\u0000\u2028");
        for (const Language* language : allLanguages()) {
            for (int round = 0; round < 200; ++round) {
                QString text;
                for (int i = 0; i < 60; ++i)
                    text += alphabet[random.bounded(alphabet.size())];
                if (round % 3 == 0) text.insert(20, QLatin1Char('\n'));
                QVERIFY2(marked(*language, text) != QStringLiteral("OVERLAP"), language->rules().name);
            }
        }
    }

    void longLinesAreLinear() {
        for (const Language* language : allLanguages()) {
            for (const char* unit :
                 {"a", "(", "\"", "'", "/*", "{", "<", "$", "#", "-- ", "[", "\\", "a.b "}) {
                const QString line = QString::fromLatin1(unit).repeated(50000);
                QList<Token> tokens;
                QElapsedTimer timer;
                timer.start();
                tokenizeLine(*language, line, 0, &tokens);
                QVERIFY2(timer.elapsed() < 2000, language->rules().name);
            }
        }
    }
};

QTEST_GUILESS_MAIN(HighlightTest)
#include "highlight_test.moc"
