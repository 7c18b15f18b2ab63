// ModelFile: a model on disk as metadata + tensor index over mapped bytes, whichever format it came in.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/tensor_view.h"
#include "engine/formats/metadata.h"
#include "engine/platform/mapped_file.h"

namespace engine::formats {

struct TensorEntry {
    std::string name; // as in the file
    DType dtype = DType::F32;
    Shape shape;         // outermost first (see base/tensor_view.h)
    uint32_t part = 0;   // index into ModelFile::parts
    uint64_t offset = 0; // bytes from the start of that part's file
    uint64_t bytes = 0;
};

class TensorIndex {
 public:
    Result<void> add(TensorEntry entry); // bad_file on a name that is already there
    const TensorEntry* find(std::string_view name) const;
    const std::vector<TensorEntry>& entries() const { return entries_; }

 private:
    std::vector<TensorEntry> entries_;
    NameTable by_name_;
};

enum class Container { gguf, huggingface };

// Immutable after opening, safe to read from any thread. Every entry's [offset, offset + bytes) lies inside
// its part: checked once at opening, so that tensor() cannot fail.
struct ModelFile {
    Container container = Container::gguf;
    std::string path;  // the file (first part) or the folder
    Metadata metadata; // GGUF: as in the file. Hugging Face: empty
    TensorIndex tensors;
    std::vector<std::shared_ptr<const platform::MappedFile>> parts;

    // Hugging Face folders only, verbatim; empty when the file is not there.
    std::string config_json, generation_config_json, tokenizer_json, tokenizer_config_json, chat_template;
    std::string tokenizer_model, added_tokens_json; // only where there is no tokenizer_json

    TensorView tensor(const TensorEntry& entry) const;
    // io when a part could not be read since it was opened: what was made of its bytes is worthless.
    Result<void> check() const;
};

// Opens PATH: a GGUF file (v2, v3; any part of a split "-00001-of-00003.gguf" set opens the whole set) or a
// folder with config.json and *.safetensors (one file, or several with model.safetensors.index.json or
// numbered names; the path of one of these files opens its folder). A folder with a tokenizer but no weights
// opens with no tensors, a folder with nothing but one GGUF model opens that. Reads headers only; maps the
// rest. Errors: not_found (also missing parts), io, bad_file (truncated, sizes outside the file, duplicate
// names, absurd counts: nothing is allocated from a count before it was checked against the bytes that are
// left), unsupported (dtype, version, endian). Tensors of GGUF files start at multiples of the file's
// alignment (32 unless it says otherwise); those of safetensors files may start at ANY address. Formats that
// nothing here decodes (TQ1_0, F8_E5M2) are listed all the same; kernels/quant says which can be decoded.
Result<ModelFile> open_model_file(const std::string& path);

} // namespace engine::formats
