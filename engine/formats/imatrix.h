// Imatrix: how much each input column of each weight matters, as llama.cpp's llama-imatrix measures it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/base/result.h"
#include "engine/formats/model_file.h"

namespace engine::formats {

// The mean square of the activations that met each column: one row of `columns` numbers, or one for each
// expert of a stacked tensor. All are finite and not negative; the row of an expert that was never chosen
// (count 0) is zeros.
struct ColumnImportance {
    int64_t columns = 0, experts = 1;
    std::vector<float> mean_square; // {experts, columns}
    const float* row(int64_t expert) const { return mean_square.data() + expert * columns; }
};

class Imatrix {
 public:
    int64_t chunks = 0; // of text that were measured; 0: the file does not say
    std::string path;
    std::vector<std::string> datasets;

    const ColumnImportance* find(std::string_view tensor) const; // by the weight's name in the model
    void add(std::string tensor, ColumnImportance importance);
    size_t size() const { return tensors_.size(); }

 private:
    std::unordered_map<std::string, ColumnImportance, NameHash, std::equal_to<>> tensors_;
};

// A GGUF file with general.type "imatrix": tensors NAME.in_sum2 {columns, experts} and NAME.counts {1,
// experts}, F32. Errors: what open_model_file() says; unsupported (the old .dat form); bad_file (another type
// of file, shapes that do not belong together, numbers below zero or not finite) naming the tensor.
Result<Imatrix> read_imatrix(const std::string& path);
Result<Imatrix> read_imatrix(const ModelFile& file);

} // namespace engine::formats
