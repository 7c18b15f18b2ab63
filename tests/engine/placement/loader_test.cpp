// loader: bytes at any address, small vectors as F32, memory refused up front, progress and stop.
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <cstring>

#include "engine/model/registry.h"
#include "engine/placement/weights.h"
#include "engine/platform/machine.h"

using namespace engine;
using placement::Weights;

namespace {

QString golden_folder(const char* name) {
    return QStringLiteral(TANDEM_SOURCE_DIR "/tests/golden/models/") + QString::fromLatin1(name);
}

Result<std::shared_ptr<const Weights>> load(const QString& path, placement::LoadOptions options = {},
                                            const Progress& progress = {}, const StopToken& stop = {}) {
    ENGINE_ASSIGN(formats::ModelFile file, formats::open_model_file(path.toStdString()));
    ENGINE_ASSIGN(const model::ModelSpec spec, model::read_spec(file));
    ENGINE_ASSIGN(model::Inventory inventory, model::take_inventory(spec, file));
    return placement::load_weights(std::make_shared<const formats::ModelFile>(std::move(file)),
                                   std::move(inventory), options, progress, stop);
}

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

// A copy of a golden checkpoint whose tensors begin `shift` bytes later: the header may end in spaces.
void write_shifted(const char* name, const QString& folder, int shift) {
    QByteArray bytes = contents(golden_folder(name) + QStringLiteral("/model.safetensors"));
    uint64_t header = 0;
    std::memcpy(&header, bytes.constData(), sizeof header);
    bytes.insert(static_cast<qsizetype>(8 + header), QByteArray(shift, ' '));
    header += static_cast<uint64_t>(shift);
    std::memcpy(bytes.data(), &header, sizeof header);
    write(folder + QStringLiteral("/model.safetensors"), bytes);
    write(folder + QStringLiteral("/config.json"),
          contents(golden_folder(name) + QStringLiteral("/config.json")));
}

} // namespace

class LoaderTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void tensorsAtAnyAddress() {
        const auto straight = load(golden_folder("qwen2_tied"));
        QVERIFY(straight.ok());
        for (const int shift : {0, 1, 2, 3}) {
            const QTemporaryDir folder;
            write_shifted("qwen2_tied", folder.path(), shift);
            const auto shifted = load(folder.path());
            QVERIFY2(shifted.ok(), shifted.ok() ? "" : shifted.error().message.c_str());
            QCOMPARE((*shifted)->copied_bytes() > 0, shift % 4 != 0);
            for (const auto& entry : (*straight)->inventory().entries()) {
                const TensorView a = (*straight)->find(entry.id), b = (*shifted)->find(entry.id);
                QVERIFY(reinterpret_cast<uintptr_t>(b.data) % 4 == 0);
                QCOMPARE(a.bytes(), b.bytes());
                QVERIFY(std::memcmp(a.data, b.data, static_cast<size_t>(a.bytes())) == 0);
            }
        }
    }

    void vectorsBecomeF32() {
        const auto weights = load(golden_folder("qwen2_f16"));
        QVERIFY(weights.ok());
        QVERIFY((*weights)->main_dtype() == DType::F16);
        QVERIFY((*weights)->find({model::Role::mixer_norm, false, 0}).dtype == DType::F32);
        QVERIFY((*weights)->find({model::Role::query, true, 0}).dtype == DType::F32);
        QVERIFY((*weights)->find({model::Role::query, false, 0}).dtype == DType::F16);
        QVERIFY(!(*weights)->find({model::Role::router, false, 0}));
    }

    // Rows that divide into blocks stay in 8 bits with their scales beside them, others become F32.
    void eightBitFloatsGetTheirScales() {
        int64_t done = 0, total = 0;
        const auto weights = load(golden_folder("llama_fp8"), {}, [&](int64_t a, int64_t b) {
            done = a;
            total = b;
        });
        QVERIFY2(weights.ok(), weights.ok() ? "" : weights.error().message.c_str());
        const TensorView gate = (*weights)->find({model::Role::gate, false, 0});
        const TensorView down = (*weights)->find({model::Role::down, false, 0});
        QVERIFY(gate.dtype == DType::F8_B128 && gate.shape[1] == 256);
        QVERIFY(down.dtype == DType::F32 && down.shape[1] == 136);
        QCOMPARE(done, total);
        QCOMPARE(total, (*weights)->inventory().bytes());
    }

    // Every row once, on its node; what no node reads as a whole stays where it is.
    void matricesAreCutForNodes_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"mixtral", "qwen2_tied", "llama_fp8", "qwen2_f16"})
            QTest::newRow(name) << QString::fromLatin1(name);
    }
    void matricesAreCutForNodes() {
        QFETCH(QString, name);
        const QString folder = golden_folder(name.toLatin1().constData());
        const auto topology = platform::emulate_nodes(platform::detect_machine().topology, 3);
        platform::ThreadPool pool(topology, 2);
        const placement::LoadOptions options{.pool = &pool, .topology = &topology};
        int64_t told = 0;
        const auto whole = load(folder),
                   cut = load(folder, options, [&](int64_t done, int64_t) { told = done; });
        QVERIFY2(cut.ok(), cut.ok() ? "" : cut.error().message.c_str());
        QCOMPARE((*cut)->nodes(), 3);
        QCOMPARE(told, (*cut)->inventory().bytes());
        int64_t parts = 0;
        for (const auto& entry : (*whole)->inventory().entries()) {
            const WeightMatrix a = (*whole)->matrix(entry.id), b = (*cut)->matrix(entry.id);
            QVERIFY(a.shape == b.shape && a.dtype == b.dtype);
            QCOMPARE(b.part_count() == 3,
                     entry.shape.rank > 1 && (entry.id.role != model::Role::token_embedding ||
                                              name.contains(QLatin1String("tied"))));
            parts += b.parts.empty() ? 0 : 3;
            for (int64_t r = 0; r < a.shape.rows(); ++r)
                QVERIFY(std::memcmp(a.row(r), b.row(r),
                                    static_cast<size_t>(row_bytes(a.dtype, a.shape.inner()))) == 0);
        }
        const int64_t held = (*cut)->mapped_bytes() + (*cut)->copied_bytes();
        QVERIFY(held <= (*whole)->mapped_bytes() + (*whole)->copied_bytes() +
                            parts * platform::HostBuffer::kAlignment);
        QVERIFY(!load(folder,
                      {.memory_limit = (*cut)->inventory().bytes() - 1, .pool = &pool, .topology = &topology})
                     .ok());
    }

    void memoryIsRefusedUpFront() {
        const auto all = load(golden_folder("mixtral"));
        QVERIFY(all.ok());
        const int64_t needed = (*all)->mapped_bytes() + (*all)->copied_bytes();
        QCOMPARE(needed, (*all)->inventory().bytes());
        QVERIFY(load(golden_folder("mixtral"), {.memory_limit = needed}).ok());
        bool told = false;
        const auto refused = load(golden_folder("mixtral"), {.memory_limit = needed - 1},
                                  [&](int64_t, int64_t) { told = true; });
        QVERIFY(!refused.ok() && refused.error().code == ErrorCode::out_of_memory);
        QVERIFY(refused.error().message.find("0.1 GB") != std::string::npos);
        QVERIFY(!told);
    }

    void progressAndStop() {
        std::vector<int64_t> told;
        int64_t whole = 0;
        const Progress progress = [&](int64_t done, int64_t total) {
            told.push_back(done);
            whole = total;
        };
        const auto weights = load(golden_folder("llama_bf16_sharded"), {}, progress);
        QVERIFY(weights.ok());
        QVERIFY(!told.empty() && std::is_sorted(told.begin(), told.end()));
        QCOMPARE(told.back(), whole);
        QCOMPARE(whole, (*weights)->inventory().bytes());
        const StopToken stop;
        stop.request();
        const auto stopped = load(golden_folder("llama_bf16_sharded"), {}, {}, stop);
        QVERIFY(!stopped.ok() && stopped.error().code == ErrorCode::cancelled);
    }
};

QTEST_APPLESS_MAIN(LoaderTest)
#include "loader_test.moc"
