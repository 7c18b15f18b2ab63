// Decoder: see decoder.h.
#include "engine/runtime/decoder.h"

#include <algorithm>
#include <new>
#include <variant>

#include "engine/model/rope.h"
#include "engine/ops/copy.h"
#include "engine/ops/embed.h"
#include "engine/ops/norm.h"
#include "engine/ops/rope.h"
#include "engine/placement/scratch_size.h"
#include "engine/runtime/blocks/dense_mlp.h"
#include "engine/runtime/blocks/gqa_attention.h"
#include "engine/runtime/blocks/moe.h"

namespace engine::runtime {

using model::Role;

namespace {

using FeedForward = std::variant<DenseMlp, Moe>;

struct Layer {
    const float* mixer_norm = nullptr;
    float mixer_epsilon = 0;
    GqaAttention mixer;
    const float* feed_forward_norm = nullptr;
    float feed_forward_epsilon = 0;
    FeedForward feed_forward;
};

Result<FeedForward> create_feed_forward(const model::FeedForwardSpec& spec, int64_t width, int32_t layer,
                                        const Binding& from) {
    if (const auto* moe = std::get_if<model::MoeSpec>(&spec)) {
        ENGINE_ASSIGN(Moe block, Moe::create(*moe, width, layer, from));
        return FeedForward(std::move(block));
    }
    ENGINE_ASSIGN(DenseMlp block, DenseMlp::create(std::get<model::DenseMlpSpec>(spec), width, layer, from));
    return FeedForward(std::move(block));
}

Result<Layer> create_layer(const model::ModelSpec& spec, int32_t index, const Binding& from) {
    const model::LayerSpec& own = spec.layers[static_cast<size_t>(index)];
    const auto& attention = std::get<model::GqaSpec>(own.mixer);
    const model::RopeSpec& rope = spec.ropes[static_cast<size_t>(attention.rope)];
    Layer layer;
    ENGINE_ASSIGN(layer.mixer_norm, bind_vector(from, {Role::mixer_norm, false, index}, spec.width));
    layer.mixer_epsilon = static_cast<float>(own.mixer_norm.epsilon);
    ENGINE_ASSIGN(layer.mixer, GqaAttention::create(attention, rope, spec.width, index, from));
    ENGINE_ASSIGN(layer.feed_forward_norm,
                  bind_vector(from, {Role::feed_forward_norm, false, index}, spec.width));
    layer.feed_forward_epsilon = static_cast<float>(own.feed_forward_norm.epsilon);
    ENGINE_ASSIGN(layer.feed_forward, create_feed_forward(own.feed_forward, spec.width, index, from));
    return layer;
}

// While it lives, the context's verbs look at the token.
class StopGuard {
 public:
    StopGuard(ops::ExecContext& context, const StopToken& stop) : context_(context) {
        context_.set_stop(&stop);
    }
    ~StopGuard() { context_.set_stop(nullptr); }
    StopGuard(const StopGuard&) = delete;
    StopGuard& operator=(const StopGuard&) = delete;

 private:
    ops::ExecContext& context_;
};

} // namespace

struct Decoder::State {
    model::ModelSpec spec;
    std::shared_ptr<const placement::Weights> weights;
    ops::ExecContext* context = nullptr;
    WeightMatrix embedding;
    std::vector<Layer> layers;
    const float* output_norm = nullptr;
    Linear head;
    std::vector<float> rope_divisors;
    std::vector<model::RopeTable> ropes; // of the sequence that was read last
    bool rope_follows_length = false;
    int64_t micro_batch = 0;
    RoutingObserver observer;

