// Decoder: one forward pass: embed -> layers -> norm -> head, over a KV cache.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/stop.h"
#include "engine/model/model_spec.h"
#include "engine/ops/exec_context.h"
#include "engine/placement/weights.h"
#include "engine/runtime/kv_cache.h"
#include "engine/runtime/routing_observer.h"

namespace engine::runtime {

enum class LogitsFor { none, last, all };

struct DecoderOptions {
    // Tokens that go through all layers together; 0: chosen from the model's size, so that memory stays small
    // and a cancel is quick.
    int64_t micro_batch = 0;
};

// Not thread-safe: one forward() at a time per Decoder, because scratch memory is shared. Any number of
// caches.
class Decoder {
 public:
    // Checks that every weight of the spec is there. `context` must outlive the decoder and serves it alone
    // while forward() runs; its scratch memory grows with the first micro-batches and stays. Errors:
    // not_found (weight), unsupported (number format).
    static Result<std::unique_ptr<Decoder>> create(model::ModelSpec spec,
                                                   std::shared_ptr<const placement::Weights> weights,
                                                   ops::ExecContext& context, DecoderOptions options = {});
    ~Decoder();

    // Logits of consecutive positions, row-major {rows, vocabulary}; first_row counts from the first of
    // `tokens`. The span is dead after the call. An Error ends the forward and is what it returns.
    using LogitsSink = std::function<Result<void>(int64_t first_row, std::span<const float> rows)>;

    // Reads `tokens` at the end of the cache; none are allowed and give no logits. A prompt is best read in
    // one call: ropes that depend on the length take it from where the call ends. Progress is told after
    // every layer, in tokens: what is left of a micro-batch counts in proportion. A stop is seen within some
    // milliseconds, inside the long verbs too. Errors: invalid_argument (a token outside the vocabulary, a
    // cache of another model: nothing was read), context_full (they do not fit: nothing was read),
    // out_of_memory, cancelled, io (the model's file cannot be read any more), the sink's. After the last
    // four the cache holds the micro-batches that were complete: cache.length() says how many tokens were
    // read, and the rest can be read later (with a rope that depends on the length: none).
    Result<void> forward(std::span<const int32_t> tokens, KvCache& cache, LogitsFor logits_for,
                         const LogitsSink& sink, const StopToken& stop, const Progress& progress = {});

    // The same; `logits` becomes {0, 1 or tokens.size(), vocabulary}.
    Result<void> forward(std::span<const int32_t> tokens, KvCache& cache, LogitsFor logits_for,
                         std::vector<float>& logits, const StopToken& stop, const Progress& progress = {});

    // One token for each of several sequences: tokens[i] is read at the end of *caches[i]; `logits` becomes
    // {tokens.size(), vocabulary}. All sequences go through the matrices together, so that weights are read
    // once for all of them. Each gets what forward() of its token alone gives, within the rounding of sums in
    // another order. Errors: as forward(), and invalid_argument when a cache is there twice or none is there
    // for a token; after an error no cache holds more tokens than before.
    Result<void> step(std::span<const int32_t> tokens, std::span<KvCache* const> caches,
                      std::vector<float>& logits, const StopToken& stop);

    // Called on the thread of forward() and step() for every layer with a router; empty: nobody is told.
    void set_routing_observer(RoutingObserver observer);

    const model::ModelSpec& spec() const;
    const placement::Weights& weights() const;
    int64_t micro_batch() const;
    int64_t scratch_bytes() const;

 private:
    Decoder();
    struct State;
    struct Request {
        LogitsFor logits_for;
        const LogitsSink& sink;
        const Progress& progress;
        int64_t done, total; // tokens before this micro-batch, and in the whole forward
        int64_t rope_length; // of the cache at the end of the whole forward
    };
    Result<void> read_micro_batch(std::span<const int32_t> tokens, KvCache& cache, const Request& request);
    std::unique_ptr<State> state_;
};

} // namespace engine::runtime
