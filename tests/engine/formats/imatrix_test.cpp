// imatrix: means out of sums and counts, and every shape that does not belong together refused.
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <cstring>
#include <limits>

#include "engine/formats/gguf.h"
#include "engine/formats/imatrix.h"

using namespace engine;
using formats::GgufWriter;

namespace {

void add(GgufWriter& writer, const char* name, std::vector<int64_t> extents, std::vector<float> values,
         DType dtype = DType::F32) {
    Shape shape;
    shape.rank = static_cast<int>(extents.size());
    std::copy(extents.begin(), extents.end(), shape.dims.begin());
    writer.add_tensor(name, dtype, shape, [values](std::span<std::byte> out) -> Result<void> {
        std::memcpy(out.data(), values.data(), std::min(out.size(), 4 * values.size()));
        return {};
    });
}

GgufWriter good() {
    GgufWriter writer;
    writer.metadata.set_string("general.type", "imatrix");
    writer.metadata.set_u32("imatrix.chunk_count", 7);
    writer.metadata.set_strings("imatrix.datasets", {"wiki.txt"});
    return writer;
}
} // namespace

class ImatrixTest : public QObject {
    Q_OBJECT

    Result<formats::Imatrix> read(const GgufWriter& writer) {
        const std::string path = m_folder.filePath(QStringLiteral("m.gguf")).toStdString();
        const auto written = writer.write(path);
        if (!written.ok()) return written.error();
        return formats::read_imatrix(path);
    }

 private Q_SLOTS:
    void meansPerColumnAndExpert() {
        GgufWriter writer = good();
        add(writer, "blk.0.attn_q.weight.in_sum2", {3}, {2, 4, 0});
        add(writer, "blk.0.attn_q.weight.counts", {1}, {2});
        add(writer, "blk.0.ffn_up_exps.weight.in_sum2", {2, 3}, {3, 6, 9, 0, 0, 0});
        add(writer, "blk.0.ffn_up_exps.weight.counts", {2, 1}, {3, 0});
        const auto imatrix = read(writer);
        QVERIFY2(imatrix.ok(), imatrix.ok() ? "" : imatrix.error().message.c_str());
        QCOMPARE(imatrix->size(), size_t{2});
        QCOMPARE(imatrix->chunks, int64_t{7});
        QVERIFY(imatrix->datasets == std::vector<std::string>{"wiki.txt"});
        const auto* q = imatrix->find("blk.0.attn_q.weight");
        QVERIFY(q != nullptr && q->columns == 3 && q->experts == 1);
        QVERIFY((q->mean_square == std::vector<float>{1, 2, 0}));
        const auto* up = imatrix->find("blk.0.ffn_up_exps.weight");
        QVERIFY(up != nullptr && up->columns == 3 && up->experts == 2);
        QVERIFY((up->mean_square == std::vector<float>{1, 2, 3, 0, 0, 0}));
        QCOMPARE(up->row(1)[0], 0.0f);
        QVERIFY(imatrix->find("blk.1.attn_q.weight") == nullptr);
    }

    void refusals_data() {
        QTest::addColumn<int>("kind");
        for (const char* name : {"no counts", "counts of other size", "negative sum", "NaN sum",
                                 "infinite sum", "negative count", "NaN count", "not F32", "nothing in it"})
            QTest::addRow("%s", name) << static_cast<int>(m_kinds++);
    }
    void refusals() {
        QFETCH(int, kind);
        constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
        GgufWriter writer = good();
        const float sum = kind == 2   ? -1
                          : kind == 3 ? kNan
                          : kind == 4 ? std::numeric_limits<float>::infinity()
                                      : 1;
        const float count = kind == 5 ? -1 : kind == 6 ? kNan : 1;
        if (kind != 8) add(writer, "a.weight.in_sum2", {2}, {1, sum});
        if (kind > 1 && kind < 7) add(writer, "a.weight.counts", {1}, {count});
        if (kind == 1) add(writer, "a.weight.counts", {2}, {1, 1});
        if (kind == 7) add(writer, "a.weight.counts", {1}, {0}, DType::F16);
        const auto imatrix = read(writer);
        QVERIFY(!imatrix.ok());
        QCOMPARE(imatrix.error().code, ErrorCode::bad_file);
        if (kind != 8) QVERIFY(imatrix.error().message.find("a.weight") != std::string::npos);
    }

    void otherFiles() {
        GgufWriter model;
        model.metadata.set_string("general.architecture", "llama");
        QCOMPARE(read(model).error().code, ErrorCode::bad_file);
        const QString old = m_folder.filePath(QStringLiteral("old.dat"));
        QFile file(old);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray("\x02\x00\x00\x00\x05\x00\x00\x00hello", 13));
        file.close();
        const auto read_old = formats::read_imatrix(old.toStdString());
        QCOMPARE(read_old.error().code, ErrorCode::unsupported);
        QVERIFY(read_old.error().hint.find("llama-imatrix") != std::string::npos);
        QCOMPARE(formats::read_imatrix("/nowhere/m.gguf").error().code, ErrorCode::not_found);
    }

 private:
    QTemporaryDir m_folder;
    int m_kinds = 0;
};

QTEST_APPLESS_MAIN(ImatrixTest)
#include "imatrix_test.moc"
