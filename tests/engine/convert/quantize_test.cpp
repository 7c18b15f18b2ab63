// quantize: every type of the built-in model and of golden ones still speaks; what is wrong is said; nothing
// is left behind.
#include <sys/resource.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstring>
#include <limits>

#include "engine/api/engine.h"
#include "engine/api/plan.h"
#include "engine/api/quantize.h"
#include "engine/formats/gguf.h"
#include "engine/model/gguf_export.h"
#include "engine/model/registry.h"

using namespace engine;

namespace {

const std::string kGuide = TANDEM_SOURCE_DIR "/resources/guide/tandem-guide.gguf";

// What the built-in model was trained to say, in its own template.
constexpr char kConversation[] =
    "<|im_start|>user\nWhat is Tandem?<|im_end|>\n<|im_start|>assistant\n**Tandem** is a desktop application "
    "that "
    "runs large language models on your own computer. It is made to fine-tune them with LoRA, "
    "too.<|im_end|>\n"
    "<|im_start|>user\nWhat is quantization?<|im_end|>\n<|im_start|>assistant\n**Quantisation** stores "
    "weights with "
    "fewer bits, so a model is smaller and faster with a little loss of quality.<|im_end|>\n"
    "<|im_start|>user\nWhat is a mixture of experts?<|im_end|>\n<|im_start|>assistant\n**Mixture of "
    "experts** (MoE): "
    "each layer has many experts and a router picks a few of them per token, so a big model does little work "
    "per "
    "token.<|im_end|>\n";

Result<void> export_golden(const char* name, const std::string& path) {
    ENGINE_ASSIGN(const formats::ModelFile file,
                  formats::open_model_file(std::string(TANDEM_SOURCE_DIR "/tests/golden/models/") + name));
    ENGINE_ASSIGN(const model::ModelSpec spec, model::read_spec(file));
    ENGINE_ASSIGN(const model::Inventory inventory, model::take_inventory(spec, file));
    ENGINE_ASSIGN(const formats::GgufWriter writer, model::gguf_writer(spec, inventory, file));
    return writer.write(path);
}

QByteArray contents(const std::string& path) {
    QFile file(QString::fromStdString(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

double perplexity(const std::string& path, const QByteArray& text) {
    const auto engine = api::create_engine({});
    const auto model = (*engine)->load({path, 0}, {}, {});
    if (!model.ok()) return std::numeric_limits<double>::infinity();
    const auto report =
        (*model)->perplexity({text.constData(), static_cast<size_t>(text.size())}, 256, {}, {});
    return report.ok() ? report->perplexity : std::numeric_limits<double>::infinity();
}

const api::TensorChange* change_of(const api::QuantizeReport& report, const std::string& name) {
    for (const auto& change : report.tensors) {
        if (change.name == name) return &change;
    }
    return nullptr;
}

void add(formats::GgufWriter& writer, const std::string& name, std::vector<int64_t> extents,
         std::vector<float> values) {
    Shape shape;
    shape.rank = static_cast<int>(extents.size());
    std::copy(extents.begin(), extents.end(), shape.dims.begin());
    values.resize(static_cast<size_t>(shape.elements()), 0.5f);
    writer.add_tensor(name, DType::F32, shape, [values](std::span<std::byte> out) -> Result<void> {
        std::memcpy(out.data(), values.data(), out.size());
        return {};
    });
}

formats::GgufWriter small_model(std::vector<float> first_values = {}) {
    formats::GgufWriter writer;
    writer.metadata.set_string("general.architecture", "llama");
    writer.metadata.set_u32("llama.block_count", 1);
    add(writer, "token_embd.weight", {8, 256}, {});
    add(writer, "blk.0.attn_norm.weight", {256}, {});
    add(writer, "blk.0.attn_q.weight", {3, 256}, std::move(first_values));
    return writer;
}
} // namespace

class QuantizeTest : public QObject {
    Q_OBJECT

    std::string path(const char* name) const {
        return m_folder.filePath(QString::fromLatin1(name)).toStdString();
    }
    Result<api::QuantizeReport> quantize(const std::string& in, const std::string& out,
                                         const std::string& type, const std::string& imatrix = "",
                                         int threads = 2) {
        return api::quantize({in, out, type, imatrix}, threads, {}, {});
    }
    // Refused with this code, and nothing lies in the folder that did not lie there before.
    Error refused(const std::string& in, const std::string& out, const std::string& type,
                  const std::string& imatrix = "") {
        const QStringList before = QDir(m_folder.path()).entryList(QDir::Files);
        const auto report = quantize(in, out, type, imatrix);
        if (report.ok() || QDir(m_folder.path()).entryList(QDir::Files) != before) return {};
        return report.error();
    }

 private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_folder.isValid());
        m_perplexity = perplexity(kGuide, m_text);
        QVERIFY(m_perplexity > 1 && std::isfinite(m_perplexity));
    }

    void everyTypeStillSpeaks_data() {
        QTest::addColumn<QString>("type");
        for (const std::string& type : api::quantize_types())
            QTest::addRow("%s", type.c_str()) << QString::fromStdString(type);
    }
    void everyTypeStillSpeaks() {
        QFETCH(QString, type);
        const std::string out = path("guide.gguf");
        const auto report = quantize(kGuide, out, type.toStdString());
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().message.c_str());
        const double now = perplexity(out, m_text);
        const double growth = now / m_perplexity - 1;
        // The model is small, 256 wide: what a large one hardly notices is seen here.
        const double allowed =
            type.startsWith(QLatin1Char('Q')) && type[1] == QLatin1Char('2')                   ? 1.0
            : type.startsWith(QLatin1Char('Q')) && type[1] == QLatin1Char('3')                 ? 0.5
            : type == QStringLiteral("MXFP4")                                                  ? 0.3
            : type[type.size() > 2 && type[0] == QLatin1Char('I') ? 2 : 1] == QLatin1Char('4') ? 0.2
                                                                                               : 0.1;
        QVERIFY2(std::fabs(growth) < allowed, qPrintable(QString::number(growth)));
        qInfo("%.2f bits per weight, perplexity %+.2f %%", report->bits_per_weight, 100 * growth);
        const auto engine = api::create_engine({});
        const auto summary = (*engine)->inspect(out);
        QCOMPARE(QString::fromStdString(summary->quantization), type); // general.file_type
        QCOMPARE(report->bytes_after, static_cast<int64_t>(contents(out).size()));
        QCOMPARE(report->tensors.size(), summary->tensors.size());
        for (size_t i = 0; i < report->tensors.size(); ++i)
            QCOMPARE(report->tensors[i].to, summary->tensors[i].type);
        QCOMPARE(summary->chat_template, (*(*engine)->inspect(kGuide)).chat_template);
    }

