// Loader: from a mapped file to Weights: checks the memory, converts what is wanted otherwise, reads in the
// rest.
#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstring>
#include <numeric>
#include <utility>

#include "engine/kernels/quant/fp8.h"
#include "engine/kernels/quant/quant.h"
#include "engine/placement/node_split.h"
#include "engine/placement/weights.h"

namespace engine::placement {

namespace {

constexpr int64_t kPage = 4096;
// Between two looks at the stop token: 4 ms from a disk that reads 1 GB/s.
constexpr int64_t kStretch = int64_t{4} << 20;

// Norms, biases and rope divisors are read by kernels as F32; they are thousandths of a model.
bool small_vector(const model::WeightEntry& entry) {
    return entry.shape.rank == 1;
}

int64_t alignment_of(DType dtype) {
    switch (dtype) {
        case DType::F64:
        case DType::I64:
            return 8;
        case DType::F32:
        case DType::I32:
            return 4;
        case DType::F16:
        case DType::BF16:
        case DType::I16:
            return 2;
        default:
            return 1; // blocks are read bytewise
    }
}

int64_t round_up(int64_t bytes) {
    constexpr int64_t kTo = platform::HostBuffer::kAlignment;
    return (bytes + kTo - 1) / kTo * kTo;
}

std::string gigabytes(int64_t bytes) {
    const int64_t tenths = bytes / 100'000'000 + (bytes % 100'000'000 > 0 ? 1 : 0);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " GB";
}

Error does_not_fit(int64_t needed, int64_t available) {
    return {ErrorCode::out_of_memory,
            "the model needs " + gigabytes(needed) + " of memory for its weights, and " +
                gigabytes(available) + " are available",
            "Close other programs, or choose a smaller model or one with fewer bits per weight."};
}

enum class Way { convert, scale, encode, copy, map };

Way way_of(const model::WeightEntry& entry, const TensorView& source) {
    if (small_vector(entry) && entry.dtype != DType::F32) return Way::convert;
    if (!entry.scales.empty())
        return entry.dtype == DType::F8_B128 || entry.dtype == DType::F32 ? Way::scale : Way::encode;
    if (entry.dtype != source.dtype) return Way::encode;
    // safetensors files may put a tensor at any address
    const auto address = reinterpret_cast<uintptr_t>(source.data);
    return address % static_cast<uintptr_t>(alignment_of(source.dtype)) != 0 ? Way::copy : Way::map;
}

} // namespace

class Loader {
 public:
    Loader(std::shared_ptr<const formats::ModelFile> file, model::Inventory inventory,
           const LoadOptions& options, const Progress& progress, const StopToken& stop)
        : weights_(new Weights), options_(options), progress_(progress), stop_(stop) {
        weights_->file_ = std::move(file);
        weights_->inventory_ = std::move(inventory);
        if (options.pool != nullptr && options.topology != nullptr) weights_->nodes_ = options.pool->nodes();
    }

    Result<std::shared_ptr<const Weights>> load() {
        ENGINE_TRY(plan());
        for (const model::WeightEntry& entry : weights_->inventory_.entries()) {
            const TensorView source = source_of(entry);
            const Way way = way_of(entry, source);
            if (cut(entry)) {
                ENGINE_TRY(add_parts(entry, source, way));
            } else {
                weights_->first_part_.push_back(-1);
                ENGINE_TRY(way == Way::convert ? add_converted(entry, source)
                           : way == Way::map   ? add_mapped(source)
                                               : add_written(entry, source, way));
            }
        }
        ENGINE_TRY(weights_->check());
        report();
        return std::shared_ptr<const Weights>(std::move(weights_));
    }

 private:
    TensorView source_of(const model::WeightEntry& entry) const {
        const formats::TensorEntry* tensor = weights_->file_->tensors.find(entry.tensor);
        TensorView view = weights_->file_->tensor(*tensor);
        view.data += entry.first_row * row_bytes(view.dtype, entry.shape.inner());
        view.shape = entry.shape;
        return view;
    }

    // Of an embedding that is not the head as well, a token reads one row.
    bool cut(const model::WeightEntry& entry) const {
        if (weights_->nodes_ == 1 || small_vector(entry)) return false;
        return entry.id.role != model::Role::token_embedding ||
               weights_->inventory_.find({model::Role::output}) == nullptr;
    }

