// Quantising a file: everything is checked before the first byte is written.
#include "engine/convert/quantize.h"

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "engine/convert/mixture.h"
#include "engine/convert/quantize_tensor.h"
#include "engine/formats/gguf.h"
#include "engine/formats/imatrix.h"
#include "engine/formats/printable.h"
#include "engine/kernels/quant/quant.h"

namespace engine::convert {

namespace {

using formats::printable;
using formats::TensorEntry;

Result<const Mixture*> mixture_named(const std::string& type) {
    if (const Mixture* found = find_mixture(type)) return found;
    std::string known;
    for (const std::string& each : mixture_names())
        known += (known.empty() ? "" : ", ") + each;
    return Error{ErrorCode::invalid_argument, "there is no type " + printable(type),
                 "Known are " + known + "."};
}

bool same_file(const std::string& a, const std::string& b) {
    std::error_code none;
    return std::filesystem::equivalent(a, b, none);
}

bool has_blocks(DType dtype) {
    return traits(dtype).block_size > 1;
}

class Quantizer {
 public:
    Quantizer(const QuantizeRequest& request, const Mixture& mixture, const formats::ModelFile& file,
              platform::ThreadPool& pool, const StopToken& stop)
        : request_(request),
          mixture_(mixture),
          file_(file),
          facts_(facts_of(file)),
          pool_(pool),
          stop_(stop) {}

    Result<QuantizeReport> run(const Progress& progress) {
        ENGINE_TRY(check_files());
        if (!request_.imatrix.empty()) {
            ENGINE_ASSIGN(imatrix_, formats::read_imatrix(request_.imatrix));
        }
        write_metadata();
        report_.tensors.reserve(file_.tensors.entries().size()); // producers hold on to its elements
        for (const TensorEntry& entry : file_.tensors.entries())
            ENGINE_TRY(add(entry));
        add_warnings();
        ENGINE_TRY(writer_.write(request_.output, progress, stop_));
        finish();
        return std::move(report_);
    }

 private:
    Result<void> check_files() const {
        if (file_.container != formats::Container::gguf)
            return Error{ErrorCode::unsupported,
                         file_.path + " is a folder, and its tokenizer cannot be put into a GGUF file yet",
                         "Quantise a GGUF file of the model, in F16 or BF16."};
        if (file_.tensors.entries().empty())
            return Error{ErrorCode::invalid_argument, file_.path + " holds no weights",
                         "Choose another file."};
        for (const auto& part : file_.parts) {
            if (same_file(part->path(), request_.output))
                return Error{ErrorCode::invalid_argument, "the output is the file that is read",
                             "Choose another name for the output."};
        }
        if (!request_.imatrix.empty() && same_file(request_.imatrix, request_.output))
            return Error{ErrorCode::invalid_argument, "the output is the importance matrix",
                         "Choose another name for the output."};
        return {};
    }

    void write_metadata() {
        for (const auto& [key, value] : file_.metadata.entries()) {
            if (!key.starts_with("split.")) writer_.metadata.set(key, value); // the output is one file
        }
        writer_.metadata.set_u32("general.file_type", file_type(mixture_));
        writer_.metadata.set_u32("general.quantization_version", 2); // of the block formats in ggml
        if (!imatrix_) return;
        writer_.metadata.set_string("quantize.imatrix.file", imatrix_->path);
        if (!imatrix_->datasets.empty())
            writer_.metadata.set_string("quantize.imatrix.dataset", imatrix_->datasets.front());
        writer_.metadata.set_u32("quantize.imatrix.entries_count", static_cast<uint32_t>(imatrix_->size()));
        writer_.metadata.set_u32("quantize.imatrix.chunks_count",
                                 static_cast<uint32_t>(std::clamp<int64_t>(imatrix_->chunks, 0, INT32_MAX)));
    }

    // Vectors and routers become F32, whatever cannot be decoded stays what it is.
    ChosenFormat format_of(const TensorEntry& entry) const {
        if (is_quantised(entry)) return choose_format(mixture_, facts_, entry);
        const DType dtype = kernels::decode_row(entry.dtype) == nullptr ? entry.dtype : DType::F32;
        return {dtype, dtype};
    }

