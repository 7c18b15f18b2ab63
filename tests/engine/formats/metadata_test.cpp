// formats: what the metadata table answers when asked for the right and for the wrong kind.
#include <QTest>

#include "engine/formats/metadata.h"

using namespace engine;
using namespace engine::formats;

class MetadataTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void keepsOrderAndReplacesInPlace() {
        Metadata m;
        m.set_u32("b", 1);
        m.set_u32("a", 2);
        m.set_string("b", "now text");
        QCOMPARE(m.entries().size(), size_t{2});
        QCOMPARE(m.entries()[0].key, std::string("b"));
        QCOMPARE(*m.string("b"), std::string("now text"));
        const Metadata copy = m;
        QCOMPARE(copy.integer("a").value(), int64_t{2});
    }

    void widensButNeverGuesses() {
        Metadata m;
        m.set("u8", {ValueType::u8, int64_t{200}});
        m.set("u64", {ValueType::u64, int64_t{-1}});
        m.set_f32("f32", 1.5f);
        m.set_bool("bool", true);
        m.set_string("text", "7");
        m.set_i32s("ints", {1, 2});
        m.set_f32s("floats", {0.5f});
        QCOMPARE(m.integer("u8").value(), int64_t{200});
        QCOMPARE(m.number("u8").value(), 200.0);
        QVERIFY(!m.integer("u64"));
        QCOMPARE(m.number("u64").value(), 18446744073709551615.0);
        QVERIFY(!m.integer("f32") && !m.integer("bool") && !m.integer("text") && !m.integer("ints"));
        QVERIFY(!m.number("bool") && !m.number("text") && !m.boolean("u8"));
        QVERIFY(m.string("f32") == nullptr && m.strings("ints") == nullptr && m.numbers("ints") == nullptr);
        QVERIFY(m.integers("floats") == nullptr && m.integers("u8") == nullptr && m.find("none") == nullptr);
    }

    void requiredKeysAreNamedInErrors() {
        Metadata m;
        m.set_string("llama.block_count", "many");
        const auto missing = m.require_integer("llama.context_length");
        QVERIFY(!missing.ok() && missing.error().code == ErrorCode::bad_file);
        QCOMPARE(missing.error().message, std::string("metadata key \"llama.context_length\" is missing"));
        const auto wrong = m.require_integer("llama.block_count");
        QCOMPARE(wrong.error().message,
                 std::string("metadata key \"llama.block_count\" holds a string where an integer is needed"));
        QCOMPARE(m.require_string("llama.block_count").value(), std::string("many"));
        QVERIFY(!m.require_number("llama.block_count").ok());
    }
};

QTEST_APPLESS_MAIN(MetadataTest)
#include "metadata_test.moc"