    Result<void> check_entry(const model::WeightEntry& entry) const {
        if (weights_->file_->tensors.find(entry.tensor) == nullptr)
            return Error{ErrorCode::not_found, "the tensor \"" + entry.tensor + "\" is not in the file",
                         "The file is incomplete. Get it again."};
        if (kernels::decode_row(entry.dtype) == nullptr)
            return Error{ErrorCode::unsupported,
                         "the tensor \"" + entry.tensor + "\" is of type " +
                             std::string(engine::name(entry.dtype)) + ", which cannot be computed with",
                         "Choose a file of the model with another quantisation."};
        return {};
    }

    // Sums up, and refuses before anything is allocated or read.
    Result<void> plan() {
        std::array<int64_t, kDTypeCount> by_dtype{};
        std::vector<int64_t> node_bytes(static_cast<size_t>(weights_->nodes_));
        int64_t copies = 0, parts = 0;
        for (const model::WeightEntry& entry : weights_->inventory_.entries()) {
            ENGINE_TRY(check_entry(entry));
            const int64_t bytes = entry.bytes();
            total_ += bytes;
            if (!small_vector(entry)) by_dtype[static_cast<size_t>(entry.dtype)] += bytes;
            if (cut(entry)) {
                const auto boundaries = row_boundaries(entry.shape.rows(), weights_->nodes_);
                for (size_t n = 0; n < node_bytes.size(); ++n)
                    node_bytes[n] += round_up((boundaries[n + 1] - boundaries[n]) *
                                              row_bytes(entry.dtype, entry.shape.inner()));
                parts += weights_->nodes_;
                continue;
            }
            const Way way = way_of(entry, source_of(entry));
            if (way == Way::map) weights_->mapped_bytes_ += bytes;
            if (way == Way::copy || way == Way::scale || way == Way::encode) copies += round_up(bytes);
            if (way == Way::convert) copies += round_up(row_bytes(DType::F32, entry.shape.elements()));
        }
        const auto most = std::max_element(by_dtype.begin(), by_dtype.end());
        weights_->main_dtype_ = static_cast<DType>(most - by_dtype.begin());
        const int64_t needed =
            std::accumulate(node_bytes.begin(), node_bytes.end(), weights_->mapped_bytes_ + copies);
        if (options_.memory_limit >= 0 && needed > options_.memory_limit)
            return does_not_fit(needed, options_.memory_limit);
        weights_->parts_.reserve(static_cast<size_t>(parts)); // matrices hold spans of it
        ENGINE_ASSIGN(weights_->copies_, platform::HostBuffer::allocate(copies));
        return parts > 0 ? allocate_nodes(node_bytes) : Result<void>();
    }

    Result<void> allocate_nodes(const std::vector<int64_t>& bytes) {
        const platform::Topology& topology = *options_.topology;
        for (size_t n = 0; n < bytes.size(); ++n) {
            auto buffer = topology.emulated ? platform::HostBuffer::allocate(bytes[n])
                                            : platform::HostBuffer::allocate(bytes[n], topology.nodes[n].id);
            ENGINE_ASSIGN(platform::HostBuffer own, std::move(buffer));
            weights_->node_copies_.push_back(std::move(own));
        }
        node_copied_.resize(bytes.size());
        return {};
    }

    // What was copied is not held twice.
    void release(const model::WeightEntry& entry, const TensorView& source, int64_t first,
                 int64_t rows) const {
        const formats::ModelFile& file = *weights_->file_;
        const formats::TensorEntry& tensor = *file.tensors.find(entry.tensor);
        const int64_t bytes = rows * row_bytes(source.dtype, source.shape.inner());
        file.parts[tensor.part]->release({source.row(first), static_cast<size_t>(bytes)});
    }

    // A piece of the one block that plan() has measured.
    std::byte* take(int64_t bytes) {
        std::byte* const at = weights_->copies_.data() + copied_;
        copied_ += round_up(bytes);
        return at;
    }

    Result<void> add_converted(const model::WeightEntry& entry, const TensorView& source) {
        const int64_t n = source.shape.elements();
        std::byte* const block = take(row_bytes(DType::F32, n));
        kernels::decode_row(source.dtype)(source.data, reinterpret_cast<float*>(block), n);
        weights_->views_.push_back({block, DType::F32, source.shape});
        release(entry, source, 0, source.shape.rows());
        return advance(source.bytes());
    }