    Result<const formats::ColumnImportance*> importance_of(const TensorEntry& entry, DType to) const {
        if (!imatrix_ || !has_blocks(to)) return nullptr;
        const formats::ColumnImportance* found = imatrix_->find(entry.name);
        if (found == nullptr) {
            if (is_outside_layers(entry)) return nullptr;
            return Error{ErrorCode::not_found,
                         "the importance matrix has no entry for tensor " + printable(entry.name),
                         "It was measured on another model, or on too little text to reach every expert."};
        }
        const int64_t stacked = entry.shape.rank == 3 ? entry.shape[0] : 1;
        if (found->columns != entry.shape.inner() || (found->experts != stacked && found->experts != 1))
            return Error{ErrorCode::bad_file,
                         "the importance matrix says " + std::to_string(found->columns) + " columns and " +
                             std::to_string(found->experts) + " experts for tensor " + printable(entry.name) +
                             ", which has " + std::to_string(entry.shape.inner()) + " and " +
                             std::to_string(stacked),
                         "It was measured on another model."};
        return found;
    }

    Result<void> add(const TensorEntry& entry) {
        const ChosenFormat format = format_of(entry);
        TensorChange change{entry.name, std::string(engine::name(entry.dtype)),
                            std::string(engine::name(format.dtype)), "", std::nullopt};
        if (format.wanted != format.dtype) change.wanted = engine::name(format.wanted);
        report_.tensors.push_back(std::move(change));
        const TensorView view = file_.tensor(entry);
        if (format.dtype == entry.dtype) {
            writer_.add_tensor(entry.name, view);
            return {};
        }
        if (kernels::decode_row(entry.dtype) == nullptr)
            return Error{ErrorCode::unsupported,
                         "tensor " + printable(entry.name) + " is of type " +
                             std::string(engine::name(entry.dtype)) + ", which cannot be decoded",
                         "Quantise the model's original, in F16 or BF16."};
        requantises_ |= has_blocks(entry.dtype);
        ENGINE_ASSIGN(const formats::ColumnImportance* importance, importance_of(entry, format.dtype));
        TensorJob job{entry.name, view, format.dtype, importance};
        std::optional<double>& mse = report_.tensors.back().mse;
        writer_.add_tensor(entry.name, format.dtype, entry.shape,
                           [this, job = std::move(job), &mse](std::span<std::byte> out) -> Result<void> {
                               ENGINE_ASSIGN(const double error, quantize_tensor(job, out, pool_, stop_));
                               ENGINE_TRY(file_.check());
                               if (has_blocks(job.to)) mse = error;
                               return {};
                           });
        return {};
    }

    void add_warnings() {
        if (requantises_)
            report_.warnings.emplace_back(
                "The input is quantised already: its errors stay and new ones are added. Use the model's "
                "original where you can.");
        int64_t fell_back = 0, stacks = 0;
        for (const TensorChange& change : report_.tensors)
            fell_back += change.wanted.empty() ? 0 : 1;
        for (const TensorEntry& entry : file_.tensors.entries())
            stacks += is_expert_stack(entry) ? 1 : 0;
        if (fell_back > 0)
            report_.warnings.push_back(std::to_string(fell_back) +
                                       " tensors have rows that are no whole blocks of the wanted format and "
                                       "got another one.");
        if (is_for_experts(mixture_) && stacks == 0)
            report_.warnings.push_back("The model has no experts, so that all its matrices become Q8_0.");
    }

    void finish() {
        report_.input = file_.path;
        report_.output = request_.output;
        report_.type = name(mixture_);
        for (const auto& part : file_.parts)
            report_.bytes_before += static_cast<int64_t>(part->bytes().size());
        std::error_code none;
        report_.bytes_after = static_cast<int64_t>(std::filesystem::file_size(request_.output, none));
        double bits = 0, values = 0;
        for (const TensorEntry& entry : file_.tensors.entries()) {
            const DTypeTraits& t = traits(format_of(entry).dtype);
            const auto n = static_cast<double>(entry.shape.elements());
            values += n;
            bits += n * 8 * t.block_bytes / t.block_size;
        }
        report_.bits_per_weight = values > 0 ? bits / values : 0;
    }

    const QuantizeRequest& request_;
    const Mixture& mixture_;
    const formats::ModelFile& file_;
    const ModelFacts facts_;
    platform::ThreadPool& pool_;
    const StopToken& stop_;
    std::optional<formats::Imatrix> imatrix_;
    formats::GgufWriter writer_;
    QuantizeReport report_;
    bool requantises_ = false;
};

} // namespace

std::vector<std::string> quantize_types() {
    return mixture_names();
}

Result<QuantizeReport> quantize(const QuantizeRequest& request, platform::ThreadPool& pool,
                                const Progress& progress, const StopToken& stop) {
    const auto start = std::chrono::steady_clock::now();
    ENGINE_ASSIGN(const Mixture* mixture, mixture_named(request.type));
    ENGINE_ASSIGN(const formats::ModelFile file, formats::open_model_file(request.input));
    ENGINE_ASSIGN(QuantizeReport report, Quantizer(request, *mixture, file, pool, stop).run(progress));
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return report;
}

} // namespace engine::convert
