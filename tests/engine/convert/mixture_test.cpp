// mixtures: which format each tensor gets, layer by layer, and what takes its place in odd rows.
#include <QTest>

#include "engine/convert/mixture.h"

using namespace engine;
using namespace engine::convert;
using enum DType;

namespace {

formats::TensorEntry tensor(const std::string& name, std::vector<int64_t> extents) {
    formats::TensorEntry entry;
    entry.name = name;
    entry.shape.rank = static_cast<int>(extents.size());
    std::copy(extents.begin(), extents.end(), entry.shape.dims.begin());
    return entry;
}

DType format(const char* mixture, const std::string& name, ModelFacts facts = {32, 1, false},
             int64_t columns = 512) {
    return choose_format(*find_mixture(mixture), facts, tensor(name, {256, columns})).dtype;
}

std::string in_layer(int layer, const char* name) {
    return "blk." + std::to_string(layer) + "." + name + ".weight";
}
} // namespace

class MixtureTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void namesInAnyCase() {
        QVERIFY(find_mixture("q4_k_m") == find_mixture("Q4_K_M"));
        QVERIFY(find_mixture("Q4_K_M") != nullptr);
        for (const char* unknown : {"", "Q4_K", "Q9_0", "Q4_K_MM"})
            QVERIFY(find_mixture(unknown) == nullptr);
        QCOMPARE(file_type(*find_mixture("Q4_K_M")), 15u);
        QCOMPARE(file_type(*find_mixture("MXFP4")), 38u);
        QCOMPARE(mixture_names().size(), size_t{20});
    }

    // The first eighth, the last eighth, and every third in between: of 32 layers 0-3, 28-31 and 6, 9,
    // ... 27.
    void moreBitsInSomeLayers() {
        for (int layer = 0; layer < 32; ++layer) {
            const bool more = layer < 4 || layer >= 28 || (layer - 4) % 3 == 2;
            QCOMPARE(format("Q4_K_M", in_layer(layer, "attn_v")), more ? Q6_K : Q4_K);
            QCOMPARE(format("Q4_K_M", in_layer(layer, "ffn_down")), more ? Q6_K : Q4_K);
            QCOMPARE(format("Q4_K_M", in_layer(layer, "ffn_down_exps")), more ? Q6_K : Q4_K);
            QCOMPARE(format("Q5_K_M", in_layer(layer, "attn_v")), more ? Q6_K : Q5_K);
            QCOMPARE(format("Q4_K_M", in_layer(layer, "attn_k")), Q4_K);
            QCOMPARE(format("Q4_K_S", in_layer(layer, "attn_v")), layer < 4 ? Q5_K : Q4_K);
            QCOMPARE(format("Q3_K_M", in_layer(layer, "attn_v")), layer < 2 ? Q5_K : Q4_K);
            QCOMPARE(format("IQ4_XS", in_layer(layer, "ffn_down")), layer < 4 ? Q5_K : IQ4_XS);
        }
        QCOMPARE(format("Q2_K", in_layer(9, "attn_v")), Q3_K);
        QCOMPARE(format("Q2_K", in_layer(9, "attn_v"), {32, 8, false}), Q4_K);
        QCOMPARE(format("Q2_K", in_layer(9, "attn_q")), Q2_K);
    }

    void headAndEmbedding() {
        for (const char* name : {"Q4_K_M", "Q4_0", "Q3_K_S", "IQ4_XS"})
            QCOMPARE(format(name, "output.weight"), Q6_K);
        QCOMPARE(format("Q4_K_M", "token_embd.weight"), Q4_K);
        QCOMPARE(format("Q4_K_M", "token_embd.weight", {32, 1, true}), Q6_K);
        QCOMPARE(format("Q8_0", "output.weight"), Q8_0);
        QCOMPARE(format("BF16", "output.weight"), BF16);
    }

    void expertsOnly() {
        const Mixture& mxfp4 = *find_mixture("MXFP4");
        QCOMPARE(choose_format(mxfp4, {}, tensor(in_layer(0, "ffn_up_exps"), {8, 64, 64})).dtype, MXFP4);
        for (const char* name : {"attn_q", "ffn_up_shexp", "ffn_down"})
            QCOMPARE(format("MXFP4", in_layer(0, name)), Q8_0);
        QCOMPARE(format("MXFP4", "token_embd.weight"), Q8_0);
        QCOMPARE(format("MXFP4", "output.weight"), Q8_0);
    }

    void rowsThatAreNoWholeBlocks() {
        const auto odd = [](const char* mixture, int64_t columns) {
            return format(mixture, in_layer(9, "ffn_up"), {32, 1, false}, columns);
        };
        QCOMPARE(odd("Q4_K_M", 192), Q5_0);
        QCOMPARE(odd("Q5_K_M", 192), Q5_1);
        QCOMPARE(odd("Q6_K", 192), Q8_0);
        QCOMPARE(odd("IQ4_XS", 192), IQ4_NL);
        QCOMPARE(odd("Q3_K_M", 192), IQ4_NL);
        QCOMPARE(odd("Q2_K", 192), IQ4_NL);
        QCOMPARE(odd("Q4_0", 192), Q4_0);
        QCOMPARE(odd("Q4_K_M", 100), F16);
        QCOMPARE(odd("Q8_0", 100), F16);
        QCOMPARE(odd("F32", 100), F32);
        const auto chosen =
            choose_format(*find_mixture("Q4_K_M"), {}, tensor(in_layer(9, "ffn_up"), {8, 192}));
        QCOMPARE(chosen.wanted, Q4_K);
    }

    void whatKeepsItsValues() {
        for (const char* name : {"blk.0.attn_norm.weight", "blk.0.attn_q.bias", "output_norm.weight"})
            QVERIFY2(!is_quantised(tensor(name, {64})), name);
        for (const char* name : {"blk.0.ffn_gate_inp.weight", "blk.0.attn_q_norm.weight",
                                 "blk.0.exp_probs_b.bias", "position_embd.weight", "rope_freqs.weight"})
            QVERIFY2(!is_quantised(tensor(name, {64, 64})), name);
        for (const char* name : {"blk.0.attn_q.weight", "token_embd.weight", "blk.0.ffn_up_exps.weight"})
            QVERIFY2(is_quantised(tensor(name, {64, 64})), name);
    }
};

QTEST_APPLESS_MAIN(MixtureTest)
#include "mixture_test.moc"