    Result<void> bind_ends(const Binding& from);
    void update_ropes(int64_t length);
    Result<std::vector<RopeAngles>> angles(std::span<const Sequence> sequences, int64_t tokens);
    Result<void> apply(const Layer& layer, const Pass& pass, ops::Matrix x) const;
    Result<void> emit(ops::ConstMatrix x, int64_t first_row, const LogitsSink& sink) const;
};

// What stands before the first layer and after the last.
Result<void> Decoder::State::bind_ends(const Binding& from) {
    ENGINE_ASSIGN(const Linear table,
                  Linear::bind(from, {Role::token_embedding}, spec.vocabulary, spec.width, false));
    embedding = table.weight;
    ENGINE_ASSIGN(output_norm, bind_vector(from, {Role::output_norm}, spec.width));
    head = table;
    if (!spec.tied_head) {
        ENGINE_ASSIGN(head, Linear::bind(from, {Role::output}, spec.vocabulary, spec.width, false));
    }
    for (const model::RopeSpec& rope : spec.ropes) {
        rope_follows_length = rope_follows_length || model::depends_on_length(rope);
        if (!rope.divided_by_weight) continue;
        ENGINE_ASSIGN(const float* divisors, bind_vector(from, {Role::rope_factors}, rope.dims / 2));
        rope_divisors.assign(divisors, divisors + rope.dims / 2);
    }
    return {};
}

void Decoder::State::update_ropes(int64_t length) {
    if (!ropes.empty() && !rope_follows_length) return;
    ropes.clear();
    for (const model::RopeSpec& rope : spec.ropes)
        ropes.push_back(model::rope_table(rope, length, rope_divisors));
}

Result<std::vector<RopeAngles>> Decoder::State::angles(std::span<const Sequence> sequences, int64_t tokens) {
    std::vector<RopeAngles> all;
    for (const model::RopeSpec& rope : spec.ropes) {
        RopeAngles own;
        ENGINE_ASSIGN(own.cosine, take_matrix(*context, tokens, rope.dims / 2));
        ENGINE_ASSIGN(own.sine, take_matrix(*context, tokens, rope.dims / 2));
        all.push_back(own);
    }
    int64_t row = 0;
    for (const Sequence& sequence : sequences) {
        update_ropes(sequence.rope_length);
        for (size_t i = 0; i < ropes.size(); ++i)
            ops::rope_table(*context, ropes[i].frequencies, sequence.first_position, ropes[i].scale,
                            rows_of(all[i].cosine, row, sequence.tokens),
                            rows_of(all[i].sine, row, sequence.tokens));
        row += sequence.tokens;
    }
    return all;
}

// x += mixer(norm(x)); x += feed_forward(norm(x))
Result<void> Decoder::State::apply(const Layer& layer, const Pass& pass, ops::Matrix x) const {
    const ops::Scratch::Frame frame(context->scratch());
    ENGINE_ASSIGN(const ops::Matrix normed, take_matrix(*context, x.rows, x.columns));
    ENGINE_ASSIGN(const ops::Matrix y, take_matrix(*context, x.rows, x.columns));
    ops::rms_norm(*context, x, layer.mixer_norm, layer.mixer_epsilon, normed);
    ENGINE_TRY(layer.mixer.forward(pass, normed, y));
    ops::add(*context, y, x);
    ops::rms_norm(*context, x, layer.feed_forward_norm, layer.feed_forward_epsilon, normed);
    ENGINE_TRY(
        std::visit([&](const auto& block) { return block.forward(pass, normed, y); }, layer.feed_forward));
    ops::add(*context, y, x);
    return context->unless_stopped();
}

// The head, some rows at a time: all rows of a vocabulary of 150,000 would be 0.6 MB each.
Result<void> Decoder::State::emit(ops::ConstMatrix x, int64_t first_row, const LogitsSink& sink) const {
    constexpr int64_t kLargest = (int64_t{64} << 20) / static_cast<int64_t>(sizeof(float));
    const int64_t most = std::clamp<int64_t>(kLargest / spec.vocabulary, 1, x.rows);
    const ops::Scratch::Frame frame(context->scratch());
    ENGINE_ASSIGN(const ops::Matrix normed, take_matrix(*context, most, x.columns));
    ENGINE_ASSIGN(const ops::Matrix logits, take_matrix(*context, most, spec.vocabulary));
    for (int64_t at = 0; at < x.rows; at += most) {
        const int64_t rows = std::min(most, x.rows - at);
        const ops::Matrix some = ops::matrix(normed.data, rows, x.columns);
        const ops::Matrix out = ops::matrix(logits.data, rows, spec.vocabulary);
        ops::rms_norm(*context, {x.row(at), rows, x.columns, x.stride}, output_norm,
                      static_cast<float>(spec.output_norm.epsilon), some);
        ENGINE_TRY(ops::matmul(*context, some, head.weight, head.bias, out));
        ENGINE_TRY(weights->check());
        ENGINE_TRY(sink(first_row + at, {out.data, static_cast<size_t>(rows * spec.vocabulary)}));
    }
    return {};
}

Decoder::Decoder() : state_(std::make_unique<State>()) {}
Decoder::~Decoder() = default;

Result<std::unique_ptr<Decoder>> Decoder::create(model::ModelSpec spec,
                                                 std::shared_ptr<const placement::Weights> weights,
                                                 ops::ExecContext& context, DecoderOptions options) {
    std::unique_ptr<Decoder> decoder(new Decoder);
    State& state = *decoder->state_;
    state.spec = std::move(spec);
    state.weights = std::move(weights);
    state.context = &context;
    const Binding from{*state.weights, context};
    ENGINE_TRY(state.bind_ends(from));
    for (size_t i = 0; i < state.spec.layers.size(); ++i) {
        ENGINE_ASSIGN(Layer layer, create_layer(state.spec, static_cast<int32_t>(i), from));
        state.layers.push_back(std::move(layer));
    }
    state.micro_batch = options.micro_batch;
    if (options.micro_batch <= 0)
        state.micro_batch =
            placement::micro_batch(placement::footprint_of(state.spec, state.weights->inventory()));
    return decoder;
}

namespace {

Result<void> check_tokens(std::span<const int32_t> tokens, int64_t vocabulary) {
    for (size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i] < 0 || tokens[i] >= vocabulary)
            return Error{ErrorCode::invalid_argument,
                         "token " + std::to_string(tokens[i]) + " at place " + std::to_string(i) +
                             " is outside the vocabulary of " + std::to_string(vocabulary),
                         ""};
    }
    return {};
}

