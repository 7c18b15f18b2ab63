// A trained model in every number format that can be written here, on every kernel table: what it answers is
// as far from the scalar path as the rounding of its products' operands takes it, and no further.
#include <QTest>
#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "engine/kernels/quant/quant.h"
#include "engine/kernels/reference/reference.h"
#include "engine/model/registry.h"
#include "loaded_model.h"
#include "rounded_reference.h"
#include "tests/engine/kernels/sample_rows.h"

using namespace engine;

namespace {

// The beginning of the built-in model's answer to "What is a mixture of experts?", in its chat template.
const std::vector<int32_t> kTokens = {
    1,   758, 261, 201, 480, 300,  260, 748, 339, 538, 33,  2,   201, 1,   2271, 511, 431, 201, 271, 2215,
    339, 538, 271, 466, 944, 1442, 576, 823, 458, 614, 538, 294, 260, 933, 1404, 260, 739, 339, 786, 422};
constexpr size_t kAnswer = 17; // where the answer begins
constexpr size_t kRead = 26;   // in one call, by the matrix path; the others one by one, by the vector path

struct Trained {
    std::shared_ptr<const formats::ModelFile> file;
    model::ModelSpec spec;
    model::Inventory inventory;
};
Result<Trained> trained() {
    ENGINE_ASSIGN(formats::ModelFile file,
                  formats::open_model_file(TANDEM_SOURCE_DIR "/resources/guide/tandem-guide.gguf"));
    ENGINE_ASSIGN(model::ModelSpec spec, model::read_spec(file));
    ENGINE_ASSIGN(model::Inventory inventory, model::take_inventory(spec, file));
    return Trained{std::make_shared<const formats::ModelFile>(std::move(file)), std::move(spec),
                   std::move(inventory)};
}

// Rows that are no multiple of the format's blocks, and the router, stay as they are.
model::Inventory in_format(const model::Inventory& inventory, DType dtype) {
    model::Inventory result;
    for (model::WeightEntry entry : inventory.entries()) {
        if (entry.shape.rank == 2 && entry.id.role != model::Role::router &&
            entry.shape.inner() % traits(dtype).block_size == 0)
            entry.dtype = dtype;
        result.add(std::move(entry));
    }
    return result;
}

class Workplace {
 public:
    Workplace(const Trained& trained, std::shared_ptr<const placement::Weights> weights)
        : trained_(trained), weights_(std::move(weights)), pool_(platform::detect_machine().topology, 2) {}

    // {tokens, vocabulary}
    Result<std::vector<float>> logits(const kernels::KernelTable& table) {
        ops::ExecContext context(pool_, table);
        ENGINE_ASSIGN(const auto decoder, runtime::Decoder::create(trained_.spec, weights_, context));
        ENGINE_ASSIGN(auto cache, runtime::KvCache::create(trained_.spec, 128, runtime::KvPrecision::f32, 0));
        std::vector<float> all, next;
        const std::span tokens(kTokens);
        ENGINE_TRY(decoder->forward(tokens.first(kRead), cache, runtime::LogitsFor::all, all, {}));
        for (size_t i = kRead; i < kTokens.size(); ++i) {
            ENGINE_TRY(decoder->forward(tokens.subspan(i, 1), cache, runtime::LogitsFor::last, next, {}));
            all.insert(all.end(), next.begin(), next.end());
        }
        return all;
    }

