// export: golden models written as GGUF give the same logits here and in llama.cpp.
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <cstring>

#include "engine/model/gguf_export.h"
#include "engine/model/registry.h"
#include "loaded_model.h"

using namespace engine;

namespace {

Result<void> export_gguf(const std::string& folder, const std::string& path) {
    ENGINE_ASSIGN(const formats::ModelFile file, formats::open_model_file(folder));
    ENGINE_ASSIGN(const model::ModelSpec spec, model::read_spec(file));
    ENGINE_ASSIGN(const model::Inventory inventory, model::take_inventory(spec, file));
    ENGINE_ASSIGN(const formats::GgufWriter writer, model::gguf_writer(spec, inventory, file));
    return writer.write(path);
}

// blk.0.ffn_gate_exps.weight {experts, out, in} becomes blk.0.ffn_gate.E.weight {out, in} for each expert.
Result<void> split_experts(const std::string& from, const std::string& to) {
    ENGINE_ASSIGN(const formats::ModelFile file, formats::open_model_file(from));
    formats::GgufWriter writer;
    writer.metadata = file.metadata;
    for (const formats::TensorEntry& entry : file.tensors.entries()) {
        TensorView view = file.tensor(entry);
        const size_t mark = entry.name.find("_exps.weight");
        if (mark == std::string::npos) {
            writer.add_tensor(entry.name, view);
            continue;
        }
        const int64_t experts = view.shape[0], bytes = view.bytes() / experts;
        view.shape = {{view.shape[1], view.shape[2]}, 2};
        for (int64_t e = 0; e < experts; ++e, view.data += bytes)
            writer.add_tensor(entry.name.substr(0, mark) + "." + std::to_string(e) + ".weight", view);
    }
    return writer.write(to);
}

std::vector<float> llama_cpp_logits(const Golden& golden) {
    QFile file(QString::fromStdString(golden.folder) + QStringLiteral("/llama_cpp.f32"));
    if (!file.open(QIODevice::ReadOnly)) return {};
    const QByteArray bytes = file.readAll();
    std::vector<float> values(static_cast<size_t>(bytes.size()) / sizeof(float));
    std::memcpy(values.data(), bytes.constData(), values.size() * sizeof(float));
    return values;
}

// llama.cpp multiplies F16 and BF16 weights with activations rounded to the same format: 2^13 and 2^16 times
// coarser than float32.
double llama_cpp_tolerance(const Golden& golden, DType dtype) {
    const double coarser = dtype == DType::F16 ? 0x1p13 : dtype == DType::BF16 ? 0x1p16 : 1;
    return 8 * coarser * golden.f32_error;
}

} // namespace

class ExportTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void sameLogits_data() {
        QTest::addColumn<QString>("name");
        for (const QString& name : golden_names())
            QTest::newRow(qPrintable(name)) << name;
    }
    void sameLogits() {
        QFETCH(QString, name);
        const auto golden = read_golden(name);
        const QTemporaryDir folder;
        const std::string path = folder.filePath(QStringLiteral("model.gguf")).toStdString();
        const auto written = export_gguf(golden->folder, path);
        if (name == QStringLiteral("llama_dynamic") || name == QStringLiteral("llama_longrope") ||
            name == QStringLiteral("qwen2_window_yarn")) { // GGUF has no words for these ropes
            QVERIFY(!written.ok() && written.error().code == ErrorCode::unsupported);
            return;
        }
        QVERIFY2(written.ok(), written.ok() ? "" : written.error().message.c_str());
        const auto model = LoadedModel::open(path, 1, {}, exact_isa(name));
        QVERIFY(model);
        QCOMPARE(model->decoder().weights().inventory().parameters(), golden->parameters);
        auto cache = model->cache();
        auto logits = model->prefill(golden->prompt, cache);
        QVERIFY(distance(logits, golden->prefill) <= 4 * golden->f32_error);
        cache.truncate(0);
        QCOMPARE(model->greedy(golden->prompt, 64, cache), golden->greedy);

        const auto theirs = llama_cpp_logits(*golden);
        if (theirs.empty()) return; // see LEFT_OUT in make_llama_cpp.py
        logits.resize(theirs.size());
        const double off = distance(logits, theirs);
        QVERIFY2(off <= llama_cpp_tolerance(*golden, model->decoder().weights().main_dtype()),
                 qPrintable(QStringLiteral("off by %1 from llama.cpp").arg(off)));
    }

    void llamaCppHasSeenMost() {
        int seen = 0;
        for (const QString& name : golden_names())
            seen += llama_cpp_logits(*read_golden(name)).empty() ? 0 : 1;
        QVERIFY(seen >= 14);
    }

    // The form of 2023: a tensor for each expert.
    void expertsOneByOne() {
        const QTemporaryDir folder;
        const std::string stacked = folder.filePath(QStringLiteral("stacked.gguf")).toStdString();
        const std::string single = folder.filePath(QStringLiteral("single.gguf")).toStdString();
        const auto golden = read_golden(QStringLiteral("mixtral"));
        QVERIFY(export_gguf(golden->folder, stacked).ok());
        QVERIFY(split_experts(stacked, single).ok());
        const auto a = LoadedModel::open(stacked), b = LoadedModel::open(single);
        QVERIFY(a && b);
        auto cache_a = a->cache(), cache_b = b->cache();
        QVERIFY(a->prefill(golden->prompt, cache_a) == b->prefill(golden->prompt, cache_b));
    }

    // Written again from the GGUF file it is the same file: nothing is reordered twice.
    void exportOfAnExport() {
        const QTemporaryDir folder;
        const QString once = folder.filePath(QStringLiteral("once.gguf"));
        const QString twice = folder.filePath(QStringLiteral("twice.gguf"));
        for (const char* name : {"llama3", "llama_bias_tied", "mixtral", "qwen3"}) {
            QVERIFY(export_gguf(read_golden(QString::fromLatin1(name))->folder, once.toStdString()).ok());
            const auto again = export_gguf(once.toStdString(), twice.toStdString());
            QVERIFY2(again.ok(), again.ok() ? "" : again.error().message.c_str());
            QFile a(once), b(twice);
            QVERIFY(a.open(QIODevice::ReadOnly) && b.open(QIODevice::ReadOnly));
            QVERIFY2(a.readAll() == b.readAll(), name);
        }
    }
};

QTEST_APPLESS_MAIN(ExportTest)
#include "export_test.moc"
