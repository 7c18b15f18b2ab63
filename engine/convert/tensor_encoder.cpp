// One row at a time: decode, look for what is no number, encode, measure the error.
#include "engine/convert/tensor_encoder.h"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "engine/formats/printable.h"

namespace engine::convert {

namespace {

constexpr int64_t kNever = INT64_MAX;

void note(std::atomic<int64_t>& first, int64_t row) {
    int64_t seen = first.load();
    while (row < seen && !first.compare_exchange_weak(seen, row)) {
    }
}

int64_t rows_per_expert(const model::GgufTensor& from, const formats::ColumnImportance* importance) {
    if (importance == nullptr) return 1;
    return std::max<int64_t>(from.entry.shape.rows() / importance->experts, 1);
}

} // namespace

struct TensorEncoder::Trouble {
    std::atomic<int64_t> no_number{kNever}, too_large{kNever};
};

TensorEncoder::TensorEncoder(const model::GgufTensor& from, DType to,
                             const formats::ColumnImportance* importance, platform::ThreadPool& pool)
    : from_(from),
      to_(to),
      importance_(importance),
      pool_(pool),
      columns_(from.entry.shape.inner()),
      rows_per_expert_(rows_per_expert(from, importance)),
      decode_(kernels::decode_row(from.entry.dtype)),
      encode_(kernels::encode_row_best(to)),
      decode_again_(kernels::decode_row(to)),
      rooms_(static_cast<size_t>(pool.size())),
      errors_(static_cast<size_t>(from.entry.shape.rows())) {
    const auto columns = static_cast<size_t>(columns_);
    for (Room& room : rooms_) {
        room.stored.resize(static_cast<size_t>(row_bytes(from.entry.dtype, columns_)));
        room.values.resize(columns);
        room.again.resize(columns);
    }
}

void TensorEncoder::encode_row(int64_t row, std::byte* to, Room& room, Trouble& trouble) {
    from_.read(row, room.stored.data());
    decode_(room.stored.data(), room.values.data(), columns_);
    float most = 0;
    bool finite = true;
    for (const float value : room.values) {
        const float magnitude = std::fabs(value);
        finite &= magnitude <= 3.4028235e38f; // false for NaN
        most = std::max(most, magnitude);
    }
    if (!finite) return note(trouble.no_number, row);
    if (to_ == DType::F16 && most > 65504) return note(trouble.too_large, row);
    const float* importance = importance_ == nullptr ? nullptr : importance_->row(row / rows_per_expert_);
    encode_(room.values.data(), importance, to, columns_);
    decode_again_(to, room.again.data(), columns_);
    double error = 0;
    for (size_t i = 0; i < room.values.size(); ++i) {
        const double off = static_cast<double>(room.values[i]) - static_cast<double>(room.again[i]);
        error += off * off;
    }
    errors_[static_cast<size_t>(row)] = error;
}

Result<void> TensorEncoder::encode(int64_t first_row, std::span<std::byte> out, const StopToken& stop) {
    constexpr int64_t kValuesAtOnce = 1 << 16; // some milliseconds
    const int64_t bytes = row_bytes(to_, columns_);
    Trouble trouble;
    pool_.run(static_cast<int64_t>(out.size()) / bytes,
              std::max<int64_t>(kValuesAtOnce / std::max<int64_t>(columns_, 1), 1),
              [&](int64_t begin, int64_t end, int worker) {
                  if (stop.requested()) return;
                  for (int64_t row = begin; row < end; ++row)
                      encode_row(first_row + row, out.data() + row * bytes,
                                 rooms_[static_cast<size_t>(worker)], trouble);
              });
    if (stop.requested()) return Error{ErrorCode::cancelled, "quantising was stopped", ""};
    if (trouble.no_number < kNever) return no_number(trouble.no_number);
    if (trouble.too_large < kNever) return too_large(trouble.too_large);
    return {};
}

Error TensorEncoder::no_number(int64_t row) const {
    return {ErrorCode::bad_file,
            "tensor " + formats::printable(from_.entry.name) + ", row " + std::to_string(row) +
                ": it holds infinities or NaN",
            "The model is damaged; get it again or choose another."};
}

Error TensorEncoder::too_large(int64_t row) const {
    return {ErrorCode::invalid_argument,
            "tensor " + formats::printable(from_.entry.name) + ", row " + std::to_string(row) +
                ": it holds values beyond 65504, the largest of F16",
            "Use BF16."};
}

double TensorEncoder::mean_squared_error() const {
    double total = 0; // in the order of the rows, whichever thread had them
    for (const double error : errors_)
        total += error;
    return total / static_cast<double>(std::max<int64_t>(from_.entry.shape.elements(), 1));
}

} // namespace engine::convert
