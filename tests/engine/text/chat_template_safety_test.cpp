// What hostile templates cannot do: run on, grow, go deep; and what errors say.
#include <sys/resource.h>

#include <QElapsedTimer>
#include <atomic>
#include <thread>

#include "tests/engine/text/template_cases.h"

using namespace template_cases;

namespace {

// A text is a template; [head, body, tail, times, closing] repeats the body, its number for the sign №, and
// what closes it.
std::string source_of(const ordered_json& row) {
    if (row.is_string()) return row;
    std::string source = row[0];
    const std::string body = row[1];
    const std::string closing = row.size() > 4 ? row[4].get<std::string>() : "";
    const int times = row[3];
    const std::string sign = "№";
    const size_t place = body.find(sign);
    for (int i = 0; i < times; ++i)
        source += place == std::string::npos
                      ? body
                      : std::string(body).replace(place, sign.size(), std::to_string(i));
    source += row[2];
    for (int i = 0; i < times; ++i)
        source += closing;
    return source;
}

// Peak of the whole program, with what Qt and the sanitizers take. What runs into the limit of steps takes 14
// s over all rows, and ten to twenty times that with sanitizers: they see a tenth of the steps.
#ifdef TANDEM_SANITIZED
constexpr long kMostKilobytes = 6'000'000;
constexpr int64_t kFewer = 10;
#else
constexpr long kMostKilobytes = 700'000;
constexpr int64_t kFewer = 1;
#endif

} // namespace

class ChatTemplateSafetyTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void hostileTemplates_data() {
        QTest::addColumn<QByteArray>("source");
        QTest::addColumn<bool>("refused");
        for (const char* kind : {"refused", "survived"}) {
            for (const auto& row : golden("hostile.json")[kind]) {
                const std::string source = source_of(row);
                QTest::newRow(source.substr(0, 100).c_str()) << bytes(source) << (*kind == 'r');
            }
        }
    }
    void hostileTemplates() {
        QFETCH(QByteArray, source);
        QFETCH(bool, refused);
        QElapsedTimer timer;
        timer.start();
        TemplateLimits limits;
        if (refused) limits.steps /= kFewer;
        const auto result = render(source.toStdString(), {}, limits);
        QCOMPARE(!result.ok(), refused);
        if (refused) verify_error(result.error(), 0);
        QVERIFY2(timer.elapsed() < 20'000,
                 QByteArray::number(timer.elapsed()).constData()); // sanitizers are slow
        rusage usage{};
        getrusage(RUSAGE_SELF, &usage);
        QVERIFY2(usage.ru_maxrss < kMostKilobytes,
                 QByteArray::number(static_cast<qint64>(usage.ru_maxrss)).constData());
    }

    void smallerLimits() {
        TemplateInput input;
        TemplateLimits few;
        few.steps = 100;
        verify_error(render("a\n{% for x in range(1000) %}\n{% endfor %}", input, few).error(), 2,
                     "100 steps");
        TemplateLimits small;
        small.output_bytes = 100;
        QVERIFY(render(std::string(100, 'x'), input, small).ok());
        verify_error(render("a\n" + std::string(99, 'x'), input, small).error(), 1, "100 bytes");
        TemplateLimits tight;
        tight.memory_bytes = 100'000;
        verify_error(render("\n\n{{ range(9000)|list|length }}", input, tight).error(), 3, "memory");
        TemplateLimits flat;
        flat.depth = 10;
        verify_error(render("{{ [[[[[[[[[[[1]]]]]]]]]]] }}", input, flat).error(), 1, "10 levels");
        verify_error(render("{% macro m() %}\n{{ m() }}{% endmacro %}\n\n{{ m() }}", input, flat).error(), 2,
                     "10 levels");
        input.messages_json = std::string(11, '[') + std::string(11, ']');
        QCOMPARE(render("", input, flat).error().code, ErrorCode::invalid_argument);
    }

    void badInputNamesItself() {
        TemplateInput input;
        input.messages_json = "[{]";
        Error error = render("x", input).error();
        QCOMPARE(error.code, ErrorCode::invalid_argument);
        QVERIFY2(bytes(error.message).startsWith("messages: "), error.message.c_str());
        input.messages_json = "[]";
        input.variables["enable_thinking"] = "yes";
        error = render("x", input).error();
        QCOMPARE(error.code, ErrorCode::invalid_argument);
        QVERIFY2(bytes(error.message).startsWith("enable_thinking: "), error.message.c_str());
        input.variables.clear();
        input.bos_token = "\xFF";
        QCOMPARE(render("x", input).error().code, ErrorCode::invalid_argument);
        verify_error(ChatTemplate::parse("a\nb\xFF").error(), 2, "UTF-8");
    }

    void whatIsNotSupportedIsNamed_data() {
        QTest::addColumn<QByteArray>("expression");
        QTest::addColumn<QByteArray>("words");
        QTest::newRow("urlize") << QByteArray("'http://a.b'|urlize")
                                << QByteArray("'urlize' is not supported");
        QTest::newRow("lipsum") << QByteArray("lipsum()") << QByteArray("lipsum() is not supported");
        QTest::newRow("random") << QByteArray("[1]|random") << QByteArray("'random' is not supported");
        QTest::newRow("name") << QByteArray("'\\N{DASH}'") << QByteArray("\\N{...}");
        for (const char* wide : {"9223372036854775808", "3000000000 * 4000000000", "2 ** 64", "1e30|int",
                                 "'9223372036854775808'|int", "[9223372036854775807, 1]|sum"})
            QTest::newRow(wide) << QByteArray(wide) << QByteArray("beyond 64 bits");
    }
    void whatIsNotSupportedIsNamed() {
        QFETCH(QByteArray, expression);
        QFETCH(QByteArray, words);
        const auto result = render("a\n\n{{ " + expression.toStdString() + " }}\n", {});
        QVERIFY(!result.ok());
        verify_error(result.error(), 3, words.toStdString());
    }

    void oneTemplateManyThreads() {
        const auto parsed = ChatTemplate::parse(read(kGolden + "channels.jinja"));
        QVERIFY(parsed.ok());
        const auto& file = golden("templates.json");
        const TemplateInput input = input_of(file["conversations"][10], file["now"].get<int64_t>());
        const std::string expected = parsed->render(input)->text;
        std::atomic<int> same = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (int k = 0; k < 50; ++k)
                    same += parsed->render(input)->text == expected;
            });
        }
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(same.load(), 200);
    }
};

QTEST_APPLESS_MAIN(ChatTemplateSafetyTest)
#include "chat_template_safety_test.moc"
