// formats: files that GgufWriter wrote, read back; what it refuses; a full disk; stopping. Split sets.
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <cstring>
#include <filesystem>

#include "engine/formats/gguf.h"
#include "engine/formats/model_file.h"

using namespace engine;
using namespace engine::formats;
namespace fs = std::filesystem;

namespace {
const std::string kGolden = TANDEM_SOURCE_DIR "/tests/golden/formats/";

std::vector<std::byte> pattern(size_t size, unsigned seed) {
    std::vector<std::byte> bytes(size);
    for (size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<std::byte>((i * 31 + seed) % 253);
    return bytes;
}

TensorView view_of(const std::vector<std::byte>& bytes, DType dtype, Shape shape) {
    return {bytes.data(), dtype, shape};
}

void set_everything(Metadata& m) {
    m.set_string("general.architecture", "llama");
    m.set_string("empty", "");
    m.set_string("text", std::string("zero ") + '\0' + " inside, not UTF-8 \xff");
    m.set_u32("u32", 4000000000u);
    m.set_f32("f32", 0.1f);
    m.set_bool("yes", true);
    m.set("u64", {ValueType::u64, int64_t{-5}});
    m.set("i8", {ValueType::i8, int64_t{-128}});
    m.set("f64", {ValueType::f64, 0.1});
    m.set_strings("tokenizer.ggml.tokens", {"<s>", "", "\xe2\x96\x81the"});
    m.set_i32s("types", {3, -1, 1});
    m.set_f32s("scores", {0.0f, -1.5f, 1e-30f});
    m.set("flags", {ValueType::array, ArrayValue{ValueType::boolean, std::vector<int64_t>{1, 0}}});
    m.set("nothing", {ValueType::array, ArrayValue{ValueType::string, std::vector<std::string>{}}});
}

bool same(const MetadataValue& a, const MetadataValue& b) {
    if (a.type != b.type || a.value.index() != b.value.index()) return false;
    if (const auto* x = std::get_if<ArrayValue>(&a.value)) {
        const auto& y = std::get<ArrayValue>(b.value);
        return x->element == y.element && x->items == y.items;
    }
    return std::visit(
        [&](const auto& x) {
            using X = std::decay_t<decltype(x)>;
            if constexpr (std::is_same_v<X, ArrayValue>)
                return false;
            else
                return x == std::get<X>(b.value);
        },
        a.value);
}

// Writes `parts` files of a split set with one F32 tensor of four values each.
void write_split(const QString& folder, int parts, int claimed_tensors) {
    for (int i = 0; i < parts; ++i) {
        GgufWriter writer;
        if (i == 0) writer.metadata.set_string("general.architecture", "llama");
        writer.metadata.set("split.no", {ValueType::u16, int64_t{i}});
        writer.metadata.set("split.count", {ValueType::u16, int64_t{parts}});
        writer.metadata.set("split.tensors.count", {ValueType::i32, int64_t{claimed_tensors}});
        const auto bytes = pattern(16, static_cast<unsigned>(i));
        writer.add_tensor("t" + std::to_string(i), view_of(bytes, DType::F32, {{4}, 1}));
        const QString name = QStringLiteral("/m-0000%1-of-0000%2.gguf").arg(i + 1).arg(parts);
        QVERIFY(writer.write((folder + name).toStdString()).ok());
    }
}

QByteArray message(const Result<ModelFile>& result) {
    return result.ok() ? QByteArray("it opened") : QByteArray::fromStdString(result.error().message);
}
} // namespace

class GgufWriterTest : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;
    std::string path(const char* name) const {
        return folder_.filePath(QString::fromUtf8(name)).toStdString();
    }
    bool only(const char* name) const {
        return QDir(folder_.path()).entryList(QDir::Files) == QStringList{QString::fromUtf8(name)};
    }

