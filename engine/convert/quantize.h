// Quantize: reads a model file and writes another one whose matrices have fewer bits.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/stop.h"
#include "engine/platform/thread_pool.h"

namespace engine::convert {

struct QuantizeRequest {
    std::string input;   // a GGUF file, any part of a split one, or a folder with safetensors
    std::string output;  // a GGUF file; replaced when it is there
    std::string type;    // one of quantize_types(), in any case
    std::string imatrix; // a GGUF file of column importances, or ""
};

struct TensorChange {
    std::string name, from, to;
    std::string wanted;        // the mixture's format where rows are no whole blocks of it, else ""
    std::optional<double> mse; // where values were encoded anew
};

struct QuantizeReport {
    std::string input, output, type;
    std::vector<TensorChange> tensors;
    std::vector<std::string> warnings;         // whole sentences
    int64_t bytes_before = 0, bytes_after = 0; // of the files
    double bits_per_weight = 0;                // of all tensors' values
    double seconds = 0;
};

std::vector<std::string> quantize_types();

// What quantize() would write of a type.
struct QuantizePreview {
    std::string type;
    int64_t bytes = 0; // of the file
    std::vector<std::string> warnings;
};
// From headers and tokenizer alone; no weight is looked at. Errors: as quantize() before its first byte.
Result<std::vector<QuantizePreview>> preview_quantize(const std::string& input,
                                                      std::span<const std::string_view> types);

// Some megabytes are in memory at a time. OUT appears complete or not at all. Errors: invalid_argument
// (unknown type, OUT is one of the inputs), unsupported (formats that cannot be decoded; folders of a family
// that is not known, or with a tokenizer that GGUF files cannot describe), not_found (no importance for a
// tensor; a folder without a tokenizer or with parts missing), bad_file (an importance matrix of another
// model; infinities or NaN in a tensor, which is named), disk_full, io, cancelled. Progress counts bytes of
// OUT.
Result<QuantizeReport> quantize(const QuantizeRequest& request, platform::ThreadPool& pool,
                                const Progress& progress, const StopToken& stop);

} // namespace engine::convert
