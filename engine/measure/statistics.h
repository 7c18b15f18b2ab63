// Spread: what is said of repeated measurements: the median and how far they lie apart.
#pragma once

#include <vector>

namespace engine::measure {

struct Spread {
    double median = 0, least = 0, greatest = 0;
};

// Of an even number of values the median is the mean of the two in the middle. No values: all 0.
Spread spread_of(std::vector<double> values);

// Of repeated speeds the one a third of the way down from the best: others' work makes a machine slower and
// nothing makes it faster, but for a clock that is high for a moment. No values: 0.
double undisturbed(std::vector<double> speeds);

double seconds_now(); // of a clock that only goes forward

} // namespace engine::measure