Result<void> check_room(const KvCache& cache, int64_t tokens) {
    if (tokens <= cache.capacity() - cache.length()) return {};
    return Error{ErrorCode::context_full,
                 std::to_string(tokens) + " tokens do not fit: " + std::to_string(cache.length()) + " of " +
                     std::to_string(cache.capacity()) + " are in use",
                 "Choose a longer context, or shorten the conversation."};
}

Error belongs_to_another() {
    return {ErrorCode::invalid_argument, "the cache belongs to another model", ""};
}

Result<void> check_caches(size_t tokens, std::span<KvCache* const> caches) {
    if (caches.size() != tokens)
        return Error{ErrorCode::invalid_argument,
                     std::to_string(tokens) + " tokens cannot be read into " + std::to_string(caches.size()) +
                         " caches",
                     ""};
    std::vector<KvCache*> sorted(caches.begin(), caches.end());
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
        return Error{ErrorCode::invalid_argument, "a cache was given for two sequences", ""};
    return {};
}

// Empties `logits` and makes room for `rows` rows.
Result<void> clear_for(size_t rows, int64_t vocabulary, std::vector<float>& logits) {
    logits.clear();
    try {
        logits.reserve(rows * static_cast<size_t>(vocabulary));
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::out_of_memory,
                     "no memory for the logits of " + std::to_string(rows) + " tokens",
                     "Ask for fewer tokens at once."};
    }
    return {};
}

Decoder::LogitsSink append_to(std::vector<float>& logits) {
    return [&logits](int64_t, std::span<const float> some) -> Result<void> {
        logits.insert(logits.end(), some.begin(), some.end());
        return {};
    };
}

} // namespace

Result<void> Decoder::forward(std::span<const int32_t> tokens, KvCache& cache, LogitsFor logits_for,
                              const LogitsSink& sink, const StopToken& stop, const Progress& progress) {
    State& s = *state_;
    const auto total = static_cast<int64_t>(tokens.size());
    if (!cache.fits(s.spec)) return belongs_to_another();
    ENGINE_TRY(check_tokens(tokens, s.spec.vocabulary));
    ENGINE_TRY(check_room(cache, total));
    const int64_t begin = cache.length();
    const StopGuard guard(*s.context, stop);
    for (int64_t done = 0; done < total;) {
        const int64_t count = std::min(s.micro_batch, total - done);
        const auto read =
            read_micro_batch(tokens.subspan(static_cast<size_t>(done), static_cast<size_t>(count)), cache,
                             {logits_for, sink, progress, done, total, begin + total});
        if (!read.ok()) {
            // Keys that were turned for a length which was not reached are worthless.
            if (s.rope_follows_length) cache.truncate(begin);
            return read;
        }
        done += count;
    }
    return {};
}

