// Loader: from a mapped file to Weights: checks the memory, converts the small, reads in the large.
#include <algorithm>
#include <array>
#include <cstring>

#include "engine/kernels/quant/fp8.h"
#include "engine/kernels/quant/quant.h"
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

enum class Way { convert, scale, copy, map };

Way way_of(const model::WeightEntry& entry, const TensorView& source) {
    if (!entry.scales.empty()) return Way::scale;
    if (small_vector(entry) && entry.dtype != DType::F32) return Way::convert;
    // safetensors files may put a tensor at any address
    const auto address = reinterpret_cast<uintptr_t>(source.data);
    return address % static_cast<uintptr_t>(alignment_of(source.dtype)) != 0 ? Way::copy : Way::map;
}

} // namespace

class Loader {
 public:
    Loader(std::shared_ptr<const formats::ModelFile> file, model::Inventory inventory,
           const Progress& progress, const StopToken& stop)
        : weights_(new Weights), progress_(progress), stop_(stop) {
        weights_->file_ = std::move(file);
        weights_->inventory_ = std::move(inventory);
        weights_->views_.reserve(weights_->inventory_.entries().size());
    }

    Result<std::shared_ptr<const Weights>> load(int64_t memory_limit) {
        ENGINE_TRY(plan(memory_limit));
        for (const model::WeightEntry& entry : weights_->inventory_.entries()) {
            const TensorView source = source_of(entry);
            const Way way = way_of(entry, source);
            ENGINE_TRY(way == Way::convert ? add_converted(source)
                       : way == Way::scale ? add_scaled(entry, source)
                       : way == Way::copy  ? add_copied(source)
                                           : add_mapped(source));
            if (way != Way::map) release(entry, source);
        }
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

    Result<void> check_entry(const model::WeightEntry& entry) const {
        if (weights_->file_->tensors.find(entry.tensor) == nullptr)
            return Error{ErrorCode::not_found, "the tensor \"" + entry.tensor + "\" is not in the file", ""};
        if (kernels::decode_row(entry.dtype) == nullptr)
            return Error{ErrorCode::unsupported,
                         "the tensor \"" + entry.tensor + "\" is of type " +
                             std::string(engine::name(entry.dtype)) + ", which cannot be computed with",
                         "Choose a file of the model with another quantisation."};
        return {};
    }

    // Sums up, and refuses before anything is allocated or read.
    Result<void> plan(int64_t memory_limit) {
        std::array<int64_t, kDTypeCount> by_dtype{};
        int64_t copies = 0;
        for (const model::WeightEntry& entry : weights_->inventory_.entries()) {
            ENGINE_TRY(check_entry(entry));
            const int64_t bytes = entry.bytes();
            total_ += bytes;
            if (!small_vector(entry)) by_dtype[static_cast<size_t>(entry.dtype)] += bytes;
            const Way way = way_of(entry, source_of(entry));
            if (way == Way::map) weights_->mapped_bytes_ += bytes;
            if (way == Way::copy || way == Way::scale) copies += round_up(bytes);
            if (way == Way::convert) copies += round_up(row_bytes(DType::F32, entry.shape.elements()));
        }
        const auto most = std::max_element(by_dtype.begin(), by_dtype.end());
        weights_->main_dtype_ = static_cast<DType>(most - by_dtype.begin());
        const int64_t needed = weights_->mapped_bytes_ + copies;
        if (memory_limit >= 0 && needed > memory_limit) return does_not_fit(needed, memory_limit);
        ENGINE_ASSIGN(weights_->copies_, platform::HostBuffer::allocate(copies));
        return {};
    }

    // What was copied is not held twice.
    void release(const model::WeightEntry& entry, const TensorView& source) const {
        const formats::ModelFile& file = *weights_->file_;
        const formats::TensorEntry& tensor = *file.tensors.find(entry.tensor);
        file.parts[tensor.part]->release({source.data, static_cast<size_t>(source.bytes())});
    }

    // A piece of the one block that plan() has measured.
    std::byte* take(int64_t bytes) {
        std::byte* const at = weights_->copies_.data() + copied_;
        copied_ += round_up(bytes);
        return at;
    }

    Result<void> add_converted(const TensorView& source) {
        const int64_t n = source.shape.elements();
        std::byte* const block = take(row_bytes(DType::F32, n));
        kernels::decode_row(source.dtype)(source.data, reinterpret_cast<float*>(block), n);
        weights_->views_.push_back({block, DType::F32, source.shape});
        return advance(source.bytes());
    }

    // F8_E4M3 with its scales in a tensor of their own: each goes beside the values that it scales.
    Result<void> add_scaled(const model::WeightEntry& entry, const TensorView& source) {
        const TensorView scales = weights_->file_->tensor(*weights_->file_->tensors.find(entry.scales));
        std::byte* const block = take(entry.bytes());
        const TensorView view{block, entry.dtype, entry.shape};
        weights_->views_.push_back(view);
        const int64_t n = entry.shape.inner(), bytes = row_bytes(entry.dtype, n);
        std::vector<float> row_scales(static_cast<size_t>(scales.shape.inner()));
        for (int64_t r = 0; r < entry.shape.rows(); ++r) {
            if (r % kernels::kF8Block == 0)
                kernels::decode_row(scales.dtype)(scales.row(r / kernels::kF8Block), row_scales.data(),
                                                  scales.shape.inner());
            std::byte* const to = block + r * bytes;
            if (entry.dtype == DType::F32) {
                kernels::decode_f8_row(source.row(r), row_scales.data(), n, reinterpret_cast<float*>(to));
            } else {
                kernels::pack_f8_row(source.row(r), row_scales.data(), n, to);
            }
            ENGINE_TRY(advance(bytes));
        }
        return {};
    }

    Result<void> add_copied(const TensorView& source) {
        const int64_t bytes = source.bytes();
        std::byte* const block = take(bytes);
        weights_->views_.push_back({block, source.dtype, source.shape});
        for (int64_t at = 0; at < bytes; at += kStretch) {
            const int64_t n = std::min(kStretch, bytes - at);
            std::memcpy(block + at, source.data + at, static_cast<size_t>(n));
            ENGINE_TRY(advance(n));
        }
        return {};
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
    const Progress& progress_;
    const StopToken& stop_;
    int64_t total_ = 0, done_ = 0, reported_ = 0, copied_ = 0; // bytes
    volatile std::byte touched_{};                             // so that no read is left out
};

Result<std::shared_ptr<const Weights>> load_weights(std::shared_ptr<const formats::ModelFile> file,
                                                    model::Inventory inventory, const LoadOptions& options,
                                                    const Progress& progress, const StopToken& stop) {
    return Loader(std::move(file), std::move(inventory), progress, stop).load(options.memory_limit);
}

} // namespace engine::placement
