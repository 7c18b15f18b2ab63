// Quantising a file: everything is checked before the first byte is written.
#include "engine/convert/quantize.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>

#include "engine/convert/mixture.h"
#include "engine/convert/source.h"
#include "engine/convert/tensor_encoder.h"
#include "engine/formats/gguf.h"
#include "engine/formats/imatrix.h"
#include "engine/formats/printable.h"
#include "engine/kernels/quant/quant.h"

namespace engine::convert {

namespace {

using formats::printable;
using formats::TensorEntry;
using model::GgufTensor;

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
              Source source, platform::ThreadPool& pool, const StopToken& stop)
        : request_(request),
          mixture_(mixture),
          file_(file),
          source_(std::move(source)),
          pool_(pool),
          stop_(stop) {}

    Result<QuantizeReport> run(const Progress& progress) {
        ENGINE_TRY(check_files());
        ENGINE_TRY(prepare());
        ENGINE_TRY(writer_.write(request_.output, progress, stop_));
        finish();
        return std::move(report_);
    }

    Result<QuantizePreview> preview() {
        ENGINE_TRY(prepare());
        ENGINE_ASSIGN(const uint64_t bytes, writer_.file_bytes());
        return QuantizePreview{std::string(name(mixture_)), static_cast<int64_t>(bytes),
                               std::move(report_.warnings)};
    }

 private:
    const std::vector<GgufTensor>& tensors() const { return source_.model.tensors; }

    Result<void> prepare() {
        const bool has_head = std::any_of(tensors().begin(), tensors().end(), [](const GgufTensor& tensor) {
            return tensor.entry.name == "output.weight";
        });
        facts_ = facts_of(source_.model.metadata, !has_head);
        if (!request_.imatrix.empty()) {
            ENGINE_ASSIGN(imatrix_, formats::read_imatrix(request_.imatrix));
        }
        write_metadata();
        report_.tensors.reserve(tensors().size()); // producers hold on to its elements
        for (const GgufTensor& tensor : tensors())
            ENGINE_TRY(add(tensor));
        add_warnings();
        return {};
    }

    Result<void> check_files() const {
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
        writer_.metadata = std::move(source_.model.metadata);
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

    Result<void> add(const GgufTensor& tensor) {
        const TensorEntry& entry = tensor.entry;
        const ChosenFormat format = format_of(entry);
        TensorChange change{entry.name, std::string(engine::name(tensor.stored)),
                            std::string(engine::name(format.dtype)), "", std::nullopt};
        if (format.wanted != format.dtype) change.wanted = engine::name(format.wanted);
        report_.tensors.push_back(std::move(change));
        if (format.dtype == entry.dtype) {
            model::add_rows(writer_, tensor);
            return {};
        }
        if (kernels::decode_row(entry.dtype) == nullptr)
            return Error{ErrorCode::unsupported,
                         "tensor " + printable(entry.name) + " is of type " +
                             std::string(engine::name(entry.dtype)) + ", which cannot be decoded",
                         "Quantise the model's original, in F16 or BF16."};
        requantises_ |= has_blocks(entry.dtype);
        ENGINE_ASSIGN(const formats::ColumnImportance* importance, importance_of(entry, format.dtype));
        add_encoded(tensor, format.dtype, importance, report_.tensors.back().mse);
        return {};
    }

    void add_encoded(const GgufTensor& tensor, DType to, const formats::ColumnImportance* importance,
                     std::optional<double>& mse) {
        auto encoder = std::make_shared<std::optional<TensorEncoder>>(); // rooms only while it is written
        const int64_t rows = tensor.entry.shape.rows(), bytes = row_bytes(to, tensor.entry.shape.inner());
        writer_.add_tensor_rows(
            tensor.entry.name, to, tensor.entry.shape,
            [=, this, &tensor, &mse](int64_t row, std::span<std::byte> out) -> Result<void> {
                if (!*encoder) encoder->emplace(tensor, to, importance, pool_);
                ENGINE_TRY((*encoder)->encode(row, out, stop_));
                ENGINE_TRY(file_.check());
                if (row + static_cast<int64_t>(out.size()) / bytes < rows) return {};
                if (has_blocks(to)) mse = (*encoder)->mean_squared_error();
                encoder->reset();
                return {};
            });
    }

    void add_warnings() {
        report_.warnings = source_.warnings;
        if (requantises_)
            report_.warnings.emplace_back(
                "The input is quantised already: its errors stay and new ones are added. Use the model's "
                "original where you can.");
        int64_t fell_back = 0, stacks = 0;
        for (const TensorChange& change : report_.tensors)
            fell_back += change.wanted.empty() ? 0 : 1;
        for (const GgufTensor& tensor : tensors())
            stacks += is_expert_stack(tensor.entry) ? 1 : 0;
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
        for (const TensorEntry& entry : writer_.tensors()) {
            const auto n = static_cast<double>(entry.shape.elements());
            values += n;
            bits += n * 8 * traits(entry.dtype).block_bytes / traits(entry.dtype).block_size;
        }
        report_.bits_per_weight = values > 0 ? bits / values : 0;
    }

    const QuantizeRequest& request_;
    const Mixture& mixture_;
    const formats::ModelFile& file_;
    Source source_; // its metadata goes to the writer
    platform::ThreadPool& pool_;
    const StopToken& stop_;
    ModelFacts facts_;
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
    ENGINE_ASSIGN(Source source, open_source(file));
    Quantizer quantizer(request, *mixture, file, std::move(source), pool, stop);
    ENGINE_ASSIGN(QuantizeReport report, quantizer.run(progress));
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return report;
}

Result<std::vector<QuantizePreview>> preview_quantize(const std::string& input,
                                                      std::span<const std::string_view> types) {
    ENGINE_ASSIGN(const formats::ModelFile file, formats::open_model_file(input));
    ENGINE_ASSIGN(const Source source, open_source(file));
    platform::ThreadPool nobody(1);
    std::vector<QuantizePreview> previews;
    for (const std::string_view type : types) {
        ENGINE_ASSIGN(const Mixture* mixture, mixture_named(type));
        const QuantizeRequest request{input, "", std::string(type), ""};
        const StopToken stop;
        ENGINE_ASSIGN(QuantizePreview preview,
                      Quantizer(request, *mixture, file, source, nobody, stop).preview());
        previews.push_back(std::move(preview));
    }
    return previews;
}

} // namespace engine::convert
