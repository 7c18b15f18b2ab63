// Folders with safetensors become GGUF files that compute and speak like the folder.
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>

#include "engine/api/quantize.h"
#include "engine/text/template_source.h"
#include "engine/text/tokenizer.h"
#include "tests/engine/runtime/loaded_model.h"

using namespace engine;
using Json = nlohmann::json;

namespace {

constexpr const char* kTemplate = "{{ bos_token }}{{ messages[0].content }}";

// A vocabulary for the golden models' 47 tokens, of which one stays free.
std::string tokenizer_json() {
    Json added = Json::array(), vocab = Json::object(), merges = Json::array();
    const auto add = [&](const std::string& token) { vocab[token] = vocab.size(); };
    for (const char* control : {"<|pad|>", "<s>", "</s>"}) {
        added.push_back(
            {{"id", vocab.size()}, {"content", control}, {"special", true}, {"normalized", false}});
        add(control);
    }
    for (char c = 'a'; c <= 'z'; ++c)
        add(std::string(1, c));
    for (const char* other :
         {"\u0120", "\u010A", ".", "!"}) // space and line break, as their bytes are written
        add(other);
    const std::pair<const char*, const char*> pairs[] = {
        {"t", "h"},      {"th", "e"},      {"\u0120", "t"}, {"i", "n"},       {"e", "r"},        {"a", "n"},
        {"\u0120", "a"}, {"\u0120t", "h"}, {"in", "g"},     {"\u0120a", "n"}, {"\u0120th", "e"}, {"er", "e"}};
    for (const auto& [left, right] : pairs) {
        merges.push_back({left, right});
        add(std::string(left) + right);
    }
    add("<tool>");
    added.push_back(
        {{"id", vocab.size() - 1}, {"content", "<tool>"}, {"special", false}, {"normalized", false}});
    const Json file = {
        {"added_tokens", added},
        {"normalizer", nullptr},
        {"pre_tokenizer", {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", true}}},
        {"post_processor", nullptr},
        {"decoder", {{"type", "ByteLevel"}}},
        {"model", {{"type", "BPE"}, {"vocab", vocab}, {"merges", merges}}}};
    return file.dump();
}

void write_text(const QString& path, const std::string& text) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text.data(), static_cast<qint64>(text.size())), static_cast<qint64>(text.size()));
}