    void sameBytesForAnyNumberOfThreads() {
        for (const int threads : {1, 2, 5}) {
            QVERIFY(
                quantize(kGuide, path(threads == 1 ? "one.gguf" : "many.gguf"), "Q4_K_M", "", threads).ok());
            if (threads > 1) QVERIFY(contents(path("one.gguf")) == contents(path("many.gguf")));
        }
    }

    void theReportSaysWhatHappened() {
        const auto report = quantize(kGuide, path("guide.gguf"), "q4_k_m");
        QVERIFY(report.ok());
        QCOMPARE(report->type, std::string("Q4_K_M"));
        const auto* query = change_of(*report, "blk.0.attn_q.weight");
        QVERIFY(query != nullptr && query->from == "Q8_0" && query->to == "Q4_K" && query->wanted.empty());
        QVERIFY(query->mse.has_value() && *query->mse > 0);
        const auto* down = change_of(*report, "blk.0.ffn_down_exps.weight"); // rows of 192
        QVERIFY(down != nullptr && down->wanted == (down->to == "Q8_0" ? "Q6_K" : "Q4_K"));
        const auto* router = change_of(*report, "blk.0.ffn_gate_inp.weight");
        QVERIFY(router != nullptr && router->to == "F32" && !router->mse);
        QCOMPARE(report->warnings.size(), size_t{2}); // quantised already; other formats for odd rows
        QVERIFY(report->warnings[0].find("quantised already") != std::string::npos);
        QVERIFY(report->bits_per_weight > 4 && report->bits_per_weight < 8);
        QVERIFY(report->bytes_after < report->bytes_before);
    }

    void plainFormatsKeepAllThatTheyCan() {
        QVERIFY(export_golden("llama_bf16_sharded", path("bf16.gguf")).ok());
        QVERIFY(quantize(path("bf16.gguf"), path("f32.gguf"), "F32").ok());
        QVERIFY(quantize(path("f32.gguf"), path("again.gguf"), "BF16").ok());
        QVERIFY(quantize(path("bf16.gguf"), path("straight.gguf"), "BF16").ok());
        QVERIFY(contents(path("again.gguf")) == contents(path("straight.gguf")));
    }