 private Q_SLOTS:
    void init() {
        QVERIFY(folder_.isValid());
        for (const QString& name :
             QDir(folder_.path()).entryList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot))
            QVERIFY(QFile::remove(folder_.filePath(name)) ||
                    QDir(folder_.filePath(name)).removeRecursively());
    }

    void whatIsWrittenIsReadBack_data() {
        QTest::addColumn<int>("alignment");
        QTest::newRow("default") << 0;
        for (const int alignment : {8, 32, 64, 4096})
            QTest::newRow(qPrintable(QString::number(alignment))) << alignment;
    }
    void whatIsWrittenIsReadBack() {
        QFETCH(int, alignment);
        GgufWriter writer;
        set_everything(writer.metadata);
        if (alignment != 0) writer.metadata.set_u32("general.alignment", static_cast<uint32_t>(alignment));
        std::vector<std::vector<std::byte>> data;
        std::vector<DType> types;
        for (int i = 0; i < kDTypeCount; ++i) {
            const auto dtype = static_cast<DType>(i);
            if (dtype >= DType::Bool) break; // GGUF has none of those behind it
            data.push_back(
                pattern(static_cast<size_t>(traits(dtype).block_bytes) * 3, static_cast<unsigned>(i)));
            types.push_back(dtype);
        }
        for (size_t i = 0; i < types.size(); ++i) {
            const Shape shape{{3, traits(types[i]).block_size}, 2};
            if (i % 2 == 0)
                writer.add_tensor("t." + std::to_string(i), view_of(data[i], types[i], shape));
            else
                writer.add_tensor("t." + std::to_string(i), types[i], shape,
                                  [&data, i](std::span<std::byte> out) {
                                      std::copy(data[i].begin(), data[i].end(), out.begin());
                                      return out.size() == data[i].size() ? Result<void>() : Error{};
                                  });
        }
        const std::vector<std::byte> scalar = pattern(4, 77);
        writer.add_tensor("scalar", view_of(scalar, DType::F32, {{}, 0}));

        const std::string file = path("all.gguf");
        int64_t last = 0, end = 0;
        const auto written = writer.write(file, [&](int64_t done, int64_t total) {
            QVERIFY(done >= last && done <= total);
            last = done, end = total;
        });
        QVERIFY2(written.ok(), written.ok() ? "" : written.error().message.c_str());
        QCOMPARE(last, end);
        QCOMPARE(static_cast<int64_t>(fs::file_size(file)), end);
        QVERIFY(only("all.gguf"));

        const auto model = open_model_file(file);
        QVERIFY2(model.ok(), message(model).constData());
        QCOMPARE(model->metadata.entries().size(), writer.metadata.entries().size());
        for (size_t i = 0; i < model->metadata.entries().size(); ++i) {
            const auto &got = model->metadata.entries()[i], &put = writer.metadata.entries()[i];
            QCOMPARE(got.key, put.key);
            QVERIFY2(same(got.value, put.value), put.key.c_str());
        }
        QCOMPARE(model->tensors.entries().size(), types.size() + 1);
        for (size_t i = 0; i < types.size(); ++i) {
            const TensorEntry& entry = model->tensors.entries()[i];
            QCOMPARE(entry.name, "t." + std::to_string(i));
            QVERIFY(entry.dtype == types[i]);
            QCOMPARE(entry.shape, (Shape{{3, traits(types[i]).block_size}, 2}));
            QCOMPARE(entry.offset % (alignment == 0 ? 32 : static_cast<uint64_t>(alignment)), uint64_t{0});
            QCOMPARE(entry.bytes, uint64_t{data[i].size()});
            QCOMPARE(std::memcmp(model->tensor(entry).data, data[i].data(), data[i].size()), 0);
        }
    }

    void replacesAnOlderFile() {
        QFile old(QString::fromStdString(path("m.gguf")));
        QVERIFY(old.open(QIODevice::WriteOnly) && old.write("old") == 3);
        old.close();
        QVERIFY(GgufWriter().write(path("m.gguf")).ok());
        QVERIFY(open_model_file(path("m.gguf")).ok());
        QVERIFY(only("m.gguf"));
    }

    void refusesWhatGgufCannotHold_data() {
        QTest::addColumn<int>("what");
        QTest::addColumn<QByteArray>("says");
        int i = 0;
        for (const char* says :
             {"1 to 63 bytes", "1 to 63 bytes", "no type F8_E4M3", "more than 4 dimensions", "not positive",
              "whole blocks of Q4_K", "too large", "added twice", "no data", "does not fit its type u8",
              "does not fit its type array", "power of two", "does not fit its type string",
              "no name for a key"})
            QTest::newRow(qPrintable(QString::number(i) + QLatin1Char(' ') + QString::fromUtf8(says)))
                << i << QByteArray(says),
                ++i;
    }
    void refusesWhatGgufCannotHold() {
        QFETCH(int, what);
        QFETCH(QByteArray, says);
        const auto bytes = pattern(64, 0);
        GgufWriter w;
        const auto add = [&](const std::string& name, DType dtype, Shape shape) {
            w.add_tensor(name, view_of(bytes, dtype, shape));
        };
        switch (what) {
            case 0:
                add("", DType::F32, {{1}, 1});
                break;
            case 1:
                add(std::string(64, 'x'), DType::F32, {{1}, 1});
                break;
            case 2:
                add("t", DType::F8_E4M3, {{1}, 1});
                break;
            case 3:
                add("t", DType::F32, {{1, 1, 1, 1, 1}, 5});
                break;
            case 4:
                add("t", DType::F32, {{0, 4}, 2});
                break;
            case 5:
                add("t", DType::Q4_K, {{2, 128}, 2});
                break;
            case 6:
                add("t", DType::F32, {{int64_t{1} << 40, int64_t{1} << 40}, 2});
                break;
            case 7:
                add("t", DType::F32, {{1}, 1}), add("t", DType::F32, {{1}, 1});
                break;
            case 8:
                w.add_tensor("t", TensorView{nullptr, DType::F32, {{1}, 1}});
                break;
            case 9:
                w.metadata.set("k", {ValueType::u8, int64_t{256}});
                break;
            case 10:
                w.metadata.set("k", {ValueType::array, ArrayValue{ValueType::i8, std::vector<int64_t>{200}}});
                break;
            case 11:
                w.metadata.set_u32("general.alignment", 48);
                break;
            case 12:
                w.metadata.set("k", {ValueType::string, int64_t{1}});
                break;
            case 13:
                w.metadata.set_u32("", 1);
                break;
        }
        const auto written = w.write(path("refused.gguf"));
        QVERIFY(!written.ok());
        QVERIFY(written.error().code == ErrorCode::invalid_argument);
        QVERIFY2(QByteArray::fromStdString(written.error().message).contains(says),
                 written.error().message.c_str());
        QVERIFY(QDir(folder_.path()).isEmpty());
    }

    // PATH.part leads to a device that is always full: what a full disk answers, at any size.
    void fullDisk() {
        if (!fs::exists("/dev/full")) QSKIP("this system has no /dev/full");
        fs::create_symlink("/dev/full", path("m.gguf.part"));
        GgufWriter writer;
        const auto bytes = pattern(1 << 20, 1);
        writer.add_tensor("t", view_of(bytes, DType::I8, {{1 << 20}, 1}));
        const auto written = writer.write(path("m.gguf"));
        QVERIFY(!written.ok());
        QVERIFY2(written.error().code == ErrorCode::disk_full, written.error().message.c_str());
        QVERIFY(QByteArray::fromStdString(written.error().message).contains("m.gguf.part"));
        QVERIFY(!written.error().hint.empty());
        QVERIFY(
            QDir(folder_.path()).entryList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot).isEmpty());
    }

    void noSuchFolder() {
        const auto written = GgufWriter().write(path("not/there.gguf"));
        QVERIFY(!written.ok() && written.error().code == ErrorCode::not_found);
    }

    void stopsBetweenPieces() {
        GgufWriter writer;
        const std::vector<std::byte> bytes(size_t{40} << 20);
        writer.add_tensor("big", view_of(bytes, DType::I8, {{40 << 20}, 1}));
        const StopToken stop;
        int reports = 0;
        const auto written = writer.write(
            path("m.gguf"),
            [&](int64_t done, int64_t) {
                ++reports;
                if (done > (10 << 20)) stop.request();
            },
            stop);
        QVERIFY(!written.ok() && written.error().code == ErrorCode::cancelled);
        QVERIFY(reports > 1 && reports < 5);
        QVERIFY(QDir(folder_.path()).isEmpty());
    }

    void aProducersErrorIsPassedOn() {
        GgufWriter writer;
        writer.add_tensor("t", DType::F32, {{4}, 1}, [](std::span<std::byte>) {
            return Result<void>(Error{ErrorCode::io, "the source broke", ""});
        });
        const auto written = writer.write(path("m.gguf"));
        QVERIFY(!written.ok() && written.error().message == "the source broke");
        QVERIFY(QDir(folder_.path()).isEmpty());
    }

    void everyPartOpensTheWholeSet() {
        for (int part = 1; part <= 3; ++part) {
            const auto model =
                open_model_file(kGolden + "split-0000" + std::to_string(part) + "-of-00003.gguf");
            QVERIFY2(model.ok(), message(model).constData());
            QCOMPARE(model->path, kGolden + "split-00001-of-00003.gguf");
            QCOMPARE(model->parts.size(), size_t{3});
            QCOMPARE(*model->metadata.string("general.name"), std::string("in three parts"));
            for (int i = 0; i < 5; ++i) {
                const TensorEntry* entry = model->tensors.find("t" + std::to_string(i));
                QVERIFY(entry != nullptr);
                QCOMPARE(entry->part, static_cast<uint32_t>(i / 2));
                float value = -1;
                std::memcpy(&value, model->tensor(*entry).data, sizeof(value));
                QCOMPARE(value, static_cast<float>(i));
            }
        }
    }

    void missingPartsAreNamed() {
        write_split(folder_.path(), 3, 3);
        QVERIFY(QFile::remove(folder_.filePath(QStringLiteral("m-00002-of-00003.gguf"))));
        auto model = open_model_file(path("m-00003-of-00003.gguf"));
        QVERIFY(!model.ok() && model.error().code == ErrorCode::not_found);
        QCOMPARE(message(model), QByteArray::fromStdString("part 2 of 3 is missing: expected at " +
                                                           path("m-00002-of-00003.gguf")));
        QVERIFY(QFile::remove(folder_.filePath(QStringLiteral("m-00001-of-00003.gguf"))));
        model = open_model_file(path("m-00003-of-00003.gguf"));
        QVERIFY(message(model).contains("part 1 of 3 is missing"));
        QVERIFY(message(model).contains("(2 parts are missing)"));
    }

    void partsThatDoNotFitAreRefused() {
        write_split(folder_.path(), 2, 7);
        QVERIFY(message(open_model_file(path("m-00001-of-00002.gguf")))
                    .contains("should hold 7 tensors, but hold 2"));
        write_split(folder_.path(), 2, 2);
        QVERIFY(open_model_file(path("m-00001-of-00002.gguf")).ok());
        fs::copy_file(path("m-00001-of-00002.gguf"), path("m-00002-of-00002.gguf"),
                      fs::copy_options::overwrite_existing);
        QVERIFY(message(open_model_file(path("m-00001-of-00002.gguf")))
                    .contains("its name says part 2 of 2, its metadata part 1 of 2"));
        fs::rename(path("m-00001-of-00002.gguf"), path("model.gguf"));
        QVERIFY(message(open_model_file(path("model.gguf"))).contains("part of a split model"));
    }

    void aFolderWithOneGgufOpensIt() {
        write_split(folder_.path(), 2, 2);
        const auto model = open_model_file(folder_.path().toStdString());
        QVERIFY2(model.ok(), message(model).constData());
        QCOMPARE(model->parts.size(), size_t{2});
        QVERIFY(GgufWriter().write(path("other.gguf")).ok());
        QVERIFY(message(open_model_file(folder_.path().toStdString())).contains("several models"));
    }
};

QTEST_APPLESS_MAIN(GgufWriterTest)
#include "gguf_writer_test.moc"