    // Rows [first, first + count) of a matrix as they will be in memory.
    void write_rows(const model::WeightEntry& entry, const TensorView& source, Way way, int64_t first,
                    int64_t count, std::byte* to) const {
        if (way == Way::scale) return write_scaled(entry, source, first, count, to);
        if (way == Way::encode) return write_encoded(entry, source, first, count, to);
        std::memcpy(to, source.row(first),
                    static_cast<size_t>(count * row_bytes(source.dtype, source.shape.inner())));
    }

    // F8_E4M3 with its scales in a tensor of their own: each goes beside the values that it scales.
    void write_scaled(const model::WeightEntry& entry, const TensorView& source, int64_t first, int64_t count,
                      std::byte* to) const {
        const int64_t n = entry.shape.inner(), bytes = row_bytes(entry.dtype, n);
        BlockScales scales(*this, entry);
        for (int64_t r = first; r < first + count; ++r, to += bytes) {
            if (entry.dtype == DType::F32) {
                kernels::decode_f8_row(source.row(r), scales.of_row(r), n, reinterpret_cast<float*>(to));
            } else {
                kernels::pack_f8_row(source.row(r), scales.of_row(r), n, to);
            }
        }
    }

    // In fewer bits than the file has.
    void write_encoded(const model::WeightEntry& entry, const TensorView& source, int64_t first,
                       int64_t count, std::byte* to) const {
        const int64_t n = entry.shape.inner(), bytes = row_bytes(entry.dtype, n);
        const auto decode = kernels::decode_row(source.dtype);
        // Where a search gains next to nothing it is not worth the wait; some formats have none.
        const auto best = kernels::encode_row_best(entry.dtype);
        const bool plain =
            best == nullptr || entry.dtype == DType::Q8_0 || traits(entry.dtype).block_size == 1;
        const auto quickly = plain ? kernels::encode_row(entry.dtype) : nullptr;
        BlockScales scales(*this, entry);
        std::vector<float> values(static_cast<size_t>(n));
        for (int64_t r = first; r < first + count; ++r, to += bytes) {
            if (entry.scales.empty()) {
                decode(source.row(r), values.data(), n);
            } else {
                kernels::decode_f8_row(source.row(r), scales.of_row(r), n, values.data());
            }
            if (!std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); }))
                damaged_.store(true, std::memory_order_relaxed);
            quickly != nullptr ? quickly(values.data(), to, n) : best(values.data(), nullptr, to, n);
        }
    }

    // The scales of 128 rows at a time.
    class BlockScales {
     public:
        BlockScales(const Loader& loader, const model::WeightEntry& entry) {
            if (entry.scales.empty()) return;
            const formats::ModelFile& file = *loader.weights_->file_;
            scales_ = file.tensor(*file.tensors.find(entry.scales));
            row_.resize(static_cast<size_t>(scales_.shape.inner()));
            first_ = entry.first_scaled_row;
        }
        const float* of_row(int64_t row) {
            const int64_t block = (first_ + row) / kernels::kF8Block;
            if (block != std::exchange(block_, block))
                kernels::decode_row(scales_.dtype)(scales_.row(block), row_.data(), scales_.shape.inner());
            return row_.data();
        }

     private:
        TensorView scales_;
        std::vector<float> row_;
        int64_t first_ = 0, block_ = -1;
    };

    // Rows between two looks at the stop token; encoding is a hundred times slower than copying.
    static int64_t rows_of_stretch(const model::WeightEntry& entry, Way way) {
        const int64_t bytes = way == Way::encode ? kStretch / 16 : kStretch;
        return std::max<int64_t>(bytes / std::max<int64_t>(row_bytes(entry.dtype, entry.shape.inner()), 1),
                                 1);
    }
    static int64_t grain_of(int64_t stretch) { return std::max<int64_t>(stretch / 16, 1); }

    Error damaged(const model::WeightEntry& entry) const {
        return {ErrorCode::bad_file, "the tensor \"" + entry.tensor + "\" holds infinities or NaN",
                "The model is damaged; get it again or choose another."};
    }

    Result<void> add_written(const model::WeightEntry& entry, const TensorView& source, Way way) {
        std::byte* const block = take(entry.bytes());
        weights_->views_.push_back({block, entry.dtype, entry.shape});
        const int64_t row = row_bytes(entry.dtype, entry.shape.inner());
        const int64_t rows = entry.shape.rows(), step = rows_of_stretch(entry, way);
        for (int64_t r = 0; r < rows; r += step) {
            const int64_t count = std::min(step, rows - r);
            const auto write = [&](int64_t begin, int64_t end, int) {
                write_rows(entry, source, way, r + begin, end - begin, block + (r + begin) * row);
            };
            if (options_.pool != nullptr) {
                options_.pool->run(count, grain_of(step), write);
            } else {
                write(0, count, 0);
            }
            release(entry, source, r, count);
            ENGINE_TRY(advance(count * row));
        }
        return damaged_ ? damaged(entry) : Result<void>();
    }

    // One part per node, each written by the node's own workers.
    Result<void> add_parts(const model::WeightEntry& entry, const TensorView& source, Way way) {
        weights_->views_.emplace_back();
        weights_->first_part_.push_back(static_cast<int64_t>(weights_->parts_.size()));
        const int64_t row = row_bytes(entry.dtype, entry.shape.inner());
        const auto boundaries = row_boundaries(entry.shape.rows(), weights_->nodes_);
        std::vector<std::byte*> to;
        int64_t most = 0;
        for (size_t n = 0; n < node_copied_.size(); ++n) {
            const int64_t rows = boundaries[n + 1] - boundaries[n];
            to.push_back(weights_->node_copies_[n].data() + node_copied_[n]);
            node_copied_[n] += round_up(rows * row);
            weights_->parts_.push_back(
                {{to[n], entry.dtype, {{rows, entry.shape.inner()}, 2}}, boundaries[n]});
            most = std::max(most, rows);
        }
        const int64_t step = rows_of_stretch(entry, way), grain = grain_of(step);
        std::vector<int64_t> counts(to.size());
        for (int64_t at = 0; at < most; at += step) {
            for (size_t n = 0; n < counts.size(); ++n)
                counts[n] = std::clamp<int64_t>(boundaries[n + 1] - boundaries[n] - at, 0, step);
            options_.pool->run_on_nodes(counts, grain, [&](int node, int64_t begin, int64_t end, int) {
                const auto n = static_cast<size_t>(node);
                write_rows(entry, source, way, boundaries[n] + at + begin, end - begin,
                           to[n] + (at + begin) * row);
            });
            for (size_t n = 0; n < counts.size(); ++n)
                release(entry, source, boundaries[n] + at, counts[n]);
            ENGINE_TRY(advance(std::accumulate(counts.begin(), counts.end(), int64_t{0}) * row));
        }
        return damaged_ ? damaged(entry) : Result<void>();
    }

    // One byte of every page: the system reads it from disk now instead of at the first token.
    Result<void> add_mapped(const TensorView& source) {
        const int64_t bytes = source.bytes();
        weights_->views_.push_back(source);
        for (int64_t at = 0; at < bytes; at += kStretch) {
            const int64_t n = std::min(kStretch, bytes - at);
            for (int64_t page = 0; page < n; page += kPage)
                touched_ = source.data[at + page];
            ENGINE_TRY(advance(n));
        }
        return {};
    }

    Result<void> advance(int64_t bytes) {
        done_ += bytes;
        if (done_ - reported_ >= kStretch) report();
        if (stop_.requested()) return Error{ErrorCode::cancelled, "loading the model was stopped", ""};
        return {};
    }

    void report() {
        reported_ = done_;
        if (progress_) progress_(done_, total_);
    }

    std::unique_ptr<Weights> weights_;
    const LoadOptions& options_;
    const Progress& progress_;
    const StopToken& stop_;
    int64_t total_ = 0, done_ = 0, reported_ = 0, copied_ = 0; // bytes
    std::vector<int64_t> node_copied_;                         // bytes, by node
    mutable std::atomic<bool> damaged_{false};                 // a tensor that was encoded
    volatile std::byte touched_{};                             // so that no read is left out
};

Result<std::shared_ptr<const Weights>> load_weights(std::shared_ptr<const formats::ModelFile> file,
                                                    model::Inventory inventory, const LoadOptions& options,
                                                    const Progress& progress, const StopToken& stop) {
    return Loader(std::move(file), std::move(inventory), options, progress, stop).load();
}

} // namespace engine::placement