    void importances() {
        const auto file = formats::open_model_file(kGuide);
        formats::GgufWriter writer;
        writer.metadata.set_string("general.type", "imatrix");
        for (const auto& entry : file->tensors.entries()) {
            if (!entry.name.starts_with("blk.") || entry.shape.rank < 2) continue;
            const int64_t experts = entry.shape.rank == 3 ? entry.shape[0] : 1;
            std::vector<float> sums;
            for (int64_t i = 0; i < experts * entry.shape.inner(); ++i)
                sums.push_back(i % 4 == 0 ? 100.0f : 1.0f);
            add(writer, entry.name + ".in_sum2", {experts, entry.shape.inner()}, sums);
            std::vector<float> counts(static_cast<size_t>(experts), 2.0f);
            counts.back() = 0; // an expert that was never chosen
            add(writer, entry.name + ".counts", {experts, 1}, counts);
        }
        QVERIFY(writer.write(path("imatrix.gguf")).ok());
        const auto with = quantize(kGuide, path("with.gguf"), "Q4_K_M", path("imatrix.gguf"));
        QVERIFY2(with.ok(), with.ok() ? "" : with.error().message.c_str());
        const auto without = quantize(kGuide, path("without.gguf"), "Q4_K_M");
        QVERIFY(*change_of(*with, "blk.0.attn_q.weight")->mse > 0);
        QVERIFY(*change_of(*with, "blk.0.ffn_up_exps.weight")->mse >
                *change_of(*without, "blk.0.ffn_up_exps.weight")->mse); // unweighted: the price
        QVERIFY(perplexity(path("with.gguf"), m_text) < 1.5 * m_perplexity);
        // Of another model:
        QVERIFY(small_model().write(path("small.gguf")).ok());
        const Error error = refused(path("small.gguf"), path("out.gguf"), "Q4_K_S", path("imatrix.gguf"));
        QVERIFY(error.code == ErrorCode::bad_file || error.code == ErrorCode::not_found ||
                error.message.empty());
        formats::GgufWriter other;
        other.metadata.set_string("general.type", "imatrix");
        add(other, "blk.0.attn_k.weight.in_sum2", {256}, {});
        add(other, "blk.0.attn_k.weight.counts", {1}, {1});
        QVERIFY(other.write(path("other.gguf")).ok());
        const Error missing = refused(path("small.gguf"), path("out.gguf"), "Q4_K_S", path("other.gguf"));
        QCOMPARE(missing.code, ErrorCode::not_found);
        QVERIFY(missing.message.find("blk.0.attn_q.weight") != std::string::npos);
        formats::GgufWriter narrow;
        narrow.metadata.set_string("general.type", "imatrix");
        add(narrow, "blk.0.attn_q.weight.in_sum2", {128}, {});
        add(narrow, "blk.0.attn_q.weight.counts", {1}, {1});
        QVERIFY(narrow.write(path("narrow.gguf")).ok());
        QCOMPARE(refused(path("small.gguf"), path("out.gguf"), "Q4_K_S", path("narrow.gguf")).code,
                 ErrorCode::bad_file);
    }

    void whatIsNoNumberIsNamed() {
        for (const float bad :
             {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
              -std::numeric_limits<float>::infinity()}) {
            std::vector<float> values(3 * 256, 0.1f);
            values[2 * 256 + 17] = bad;
            QVERIFY(small_model(values).write(path("bad.gguf")).ok());
            for (const char* type : {"Q4_K_M", "Q8_0", "F16", "BF16"}) {
                const Error error = refused(path("bad.gguf"), path("out.gguf"), type);
                QCOMPARE(error.code, ErrorCode::bad_file);
                QVERIFY(error.message.find("blk.0.attn_q.weight") != std::string::npos);
                QVERIFY(error.message.find("row 2") != std::string::npos);
            }
        }
        std::vector<float> large(3 * 256, 0.1f);
        large[5] = 70000;
        QVERIFY(small_model(large).write(path("large.gguf")).ok());
        QCOMPARE(refused(path("large.gguf"), path("out.gguf"), "F16").code, ErrorCode::invalid_argument);
        QVERIFY(quantize(path("large.gguf"), path("out.gguf"), "BF16").ok());
    }

