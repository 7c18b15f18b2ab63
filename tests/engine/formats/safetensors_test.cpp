// formats: safetensors headers and Hugging Face folders, good ones from the reference package and bad ones.
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <cstring>

#include "engine/formats/model_file.h"
#include "engine/formats/safetensors.h"

using namespace engine;
using namespace engine::formats;

namespace {
const std::string kGolden = TANDEM_SOURCE_DIR "/tests/golden/formats/";

std::string file_with(const std::string& header, size_t data) {
    const uint64_t length = header.size();
    return std::string(reinterpret_cast<const char*>(&length), 8) + header + std::string(data, '\1');
}

Result<std::vector<TensorEntry>> parse(const std::string& file) {
    return parse_safetensors(std::as_bytes(std::span(file)), file.size());
}

QByteArray message(const Error& error) {
    return QByteArray::fromStdString(error.message);
}

struct BadHeader {
    const char* name;
    std::string header;
    size_t data;
    const char* says;
};

std::string tensor(const std::string& name, const std::string& dtype, const std::string& shape,
                   const std::string& offsets) {
    return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape +
           ",\"data_offsets\":" + offsets + "}";
}

const std::vector<BadHeader> kBadHeaders = {
    {"empty header", "", 0, "not valid JSON"},
    {"not JSON", "hello", 0, "not valid JSON"},
    {"cut off", "{\"a\":{\"dtype\":\"F32\"", 0, "not valid JSON"},
    {"array", "[]", 0, "an array, not an object"},
    {"number", "7", 0, "a number, not an object"},
    {"something behind it", "{} {}", 0, "not valid JSON"},
    {"bad UTF-8", "{\"\xff\":{}}", 0, "not valid JSON"},
    {"tensor is a number", "{\"a\":7}", 0, "tensor \"a\": it is a number"},
    {"tensor is an array", "{\"a\":[]}", 0, "tensor \"a\": it is an array"},
    {"nothing in it", "{\"a\":{}}", 0, "tensor \"a\": its dtype, shape or data_offsets are missing"},
    {"no dtype", "{\"a\":{\"shape\":[],\"data_offsets\":[0,0]}}", 0, "missing"},
    {"unknown dtype", "{" + tensor("a", "F7", "[1]", "[0,1]") + "}", 1, "unknown dtype \"F7\""},
    {"dtype of GGUF", "{" + tensor("a", "Q4_0", "[32]", "[0,18]") + "}", 18, "unknown dtype \"Q4_0\""},
    {"dtype is a number", "{\"a\":{\"dtype\":4}}", 0, "unexpected a number"},
    {"shape is a number", "{\"a\":{\"shape\":4}}", 0, "unexpected a number"},
    {"shape is an object", "{\"a\":{\"shape\":{}}}", 0, "unexpected an object"},
    {"nested shape", "{\"a\":{\"shape\":[[1]]}}", 0, "unexpected an array"},
    {"negative extent", "{" + tensor("a", "U8", "[-1]", "[0,1]") + "}", 1, "whole numbers"},
    {"extent 1.0", "{" + tensor("a", "U8", "[1.0]", "[0,1]") + "}", 1, "whole numbers"},
    {"extent beyond 64 bits", "{" + tensor("a", "U8", "[99999999999999999999999]", "[0,1]") + "}", 1,
     "whole numbers"},
    {"extent beyond int64", "{" + tensor("a", "U8", "[18446744073709551615]", "[0,1]") + "}", 1, "64 bits"},
    {"elements overflow", "{" + tensor("a", "U8", "[4294967296,4294967296]", "[0,0]") + "}", 0, "64 bits"},
    {"bytes overflow", "{" + tensor("a", "F64", "[4611686018427387904]", "[0,0]") + "}", 0, "64 bits"},
    {"seven dimensions", "{" + tensor("a", "U8", "[1,1,1,1,1,1,1]", "[0,1]") + "}", 1, "7 dimensions"},
    {"three offsets", "{" + tensor("a", "U8", "[1]", "[0,1,2]") + "}", 1, "not two numbers"},
    {"offsets backwards", "{" + tensor("a", "U8", "[1]", "[1,0]") + "}", 1, "run backwards"},
    {"too few bytes", "{" + tensor("a", "F32", "[2]", "[0,4]") + "}", 4,
     "need 8 bytes, but its data_offsets span 4"},
    {"after the end", "{" + tensor("a", "F32", "[2]", "[0,8]") + "}", 5,
     "ends 3 bytes after the end of the file"},
    {"far after the end", "{" + tensor("a", "U8", "[1]", "[18446744073709551614,18446744073709551615]") + "}",
     5, "after the end"},
    {"hole at the start", "{" + tensor("a", "U8", "[1]", "[1,2]") + "}", 2, "begins at byte 1"},
    {"hole", "{" + tensor("a", "U8", "[1]", "[0,1]") + "," + tensor("b", "U8", "[1]", "[2,3]") + "}", 3,
     "\"b\" begins at byte 2"},
    {"overlap", "{" + tensor("a", "U8", "[2]", "[0,2]") + "," + tensor("b", "U8", "[2]", "[1,3]") + "}", 3,
     "\"b\" begins at byte 1"},
    {"rest", "{" + tensor("a", "U8", "[1]", "[0,1]") + "}", 4,
     "3 bytes at the end of the file belong to no tensor"},
    {"twice", "{" + tensor("a", "U8", "[1]", "[0,1]") + "," + tensor("a", "U8", "[1]", "[1,2]") + "}", 2,
     "\"a\" is there twice"},
    {"field twice", "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\"}}", 0, "\"dtype\" is there twice"},
    {"deep", "{\"a\":{\"x\":" + std::string(100000, '['), 0, "nested more than 64 levels"},
};
} // namespace

