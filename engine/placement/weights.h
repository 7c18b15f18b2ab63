// Weights: the bytes of every weight of a loaded model, found by role.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/stop.h"
#include "engine/base/weight_matrix.h"
#include "engine/formats/model_file.h"
#include "engine/model/inventory.h"
#include "engine/platform/host_memory.h"
#include "engine/platform/thread_pool.h"

namespace engine::placement {

// Immutable after loading, safe to read from any thread. Matrices stay in the file's number format, but
// FP8 ones have their scales beside the values (F8_B128; F32 where rows are no multiple of 128); norms and
// biases are F32. Keeps the file's mapping alive.
class Weights {
 public:
    // Empty where the model has no such weight (no bias, tied head).
    TensorView find(const model::WeightId& id) const; // of those that are never cut: norms, biases
    WeightMatrix matrix(const model::WeightId& id) const;
    const model::Inventory& inventory() const { return inventory_; }

    // io when the file could not be read since it was opened: results since the last time are worthless.
    Result<void> check() const { return file_->check(); }

    int64_t mapped_bytes() const { return mapped_bytes_; } // used where the file's mapping has them
    int64_t copied_bytes() const;                          // in memory of our own
    int nodes() const { return nodes_; }                   // that matrices are cut for; 1: not cut
    // The number format that holds most bytes of the matrices.
    DType main_dtype() const { return main_dtype_; }

    ~Weights();
    Weights(const Weights&) = delete;
    Weights& operator=(const Weights&) = delete;

 private:
    friend class Loader;
    Weights();
    std::shared_ptr<const formats::ModelFile> file_;
    model::Inventory inventory_;
    std::vector<TensorView> views_;   // parallel to inventory_.entries(); empty where a matrix is cut
    std::vector<int64_t> first_part_; // of a matrix that is cut, in parts_; -1: whole
    std::vector<WeightPart> parts_;   // nodes_ for each of these
    int nodes_ = 1;
    platform::HostBuffer copies_;                   // of what the mapping cannot serve
    std::vector<platform::HostBuffer> node_copies_; // the parts, by node
    int64_t mapped_bytes_ = 0;
    DType main_dtype_ = DType::F32;
};

struct LoadOptions {
    // Memory that may be used, in bytes: what the machine says is available; -1: not looked at. A model whose
    // weights do not fit is refused before anything is allocated (out_of_memory, with both numbers).
    int64_t memory_limit = -1;
    // Several memory nodes: matrices are cut for the pool's nodes (node_split.h) and copied by its workers.
    // Null, or one node: nothing is cut.
    platform::ThreadPool* pool = nullptr;
    const platform::Topology* topology = nullptr; // of the pool
};

// Matrices whose format in `inventory` is not the file's are encoded on the way. Progress in bytes of all
// weights. A stop gives everything back and returns cancelled. The bytes are read from disk while loading, so
// that the first token does not wait for them.
Result<std::shared_ptr<const Weights>> load_weights(std::shared_ptr<const formats::ModelFile> file,
                                                    model::Inventory inventory, const LoadOptions& options,
                                                    const Progress& progress, const StopToken& stop);

} // namespace engine::placement
