// GGUF v2 and v3: reader over mapped bytes, and writer. Source: the GGUF specification in ggml's docs.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/stop.h"
#include "engine/formats/metadata.h"
#include "engine/formats/model_file.h"

namespace engine::formats {

// What a header says; offsets are relative to the start of the file.
struct GgufHeader {
    uint32_t version = 3;
    uint32_t alignment = 32;
    uint64_t data_offset = 0;
    Metadata metadata;
    std::vector<TensorEntry> tensors;
};

// Parses the header in `bytes`, the first bytes of a file that is file_size long (bytes.size() <= file_size:
// a header can be read before the rest was downloaded). Every size is checked against file_size. Errors:
// bad_file, unsupported (big-endian, version, tensor type, nested arrays); invalid_argument when the header
// goes on after `bytes`: come back with more of the file.
Result<GgufHeader> parse_gguf(std::span<const std::byte> bytes, uint64_t file_size);

// Writes a GGUF v3 file: PATH.part first, then an atomic rename, so that PATH is never half a file.
class GgufWriter {
 public:
    Metadata metadata; // "general.alignment" is honoured; the caller sets "general.architecture"

    // `produce` must write exactly row_bytes * rows bytes into its argument; called once, in the order of
    // adding, when write() reaches the tensor. So a writer never holds more than one tensor.
    using Produce = std::function<Result<void>(std::span<std::byte> out)>;
    void add_tensor(std::string name, DType dtype, Shape shape, Produce produce);
    // The same in pieces of some megabytes, for tensors that shall not be held whole: called for rising
    // ranges of rows until all were asked for; `out` begins with row `first_row`.
    using ProduceRows = std::function<Result<void>(int64_t first_row, std::span<std::byte> out)>;
    void add_tensor_rows(std::string name, DType dtype, Shape shape, ProduceRows produce);
    void add_tensor(std::string name,
                    const TensorView& view); // copies from `view` at write(); it must live until then

    // In the order of adding; where they will be in the file is not known yet.
    std::vector<TensorEntry> tensors() const;

    // Of the file that write() makes. Errors: invalid_argument, as there.
    Result<uint64_t> file_bytes() const;

    // Errors: invalid_argument (before anything is written: a name that is empty, longer than llama.cpp's 63
    // bytes or there twice; a format that GGUF does not have; rows that are not whole blocks; a metadata
    // value outside its type), disk_full and io (PATH.part is removed), out_of_memory, cancelled, and what
    // `produce` returns. Progress counts bytes of the file.
    Result<void> write(const std::string& path, const Progress& progress = {},
                       const StopToken& stop = {}) const;

 private:
    struct Pending {
        TensorEntry entry;
        const std::byte* data = nullptr; // of a view
        ProduceRows produce;             // else
        bool whole = true;               // all rows in one call
    };
    struct Start {
        std::vector<std::byte> header; // padded
        uint64_t alignment = 0, total = 0;
    };
    Result<Start> start() const; // where everything is checked
    Result<std::vector<uint64_t>> offsets(uint64_t alignment) const;
    std::vector<Pending> tensors_;
};

} // namespace engine::formats