 private:
    const Trained& trained_;
    std::shared_ptr<const placement::Weights> weights_;
    platform::ThreadPool pool_;
};

// What the vector path and the matrix path see of activations and weights; rows that are no whole blocks stay
// Q8_0.
using Operands = std::array<int, 4>;
Operands operands_of(const kernels::KernelTable& table, DType dtype) {
    const auto& format = table.formats[static_cast<size_t>(dtype)];
    const auto& rest = table.formats[static_cast<size_t>(DType::Q8_0)];
    return {format.dot_quantized != nullptr, static_cast<int>(format.panel->operands),
            rest.dot_quantized != nullptr, static_cast<int>(rest.panel->operands)};
}

// Of the tokens from `first` on: |a - b| over |b|, the median. A router that chooses another expert moves a
// few tokens far; most it leaves alone.
double typical_error(const std::vector<float>& a, const std::vector<float>& b, size_t first, size_t end) {
    const size_t n = b.size() / kTokens.size();
    std::vector<double> errors;
    for (size_t t = first; t < end; ++t) {
        double off = 0, whole = 0;
        for (size_t i = t * n; i < (t + 1) * n; ++i) {
            const double d = static_cast<double>(a[i]) - static_cast<double>(b[i]);
            off += d * d;
            whole += static_cast<double>(b[i]) * static_cast<double>(b[i]);
        }
        errors.push_back(std::sqrt(off / whole));
    }
    std::sort(errors.begin(), errors.end());
    return errors[errors.size() / 2];
}

// Mean negative log likelihood of the answer's tokens.
double surprise(const std::vector<float>& logits) {
    const size_t n = logits.size() / kTokens.size();
    double sum = 0;
    for (size_t t = kAnswer; t + 1 < kTokens.size(); ++t) {
        const float* const row = logits.data() + t * n;
        const double most = static_cast<double>(*std::max_element(row, row + n));
        double total = 0;
        for (size_t i = 0; i < n; ++i)
            total += std::exp(static_cast<double>(row[i]) - most);
        sum += most + std::log(total) - static_cast<double>(row[kTokens[t + 1]]);
    }
    return sum / static_cast<double>(kTokens.size() - 1 - kAnswer);
}
} // namespace

class AccuracyTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void everyFormatIsAsGoodAsItsRounding_data() {
        QTest::addColumn<int>("dtype");
        for (const DType dtype : samples::formats())
            if (dtype != DType::F64 &&
                (kernels::encode_row(dtype) != nullptr || kernels::encode_row_best(dtype) != nullptr))
                QTest::newRow(name(dtype).data()) << static_cast<int>(dtype);
    }
    void everyFormatIsAsGoodAsItsRounding() {
        QFETCH(int, dtype);
        static const auto kTrained = trained();
        QVERIFY(kTrained.ok());
        const auto weights = placement::load_weights(
            kTrained->file, in_format(kTrained->inventory, static_cast<DType>(dtype)), {}, {}, {});
        QVERIFY2(weights.ok(), weights.ok() ? "" : weights.error().message.c_str());
        Workplace workplace(*kTrained, *weights);
        const auto exact = workplace.logits(kernels::reference_table());
        QVERIFY(exact.ok());
        QVERIFY2(surprise(*exact) < 3, "the model has lost what it had learnt");
        std::map<Operands, std::vector<float>> rounded;
        for (const auto* table : samples::tables()) {
            if (table == &kernels::reference_table()) continue;
            const Operands operands = operands_of(*table, static_cast<DType>(dtype));
            if (!rounded.contains(operands)) {
                auto logits = workplace.logits(rounded_reference(*table));
                QVERIFY(logits.ok());
                rounded.emplace(operands, *std::move(logits));
            }
            const auto fast = workplace.logits(*table);
            QVERIFY(fast.ok());
            const auto compare = [&](size_t first, size_t end) {
                const double found = typical_error(*fast, *exact, first, end);
                const double expected = typical_error(rounded[operands], *exact, first, end);
                QVERIFY2(found <= 2 * expected + 1e-5,
                         qPrintable(QStringLiteral("%1, tokens %2 to %3: off by %4, by rounding alone %5")
                                        .arg(QLatin1String(table->name))
                                        .arg(first)
                                        .arg(end)
                                        .arg(found)
                                        .arg(expected)));
            };
            compare(0, kRead);
            compare(kRead, kTokens.size());
            const double more = surprise(*fast) - surprise(*exact);
            QVERIFY2(std::abs(more) < 0.01, qPrintable(QString::number(more)));
        }
    }
};

QTEST_APPLESS_MAIN(AccuracyTest)
#include "accuracy_test.moc"