Result<void> Decoder::read_micro_batch(std::span<const int32_t> tokens, KvCache& cache,
                                       const Request& request) {
    State& s = *state_;
    ops::ExecContext& context = *s.context;
    const auto count = static_cast<int64_t>(tokens.size());
    const ops::Scratch::Frame frame(context.scratch());
    ENGINE_TRY(cache.reserve(cache.length() + count));
    const Sequence sequence{&cache, cache.length(), count, request.rope_length};
    ENGINE_ASSIGN(const ops::Matrix x, take_matrix(context, count, s.spec.width));
    ENGINE_ASSIGN(const auto angles, s.angles({&sequence, 1}, count));
    const Pass pass{context, {&sequence, 1}, angles, s.observer};
    ops::embed(context, s.embedding, tokens, x);
    const auto layers = static_cast<int64_t>(s.layers.size());
    for (int64_t i = 0; i < layers; ++i) {
        ENGINE_TRY(s.apply(s.layers[static_cast<size_t>(i)], pass, x));
        if (request.progress) request.progress(request.done + count * (i + 1) / layers, request.total);
    }
    ENGINE_TRY(s.weights->check());
    const bool last = request.done + count == request.total;
    if (request.logits_for == LogitsFor::all) {
        ENGINE_TRY(s.emit(x, request.done, request.sink));
    } else if (request.logits_for == LogitsFor::last && last) {
        ENGINE_TRY(s.emit({x.row(count - 1), 1, x.columns, x.stride}, request.total - 1, request.sink));
    }
    cache.advance(count);
    return {};
}

Result<void> Decoder::forward(std::span<const int32_t> tokens, KvCache& cache, LogitsFor logits_for,
                              std::vector<float>& logits, const StopToken& stop, const Progress& progress) {
    const size_t rows = logits_for == LogitsFor::none ? 0 : logits_for == LogitsFor::last ? 1 : tokens.size();
    ENGINE_TRY(clear_for(rows, state_->spec.vocabulary, logits));
    return forward(tokens, cache, logits_for, append_to(logits), stop, progress);
}

Result<void> Decoder::step(std::span<const int32_t> tokens, std::span<KvCache* const> caches,
                           std::vector<float>& logits, const StopToken& stop) {
    State& s = *state_;
    ops::ExecContext& context = *s.context;
    const auto count = static_cast<int64_t>(tokens.size());
    ENGINE_TRY(clear_for(tokens.size(), s.spec.vocabulary, logits));
    ENGINE_TRY(check_tokens(tokens, s.spec.vocabulary));
    ENGINE_TRY(check_caches(tokens.size(), caches));
    std::vector<Sequence> sequences;
    for (KvCache* const cache : caches) {
        if (!cache->fits(s.spec)) return belongs_to_another();
        ENGINE_TRY(check_room(*cache, 1));
        ENGINE_TRY(cache->reserve(cache->length() + 1));
        sequences.push_back({cache, cache->length(), 1, cache->length() + 1});
    }
    if (count == 0) return {};
    const StopGuard guard(context, stop);
    const ops::Scratch::Frame frame(context.scratch());
    ENGINE_ASSIGN(const ops::Matrix x, take_matrix(context, count, s.spec.width));
    ENGINE_ASSIGN(const auto angles, s.angles(sequences, count));
    const Pass pass{context, sequences, angles, s.observer};
    ops::embed(context, s.embedding, tokens, x);
    for (const Layer& layer : s.layers)
        ENGINE_TRY(s.apply(layer, pass, x));
    ENGINE_TRY(s.emit(x, 0, append_to(logits)));
    for (KvCache* const cache : caches)
        cache->advance(1);
    return {};
}

void Decoder::set_routing_observer(RoutingObserver observer) {
    state_->observer = std::move(observer);
}

const model::ModelSpec& Decoder::spec() const {
    return state_->spec;
}

const placement::Weights& Decoder::weights() const {
    return *state_->weights;
}

int64_t Decoder::micro_batch() const {
    return state_->micro_batch;
}

int64_t Decoder::scratch_bytes() const {
    return state_->context->scratch().bytes();
}

} // namespace engine::runtime