class SafetensorsTest : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;
    std::string folder() const { return folder_.path().toStdString(); }
    void put(const char* name, const std::string& text) const {
        QFile file(folder_.filePath(QString::fromUtf8(name)));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(text.data(), static_cast<qint64>(text.size())), static_cast<qint64>(text.size()));
    }
    void fails(ErrorCode code, const char* says) const {
        const auto model = open_model_file(folder());
        QVERIFY(!model.ok());
        QVERIFY2(model.error().code == code && message(model.error()).contains(says),
                 message(model.error()).constData());
    }

 private Q_SLOTS:
    void init() {
        for (const QString& name : QDir(folder_.path()).entryList(QDir::Files))
            QVERIFY(QFile::remove(folder_.filePath(name)));
    }

    void readsTheReferencesFolder() {
        for (const char* path : {"sharded", "sharded/model-00002-of-00002.safetensors", "sharded/config.json",
                                 "sharded/model.safetensors.index.json"}) {
            const auto model = open_model_file(kGolden + path);
            QVERIFY2(model.ok(), model.ok() ? "" : model.error().message.c_str());
            QVERIFY(model->container == Container::huggingface);
            QCOMPARE(model->parts.size(), size_t{2});
            QCOMPARE(model->tensors.entries().size(), size_t{5});
            QCOMPARE(model->config_json, std::string("{\"model_type\": \"llama\"}\n"));
            QCOMPARE(model->tokenizer_json, std::string("{\"version\": \"1.0\"}\n"));
            QCOMPARE(model->chat_template, std::string("{{ messages }}"));
            QVERIFY(model->generation_config_json.empty());

            QCOMPARE(model->tensors.find("a")->shape.rank, 0);
            float scalar = 0;
            std::memcpy(&scalar, model->tensor(*model->tensors.find("a")).data, 4);
            QCOMPARE(scalar, 7.5f);
            const TensorEntry* half = model->tensors.find("b");
            QVERIFY(half->dtype == DType::F16 && half->shape == (Shape{{2, 3}, 2}) && half->bytes == 12);
            const TensorEntry* video = model->tensors.find("video");
            QCOMPARE(video->shape, (Shape{{2, 2, 2, 2, 2}, 5}));
            QCOMPARE(video->part, 1u);
            std::memcpy(&scalar, model->tensor(*video).data + 31 * 4, 4);
            QCOMPARE(scalar, 31.0f);
            QCOMPARE(model->tensors.find("none")->bytes, uint64_t{0});
            QVERIFY(model->tensors.find("odd")->dtype == DType::U8);
        }
    }

    void refusesBadHeaders_data() {
        QTest::addColumn<int>("index");
        for (size_t i = 0; i < kBadHeaders.size(); ++i)
            QTest::newRow(kBadHeaders[i].name) << static_cast<int>(i);
    }
    void refusesBadHeaders() {
        QFETCH(int, index);
        const BadHeader& bad = kBadHeaders[static_cast<size_t>(index)];
        const auto entries = parse(file_with(bad.header, bad.data));
        QVERIFY(!entries.ok());
        QVERIFY2(message(entries.error()).contains(bad.says), message(entries.error()).constData());
        QVERIFY(entries.error().code == ErrorCode::bad_file ||
                entries.error().code == ErrorCode::unsupported);
    }

    void refusesBadLengths() {
        for (const uint64_t length : {uint64_t{3}, uint64_t{1} << 40, ~uint64_t{0}, ~uint64_t{0} - 7}) {
            const std::string file = std::string(reinterpret_cast<const char*>(&length), 8) + "{}";
            QVERIFY(!parse(file).ok());
        }
        for (size_t size = 0; size < 8; ++size)
            QVERIFY(!parse(std::string(size, '\0')).ok());
        const auto large = parse_safetensors({}, 200'000'000);
        QVERIFY(large.error().code == ErrorCode::invalid_argument); // more bytes are wanted
    }

    void truncationAtEveryByte() {
        const std::string file = file_with(
            "{" + tensor("a", "F32", "[2]", "[0,8]") + "," + tensor("b", "BF16", "[2,1]", "[8,12]") + "}   ",
            12);
        QVERIFY(parse(file).ok());
        const auto bytes = std::as_bytes(std::span(file));
        for (size_t size = 0; size < file.size(); ++size) {
            QVERIFY(!parse_safetensors(bytes.first(size), size).ok());
            const auto piece = parse_safetensors(bytes.first(size), file.size());
            if (!piece.ok()) QVERIFY(piece.error().code == ErrorCode::invalid_argument);
            QCOMPARE(piece.ok(), size >= file.size() - 12);
        }
    }

    // What is not known is passed over: metadata of any kind, further fields.
    void passesOverWhatItDoesNotKnow() {
        const auto entries =
            parse(file_with(R"({"__metadata__":{"format":"pt","x":{"y":[1,{"z":[]}]}},)"
                            R"("a":{"new":{"deep":[[1.5]]},"dtype":"BF16","more":null,"shape":[2,1],)"
                            R"("data_offsets":[0,4]}})",
                            4));
        QVERIFY2(entries.ok(), entries.ok() ? "" : entries.error().message.c_str());
        QCOMPARE(entries->size(), size_t{1});
        QCOMPARE(entries->front().shape, (Shape{{2, 1}, 2}));
        QVERIFY(parse(file_with(R"({"__metadata__":null})", 0)).ok());
        QVERIFY(parse(file_with("{}", 0)).ok());
    }

    void fortySixThousandTensorsAreQuick() {
        std::string header = "{";
        constexpr int kCount = 46'000;
        for (int i = 0; i < kCount; ++i)
            header += (i == 0 ? "" : ",") +
                      tensor("model.layers." + std::to_string(i) + ".mlp.experts.down_proj.weight", "F16",
                             "[1,2]", "[" + std::to_string(4 * i) + "," + std::to_string(4 * i + 4) + "]");
        const std::string file = file_with(header + "}", 4 * kCount);
        QElapsedTimer clock;
        clock.start();
        const auto entries = parse(file);
        const qint64 ms = clock.elapsed();
        QVERIFY(entries.ok());
        QCOMPARE(entries->size(), size_t{kCount});
        QVERIFY2(ms < 20'000, qPrintable(QString::number(ms))); // some 60 ms; quadratic work takes minutes
    }

    void indexKeepsInsideItsFolder() {
        for (const char* name :
             {"../x.safetensors", "/etc/passwd", "..", ".", "", "a/b", "a\\\\b", "C:x", "a\\u0000b"}) {
            const auto index =
                parse_safetensors_index("{\"weight_map\":{\"t\":\"" + std::string(name) + "\"}}");
            QVERIFY2(!index.ok(), name);
            QVERIFY(message(index.error()).contains("tensor \"t\""));
        }
        for (const char* bad :
             {"", "[]", "7", "{}", "{\"weight_map\":7}", "{\"weight_map\":[]}", "{\"weight_map\":{\"t\":7}}",
              "{\"weight_map\":{\"t\":{}}}", "{\"weight_map\":{},\"weight_map\":{}}"})
            QVERIFY2(!parse_safetensors_index(bad).ok(), bad);
        const auto index = parse_safetensors_index(
            R"({"metadata":{"x":{"weight_map":3}},"weight_map":{"b":"1.st","a":"..st"}})");
        QVERIFY(index.ok() && index->size() == 2);
        QCOMPARE((*index)[0].tensor, std::string("b"));
        QCOMPARE((*index)[1].file, std::string("..st"));
    }

    void missingFilesAreNamed() {
        fails(ErrorCode::not_found, "holds no model");
        put("pytorch_model.bin", "x");
        fails(ErrorCode::unsupported, "PyTorch");
        const std::string one = file_with("{" + tensor("a", "U8", "[1]", "[0,1]") + "}", 1);
        put("model-00001-of-00003.safetensors", one);
        fails(ErrorCode::not_found, "part model-00002-of-00003.safetensors is missing");
        put("model.safetensors.index.json",
            R"({"weight_map":{"a":"model-00001-of-00003.safetensors","b":"other.safetensors"}})");
        fails(ErrorCode::not_found, "part other.safetensors is missing: expected at");
        put("other.safetensors", file_with("{" + tensor("a", "U8", "[1]", "[0,1]") + "}", 1));
        fails(ErrorCode::bad_file, "tensor \"b\" is said to be in \"other.safetensors\", but is not there");
        put("other.safetensors", file_with("{" + tensor("b", "U8", "[1]", "[0,1]") + "}", 1));
        fails(ErrorCode::not_found, "config.json is missing");
        put("config.json", "{}");
        const auto model = open_model_file(folder());
        QVERIFY(model.ok());
        QCOMPARE(model->tensors.entries().size(), size_t{2});
    }

    void numberedPartsNeedNoIndex() {
        put("config.json", "{}");
        put("model-00001-of-00002.safetensors", file_with("{" + tensor("a", "U8", "[1]", "[0,1]") + "}", 1));
        put("model-00002-of-00002.safetensors", file_with("{" + tensor("b", "U8", "[1]", "[0,1]") + "}", 1));
        auto model = open_model_file(folder());
        QVERIFY(model.ok());
        QCOMPARE(model->tensors.find("b")->part, 1u);
        put("model-00002-of-00002.safetensors", file_with("{" + tensor("a", "U8", "[1]", "[0,1]") + "}", 1));
        fails(ErrorCode::bad_file, "\"a\" is there twice");
        put("adapter.safetensors", file_with("{}", 0));
        fails(ErrorCode::bad_file, "not clear which belong together");
        put("model.safetensors", file_with("{" + tensor("c", "U8", "[1]", "[0,1]") + "}", 1));
        model = open_model_file(folder()); // the name that wins over all others
        QVERIFY(model.ok() && model->tensors.entries().size() == 1);
    }

    void damagedWeightsNameTheirFile() {
        put("config.json", "{}");
        put("model.safetensors", file_with("{" + tensor("a", "U8", "[9]", "[0,9]") + "}", 3));
        fails(ErrorCode::bad_file, "model.safetensors: tensor \"a\" ends 6 bytes after the end of the file");
        put("model.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 7\n");
        QVERIFY(
            QByteArray::fromStdString(open_model_file(folder()).error().hint).contains("Git LFS pointer"));
        put("model.safetensors", "");
        fails(ErrorCode::bad_file, "model.safetensors: not a safetensors file");
    }

    void whatIsWrittenIsReadBack() {
        const std::vector<std::byte> data(64, std::byte{7});
        SafetensorsWriter writer;
        writer.metadata = {{"format", "pt"}, {"quote \" and \n", "ü"}};
        writer.add_tensor("half", {data.data(), DType::BF16, {{3}, 1}});
        writer.add_tensor("float \"x\"", {data.data() + 1, DType::F32, {{2, 3}, 2}});
        writer.add_tensor("none", {nullptr, DType::F16, {{0, 8}, 2}});
        writer.add_tensor("scalar", {data.data(), DType::I64, {{}, 0}});
        const std::string path = folder() + "/model.safetensors";
        const auto written = writer.write(path);
        QVERIFY2(written.ok(), written.ok() ? "" : written.error().message.c_str());
        put("config.json", "{}");
        const auto model = open_model_file(folder());
        QVERIFY2(model.ok(), model.ok() ? "" : model.error().message.c_str());
        QCOMPARE(model->tensors.entries().size(), size_t{4});
        const TensorEntry* entry = model->tensors.find("float \"x\"");
        QVERIFY(entry != nullptr && entry->dtype == DType::F32 && entry->shape == (Shape{{2, 3}, 2}));
        QCOMPARE(entry->offset % 4, uint64_t{0});
        QCOMPARE(std::memcmp(model->tensor(*entry).data, data.data(), 24), 0);
        QCOMPARE(model->tensors.find("none")->bytes, uint64_t{0});
        QCOMPARE(model->tensors.find("scalar")->bytes, uint64_t{8});
    }

    void refusesToWriteWhatTheFormatCannotHold() {
        const std::vector<std::byte> data(64);
        const auto refused = [&](const char* says, const std::string& name, DType dtype, Shape shape,
                                 bool twice) {
            SafetensorsWriter writer;
            writer.add_tensor(name, {data.data(), dtype, shape});
            if (twice) writer.add_tensor(name, {data.data(), dtype, shape});
            const auto written = writer.write(folder() + "/x.safetensors");
            QVERIFY2(!written.ok() && written.error().code == ErrorCode::invalid_argument, says);
            QVERIFY2(message(written.error()).contains(says), message(written.error()).constData());
        };
        refused("not UTF-8", "\xff", DType::F32, {{1}, 1}, false);
        refused("reserved", "__metadata__", DType::F32, {{1}, 1}, false);
        refused("no type Q8_0", "t", DType::Q8_0, {{32}, 1}, false);
        refused("not possible", "t", DType::F32, {{-1}, 1}, false);
        refused("not possible", "t", DType::F32, {{int64_t{1} << 40, int64_t{1} << 40}, 2}, false);
        refused("whole bytes", "t", DType::F4, {{3}, 1}, false);
        refused("added twice", "t", DType::F32, {{1}, 1}, true);
        QVERIFY(QDir(folder_.path()).isEmpty());
    }

    void aTokenizerAloneOpens() {
        put("tokenizer.json", "{}");
        const auto model = open_model_file(folder());
        QVERIFY(model.ok());
        QVERIFY(model->tensors.entries().empty() && model->parts.empty());
        QCOMPARE(model->tokenizer_json, std::string("{}"));
    }

    void sentencepiecesModelIsReadWhereThereIsNoOther() {
        put("tokenizer.model", "a model");
        put("added_tokens.json", "{}");
        const auto model = open_model_file(folder() + "/tokenizer.model");
        QVERIFY(model.ok() && model->tensors.entries().empty());
        QCOMPARE(model->tokenizer_model, std::string("a model"));
        QCOMPARE(model->added_tokens_json, std::string("{}"));
        put("tokenizer.json", "{}");
        const auto both = open_model_file(folder());
        QVERIFY(both.ok() && both->tokenizer_model.empty() && both->added_tokens_json.empty());
    }
};

QTEST_APPLESS_MAIN(SafetensorsTest)
#include "safetensors_test.moc"