    // Without a weight being looked at.
    void previewsSayWhatIsWritten() {
        std::vector<std::string> names = api::quantize_types();
        const std::vector<std::string_view> types(names.begin(), names.end());
        const auto previews = convert::preview_quantize(kGuide, types);
        QVERIFY(previews.ok());
        QCOMPARE(previews->size(), types.size());
        for (const char* type : {"Q8_0", "Q4_K_M", "IQ4_XS", "F32", "MXFP4"}) {
            const auto found = std::find_if(previews->begin(), previews->end(),
                                            [type](const auto& preview) { return preview.type == type; });
            const auto report = quantize(kGuide, path("preview.gguf"), type);
            QVERIFY(found != previews->end() && report.ok());
            QCOMPARE(found->bytes, report->bytes_after);
            QVERIFY(found->warnings == report->warnings);
        }
        QCOMPARE(convert::preview_quantize("/nowhere.gguf", types).error().code, ErrorCode::not_found);
    }

    // Smaller and smaller, and planned as the file that comes of it is.
    void smallerCopies() {
        QVERIFY(quantize(kGuide, path("f16.gguf"), "F16").ok());
        const auto copies = api::smaller_copies(path("f16.gguf"));
        QVERIFY(copies.ok() && copies->size() >= 5);
        const api::MachineProfile machine = api::see_machine();
        int64_t before = QFileInfo(QString::fromStdString(path("f16.gguf"))).size();
        for (const auto& copy : *copies) {
            QVERIFY(copy.bytes < before);
            before = copy.bytes;
            QVERIFY(quantize(path("f16.gguf"), path("copy.gguf"), copy.type).ok());
            const auto ahead = api::open_copy_for_planning(path("f16.gguf"), copy.type);
            const auto made = api::open_for_planning(path("copy.gguf"));
            QVERIFY(ahead.ok() && made.ok());
            const auto weights = [&](const auto& model) {
                int64_t bytes = 0;
                for (const auto& device : model->plan(machine, {}).devices)
                    bytes += device.bytes.weights + device.bytes.experts;
                return bytes;
            };
            QCOMPARE(weights(*ahead), weights(*made));
        }
        QVERIFY(quantize(kGuide, path("small.gguf"), "Q2_K").ok());
        QVERIFY(api::smaller_copies(path("small.gguf"))->empty());
    }

    void refusals() {
        const Error unknown = refused(kGuide, path("x.gguf"), "Q9_K");
        QCOMPARE(unknown.code, ErrorCode::invalid_argument);
        QVERIFY(unknown.hint.find("Q4_K_M") != std::string::npos);
        QVERIFY(small_model().write(path("same.gguf")).ok());
        const QByteArray before = contents(path("same.gguf"));
        QCOMPARE(refused(path("same.gguf"), path("same.gguf"), "Q8_0").code, ErrorCode::invalid_argument);
        QCOMPARE(refused(path("same.gguf"), path("./same.gguf"), "Q8_0").code, ErrorCode::invalid_argument);
        QVERIFY(contents(path("same.gguf")) == before);
        QCOMPARE(refused("/nowhere.gguf", path("x.gguf"), "Q8_0").code, ErrorCode::not_found);
        QCOMPARE(refused(kGuide, "/nowhere/x.gguf", "Q8_0").code, ErrorCode::not_found);
        QCOMPARE(refused(kGuide, path("x.gguf"), "Q8_0", kGuide).code, ErrorCode::bad_file);
    }

    // A limit on the size of files stands for a disk without room.
    void fullDisk() {
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit before{};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
        const rlimit small{1 << 20, before.rlim_max};
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &small), 0);
        const Error full = refused(kGuide, path("full.gguf"), "Q8_0");
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &before), 0);
        QVERIFY(full.code == ErrorCode::disk_full || full.code == ErrorCode::io);
        QVERIFY(!full.message.empty());
    }

    void stopLeavesNothing() {
        const StopToken stop;
        int64_t seen = 0;
        const auto report = api::quantize(
            {kGuide, path("stopped.gguf"), "Q4_K_M", ""}, 2,
            [&](int64_t done, int64_t) {
                seen = done;
                if (done > 1'000'000) stop.request();
            },
            stop);
        QVERIFY(!report.ok());
        QCOMPARE(report.error().code, ErrorCode::cancelled);
        QVERIFY(seen > 1'000'000);
        QVERIFY(!QFile::exists(QString::fromStdString(path("stopped.gguf"))));
        QVERIFY(!QFile::exists(QString::fromStdString(path("stopped.gguf.part"))));
    }

 private:
    QTemporaryDir m_folder;
    const QByteArray m_text = kConversation;
    double m_perplexity = 0;
};

QTEST_APPLESS_MAIN(QuantizeTest)
#include "quantize_test.moc"
