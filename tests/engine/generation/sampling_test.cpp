// Samplers: each filter against its definition, the chain against frequencies, DRY against a brute-force
// search.
#include <QTest>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "engine/base/random.h"
#include "engine/generation/sampling/sampler.h"

using namespace engine;
using namespace engine::generation;

namespace {

Candidates from_probabilities(std::vector<double> p) {
    Candidates c;
    for (size_t i = 0; i < p.size(); ++i)
        c.push_back({static_cast<int32_t>(i), static_cast<float>(std::log(p[i])), 0});
    sort_candidates(c);
    return c;
}

std::vector<int32_t> ids(const Candidates& c) {
    std::vector<int32_t> out;
    for (const auto& x : c)
        out.push_back(x.id);
    return out;
}

Sampling neutral() {
    Sampling s;
    s.temperature = 1;
    s.top_k = 0;
    s.top_p = 1;
    s.min_p = 0;
    return s;
}

// The definition of DRY, word for word: for each earlier place, how long is the match that ends there?
std::map<int32_t, int64_t> dry_by_definition(const std::vector<int32_t>& h, int32_t breaker) {
    std::map<int32_t, int64_t> longest;
    const auto n = static_cast<int64_t>(h.size());
    for (int64_t at = 0; at < n; ++at) { // h[at] would follow the repeated sequence h[at-len .. at-1]
        int64_t len = 0;
        while (len < at && h[static_cast<size_t>(at - 1 - len)] == h[static_cast<size_t>(n - 1 - len)] &&
               h[static_cast<size_t>(n - 1 - len)] != breaker)
            ++len;
        if (h[static_cast<size_t>(at)] != breaker)
            longest[h[static_cast<size_t>(at)]] = std::max(longest[h[static_cast<size_t>(at)]], len);
    }
    return longest;
}

} // namespace

class SamplingTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void topPKeepsTheSmallestSetThatReachesP() {
        auto c = from_probabilities({0.1, 0.5, 0.25, 0.15});
        filter_top_p(c, 0.7);
        QCOMPARE(ids(c), (std::vector<int32_t>{1, 2}));
        c = from_probabilities({0.1, 0.5, 0.25, 0.15});
        filter_top_p(c, 0.0);
        QCOMPARE(ids(c), (std::vector<int32_t>{1}));
        c = from_probabilities({0.1, 0.5, 0.25, 0.15});
        filter_top_p(c, 0.95);
        QCOMPARE(c.size(), size_t{4});
    }

    void minPIsRelativeToTheBest() {
        auto c = from_probabilities({0.1, 0.5, 0.25, 0.15});
        filter_min_p(c, 0.4); // at least 0.2
        QCOMPARE(ids(c), (std::vector<int32_t>{1, 2}));
        c = from_probabilities({0.1, 0.5, 0.25, 0.15});
        filter_min_p(c, 1.0);
        QCOMPARE(ids(c), (std::vector<int32_t>{1}));
    }

    // Entropy of {.5 .2 .2 .1} is 1.22: the surprise of the 0.2s (1.61) is nearer to it than that of 0.5
    // (0.69).
    void typicalKeepsTheTokensNearTheEntropy() {
        auto c = from_probabilities({0.5, 0.2, 0.2, 0.1});
        filter_typical(c, 0.3);
        QCOMPARE(ids(c), (std::vector<int32_t>{1, 2}));
    }

    void xtcLeavesTheLeastProbableTopChoice() {
        auto c = from_probabilities({0.4, 0.3, 0.2, 0.1});
        filter_xtc(c, 0.15);
        QCOMPARE(ids(c), (std::vector<int32_t>{2, 3}));
        c = from_probabilities({0.7, 0.1, 0.1, 0.1});
        filter_xtc(c, 0.15); // only one above: nothing happens
        QCOMPARE(c.size(), size_t{4});
    }

    void keepBestBreaksTiesByLowestId() {
        Candidates c;
        for (int32_t i = 9; i >= 0; --i)
            c.push_back({i, i % 2 ? 1.0f : 2.0f, 0});
        keep_best(c, 3);
        QCOMPARE(ids(c), (std::vector<int32_t>{0, 2, 4}));
    }

    void repetitionPenaltyLowersBothSigns() {
        std::vector<float> logits = {2, -2, 4, 4};
        const std::vector<int32_t> history = {0, 1, 2, 2, -1, 99};
        penalise_repetition(logits, history, 2.0, 0.5, 0.25);
        QCOMPARE(logits[0], 2 / 2.0f - 0.75f);
        QCOMPARE(logits[1], -2 * 2.0f - 0.75f);
        QCOMPARE(logits[2], 4 / 2.0f - 1.25f);
        QCOMPARE(logits[3], 4.0f);
    }

    void dryAgreesWithItsDefinition() {
        Random random(7);
        constexpr int32_t kBreaker = 3;
        std::vector<uint8_t> breaks(5, 0);
        breaks[kBreaker] = 1;
        for (int round = 0; round < 300; ++round) {
            std::vector<int32_t> history;
            for (uint32_t i = 0, n = random.next_u32() % 40; i < n; ++i)
                history.push_back(static_cast<int32_t>(random.next_u32() % (round % 3 ? 5 : 2)));
            std::vector<float> logits(5, 0.0f);
            penalise_dry(logits, history, 0.5, 1.5, 2, breaks);
            auto expected = dry_by_definition(history, kBreaker);
            for (int32_t id = 0; id < 5; ++id) {
                const int64_t length = expected.contains(id) ? expected[id] : 0;
                const float want = length >= 2 ? static_cast<float>(-0.5 * std::pow(1.5, length - 2)) : 0.0f;
                QVERIFY2(std::fabs(logits[static_cast<size_t>(id)] - want) <= 1e-5f * std::fabs(want),
                         qPrintable(QString::number(round)));
            }
        }
    }

    // 20,000 draws: every frequency within 5 standard deviations of its probability.
    void drawsFollowTheProbabilities() {
        const std::vector<double> p = {0.5, 0.3, 0.15, 0.05};
        Sampling s = neutral();
        s.seed = 11;
        Sampler sampler(s, {}, {});
        std::vector<int> counts(4, 0);
        constexpr int kDraws = 20000;
        for (int i = 0; i < kDraws; ++i) {
            std::vector<float> logits;
            for (const double x : p)
                logits.push_back(static_cast<float>(std::log(x)));
            ++counts[static_cast<size_t>(sampler.sample(logits))];
        }
        for (size_t i = 0; i < p.size(); ++i) {
            const double sigma = std::sqrt(kDraws * p[i] * (1 - p[i]));
            QVERIFY(std::fabs(counts[i] - kDraws * p[i]) < 5 * sigma);
        }
    }

    void sameSeedSameTokens() {
        const auto draw = [](uint64_t seed) {
            Sampling s = neutral();
            s.seed = seed;
            Sampler sampler(s, {}, {});
            std::vector<int32_t> out;
            for (int i = 0; i < 50; ++i) {
                std::vector<float> logits(100, 0.0f);
                out.push_back(sampler.sample(logits));
            }
            return out;
        };
        QCOMPARE(draw(5), draw(5));
        QVERIFY(draw(5) != draw(6));
    }

    void greedyTakesTheFirstOfEqualsAndSkipsNan() {
        Sampling s = neutral();
        s.greedy = true;
        Sampler sampler(s, {}, {});
        std::vector<float> logits = {std::numeric_limits<float>::quiet_NaN(), 1, 3, 3, -1};
        QCOMPARE(sampler.sample(logits), 2);
        std::vector<float> broken(3, std::numeric_limits<float>::quiet_NaN());
        QCOMPARE(sampler.sample(broken), -1);
    }

    void biasForbidsAndForces() {
        Sampling s = neutral();
        s.logit_bias = {{0, -std::numeric_limits<double>::infinity()}, {2, 50.0}, {77, 1.0}};
        Sampler sampler(s, {}, {});
        for (int i = 0; i < 20; ++i) {
            std::vector<float> logits = {100, 0, 40};
            logits[0] = 10;
            QCOMPARE(sampler.sample(logits), 2);
        }
    }

    void settingsOutOfRangeAreNamed() {
        Sampling s;
        s.top_p = 1.5;
        const auto result = check_sampling(s);
        QVERIFY(!result.ok());
        QVERIFY(result.error().message.find("top_p") != std::string::npos);
        s = Sampling{};
        s.temperature = std::numeric_limits<double>::quiet_NaN();
        QVERIFY(!check_sampling(s).ok());
        QVERIFY(check_sampling(Sampling{}).ok());
    }
};

QTEST_APPLESS_MAIN(SamplingTest)
#include "sampling_test.moc"
