// A folder's tokenizer as the "tokenizer.*" keys of a GGUF file: the way back from load_gguf.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/formats/metadata.h"
#include "engine/formats/model_file.h"

namespace engine::text {

// `rows`: of the token embedding, as many tokens are written. What was written is read back and compared with
// the folder's own tokenizer. Returns warnings: whole sentences about texts that become other tokens.
// Errors: not_found (no tokenizer), bad_file, unsupported (a pattern without a name in GGUF files,
// normalizers and merges that they cannot describe).
Result<std::vector<std::string>> write_gguf_vocabulary(const formats::ModelFile& folder, int64_t rows,
                                                       formats::Metadata& metadata);

} // namespace engine::text
