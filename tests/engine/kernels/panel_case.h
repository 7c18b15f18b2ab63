// One number format's panels in one kernel table, and products through them under guard pages.
#pragma once

#include <QTest>
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tests/engine/kernels/guarded_rows.h"
#include "tests/support/tensor_compare.h"

namespace samples {

struct PanelCase {
    const engine::kernels::KernelTable* table;
    engine::DType dtype;
    bool rounded = false; // RoundedProducts, whose weights are F32
    const engine::kernels::PanelKernels& panel() const {
        return rounded ? *table->rounded.panel : *table->formats[static_cast<size_t>(dtype)].panel;
    }
    engine::kernels::DecodePanel decode() const {
        return rounded ? table->rounded.round : table->formats[static_cast<size_t>(dtype)].decode_panel;
    }
    std::string name() const { return name_of(*table, dtype) + (rounded ? " rounded" : ""); }
    std::vector<int64_t> depths() const {
        auto all = lengths(dtype);
        std::erase_if(all, [&](int64_t n) { return n > panel().depth; });
        return all;
    }
};

// A row of test data for each; the one without any says why.
template <class Case>
void add_cases(const std::vector<Case>& all) {
    QTest::addColumn<int>("index");
    if (all.empty()) QTest::newRow("none on this machine") << -1;
    for (size_t i = 0; i < all.size(); ++i)
        QTest::newRow(all[i].name().c_str()) << static_cast<int>(i);
}

struct Activations {
    std::vector<std::unique_ptr<support::GuardedBuffer>> buffers;
    std::vector<const float*> rows;
    void append(const std::vector<float>& values) {
        buffers.push_back(std::make_unique<support::GuardedBuffer>(static_cast<int64_t>(values.size() * 4)));
        std::copy(values.begin(), values.end(), buffers.back()->floats());
        rows.push_back(buffers.back()->floats());
    }
    int64_t count() const { return static_cast<int64_t>(rows.size()); }
};
inline Activations random_activations(engine::Random& random, int64_t count, int64_t n) {
    Activations x;
    for (int64_t t = 0; t < count; ++t)
        x.append(floats(random, n, t % 2 == 0 ? 1.0f : 300.0f));
    return x;
}

inline int64_t up(int64_t n, int64_t to) {
    return (n + to - 1) / to * to;
}

// {count, rows}: the product, `times` over.
inline std::vector<float> multiply(const PanelCase& c, const Weights& w, const Activations& x, int times,
                                   const float* bias = nullptr) {
    const auto& panel = c.panel();
    const int64_t width = std::min(up(x.count(), panel.lanes), panel.tile);
    const support::GuardedBuffer packed(up(w.n, engine::kernels::kQuantBlock) / engine::kernels::kQuantBlock *
                                        width * panel.packed_bytes);
    const support::GuardedBuffer room(up(w.rows, panel.group) * panel.panel_bytes), sums(w.rows * width * 4);
    const int64_t y_stride = w.rows + 3;
    const support::GuardedBuffer y(((x.count() - 1) * y_stride + w.rows) * 4);
    std::fill(packed.span().begin(), packed.span().end(), std::nanf(""));
    std::fill(room.span().begin(), room.span().end(), std::nanf(""));
    std::fill(sums.span().begin(), sums.span().end(), std::nanf(""));
    panel.pack(x.rows.data(), x.count(), w.n, packed.data(), width);
    if (panel.enter != nullptr) panel.enter();
    c.decode()(w.buffer.data(), w.stride, w.rows, w.n, room.data(), nullptr);
    for (int i = 0; i < times; ++i)
        panel.multiply(room.data(), w.rows, packed.data(), width, w.n, sums.floats(), i > 0);
    panel.store(sums.floats(), w.rows, width, x.count(), bias, y.floats(), y_stride);
    if (panel.leave != nullptr) panel.leave();
    std::vector<float> result;
    for (int64_t t = 0; t < x.count(); ++t)
        result.insert(result.end(), y.floats() + t * y_stride, y.floats() + t * y_stride + w.rows);
    return result;
}

// Whether each of 29 tokens gets from 27 rows what it gets alone, to the last bit.
inline bool tokens_stand_alone(const PanelCase& c) {
    engine::Random random(7);
    const int64_t n = c.depths().back();
    constexpr int64_t kRows = 27;
    const Weights w(random, c.dtype, kRows, n, 0);
    const Activations x = random_activations(random, 29, n);
    const auto all = multiply(c, w, x, 2);
    for (int64_t t = 0; t < x.count(); ++t) {
        Activations one;
        one.append({x.rows[static_cast<size_t>(t)], x.rows[static_cast<size_t>(t)] + n});
        const auto alone = multiply(c, w, one, 2);
        const auto together = std::span(all).subspan(static_cast<size_t>(t * kRows), kRows);
        if (!support::compare_bits(alone, together).ok) return false;
    }
    return true;
}

// Whether a token with an infinity or NaN gets no finite number, and its neighbours nothing else.
inline bool specials_stay_visible(const PanelCase& c) {
    engine::Random random(11);
    const int64_t n = c.depths().back();
    const Weights w(random, c.dtype, 2, n, 0);
    for (const float special : {std::nanf(""), -std::numeric_limits<float>::infinity()}) {
        Activations x = random_activations(random, 3, n);
        x.buffers[1]->floats()[n / 2] = special;
        const auto y = multiply(c, w, x, 1);
        for (size_t i = 0; i < 6; ++i) {
            if (std::isfinite(y[i]) == (i / 2 == 1)) return false;
        }
    }
    return true;
}

} // namespace samples