QByteArray contents(const std::string& path) {
    QFile file(QString::fromStdString(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// What GGUF has no words for.
bool cannot_be_said(const QString& name) {
    return name == QStringLiteral("llama_dynamic") || name == QStringLiteral("llama_longrope") ||
           name == QStringLiteral("qwen2_window_yarn");
}

QStringList golden_folders() {
    QStringList names;
    for (const QString& name : golden_names())
        if (!QDir(QString::fromStdString(read_golden(name)->folder))
                 .entryList({QStringLiteral("*.safetensors")})
                 .isEmpty())
            names += name;
    return names;
}

} // namespace

class FolderTest : public QObject {
    Q_OBJECT

    // A golden model with a tokenizer.
    std::string folder(const QString& name) {
        const QString to = m_folder.filePath(name);
        if (QDir(to).exists()) return to.toStdString();
        QDir().mkpath(to);
        const QDir from(QString::fromStdString(read_golden(name)->folder));
        for (const QString& file : from.entryList(QDir::Files))
            QFile::copy(from.filePath(file), to + QLatin1Char('/') + file);
        write_text(to + QStringLiteral("/tokenizer.json"), tokenizer_json());
        write_text(to + QStringLiteral("/tokenizer_config.json"), Json{{"bos_token", "<s>"},
                                                                       {"eos_token", "</s>"},
                                                                       {"pad_token", "<|pad|>"},
                                                                       {"add_bos_token", true},
                                                                       {"chat_template", kTemplate}}
                                                                      .dump());
        return to.toStdString();
    }
    std::string path(const QString& name) const { return m_folder.filePath(name).toStdString(); }

    static Result<api::QuantizeReport> quantize(const std::string& in, const std::string& out,
                                                const std::string& type) {
        return api::quantize({in, out, type, ""}, 2, {}, {});
    }
    // Refused, and nothing lies where the file would.
    Error refused(const std::string& in) {
        const std::string out = path(QStringLiteral("refused.gguf"));
        const auto report = quantize(in, out, "Q8_0");
        if (report.ok() || QFile::exists(QString::fromStdString(out)) ||
            QFile::exists(QString::fromStdString(out + ".part")))
            return {};
        return report.error();
    }

 private Q_SLOTS:
    void computesAndSpeaksLikeTheFolder_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("type");
        for (const QString& name : golden_folders()) {
            QTest::newRow(qPrintable(name)) << name << QStringLiteral("F32");
            for (const char* type : {"BF16", "F16"}) // where the folder has nothing finer
                if (name.contains(QString::fromLatin1(type), Qt::CaseInsensitive))
                    QTest::addRow("%s as it is", qPrintable(name)) << name << QString::fromLatin1(type);
        }
    }
    void computesAndSpeaksLikeTheFolder() {
        QFETCH(QString, name);
        QFETCH(QString, type);
        const std::string in = folder(name), out = path(name + QStringLiteral(".gguf"));
        const auto golden = read_golden(name);
        const auto report = quantize(in, out, type.toStdString());
        if (cannot_be_said(name)) {
            QVERIFY(!report.ok());
            QCOMPARE(report.error().code, ErrorCode::unsupported);
            QVERIFY(!QFile::exists(QString::fromStdString(out)));
            return;
        }
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().message.c_str());
        QVERIFY2(report->warnings.empty(), report->warnings.empty() ? "" : report->warnings[0].c_str());
        QCOMPARE(report->bytes_after, static_cast<int64_t>(contents(out).size()));

        const auto model = LoadedModel::open(out), own = LoadedModel::open(in);
        QVERIFY(model && own);
        QCOMPARE(model->decoder().weights().inventory().parameters(), golden->parameters);
        auto cache = model->cache(), own_cache = own->cache();
        const auto logits = model->prefill(golden->prompt, cache);
        QVERIFY(distance(logits, golden->prefill) <= 4 * golden->f32_error);
        QVERIFY(distance(logits, own->prefill(golden->prompt, own_cache)) <= 8 * golden->f32_error);
        cache.truncate(0);
        QCOMPARE(model->greedy(golden->prompt, 64, cache), golden->greedy);

        const auto file = formats::open_model_file(out), source = formats::open_model_file(in);
        QCOMPARE(*file->metadata.string("general.name"), name.toStdString());
        QCOMPARE(text::chat_template_of(*file), std::string(kTemplate));
        const auto written = text::load_tokenizer(*file), read = text::load_tokenizer(*source);
        QVERIFY(written.ok() && read.ok());
        QCOMPARE((*written)->size(), (*read)->size() + 1);
        for (const char* text : {"", "there is another thing in here.", "<s>the<tool> an!\nthere</s>",
                                 "no  TOKEN for 1234 \xC3\xA9 <|pad|>"})
            for (const bool trusted : {true, false})
                QCOMPARE((*written)->encode(text, {true, trusted}), (*read)->encode(text, {true, trusted}));
    }

    // F32 holds whatever the folder has, FP8 with its scales as well.
    void straightOrByWayOfF32_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"llama_fp8", "llama_bf16_sharded", "mixtral", "qwen2_f16"})
            QTest::newRow(name) << QString::fromLatin1(name);
    }
    void straightOrByWayOfF32() {
        QFETCH(QString, name);
        const std::string in = folder(name), plain = path(QStringLiteral("plain.gguf"));
        const std::string straight = path(QStringLiteral("straight.gguf"));
        const std::string by_way = path(QStringLiteral("by_way.gguf"));
        QVERIFY(quantize(in, plain, "F32").ok());
        for (const std::string& type : api::quantize_types()) {
            QVERIFY(quantize(in, straight, type).ok());
            QVERIFY(quantize(plain, by_way, type).ok());
            QVERIFY2(contents(straight) == contents(by_way), type.c_str());
        }
    }

    void theReportNamesWhatTheFolderHas() {
        const auto report =
            quantize(folder(QStringLiteral("llama_fp8")), path(QStringLiteral("fp8.gguf")), "Q4_K_M");
        QVERIFY(report.ok());
        const auto query =
            std::find_if(report->tensors.begin(), report->tensors.end(),
                         [](const auto& tensor) { return tensor.name == "blk.0.attn_q.weight"; });
        QVERIFY(query != report->tensors.end());
        QCOMPARE(query->from, std::string("F8_E4M3"));
        QCOMPARE(query->to, std::string("Q4_K"));
        QVERIFY(query->mse && *query->mse > 0);
        QVERIFY(report->bytes_before > 0);
    }

    void whatIsMissingIsSaid() {
        const Error no_tokenizer = refused(read_golden(QStringLiteral("qwen3"))->folder);
        QCOMPARE(no_tokenizer.code, ErrorCode::not_found);
        QVERIFY(no_tokenizer.message.find("tokenizer.json") != std::string::npos);

        const QString sharded = QString::fromStdString(folder(QStringLiteral("llama_bf16_sharded")));
        const QString shard = QDir(sharded).entryList({QStringLiteral("*.safetensors")}).first();
        QVERIFY(QFile::rename(sharded + QLatin1Char('/') + shard, sharded + QStringLiteral("/elsewhere")));
        const Error no_shard = refused(sharded.toStdString());
        QVERIFY(QFile::rename(sharded + QStringLiteral("/elsewhere"), sharded + QLatin1Char('/') + shard));
        QCOMPARE(no_shard.code, ErrorCode::not_found);
        QVERIFY(no_shard.message.find(shard.toStdString()) != std::string::npos);
    }

    void unknownFamiliesAreNamed() {
        const std::string in = folder(QStringLiteral("olmoe"));
        const QString config = QString::fromStdString(in) + QStringLiteral("/config.json");
        const std::string before = contents(config.toStdString()).toStdString();
        Json other = Json::parse(before);
        other["model_type"] = "somebodys";
        other["architectures"] = {"SomebodysForCausalLM"};
        write_text(config, other.dump());
        const Error error = refused(in);
        write_text(config, before);
        QCOMPARE(error.code, ErrorCode::unsupported);
        QVERIFY2(error.message.find("somebodys") != std::string::npos, error.message.c_str());
    }

    void theFolderIsNotWrittenOver() {
        const std::string in = folder(QStringLiteral("mixtral"));
        const QByteArray before = contents(in + "/model.safetensors");
        const auto report = quantize(in, in + "/model.safetensors", "Q8_0");
        QVERIFY(!report.ok());
        QCOMPARE(report.error().code, ErrorCode::invalid_argument);
        QVERIFY(contents(in + "/model.safetensors") == before);
    }

    void stopLeavesNothing() {
        const std::string out = path(QStringLiteral("stopped.gguf"));
        const StopToken stop;
        const auto report = api::quantize(
            {folder(QStringLiteral("mixtral")), out, "F32", ""}, 2, [&](int64_t, int64_t) { stop.request(); },
            stop);
        QVERIFY(!report.ok());
        QCOMPARE(report.error().code, ErrorCode::cancelled);
        QVERIFY(!QFile::exists(QString::fromStdString(out)));
        QVERIFY(!QFile::exists(QString::fromStdString(out + ".part")));
    }

 private:
    QTemporaryDir m_folder;
};

QTEST_APPLESS_MAIN(FolderTest)
#include "folder_test.moc"
