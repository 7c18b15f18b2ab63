// UTF-8 arithmetic: every code point, every malformed shape, and the edges of a stream.
#include <QtTest>

#include "engine/text/utf8.h"

using namespace engine::text;

class Utf8Test : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void everyCodePointGoesThereAndBack() {
        for (char32_t c = 0; c <= 0x10FFFF; ++c) {
            if (c >= 0xD800 && c < 0xE000) continue;
            std::string bytes;
            append_utf8(bytes, c);
            const Utf8Step step = utf8_step(bytes, 0);
            if (!step.valid || step.code_point != c || step.length != bytes.size())
                QFAIL(qPrintable(QString::number(c, 16)));
            for (size_t n = 1; n < bytes.size(); ++n) {
                QVERIFY(!utf8_step(std::string_view(bytes).substr(0, n), 0).valid);
                QCOMPARE(utf8_complete_prefix("a" + bytes.substr(0, n)), size_t{1});
            }
            QCOMPARE(utf8_complete_prefix(bytes), bytes.size());
        }
    }

    void malformedBytesAreSingle_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("replaced");
        const QByteArray r("\xEF\xBF\xBD");
        QTest::newRow("lone continuation") << QByteArray("a\x80z") << "a" + r + "z";
        QTest::newRow("overlong two") << QByteArray("\xC0\xAF") << r + r;
        QTest::newRow("overlong three") << QByteArray("\xE0\x80\xAF") << r + r + r;
        QTest::newRow("surrogate") << QByteArray("\xED\xA0\x80") << r + r + r;
        QTest::newRow("too large") << QByteArray("\xF4\x90\x80\x80") << r + r + r + r;
        QTest::newRow("never a lead") << QByteArray("\xFF\xFE\xF5") << r + r + r;
        QTest::newRow("cut short") << QByteArray("\xF0\x9F\x98") << r + r + r;
        QTest::newRow("cut by text") << QByteArray("\xE2\x82x") << r + r + "x";
    }
    void malformedBytesAreSingle() {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, replaced);
        QVERIFY(!is_utf8(bytes.toStdString()));
        QCOMPARE(QByteArray::fromStdString(replace_invalid_utf8(bytes.toStdString())), replaced);
        QVERIFY(is_utf8(replaced.toStdString()));
    }

    void aStreamWaitsOnlyForWhatCanGrow() {
        QCOMPARE(utf8_complete_prefix(""), size_t{0});
        QCOMPARE(utf8_complete_prefix("ab"), size_t{2});
        QCOMPARE(utf8_complete_prefix("a\xF0\x9F\x98"), size_t{1});
        QCOMPARE(utf8_complete_prefix("a\xF0\x80"), size_t{3}); // overlong: never a character
        QCOMPARE(utf8_complete_prefix("a\xED\xA0"), size_t{3}); // surrogate: never a character
        QCOMPARE(utf8_complete_prefix("\x80\x80\x80\x80"), size_t{4});
        QCOMPARE(utf8_complete_prefix("\xE4\xBD\xA0\xE5"), size_t{3});
    }

    void asciiIsSeenAcrossWordBorders() {
        for (size_t n = 0; n < 40; ++n) {
            std::string text(n, 'x');
            QVERIFY(is_ascii(text));
            for (size_t i = 0; i < n; ++i) {
                std::string bad = text;
                bad[i] = '\xE9';
                QVERIFY(!is_ascii(bad));
                QVERIFY(!is_utf8(bad));
            }
        }
    }
};

QTEST_APPLESS_MAIN(Utf8Test)
#include "utf8_test.moc"
