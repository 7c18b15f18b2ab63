// LoadedModel: see loaded_model.h.
#include "loaded_model.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "engine/model/registry.h"

using namespace engine;

namespace {

const QString kFolder = QStringLiteral(TANDEM_SOURCE_DIR "/tests/golden/models/");

std::vector<int32_t> ids(const QJsonValue& value) {
    std::vector<int32_t> list;
    for (const auto& id : value.toArray())
        list.push_back(id.toInt());
    return list;
}

std::vector<float> floats(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) return {};
    const QByteArray bytes = file.readAll();
    std::vector<float> values(static_cast<size_t>(bytes.size()) / sizeof(float));
    std::memcpy(values.data(), bytes.constData(), values.size() * sizeof(float));
    return values;
}

void fail(const std::string& words) {
    QTest::qFail(words.c_str(), __FILE__, __LINE__);
}

} // namespace

const char* exact_isa(const QString& name) {
    return name == QStringLiteral("llama_iq") ? "reference" : "";
}

QStringList golden_names() {
    QStringList names;
    for (const QString& name : QDir(kFolder).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        if (QFile::exists(kFolder + name + QStringLiteral("/expected.json"))) names += name;
    }
    return names;
}

std::optional<Golden> read_golden(const QString& name) {
    const QString folder = kFolder + name;
    QFile file(folder + QStringLiteral("/expected.json"));
    if (!file.open(QIODevice::ReadOnly)) {
        fail("no golden " + name.toStdString());
        return std::nullopt;
    }
    const QJsonObject expected = QJsonDocument::fromJson(file.readAll()).object();
    Golden golden;
    golden.folder = folder.toStdString();
    golden.prompt = ids(expected[QStringLiteral("prompt")]);
    golden.greedy = ids(expected[QStringLiteral("greedy")]);
    golden.f32_error = expected[QStringLiteral("f32_error")].toDouble();
    golden.parameters = static_cast<int64_t>(expected[QStringLiteral("parameters")].toDouble());
    golden.prefill = floats(folder + QStringLiteral("/prefill.f32"));
    golden.decode = floats(folder + QStringLiteral("/decode.f32"));
    if (golden.decode.empty()) golden.decode = golden.prefill;
    return golden;
}

std::unique_ptr<LoadedModel> LoadedModel::open(const std::string& path, int threads,
                                               runtime::DecoderOptions options, const char* isa) {
    const auto table = kernels::select_table(platform::detect_machine().features, isa);
    if (!table.ok()) return fail(table.error().message), nullptr;
    return open(path, threads, options, **table);
}

std::unique_ptr<LoadedModel> LoadedModel::open_on_nodes(const std::string& path, int threads, int nodes) {
    return open(path, threads, {}, **kernels::select_table(platform::detect_machine().features, ""), nodes);
}

std::unique_ptr<LoadedModel> LoadedModel::open(const std::string& path, int threads,
                                               runtime::DecoderOptions options,
                                               const kernels::KernelTable& table, int nodes) {
    auto file = formats::open_model_file(path);
    if (!file.ok()) return fail(file.error().message), nullptr;
    auto spec = model::read_spec(*file);
    if (!spec.ok()) return fail(spec.error().message), nullptr;
    auto inventory = model::take_inventory(*spec, *file);
    if (!inventory.ok()) return fail(inventory.error().message), nullptr;
    std::unique_ptr<LoadedModel> model(new LoadedModel(threads, table, nodes));
    auto weights = placement::load_weights(std::make_shared<const formats::ModelFile>(*std::move(file)),
                                           *std::move(inventory),
                                           {.pool = &model->pool_, .topology = &model->topology_}, {}, {});
    if (!weights.ok()) return fail(weights.error().message), nullptr;
    auto decoder = runtime::Decoder::create(*std::move(spec), *weights, model->context_, options);
    if (!decoder.ok()) return fail(decoder.error().message), nullptr;
    model->decoder_ = *std::move(decoder);
    return model;
}

runtime::KvCache LoadedModel::cache(runtime::KvPrecision precision, int64_t capacity, int64_t step) const {
    auto made = runtime::KvCache::create(spec(), capacity, precision, step);
    if (!made.ok()) fail(made.error().message);
    return *std::move(made);
}

std::vector<float> LoadedModel::prefill(const std::vector<int32_t>& tokens, runtime::KvCache& cache) {
    std::vector<float> logits;
    const auto done = decoder_->forward(tokens, cache, runtime::LogitsFor::all, logits, {});
    if (!done.ok()) fail(done.error().message);
    return logits;
}

std::vector<float> LoadedModel::decode(const std::vector<int32_t>& tokens, runtime::KvCache& cache) {
    std::vector<float> all, logits;
    for (const int32_t& token : tokens) {
        const auto done = decoder_->forward({&token, 1}, cache, runtime::LogitsFor::last, logits, {});
        if (!done.ok()) fail(done.error().message);
        all.insert(all.end(), logits.begin(), logits.end());
    }
    return all;
}

std::vector<int32_t> LoadedModel::greedy(const std::vector<int32_t>& prompt, int64_t count,
                                         runtime::KvCache& cache) {
    std::vector<int32_t> out, next = prompt;
    std::vector<float> logits;
    for (int64_t i = 0; i < count; ++i) {
        const auto done = decoder_->forward(next, cache, runtime::LogitsFor::last, logits, {});
        if (!done.ok()) {
            fail(done.error().message);
            return out;
        }
        next = {greatest(logits.data(), spec().vocabulary)};
        out.push_back(next[0]);
    }
    return out;
}

int32_t greatest(const float* logits, int64_t count) {
    return static_cast<int32_t>(std::max_element(logits, logits + count) - logits);
}

double distance(const std::vector<float>& a, const std::vector<float>& b) {
    if (a.size() != b.size()) return std::numeric_limits<double>::infinity();
    double most = 0;
    for (size_t i = 0; i < a.size(); ++i) {
        const double d = std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i]));
        if (!(d <= most)) most = std::isnan(d) ? std::numeric_limits<double>::infinity() : d;
    }
    return most;
}
