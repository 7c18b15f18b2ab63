// LoadedModel: everything between a path and logits, for tests.
#pragma once

#include <QString>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/kernels/cpu/select.h"
#include "engine/platform/machine.h"
#include "engine/runtime/decoder.h"

// What tests/golden/models/make.py wrote beside a checkpoint.
struct Golden {
    std::string folder;
    std::vector<int32_t> prompt, greedy;
    double f32_error = 0; // of transformers' own float32 logits
    int64_t parameters = 0;
    std::vector<float> prefill, decode; // {prompt, vocabulary}; the same unless rope depends on the length
};
// Kernels whose products see weights and activations as they are: "", the best, for weights that are floats;
// for blocks the reference, as the others round activations to eight bits.
const char* exact_isa(const QString& name);
std::optional<Golden> read_golden(const QString& name); // a failure of the test when it is not there
QStringList golden_names();

class LoadedModel {
 public:
    // `isa`: "" for the best. A failure of the test when something is wrong.
    static std::unique_ptr<LoadedModel> open(const std::string& path, int threads = 1,
                                             engine::runtime::DecoderOptions options = {},
                                             const char* isa = "");
    // The weights cut for so many make-believe memory nodes.
    static std::unique_ptr<LoadedModel> open_on_nodes(const std::string& path, int threads, int nodes);
    static std::unique_ptr<LoadedModel> open(const std::string& path, int threads,
                                             engine::runtime::DecoderOptions options,
                                             const engine::kernels::KernelTable& table, int nodes = 1);

    engine::runtime::KvCache cache(engine::runtime::KvPrecision precision = engine::runtime::KvPrecision::f32,
                                   int64_t capacity = 256, int64_t step = 0) const;
    // Logits of all tokens, read in one call.
    std::vector<float> prefill(const std::vector<int32_t>& tokens, engine::runtime::KvCache& cache);
    // The same, one call per token.
    std::vector<float> decode(const std::vector<int32_t>& tokens, engine::runtime::KvCache& cache);
    // The prompt in one call, then `count` greedy tokens one by one.
    std::vector<int32_t> greedy(const std::vector<int32_t>& prompt, int64_t count,
                                engine::runtime::KvCache& cache);

    engine::runtime::Decoder& decoder() { return *decoder_; }
    const engine::model::ModelSpec& spec() const { return decoder_->spec(); }

 private:
    LoadedModel(int threads, const engine::kernels::KernelTable& table, int nodes)
        : topology_(engine::platform::emulate_nodes(engine::platform::detect_machine().topology, nodes)),
          pool_(topology_, threads),
          context_(pool_, table) {}
    engine::platform::Topology topology_;
    engine::platform::ThreadPool pool_;
    engine::ops::ExecContext context_;
    std::unique_ptr<engine::runtime::Decoder> decoder_;
};

// Index of the greatest, the first of equals.
int32_t greatest(const float* logits, int64_t count);
// Largest distance; infinite where sizes differ or a value is NaN.
double distance(const std::vector<float>& a, const std::vector<float>& b);
