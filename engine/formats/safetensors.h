// safetensors: headers to tensor entries, and the index of a sharded set. Source: the format's description in
// the huggingface/safetensors repository.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/stop.h"
#include "engine/formats/model_file.h"

namespace engine::formats {

// Parses the header in `bytes`, the first bytes of a file that is file_size long. Entries come in the order
// of their data, with offsets from the start of the file and part 0; the data fill the file without holes or
// overlaps, as the format demands. Errors: bad_file, unsupported (an unknown dtype, more than kMaxDims
// dimensions); invalid_argument when the header goes on after `bytes`: come back with more of the file.
Result<std::vector<TensorEntry>> parse_safetensors(std::span<const std::byte> bytes, uint64_t file_size);

// model.safetensors.index.json: which file holds which tensor, in the order of the JSON. Names of files that
// could lead out of the folder are bad_file.
struct ShardOfTensor {
    std::string tensor;
    std::string file;
};
Result<std::vector<ShardOfTensor>> parse_safetensors_index(std::string_view json);

// Whether the format has a name for it: false for the block formats of GGUF.
bool is_safetensors_dtype(DType dtype);

// Writes one file: PATH.part first, then an atomic rename. Tensors are stored by falling element size, so
// that each starts at a multiple of its own; views must live until write() returns. Errors: invalid_argument
// (a name or a text that is not UTF-8, "__metadata__" as a name, a name that is there twice, a block format),
// disk_full and io (PATH.part is removed), cancelled. Progress counts bytes of the file.
class SafetensorsWriter {
 public:
    std::vector<std::pair<std::string, std::string>> metadata; // becomes "__metadata__"; readers expect
                                                               // {"format": "pt"}
    void add_tensor(std::string name, const TensorView& view);
    Result<void> write(const std::string& path, const Progress& progress = {},
                       const StopToken& stop = {}) const;

 private:
    struct Pending {
        std::string name;
        TensorView view;
    };
    std::vector<Pending> tensors_;
};

} // namespace engine::formats
