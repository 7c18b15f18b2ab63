// formats: GGUF headers, good ones from the reference package and bad ones of every kind.
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <new>

#include "engine/formats/gguf.h"
#include "engine/formats/model_file.h"
#include "tests/engine/formats/gguf_bytes.h"

using namespace engine;
using namespace engine::formats;
using tests::GgufBytes;

// The largest block that anybody asked for: a bad file must not make the reader allocate what it claims.
namespace {
std::atomic<size_t> largest_allocation = 0;
}
void* operator new(size_t size) {
    if (size > largest_allocation)
        largest_allocation = size; // Qt's watchdog thread allocates next to nothing
    if (void* p = std::malloc(size == 0 ? 1 : size)) return p;
    throw std::bad_alloc();
}
void operator delete(void* p) noexcept {
    std::free(p);
}
void operator delete(void* p, size_t) noexcept {
    std::free(p);
}

namespace {
const std::string kGolden = TANDEM_SOURCE_DIR "/tests/golden/formats/";
constexpr uint64_t kHuge = uint64_t{1} << 60;

Result<GgufHeader> parse(const GgufBytes& file) {
    return parse_gguf(file.bytes(), file.bytes().size());
}

// Two keys, two tensors, data: the seed of damage.
GgufBytes good() {
    GgufBytes file(2, 3);
    file.key("general.architecture", 8).string("llama");
    file.key("list", 9).put(uint32_t{8}).put(uint64_t{2}).string("one").string("two");
    file.key("numbers", 9).put(uint32_t{5}).put(uint64_t{2}).put(int32_t{-1}).put(int32_t{7});
    file.tensor("first", {32, 2}, 8, 0).tensor("second", {4}, 0, 96);
    file.align(32).zeros(96 + 16);
    return file;
}

struct BadFile {
    const char* name;
    std::function<GgufBytes()> make;
    ErrorCode code;
    const char* says;
};

GgufBytes one_key(const std::function<void(GgufBytes&)>& value) {
    GgufBytes file(0, 1);
    value(file);
    return file;
}

GgufBytes one_tensor(const std::vector<uint64_t>& extents, uint32_t type, uint64_t offset,
                     size_t data = 4096) {
    GgufBytes file(1, 0);
    file.tensor("the.tensor", extents, type, offset).align(32).zeros(data);
    return file;
}

GgufBytes two_tensors(const char* second, uint64_t second_offset) {
    GgufBytes file(2, 0);
    file.tensor("one", {16}, 0, 0).tensor(second, {16}, 0, second_offset).align(32).zeros(256);
    return file;
}

GgufBytes aligned(uint32_t type, const std::function<void(GgufBytes&)>& value) {
    return one_key([&](GgufBytes& f) {
        f.key("general.alignment", type);
        value(f);
    });
}

const std::vector<BadFile> kBadFiles = {
    {"empty", [] { return GgufBytes(); }, ErrorCode::bad_file, "empty"},
    {"one byte", [] { return GgufBytes().text("G"); }, ErrorCode::bad_file, "magic number"},
    {"other magic", [] { return GgufBytes().text("PK\x03\x04 and so on"); }, ErrorCode::bad_file,
     "not a GGUF"},
    {"magic only", [] { return GgufBytes().text("GGUF"); }, ErrorCode::bad_file, "version"},
    {"version 1", [] { return GgufBytes(0, 0, 1); }, ErrorCode::unsupported, "version 1"},
    {"version 4", [] { return GgufBytes(0, 0, 4); }, ErrorCode::unsupported, "version 4"},
    {"big endian", [] { return GgufBytes(0, 0, 0x03000000); }, ErrorCode::unsupported, "big-endian"},
    {"counts missing", [] { return GgufBytes().text("GGUF").put(3u); }, ErrorCode::bad_file,
     "number of tensors"},
    {"absurd tensors", [] { return GgufBytes(kHuge, 0).zeros(100); }, ErrorCode::bad_file, "tensor table"},
    {"absurd keys", [] { return GgufBytes(0, kHuge).zeros(100); }, ErrorCode::bad_file, "metadata"},
    {"all ones", [] { return GgufBytes(~uint64_t{0}, ~uint64_t{0}); }, ErrorCode::bad_file, "tensor table"},
    {"key length", [] { return one_key([](GgufBytes& f) { f.put(kHuge).zeros(64); }); }, ErrorCode::bad_file,
     "metadata key 1 of 1"},
    {"key length overflows", [] { return one_key([](GgufBytes& f) { f.put(~uint64_t{0} - 7).zeros(64); }); },
     ErrorCode::bad_file, "metadata key 1 of 1"},
    {"empty key", [] { return one_key([](GgufBytes& f) { f.key("", 0).put(uint8_t{1}); }); },
     ErrorCode::bad_file, "empty"},
    {"key not UTF-8", [] { return one_key([](GgufBytes& f) { f.key("a\xff", 0).put(uint8_t{1}); }); },
     ErrorCode::bad_file, "\"a?\" is not UTF-8"},
    {"key twice",
     [] {
         GgufBytes f(0, 2);
         return f.key("same", 0).put(uint8_t{1}).key("same", 0).put(uint8_t{2});
     },
     ErrorCode::bad_file, "\"same\": it is there twice"},
    {"value type", [] { return one_key([](GgufBytes& f) { f.key("k", 13).zeros(64); }); },
     ErrorCode::bad_file, "unknown number 13"},
    {"boolean of 2", [] { return one_key([](GgufBytes& f) { f.key("k", 7).put(uint8_t{2}); }); },
     ErrorCode::bad_file, "boolean"},
    {"string length", [] { return one_key([](GgufBytes& f) { f.key("k", 8).put(kHuge).zeros(8); }); },
     ErrorCode::bad_file, "\"k\""},
    {"value cut off", [] { return one_key([](GgufBytes& f) { f.key("k", 10).zeros(7); }); },
     ErrorCode::bad_file, "\"k\""},
    {"array length", [] { return one_key([](GgufBytes& f) { f.key("k", 9).put(4u).put(kHuge).zeros(8); }); },
     ErrorCode::bad_file, "the array"},
    {"array of strings, length",
     [] { return one_key([](GgufBytes& f) { f.key("k", 9).put(8u).put(uint64_t{1} << 40).zeros(800); }); },
     ErrorCode::bad_file, "the array"},
    {"array item type",
     [] { return one_key([](GgufBytes& f) { f.key("k", 9).put(99u).put(uint64_t{1}).zeros(8); }); },
     ErrorCode::bad_file, "unknown number 99"},
    {"array of arrays",
     [] { return one_key([](GgufBytes& f) { f.key("nest", 9).put(9u).put(uint64_t{1}).zeros(64); }); },
     ErrorCode::unsupported, "\"nest\": an array of arrays"},
    {"string in an array",
     [] { return one_key([](GgufBytes& f) { f.key("k", 9).put(8u).put(uint64_t{1}).put(kHuge).zeros(8); }); },
     ErrorCode::bad_file, "a string of the array"},
    {"alignment 0", [] { return aligned(4, [](GgufBytes& f) { f.put(0u); }); }, ErrorCode::bad_file,
     "alignment"},
    {"alignment 48", [] { return aligned(4, [](GgufBytes& f) { f.put(48u); }); }, ErrorCode::bad_file,
     "power of two"},
    {"alignment u64", [] { return aligned(10, [](GgufBytes& f) { f.put(uint64_t{32}); }); },
     ErrorCode::bad_file, "type u32"},
    {"alignment string", [] { return aligned(8, [](GgufBytes& f) { f.string("32"); }); }, ErrorCode::bad_file,
     "a string"},
    {"unknown tensor type", [] { return one_tensor({32}, 77, 0); }, ErrorCode::unsupported,
     "\"the.tensor\": unknown tensor type 77"},
    {"withdrawn tensor type", [] { return one_tensor({32}, 4, 0); }, ErrorCode::unsupported, "no longer"},
    {"five dimensions",
     [] {
         return one_tensor({1, 1, 1, 1, 1}, 0, 0);
     },
     ErrorCode::bad_file, "5 dimensions"},
    {"4 billion dimensions",
     [] {
         GgufBytes f(1, 0);
         return f.string("t").put(~0u).zeros(400);
     },
     ErrorCode::bad_file, "4294967295 dimensions"},
    {"extent 0",
     [] {
         return one_tensor({32, 0}, 0, 0);
     },
     ErrorCode::bad_file, "dimension 1 is 0"},
    {"extent above int64", [] { return one_tensor({uint64_t{1} << 63}, 0, 0); }, ErrorCode::bad_file,
     "elements"},
    {"elements overflow",
     [] {
         return one_tensor({uint64_t{1} << 32, uint64_t{1} << 32}, 24, 0);
     },
     ErrorCode::bad_file, "elements"},
    {"elements overflow to 0",
     [] {
         return one_tensor({uint64_t{1} << 32, uint64_t{1} << 31, 2}, 24, 0);
     },
     ErrorCode::bad_file, "elements"},
    {"bytes overflow", [] { return one_tensor({uint64_t{1} << 62}, 0, 0); }, ErrorCode::bad_file, "bytes"},
    {"part of a block", [] { return one_tensor({33}, 8, 0); }, ErrorCode::bad_file,
     "whole blocks of 32 (Q8_0)"},
    {"offset not aligned", [] { return one_tensor({4}, 0, 4); }, ErrorCode::bad_file, "multiple of 32"},
    {"offset outside", [] { return one_tensor({4}, 0, 8192); }, ErrorCode::bad_file,
     "\"the.tensor\" ends 4112 bytes after the end of the file"},
    {"offset overflows", [] { return one_tensor({4}, 0, ~uint64_t{31}); }, ErrorCode::bad_file, "64 bits"},
    {"offset + bytes overflow", [] { return one_tensor({uint64_t{1} << 60}, 0, uint64_t{3} << 62); },
     ErrorCode::bad_file, "64 bits"},
    {"data cut off", [] { return one_tensor({4}, 0, 0, 15); }, ErrorCode::bad_file, "ends 1 bytes after"},
    {"tensor twice", [] { return two_tensors("one", 64); }, ErrorCode::bad_file, "\"one\" is there twice"},
    {"tensors overlap", [] { return two_tensors("two", 32); }, ErrorCode::bad_file,
     "\"one\" and \"two\" overlap"},
    {"tensors at one place", [] { return two_tensors("two", 0); }, ErrorCode::bad_file, "overlap"},
    {"tensor without name",
     [] {
         GgufBytes f(1, 0);
         return f.tensor("", {1}, 0, 0).align(32).zeros(4);
     },
     ErrorCode::bad_file, "tensor 1 of 1"},
    {"hostile name",
     [] {
         GgufBytes f(1, 0);
         return f.tensor("a\x1b[31m\nb" + std::string(200, 'x'), {1}, 99, 0).zeros(64);
     },
     ErrorCode::unsupported, "\"a?[31m?bxxx"},
};
} // namespace

class GgufReaderTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void readsEveryMetadataType() {
        const auto file = open_model_file(kGolden + "all_types.gguf");
        QVERIFY2(file.ok(), file.ok() ? "" : file.error().message.c_str());
        const Metadata& m = file->metadata;
        QCOMPARE(*m.string("general.architecture"), std::string("test"));
        QCOMPARE(m.integer("scalar.uint8").value(), int64_t{200});
        QCOMPARE(m.integer("scalar.int8").value(), int64_t{-100});
        QCOMPARE(m.integer("scalar.uint16").value(), int64_t{60000});
        QCOMPARE(m.integer("scalar.int16").value(), int64_t{-30000});
        QCOMPARE(m.integer("scalar.uint32").value(), int64_t{4000000000});
        QCOMPARE(m.integer("scalar.int32").value(), int64_t{-2000000000});
        QVERIFY(!m.integer("scalar.uint64")); // 2^63 + 5 is no int64
        QCOMPARE(m.number("scalar.uint64").value(), 9223372036854775808.0);
        QCOMPARE(m.integer("scalar.int64").value(), -(int64_t{1} << 62));
        QCOMPARE(m.number("scalar.float32").value(), static_cast<double>(0.1f));
        QCOMPARE(m.number("scalar.float64").value(), 0.1);
        QCOMPARE(m.boolean("scalar.bool").value(), true);
        QCOMPARE(*m.string("scalar.string"), std::string("naïve 🦙\n"));
        QCOMPARE(*m.integers("array.int32"), (std::vector<int64_t>{1, -2, 3}));
        QCOMPARE(*m.numbers("array.float32"), (std::vector<double>{0.5, -1.5}));
        QCOMPARE(*m.strings("array.string"), (std::vector<std::string>{"a", "", "ü"}));
        QCOMPARE(*m.integers("array.uint8"), (std::vector<int64_t>{0, 255, 16}));
        const auto& flags = std::get<ArrayValue>(m.find("array.bool")->value);
        QVERIFY(flags.element == ValueType::boolean && m.integers("array.bool") == nullptr);
        QCOMPARE(std::get<std::vector<int64_t>>(flags.items), (std::vector<int64_t>{1, 0, 1}));
    }

    // Also those types that nothing here can decode are listed, with shape and bytes.
    void listsEveryTensorType() {
        const auto file = open_model_file(kGolden + "all_types.gguf");
        QVERIFY(file.ok());
        int seen = 0;
        for (const TensorEntry& entry : file->tensors.entries()) {
            QCOMPARE(entry.offset % 64, uint64_t{0});
            if (entry.name == "cube") continue;
            ++seen;
            const DTypeTraits& t = traits(entry.dtype);
            QCOMPARE(entry.name, "tensor." + std::string(t.name));
            QCOMPARE(entry.shape, (Shape{{3, 2 * t.block_size}, 2}));
            QCOMPARE(entry.bytes, static_cast<uint64_t>(6 * t.block_bytes));
            const TensorView view = file->tensor(entry);
            for (uint64_t i = 0; i < entry.bytes; ++i)
                QCOMPARE(static_cast<uint64_t>(view.data[i]), i % 251);
        }
        QCOMPARE(seen, 34);
        const TensorEntry* cube = file->tensors.find("cube");
        QVERIFY(cube != nullptr);
        QCOMPARE(cube->shape, (Shape{{2, 3, 4}, 3})); // outermost first
        float last = 0;
        std::memcpy(&last, file->tensor(*cube).data + 23 * 4, 4);
        QCOMPARE(last, 23.0f);
    }

    void readsVersion2AndScalars() {
        GgufBytes file(1, 0, 2);
        file.tensor("scalar", {}, 0, 0).align(32).zeros(4);
        const auto header = parse(file);
        QVERIFY(header.ok());
        QCOMPARE(header->version, 2u);
        QCOMPARE(header->tensors[0].shape.rank, 0);
        QCOMPARE(header->tensors[0].bytes, uint64_t{4});
    }

    void refusesBadFiles_data() {
        QTest::addColumn<int>("index");
        for (size_t i = 0; i < kBadFiles.size(); ++i)
            QTest::newRow(kBadFiles[i].name) << static_cast<int>(i);
    }
    void refusesBadFiles() {
        QFETCH(int, index);
        const BadFile& bad = kBadFiles[static_cast<size_t>(index)];
        const GgufBytes file = bad.make();
        largest_allocation = 0;
        const auto header = parse(file);
        QVERIFY(!header.ok());
        const QByteArray message = QByteArray::fromStdString(header.error().message);
        QVERIFY2(header.error().code == bad.code, message.constData());
        QVERIFY2(message.contains(bad.says), message.constData());
        QVERIFY2(largest_allocation < 100'000,
                 QByteArray::number(qulonglong(largest_allocation)).constData());
    }

    // Every shorter file is an error; every shorter piece of a whole file asks for more until the header
    // ends.
    void truncationAtEveryByte() {
        const GgufBytes file = good();
        const auto whole = parse(file);
        QVERIFY2(whole.ok(), whole.ok() ? "" : whole.error().message.c_str());
        QCOMPARE(whole->tensors[1].offset, whole->data_offset + 96);
        for (size_t size = 0; size < file.bytes().size(); ++size) {
            const auto cut = parse_gguf(file.bytes().first(size), size);
            QVERIFY(!cut.ok() && cut.error().code == ErrorCode::bad_file);
            const auto piece = parse_gguf(file.bytes().first(size), file.bytes().size());
            if (piece.ok()) {
                QVERIFY(size + 32 > whole->data_offset);
                QCOMPARE(piece->tensors.size(), size_t{2});
            } else if (size > 0) {
                QVERIFY2(piece.error().code == ErrorCode::invalid_argument, piece.error().message.c_str());
            }
        }
    }

    // Whatever one byte becomes: a result or an error, never more memory than a small file deserves.
    void damageAtEveryByte() {
        const GgufBytes file = good();
        for (size_t at = 0; at < file.bytes().size(); ++at) {
            for (const int value : {0, 1, 0x7f, 0x80, 0xff}) {
                GgufBytes damaged = file;
                damaged.raw()[at] = static_cast<std::byte>(value);
                largest_allocation = 0;
                const auto header = parse(damaged);
                QVERIFY(header.ok() || !header.error().message.empty());
                QVERIFY(largest_allocation < 100'000);
            }
        }
    }

    // A file may really be as large as its claims (or have holes): memory still stays small.
    void hugeFilesWithHugeClaims() {
        QTemporaryDir folder;
        const std::string path = folder.filePath(QStringLiteral("sparse.gguf")).toStdString();
        const auto open_sparse = [&](const GgufBytes& header) {
            QFile file(QString::fromStdString(path));
            if (!file.open(QIODevice::WriteOnly)) return QByteArray("cannot write");
            file.write(reinterpret_cast<const char*>(header.bytes().data()), qint64(header.bytes().size()));
            if (!file.resize(qint64{3} << 30)) return QByteArray("cannot grow");
            largest_allocation = 0;
            const auto model = open_model_file(path);
            return model.ok() ? QByteArray("it opened") : QByteArray::fromStdString(model.error().message);
        };
        const auto array = [](uint32_t item, uint64_t count) {
            return one_key([&](GgufBytes& f) { f.key("k", 9).put(item).put(count); });
        };
        QVERIFY(open_sparse(array(0, uint64_t{1} << 31)).contains("exceed 8,388,608 items"));
        QVERIFY(open_sparse(array(8, uint64_t{1} << 27)).contains("exceed 8,388,608 items"));
        QVERIFY(open_sparse(one_key([](GgufBytes& f) {
                    f.key("k", 8).put(uint64_t{1} << 31);
                })).contains("exceed 256 MiB"));
        QVERIFY(open_sparse(GgufBytes(0, 1).put(uint64_t{1} << 31)).contains("longer than 65,535 bytes"));
        QVERIFY(open_sparse(GgufBytes(uint64_t{1} << 26, 0)).contains("67108864 tensors"));
        QVERIFY(open_sparse(GgufBytes(0, uint64_t{1} << 26)).contains("67108864 metadata keys"));
        QVERIFY(largest_allocation < 100'000);
    }

    void filesNameThemselves() {
        const auto missing = open_model_file("/no/such/model.gguf");
        QVERIFY(!missing.ok() && missing.error().code == ErrorCode::not_found);
        QVERIFY(QByteArray::fromStdString(missing.error().message).contains("/no/such/model.gguf"));
        const auto script = open_model_file(kGolden + "make.py");
        QVERIFY(!script.ok() && script.error().code == ErrorCode::bad_file);
        QVERIFY(QByteArray::fromStdString(script.error().message).contains("make.py: not a GGUF file"));
    }

    void opensRealFiles() {
        const QByteArray extra = qgetenv("TANDEM_EXTRA_DATA");
        if (extra.isEmpty()) QSKIP("TANDEM_EXTRA_DATA is not set: real model files are not tried");
        const auto stories = open_model_file(extra.toStdString() + "/stories260k/stories260K-f32.gguf");
        QVERIFY2(stories.ok(), stories.ok() ? "" : stories.error().message.c_str());
        QCOMPARE(stories->tensors.entries().size(), size_t{48});
        QCOMPARE(stories->tensors.find("token_embd.weight")->shape, (Shape{{512, 64}, 2}));
        const auto vocabulary =
            open_model_file(extra.toStdString() + "/vocabularies/ggml-vocab-llama-bpe.gguf");
        QVERIFY(vocabulary.ok());
        QCOMPARE(vocabulary->metadata.strings("tokenizer.ggml.tokens")->size(), size_t{128256});
    }
};

QTEST_APPLESS_MAIN(GgufReaderTest)
#include "gguf_reader_test.moc"
