// What the tests of all verbs need: a row per kernel table, and comparisons that end a test.
#pragma once

#include <QTest>

#include "engine/ops/matrix.h"
#include "tests/engine/ops/sample_products.h"

namespace workplace {

using namespace engine;

inline void add_tables() {
    QTest::addColumn<int>("index");
    const auto all = samples::tables();
    for (size_t i = 0; i < all.size(); ++i)
        QTest::newRow(all[i]->name) << static_cast<int>(i);
}

inline void check(std::span<const float> actual, const std::vector<support::Expected>& expected) {
    const support::Comparison result = support::compare(actual, expected);
    QVERIFY2(result.ok, result.message.c_str());
}
inline void check_same(std::span<const float> actual, std::span<const float> expected) {
    const support::Comparison result = support::compare_bits(actual, expected);
    QVERIFY2(result.ok, result.message.c_str());
}

} // namespace workplace
