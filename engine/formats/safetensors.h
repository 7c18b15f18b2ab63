// safetensors: headers to tensor entries, and the index of a sharded set. Source: the format's description in
// the huggingface/safetensors repository.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
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

} // namespace engine::formats
