// decoder: what does not change the logits (threads, micro-batches, steps of the cache), stopping, cutting
// back, and requests that cannot be served.
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <thread>

#include "loaded_model.h"
#include "random_model.h"

using namespace engine;
using runtime::KvPrecision;
using runtime::LogitsFor;

namespace {

std::vector<int32_t> some_tokens(int64_t count, int64_t vocabulary) {
    std::vector<int32_t> tokens;
    for (int64_t i = 0; i < count; ++i)
        tokens.push_back(static_cast<int32_t>((i * i * 7 + i * 13 + 5) % vocabulary));
    return tokens;
}

std::vector<int32_t> slice(const std::vector<int32_t>& all, size_t begin, size_t end) {
    return {all.begin() + static_cast<ptrdiff_t>(begin), all.begin() + static_cast<ptrdiff_t>(end)};
}

} // namespace

class DecoderTest : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;

    QString random_model(const RandomModel& model, const QString& name) {
        const QString path = folder_.filePath(name);
        write_random_model(model, path);
        return path;
    }

 private Q_SLOTS:
    void threadsDoNotChangeABit_data() {
        QTest::addColumn<QString>("path");
        QTest::newRow("dense f32") << random_model({}, QStringLiteral("dense.gguf"));
        QTest::newRow("dense q8_0") << random_model({.dtype = DType::Q8_0}, QStringLiteral("dense_q8.gguf"));
        QTest::newRow("experts f16") << random_model(
            {.feed_forward = 192, .experts = 6, .experts_used = 2, .dtype = DType::F16},
            QStringLiteral("experts.gguf"));
        // Nodes hold rows of gate and up that are no whole blocks of down's columns.
        QTest::newRow("experts q4_k")
            << random_model({.feed_forward = 512, .experts = 6, .experts_used = 2, .dtype = DType::Q4_K},
                            QStringLiteral("experts_q4_k.gguf"));
    }
    void threadsDoNotChangeABit() {
        QFETCH(QString, path);
        std::vector<float> prefill, decode;
        for (const int threads : {1, 2, 3}) {
            const auto model = LoadedModel::open(path.toStdString(), threads);
            QVERIFY(model);
            const auto tokens = some_tokens(70, model->spec().vocabulary);
            auto cache = model->cache(KvPrecision::f16);
            const auto logits = model->prefill(tokens, cache);
            const auto more = model->decode(slice(tokens, 0, 9), cache);
            if (threads == 1) {
                prefill = logits;
                decode = more;
            }
            QVERIFY(logits == prefill);
            QVERIFY(more == decode);
        }
        QVERIFY(distance(prefill, prefill) == 0); // no NaN
    }

    // Weights cut for several memory nodes: the same sums in the same order.
    void nodesDoNotChangeABit_data() { threadsDoNotChangeABit_data(); }
    void nodesDoNotChangeABit() {
        QFETCH(QString, path);
        std::vector<float> whole;
        for (const auto& [nodes, threads] : {std::pair{1, 2}, {2, 1}, {2, 2}, {2, 3}, {3, 3}, {5, 4}}) {
            const auto model = LoadedModel::open_on_nodes(path.toStdString(), threads, nodes);
            QVERIFY(model);
            QCOMPARE(model->decoder().weights().nodes(), nodes);
            const auto tokens = some_tokens(70, model->spec().vocabulary);
            auto cache = model->cache(KvPrecision::f16);
            auto logits = model->prefill(tokens, cache);
            const auto more = model->decode(slice(tokens, 0, 9), cache);
            logits.insert(logits.end(), more.begin(), more.end());
            if (nodes == 1) whole = logits;
            QVERIFY(logits == whole);
        }
    }

    // The same network summed in other orders: the error of float32, not more.
    void microBatchesAndSteps_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"llama3", "mistral_window", "qwen3moe_norm", "mixtral", "olmoe_clip_gqa"})
            QTest::newRow(name) << QString::fromLatin1(name);
    }
    void microBatchesAndSteps() {
        QFETCH(QString, name);
        const auto golden = read_golden(name);
        for (const int64_t size : {1, 2, 3, 7, 8, 9, 16, 100}) {
            for (const int64_t step : {1, 3, 64}) {
                const auto model = LoadedModel::open(golden->folder, 1, {.micro_batch = size});
                QVERIFY(model);
                auto cache = model->cache(KvPrecision::f32, 256, step);
                const double off = distance(model->prefill(golden->prompt, cache), golden->prefill);
                QVERIFY2(
                    off <= 4 * golden->f32_error,
                    qPrintable(
                        QStringLiteral("micro-batch %1, step %2: off by %3").arg(size).arg(step).arg(off)));
                QCOMPARE(cache.length(), static_cast<int64_t>(golden->prompt.size()));
            }
        }
    }

    void kindsOfLogits() {
        const auto golden = read_golden(QStringLiteral("qwen2_tied"));
        const auto model = LoadedModel::open(golden->folder, 1, {.micro_batch = 5});
        const auto vocabulary = static_cast<size_t>(model->spec().vocabulary);
        std::vector<float> logits(3, 1.0f);
        auto cache = model->cache();
        QVERIFY(model->decoder().forward(golden->prompt, cache, LogitsFor::none, logits, {}).ok());
        QVERIFY(logits.empty());
        cache.truncate(0);
        QVERIFY(model->decoder().forward(golden->prompt, cache, LogitsFor::last, logits, {}).ok());
        const std::vector<float> last(golden->prefill.end() - static_cast<ptrdiff_t>(vocabulary),
                                      golden->prefill.end());
        QVERIFY(distance(logits, last) <= 4 * golden->f32_error);
        cache.truncate(0);
        int64_t rows = 0;
        const runtime::Decoder::LogitsSink sink = [&](int64_t first,
                                                      std::span<const float> some) -> Result<void> {
            if (first != rows) return Error{ErrorCode::internal, "rows out of order", ""};
            rows += static_cast<int64_t>(some.size() / vocabulary);
            return {};
        };
        QVERIFY(model->decoder().forward(golden->prompt, cache, LogitsFor::all, sink, {}).ok());
        QCOMPARE(rows, static_cast<int64_t>(golden->prompt.size()));
        QVERIFY(model->decoder().forward({}, cache, LogitsFor::last, logits, {}).ok());
        QVERIFY(logits.empty());
    }

    void anErrorOfTheSinkEndsIt() {
        const auto golden = read_golden(QStringLiteral("qwen2_tied"));
        const auto model = LoadedModel::open(golden->folder, 1, {.micro_batch = 5});
        auto cache = model->cache();
        const runtime::Decoder::LogitsSink sink = [](int64_t first, std::span<const float>) -> Result<void> {
            if (first < 5) return {};
            return Error{ErrorCode::disk_full, "no room", ""};
        };
        const auto full = model->decoder().forward(golden->prompt, cache, LogitsFor::all, sink, {});
        QVERIFY(!full.ok() && full.error().code == ErrorCode::disk_full);
        QCOMPARE(cache.length(), int64_t{5});
    }

    // What is kept after a cut is what was there: the rest reads as in a new cache.
    void cutBackAndContinue() {
        const auto golden = read_golden(QStringLiteral("mistral_window"));
        const auto model = LoadedModel::open(golden->folder);
        auto cache = model->cache(KvPrecision::f16, 256, 4);
        static_cast<void>(model->prefill(golden->prompt, cache));
        static_cast<void>(model->decode({5, 6, 7, 8}, cache));
        cache.truncate(9);
        QCOMPARE(cache.length(), int64_t{9});
        const auto after_cut = model->decode(slice(golden->prompt, 9, golden->prompt.size()), cache);
        auto fresh = model->cache(KvPrecision::f16, 256, 4);
        static_cast<void>(model->prefill(golden->prompt, fresh));
        fresh.truncate(9);
        QVERIFY(after_cut == model->decode(slice(golden->prompt, 9, golden->prompt.size()), fresh));
        cache.truncate(1000);
        QCOMPARE(cache.length(), static_cast<int64_t>(golden->prompt.size()));
        cache.truncate(-5);
        QCOMPARE(cache.length(), int64_t{0});
    }

    void stopKeepsWholeMicroBatches() {
        const auto golden = read_golden(QStringLiteral("llama2_mha"));
        const auto model = LoadedModel::open(golden->folder, 1, {.micro_batch = 5});
        auto cache = model->cache();
        const StopToken stop;
        std::vector<int64_t> told;
        const Progress progress = [&](int64_t done, int64_t total) {
            QCOMPARE(total, static_cast<int64_t>(golden->prompt.size()));
            told.push_back(done);
            if (done > 10) stop.request();
        };
        std::vector<float> logits;
        const auto stopped =
            model->decoder().forward(golden->prompt, cache, LogitsFor::last, logits, stop, progress);
        QVERIFY(!stopped.ok());
        QVERIFY(stopped.error().code == ErrorCode::cancelled);
        QCOMPARE(cache.length(), int64_t{10});
        QCOMPARE(told, (std::vector<int64_t>{2, 5, 7, 10, 12}));
        // and the rest gives what an undisturbed reading gives, to the last bit
        const auto rest = model->prefill(slice(golden->prompt, 10, golden->prompt.size()), cache);
        auto fresh = model->cache();
        const auto all = model->prefill(golden->prompt, fresh);
        QVERIFY(std::equal(rest.begin(), rest.end(), all.end() - static_cast<ptrdiff_t>(rest.size())));
    }

    void stopBeforeTheFirstToken() {
        const auto golden = read_golden(QStringLiteral("mixtral"));
        const auto model = LoadedModel::open(golden->folder);
        auto cache = model->cache();
        const StopToken stop;
        stop.request();
        std::vector<float> logits;
        const auto stopped = model->decoder().forward(golden->prompt, cache, LogitsFor::last, logits, stop);
        QVERIFY(stopped.error().code == ErrorCode::cancelled);
        QCOMPARE(cache.length(), int64_t{0});
        QVERIFY(logits.empty());
    }

    // Keys turned for a length that was not reached would be wrong ones.
    void stopWithRopeThatFollowsTheLength() {
        const auto golden = read_golden(QStringLiteral("llama_dynamic"));
        const auto model = LoadedModel::open(golden->folder, 1, {.micro_batch = 5});
        auto cache = model->cache();
        static_cast<void>(model->decode({3, 4}, cache));
        const StopToken stop;
        std::vector<float> logits;
        const Progress progress = [&](int64_t done, int64_t) {
            if (done > 10) stop.request();
        };
        QVERIFY(
            !model->decoder().forward(golden->prompt, cache, LogitsFor::last, logits, stop, progress).ok());
        QCOMPARE(cache.length(), int64_t{2});
    }

    // 512 tokens through one wide layer with the slow kernels on one thread: every verb takes seconds.
    void stopInsideALongVerb() {
        const QString path = random_model({.width = 1024,
                                           .heads = 8,
                                           .kv_heads = 8,
                                           .feed_forward = 8192,
                                           .layers = 1,
                                           .vocabulary = 600,
                                           .dtype = DType::Q8_0},
                                          QStringLiteral("wide.gguf"));
        const auto model = LoadedModel::open(path.toStdString(), 1, {.micro_batch = 512}, "reference");
        auto cache = model->cache(KvPrecision::f16, 1024);
        const StopToken stop;
        std::atomic<int64_t> asked{0};
        QElapsedTimer timer;
        timer.start();
        std::thread person([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(300));
            asked = timer.elapsed();
            stop.request();
        });
        std::vector<float> logits;
        const auto stopped =
            model->decoder().forward(some_tokens(512, 600), cache, LogitsFor::last, logits, stop);
        const int64_t returned = timer.elapsed();
        person.join();
        QVERIFY(!stopped.ok() && stopped.error().code == ErrorCode::cancelled);
        QVERIFY2(returned - asked < 250, qPrintable(QString::number(returned - asked)));
    }

    // Sequences of different lengths, one token each per step: every one gets what it gets alone.
    void sequencesStepTogether_data() { microBatchesAndSteps_data(); }
    void sequencesStepTogether() {
        QFETCH(QString, name);
        const auto golden = read_golden(name);
        const auto vocabulary = static_cast<size_t>(LoadedModel::open(golden->folder)->spec().vocabulary);
        for (const size_t count : {size_t{1}, size_t{3}, size_t{8}, size_t{11}}) {
            const auto model = LoadedModel::open(golden->folder, 2);
            std::vector<runtime::KvCache> caches, alone;
            std::vector<std::vector<int32_t>> texts;
            for (size_t s = 0; s < count; ++s) {
                texts.push_back(some_tokens(static_cast<int64_t>(3 + s), static_cast<int64_t>(vocabulary)));
                texts.back()[0] = static_cast<int32_t>(s);
                caches.push_back(model->cache(KvPrecision::f32, 64, 4));
                alone.push_back(model->cache(KvPrecision::f32, 64, 4));
                static_cast<void>(model->prefill(texts.back(), caches.back()));
                static_cast<void>(model->prefill(texts.back(), alone.back()));
            }
            std::vector<runtime::KvCache*> pointers;
            for (auto& cache : caches)
                pointers.push_back(&cache);
            for (int32_t i = 0; i < 4; ++i) {
                std::vector<int32_t> next;
                std::vector<float> logits, expected;
                for (size_t s = 0; s < count; ++s) {
                    next.push_back((7 * i + static_cast<int32_t>(s)) % static_cast<int32_t>(vocabulary));
                    const auto own = model->decode({next.back()}, alone[s]);
                    expected.insert(expected.end(), own.begin(), own.end());
                }
                QVERIFY(model->decoder().step(next, pointers, logits, {}).ok());
                QCOMPARE(logits.size(), count * vocabulary);
                const double off = distance(logits, expected);
                QVERIFY2(off <= 4 * golden->f32_error, qPrintable(QString::number(off)));
                if (count == 1) QVERIFY(logits == expected);
            }
            for (size_t s = 0; s < count; ++s)
                QCOMPARE(caches[s].length(), static_cast<int64_t>(texts[s].size()) + 4);
        }
    }

    // Ropes that depend on the length take each sequence's own.
    void sequencesWithRopeThatFollowsTheLength() {
        const auto golden = read_golden(QStringLiteral("llama_dynamic"));
        const auto model = LoadedModel::open(golden->folder);
        auto longer = model->cache(), brief = model->cache(), longer_alone = model->cache(),
             brief_alone = model->cache();
        const auto start = slice(golden->prompt, 0, 4);
        for (auto* cache : {&longer, &longer_alone})
            static_cast<void>(model->prefill(golden->prompt, *cache));
        for (auto* cache : {&brief, &brief_alone})
            static_cast<void>(model->prefill(start, *cache));
        auto expected = model->decode({5}, longer_alone);
        const auto second = model->decode({6}, brief_alone);
        expected.insert(expected.end(), second.begin(), second.end());
        std::vector<float> logits;
        const std::vector<int32_t> tokens = {5, 6};
        const std::vector<runtime::KvCache*> caches = {&longer, &brief};
        QVERIFY(model->decoder().step(tokens, caches, logits, {}).ok());
        QVERIFY(distance(logits, expected) <= 4 * golden->f32_error);
    }

    void stepsThatCannotBeServed() {
        const auto golden = read_golden(QStringLiteral("llama2_mha"));
        const auto model = LoadedModel::open(golden->folder);
        auto one = model->cache(KvPrecision::f32, 20), full = model->cache(KvPrecision::f32, 2);
        static_cast<void>(model->prefill({3, 4}, full));
        const auto other = LoadedModel::open(read_golden(QStringLiteral("llama3"))->folder);
        auto foreign = other->cache();
        const auto code = [&](const std::vector<int32_t>& tokens, std::vector<runtime::KvCache*> caches,
                              const StopToken& stop = {}) {
            std::vector<float> logits;
            const auto done = model->decoder().step(tokens, caches, logits, stop);
            return done.ok() ? ErrorCode::internal : done.error().code;
        };
        QVERIFY(code({}, {}) == ErrorCode::internal); // nothing to do
        QVERIFY(code({3, 4}, {&one}) == ErrorCode::invalid_argument);
        QVERIFY(code({3, 4}, {&one, &one}) == ErrorCode::invalid_argument);
        QVERIFY(code({3, 1000}, {&one, &full}) == ErrorCode::invalid_argument);
        QVERIFY(code({3, 4}, {&one, &foreign}) == ErrorCode::invalid_argument);
        QVERIFY(code({3, 4}, {&one, &full}) == ErrorCode::context_full);
        const StopToken stop;
        stop.request();
        QVERIFY(code({3}, {&one}, stop) == ErrorCode::cancelled);
        QCOMPARE(one.length(), int64_t{0});
        QVERIFY(code({3}, {&one}) == ErrorCode::internal);
        QCOMPARE(one.length(), int64_t{1});
    }

    void requestsThatCannotBeServed() {
        const auto golden = read_golden(QStringLiteral("llama2_mha"));
        const auto model = LoadedModel::open(golden->folder);
        auto cache = model->cache(KvPrecision::f32, 20);
        std::vector<float> logits;
        const auto code = [&](const std::vector<int32_t>& tokens) {
            const auto done = model->decoder().forward(tokens, cache, LogitsFor::last, logits, {});
            return done.ok() ? ErrorCode::internal : done.error().code;
        };
        QVERIFY(code({3, -1}) == ErrorCode::invalid_argument);
        QVERIFY(code({3, 47}) == ErrorCode::invalid_argument);
        QVERIFY(code(std::vector<int32_t>(21, 3)) == ErrorCode::context_full);
        QCOMPARE(cache.length(), int64_t{0});
        QVERIFY(code(std::vector<int32_t>(20, 3)) == ErrorCode::internal); // fits exactly
        QVERIFY(code({3}) == ErrorCode::context_full);
        QCOMPARE(cache.length(), int64_t{20});
        const auto other = LoadedModel::open(read_golden(QStringLiteral("llama3"))->folder);
        auto foreign = other->cache();
        const auto mixed = model->decoder().forward(golden->prompt, foreign, LogitsFor::last, logits, {});
        QVERIFY(!mixed.ok() && mixed.error().code == ErrorCode::invalid_argument);
        for (const int64_t capacity : {int64_t{0}, int64_t{-1}, int64_t{1} << 31})
            QVERIFY(!runtime::KvCache::create(model->spec(), capacity, KvPrecision::f16).ok());
    }

    // Keys and values in blocks: near to what F32 gives, by about the rounding of the format, prompt and
    // steps.
    void quantisedCaches() {
        const auto path = random_model({}, QStringLiteral("heads_of_32.gguf"));
        const auto model = LoadedModel::open(path.toStdString(), 2);
        QVERIFY(model);
        const auto tokens = some_tokens(70, model->spec().vocabulary);
        const auto logits = [&](KvPrecision precision) {
            auto cache = model->cache(precision, 100, 16);
            auto all = model->prefill(tokens, cache);
            const auto steps = model->decode(slice(tokens, 0, 9), cache);
            all.insert(all.end(), steps.begin(), steps.end());
            return all;
        };
        const auto exact = logits(KvPrecision::f32);
        const double largest = distance(exact, std::vector<float>(exact.size()));
        const double q8 = distance(logits(KvPrecision::q8_0), exact) / largest;
        const double q4 = distance(logits(KvPrecision::q4_0), exact) / largest;
        QVERIFY2(q8 > 0 && q8 < 0.02, qPrintable(QString::number(q8)));
        QVERIFY2(q4 > q8 && q4 < 0.3, qPrintable(QString::number(q4)));
        QCOMPARE(runtime::KvCache::bytes_for(model->spec(), 256, KvPrecision::q8_0) * 16,
                 runtime::KvCache::bytes_for(model->spec(), 256, KvPrecision::f16) * 17 / 2);
    }

    void headsThatAreNoWholeBlocks() {
        const auto model = LoadedModel::open(read_golden(QStringLiteral("qwen3"))->folder); // heads of 14
        const auto cache = runtime::KvCache::create(model->spec(), 100, KvPrecision::q8_0);
        QVERIFY(!cache.ok() && cache.error().code == ErrorCode::unsupported);
        QVERIFY(cache.error().message.find("14") != std::string::npos);
    }

    // A small capacity costs nothing up front and grows by steps.
    void cacheGrows() {
        const auto golden = read_golden(QStringLiteral("qwen3"));
        const auto model = LoadedModel::open(golden->folder);
        auto cache = model->cache(KvPrecision::f16, 100, 16);
        QCOMPARE(cache.bytes(), int64_t{0});
        static_cast<void>(model->prefill(golden->prompt, cache)); // 17 tokens
        QCOMPARE(cache.bytes() * 7, cache.bytes_at_capacity() * 2);
        const int64_t element_bytes = 2, layers = 2, kv = 2 * (14 + 14);
        QVERIFY(cache.bytes() >= 32 * element_bytes * layers * kv);
        QCOMPARE(runtime::KvCache::bytes_for(model->spec(), 256, KvPrecision::f16),
                 256 * element_bytes * layers * kv);
    }

    // The greedy continuation that llama.cpp and llama2.c give for a trained model.
    void trainedModel() {
        const QString data = qEnvironmentVariable("TANDEM_EXTRA_DATA");
        if (data.isEmpty()) QSKIP("TANDEM_EXTRA_DATA is not set: the trained model is not there");
        const auto model =
            LoadedModel::open((data + QStringLiteral("/stories260k/stories260K-f32.gguf")).toStdString(), 2);
        QVERIFY(model);
        auto cache = model->cache();
        const std::vector<int32_t> expected = {
            432, 383, 286, 261, 376, 298, 315, 421, 395, 317, 426, 338, 401, 396, 267, 337, 410,
            408, 419, 292, 411, 322, 265, 282, 295, 433, 426, 385, 328, 432, 358, 394, 261, 370,
            432, 352, 266, 268, 388, 426, 338, 391, 266, 267, 337, 335, 312, 432, 398, 312};
        QCOMPARE(model->greedy({1, 403, 407, 261, 378}, static_cast<int64_t>(expected.size()), cache),
                 expected);
    }
};

QTEST_APPLESS_MAIN(DecoderTest)
#include "decoder_test.moc"
