// One row at a time: decode, look for what is no number, encode, measure the error.
#include "engine/convert/quantize_tensor.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <vector>

#include "engine/formats/printable.h"
#include "engine/kernels/quant/quant.h"

namespace engine::convert {

namespace {

class RowEncoder {
 public:
    RowEncoder(const TensorJob& job, std::span<std::byte> out)
        : job_(job),
          out_(out),
          columns_(job.from.shape.inner()),
          rows_per_expert_(job.importance == nullptr
                               ? 1
                               : std::max<int64_t>(job.from.shape.rows() / job.importance->experts, 1)),
          decode_(kernels::decode_row(job.from.dtype)),
          encode_(kernels::encode_row_best(job.to)),
          decode_again_(kernels::decode_row(job.to)),
          errors_(static_cast<size_t>(job.from.shape.rows())) {}

    // `room`: twice a row.
    void encode(int64_t row, float* room) {
        float* const values = room;
        float* const again = room + columns_;
        decode_(job_.from.row(row), values, columns_);
        float most = 0;
        bool finite = true;
        for (int64_t i = 0; i < columns_; ++i) {
            const float magnitude = std::fabs(values[i]);
            finite &= magnitude <= 3.4028235e38f; // false for NaN
            most = std::max(most, magnitude);
        }
        if (!finite) return note(first_not_finite_, row);
        if (job_.to == DType::F16 && most > 65504) return note(first_too_large_, row);
        const float* importance =
            job_.importance == nullptr ? nullptr : job_.importance->row(row / rows_per_expert_);
        std::byte* const blocks = out_.data() + row * row_bytes(job_.to, columns_);
        encode_(values, importance, blocks, columns_);
        decode_again_(blocks, again, columns_);
        double error = 0;
        for (int64_t i = 0; i < columns_; ++i) {
            const double off = static_cast<double>(values[i]) - static_cast<double>(again[i]);
            error += off * off;
        }
        errors_[static_cast<size_t>(row)] = error;
    }

    Result<double> finish() const {
        const auto place = [&](int64_t row) {
            return "tensor " + formats::printable(job_.name) + ", row " + std::to_string(row) + ": ";
        };
        if (first_not_finite_ < kNever)
            return Error{ErrorCode::bad_file, place(first_not_finite_) + "it holds infinities or NaN",
                         "The model is damaged; get it again or choose another."};
        if (first_too_large_ < kNever)
            return Error{ErrorCode::invalid_argument,
                         place(first_too_large_) + "it holds values beyond 65504, the largest of F16",
                         "Use BF16."};
        double total = 0; // in the order of the rows, whichever thread had them
        for (const double error : errors_)
            total += error;
        return total / static_cast<double>(std::max<int64_t>(job_.from.shape.elements(), 1));
    }

 private:
    static constexpr int64_t kNever = INT64_MAX;
    static void note(std::atomic<int64_t>& first, int64_t row) {
        int64_t seen = first.load();
        while (row < seen && !first.compare_exchange_weak(seen, row)) {
        }
    }

    const TensorJob& job_;
    std::span<std::byte> out_;
    int64_t columns_, rows_per_expert_;
    kernels::DecodeRow decode_;
    kernels::EncodeRowBest encode_;
    kernels::DecodeRow decode_again_;
    std::vector<double> errors_; // of each row, summed squares
    std::atomic<int64_t> first_not_finite_{kNever}, first_too_large_{kNever};
};

} // namespace

Result<double> quantize_tensor(const TensorJob& job, std::span<std::byte> out, platform::ThreadPool& pool,
                               const StopToken& stop) {
    constexpr int64_t kValuesAtOnce = 1 << 16; // some milliseconds
    const int64_t columns = job.from.shape.inner(), rows = job.from.shape.rows();
    RowEncoder encoder(job, out);
    std::vector<std::vector<float>> rooms(static_cast<size_t>(pool.size()));
    for (auto& room : rooms)
        room.resize(static_cast<size_t>(2 * columns));
    pool.run(rows, std::max<int64_t>(kValuesAtOnce / std::max<int64_t>(columns, 1), 1),
             [&](int64_t begin, int64_t end, int worker) {
                 if (stop.requested()) return;
                 for (int64_t row = begin; row < end; ++row)
                     encoder.encode(row, rooms[static_cast<size_t>(worker)].data());
             });
    if (stop.requested()) return Error{ErrorCode::cancelled, "quantising was stopped", ""};
    return encoder.finish();
}

} // namespace engine::convert
