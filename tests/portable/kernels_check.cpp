// Products with every number format by every kernel table of this machine, against sums in double.
#include <cmath>

#include "engine/ops/matmul.h"
#include "tests/engine/ops/sample_products.h"
#include "tests/portable/check.h"

using namespace workplace;

namespace {
void check_product(Context& context, Random& random, const Weight& w, int64_t tokens) {
    const int64_t in = w.view.shape.inner(), out = w.view.shape.rows();
    const auto x = samples::floats(random, tokens * in);
    const support::GuardedBuffer y(tokens * out * 4);
    CHECK_OK(ops::matmul(context.exec, ops::matrix(x.data(), tokens, in), w.view, nullptr,
                         ops::matrix(y.floats(), tokens, out)));
    std::vector<support::Expected> expected;
    for (int64_t t = 0; t < tokens; ++t) {
        for (int64_t o = 0; o < out; ++o) {
            const float* const row = x.data() + t * in;
            expected.push_back(product(w.row(o), row, in));
            expected.back().allowed += context.operand_error(w.view.dtype, w.row(o), row, in);
        }
    }
    const auto result = support::compare(y.span(), expected);
    CHECK(result.ok);
    if (!result.ok) std::printf("  %s\n", result.message.c_str());
}

// Where product and sum fit a double to the last bit, its rounding to float is the true one.
void products_are_added_with_one_rounding() {
    Random random(2);
    constexpr int64_t kMany = 10000;
    const auto a = samples::floats(random, kMany), b = samples::floats(random, kMany);
    int wrong = 0;
    for (size_t i = 0; i < a.size(); ++i) {
        const float x = 1.5f + a[i] / 4, y = 1.5f + b[i] / 4, z = 2.5f - a[i] / 8; // all in [1, 4)
        wrong += std::fma(x, y, z) != static_cast<float>(d(x) * d(y) + d(z));
        wrong += std::fma(x, y, -z) != static_cast<float>(d(x) * d(y) - d(z));
    }
    CHECK(wrong == 0);
}
} // namespace

int main() {
    products_are_added_with_one_rounding();
    for (int table = 0; table < static_cast<int>(samples::tables().size()); ++table) {
        std::printf("%s\n", samples::tables()[static_cast<size_t>(table)]->name);
        Context context(table, 3);
        Random random(1);
        for (const DType dtype : samples::formats()) {
            const int64_t block = traits(dtype).block_size;
            const int64_t in = samples::lengths(dtype).back() * 3 / 2 / block * block;
            for (const int64_t out : {1, 131}) {
                const Weight w(random, dtype, out, in);
                for (const int64_t tokens : {1, 8, 33}) // vector paths, matrix paths
                    check_product(context, random, w, tokens);
            }
        }
    }
    return portable::verdict();
}
