// Contexts, random weights and the sums that products with them should give; without Qt.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "engine/base/tensor_view.h"
#include "engine/ops/exec_context.h"
#include "tests/engine/kernels/sample_rows.h"
#include "tests/support/guarded_buffer.h"
#include "tests/support/tensor_compare.h"

namespace workplace {

using namespace engine;

// A weight {rows, columns} whose last byte lies against a guard page, and its values.
struct Weight {
    std::unique_ptr<support::GuardedBuffer> bytes;
    TensorView view;
    std::vector<float> values;

    Weight(Random& random, DType dtype, int64_t rows, int64_t columns) {
        const int64_t stride = row_bytes(dtype, columns);
        bytes = std::make_unique<support::GuardedBuffer>(rows * stride);
        samples::fill_rows(random, dtype, rows, columns, stride, samples::Scales::moderate, bytes->data());
        view = {bytes->data(), dtype, Shape{{rows, columns}, 2}};
        values = samples::decoded(dtype, bytes->data(), rows * columns);
    }
    const float* row(int64_t r) const { return values.data() + r * view.shape.inner(); }
};

inline double d(float x) {
    return static_cast<double>(x);
}

// sum a_i b_i with the bound for any summation order that the matmul verb uses: 512 terms in a row, then the
// blocks.
inline support::Expected product(const float* a, const float* b, int64_t n, double start = 0) {
    double sum = start, magnitudes = std::fabs(start);
    for (int64_t i = 0; i < n; ++i) {
        sum += d(a[i]) * d(b[i]);
        magnitudes += std::fabs(d(a[i]) * d(b[i]));
    }
    return {sum, support::rounding_of_sum(std::min<int64_t>(n, 512) + n / 512 + 8, magnitudes)};
}

// What activations as bytes may change: each is off by half a step, a 254th of the greatest that shares its
// scale. Weights and activations rounded to BF16 change a product by a 256th of itself, which is less.
inline double quantisation_error(const float* weights, const float* x, int64_t n, int64_t block) {
    double error = 0;
    for (int64_t b = 0; b < n; b += block) {
        double greatest = 0, magnitudes = 0;
        for (int64_t i = b; i < std::min(b + block, n); ++i) {
            greatest = std::max(greatest, std::fabs(d(x[i])));
            magnitudes += std::fabs(d(weights[i]));
        }
        error += 1.001 * greatest / 254 * magnitudes;
    }
    return error;
}
// What weights as bytes may change: half a step is less than a 200th of the range of random values of a block
// (kernels/block_sweep_test knows it exactly).
inline double weight_error(const float* weights, const float* x, int64_t n, int64_t block) {
    double error = 0;
    for (int64_t b = 0; b < n; b += block) {
        const auto [least, most] = std::minmax_element(weights + b, weights + b + block);
        for (int64_t i = b; i < b + block; ++i)
            error += (d(*most) - d(*least)) / 200 * std::fabs(d(x[i]));
    }
    return error;
}

struct Context {
    platform::ThreadPool pool;
    ops::ExecContext exec;
    Context(int table, int workers)
        : pool(workers), exec(pool, *samples::tables()[static_cast<size_t>(table)]) {}
    // Whether products with this format see their activations as bytes.
    bool quantizes(DType dtype) const { return exec.format(dtype).dot_quantized != nullptr; }
    // What rounding a product's factors may change.
    double operand_error(DType dtype, const float* weights, const float* x, int64_t n) const {
        if (!quantizes(dtype)) return 0;
        if (exec.format(dtype).panel->operands != kernels::PanelOperands::block_bytes)
            return quantisation_error(weights, x, n, kernels::kQuantBlock);
        const int64_t block = exec.format(dtype).panel->block;
        return quantisation_error(weights, x, n, block) + weight_error(weights, x, n, block);
    }
};

} // namespace workplace
