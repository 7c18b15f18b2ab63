// Running softmax over tiles of positions (Milakov and Gimelshein 2018; Dao et al. 2022).
#include "engine/ops/attention.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/ops/prompt_attention.h"
#include "engine/ops/split.h"

namespace engine::ops {

namespace {
constexpr int64_t kTile = 64;        // positions scored at once; tiles end at multiples of it
constexpr int64_t kSplit = 256;      // positions of one piece of work when there are few tokens
constexpr int64_t kFewTokens = 8;    // up to here positions are split among the workers
constexpr int64_t kRowsPerTask = 32; // (token, head) rows that share the reading of a key
constexpr float kNegativeInfinity = -std::numeric_limits<float>::infinity();

// What is known of some (token, head) rows after some positions.
struct Partial {
    float* greatest = nullptr; // {rows} scaled score
    float* sum = nullptr;      // {rows} of exp(score - greatest)
    float* values = nullptr;   // {rows, value_dim} sum of exp(score - greatest) * value
};

struct Problem {
    const ExecContext& context;
    const kernels::KernelTable& kernels;
    const AttentionShape& shape;
    const KvLayout& layout;
    std::span<const KvSegment> segments;
    ConstMatrix q;
    Matrix out;
    int64_t first_position;
    int64_t group;           // heads per kv head
    int64_t tokens_per_task; // tokens_per_task * group rows
    int64_t query_tiles, splits, first_split;
    int64_t rows() const { return tokens_per_task * group; }
    int64_t first_visible(int64_t position) const {
        return shape.window > 0 ? std::max<int64_t>(position - shape.window + 1, 0) : 0;
    }
};

struct Room {                        // of one worker
    const float** queries = nullptr; // {rows}
    float* scores = nullptr;         // {rows, kTile}
    Partial partial;
};

Result<Partial> take_partials(Scratch& scratch, int64_t rows, int64_t value_dim) {
    Partial partial;
    ENGINE_ASSIGN(partial.greatest, scratch.take<float>(rows));
    ENGINE_ASSIGN(partial.sum, scratch.take<float>(rows));
    ENGINE_ASSIGN(partial.values, scratch.take<float>(rows * value_dim));
    return partial;
}

Partial from_row(const Partial& partial, int64_t row, int64_t value_dim) {
    return {partial.greatest + row, partial.sum + row, partial.values + row * value_dim};
}

void clear(const Partial& partial, int64_t rows, int64_t value_dim) {
    std::fill_n(partial.greatest, rows, kNegativeInfinity);
    std::fill_n(partial.sum, rows, 0.0f);
    std::fill_n(partial.values, rows * value_dim, 0.0f);
}

// Rows are (token, head of the group), token outermost.
struct Rows {
    int64_t kv_head, first_token, tokens;
};

// Makes room for a score of `greatest` in row r: what was summed before shrinks.
void raise(const Problem& p, const Partial& partial, int64_t r, float greatest) {
    if (greatest <= partial.greatest[r]) return;
    const float factor = std::exp(partial.greatest[r] - greatest); // 0 for the first tile
    partial.sum[r] *= factor;
    p.kernels.scale(partial.values + r * p.shape.value_dim, p.shape.value_dim, factor);
    partial.greatest[r] = greatest;
}

// Scores of `count` positions from `position` on become exp(score - greatest), 0 where a row may not look.
void soften(const Problem& p, const Rows& rows, int64_t position, int64_t count, const Room& room,
            const Partial& partial) {
    for (int64_t r = 0; r < rows.tokens * p.group; ++r) {
        const int64_t own = p.first_position + rows.first_token + r / p.group;
        const int64_t begin = std::clamp<int64_t>(p.first_visible(own) - position, 0, count);
        const int64_t end = std::clamp<int64_t>(own + 1 - position, begin, count);
        float* const scores = room.scores + r * kTile;
        std::fill(scores, scores + begin, 0.0f);
        std::fill(scores + end, scores + count, 0.0f);
        if (begin == end) continue;
        raise(p, partial, r, p.kernels.row_max(scores + begin, end - begin) * p.shape.scale);
        if (partial.greatest[r] == kNegativeInfinity)
            partial.greatest[r] = std::numeric_limits<float>::lowest();
        partial.sum[r] += p.kernels.exp_sum(scores + begin, end - begin, p.shape.scale, partial.greatest[r]);
    }
}

// Adds the positions [begin, end) to `partial`.
void attend(const Problem& p, const Rows& rows, int64_t begin, int64_t end, const Room& room,
            const Partial& partial) {
    const int64_t count = rows.tokens * p.group;
    const auto& format = p.context.format(p.layout.dtype);
    for (int64_t r = 0; r < count; ++r)
        room.queries[r] = p.q.row(rows.first_token + r / p.group) +
                          (rows.kv_head * p.group + r % p.group) * p.shape.key_dim;
    int64_t segment_begin = 0;
    for (const auto& segment : p.segments) {
        const int64_t stop = std::min(end, segment_begin + segment.positions);
        for (int64_t at = std::max(begin, segment_begin); at < stop && !p.context.stopped();) {
            const int64_t n = std::min((at / kTile + 1) * kTile, stop) - at;
            const int64_t local = at - segment_begin;
            format.dot_rows(
                segment.keys + local * p.layout.key_stride + rows.kv_head * p.layout.key_head_stride,
                p.layout.key_stride, n, room.queries, count, p.shape.key_dim, room.scores, kTile);
            soften(p, rows, at, n, room, partial);
            format.add_weighted_rows(
                segment.values + local * p.layout.value_stride + rows.kv_head * p.layout.value_head_stride,
                p.layout.value_stride, n, room.scores, kTile, count, p.shape.value_dim, partial.values,
                p.shape.value_dim);
            at += n;
        }
        segment_begin += segment.positions;
    }
}

float* output(const Problem& p, const Rows& rows, int64_t r) {
    return p.out.row(rows.first_token + r / p.group) +
           (rows.kv_head * p.group + r % p.group) * p.shape.value_dim;
}

void finish(const Problem& p, const Rows& rows, const Partial& partial) {
    for (int64_t r = 0; r < rows.tokens * p.group; ++r) {
        float* const to = output(p, rows, r);
        std::copy_n(partial.values + r * p.shape.value_dim, p.shape.value_dim, to);
        p.kernels.scale(to, p.shape.value_dim, 1.0f / partial.sum[r]);
    }
}

Rows task_rows(const Problem& p, int64_t kv_head, int64_t tile) {
    const int64_t first = tile * p.tokens_per_task;
    return {kv_head, first, std::min(p.tokens_per_task, p.q.rows - first)};
}

// The positions that any of the rows sees.
int64_t visible_begin(const Problem& p, const Rows& rows) {
    return p.first_visible(p.first_position + rows.first_token);
}
int64_t visible_end(const Problem& p, const Rows& rows) {
    return p.first_position + rows.first_token + rows.tokens;
}

// Merges the splits of one task in rising order into the first.
void merge(const Problem& p, const Rows& rows, const Partial* parts) {
    const int64_t dim = p.shape.value_dim;
    for (int64_t s = 1; s < p.splits; ++s) {
        for (int64_t r = 0; r < rows.tokens * p.group; ++r) {
            if (parts[s].greatest[r] == kNegativeInfinity) continue; // saw nothing
            raise(p, parts[0], r, parts[s].greatest[r]);
            const float factor = std::exp(parts[s].greatest[r] - parts[0].greatest[r]);
            parts[0].sum[r] += factor * parts[s].sum[r];
            p.kernels.add_scaled(parts[0].values + r * dim, parts[s].values + r * dim, dim, factor);
        }
    }
}

Result<void> attend_split(ExecContext& context, const Problem& p, std::span<Room> rooms) {
    const int64_t tasks = p.shape.kv_heads * p.query_tiles;
    ENGINE_ASSIGN(Partial* const parts, context.scratch().take<Partial>(tasks * p.splits));
    ENGINE_ASSIGN(const Partial all,
                  take_partials(context.scratch(), tasks * p.splits * p.rows(), p.shape.value_dim));
    for (int64_t i = 0; i < tasks * p.splits; ++i)
        parts[i] = from_row(all, i * p.rows(), p.shape.value_dim);
    context.pool().run(tasks * p.splits, 1, [&](int64_t begin, int64_t end, int worker) {
        for (int64_t i = begin; i < end && !context.stopped(); ++i) {
            const Rows rows = task_rows(p, i / p.splits % p.shape.kv_heads, i / p.splits / p.shape.kv_heads);
            const int64_t from = (p.first_split + i % p.splits) * kSplit;
            clear(parts[i], rows.tokens * p.group, p.shape.value_dim);
            attend(p, rows, std::max(from, visible_begin(p, rows)),
                   std::min(from + kSplit, visible_end(p, rows)), rooms[static_cast<size_t>(worker)],
                   parts[i]);
        }
    });
    ENGINE_TRY(context.unless_stopped());
    for (int64_t i = 0; i < tasks; ++i) {
        const Rows rows = task_rows(p, i % p.shape.kv_heads, i / p.shape.kv_heads);
        merge(p, rows, parts + i * p.splits);
        finish(p, rows, parts[i * p.splits]);
    }
    return {};
}

Result<std::span<Room>> take_rooms(ExecContext& context, const Problem& p) {
    const int workers = context.pool().size();
    Scratch& scratch = context.scratch();
    ENGINE_ASSIGN(Room* const rooms, scratch.take<Room>(workers));
    for (int i = 0; i < workers; ++i) {
        ENGINE_ASSIGN(rooms[i].queries, scratch.take<const float*>(p.rows()));
        ENGINE_ASSIGN(rooms[i].scores, scratch.take<float>(p.rows() * kTile));
        ENGINE_ASSIGN(rooms[i].partial, take_partials(scratch, p.rows(), p.shape.value_dim));
    }
    return std::span<Room>(rooms, static_cast<size_t>(workers));
}
} // namespace

Result<void> attention(ExecContext& context, const AttentionShape& shape, ConstMatrix q,
                       int64_t first_position, const KvLayout& layout, std::span<const KvSegment> segments,
                       Matrix out) {
    ENGINE_CHECK(shape.kv_heads > 0 && shape.heads % shape.kv_heads == 0 && shape.scale > 0);
    ENGINE_CHECK(q.columns == shape.heads * shape.key_dim && out.columns == shape.heads * shape.value_dim);
    ENGINE_CHECK(q.rows == out.rows && first_position >= 0);
    ENGINE_CHECK(context.format(layout.dtype).add_weighted_rows != nullptr);
    if (q.rows == 0) return {};
    if (q.rows > kFewTokens)
        return prompt_attention(context, shape, q, first_position, layout, segments, out);
    Problem p{context, context.kernels(), shape, layout, segments, q, out, first_position, 0, 0, 0, 1, 0};
    p.group = shape.heads / shape.kv_heads;
    p.tokens_per_task = std::clamp<int64_t>(kRowsPerTask / p.group, 1, q.rows);
    p.query_tiles = (q.rows + p.tokens_per_task - 1) / p.tokens_per_task;
    p.first_split = p.first_visible(first_position) / kSplit;
    p.splits = (first_position + q.rows - 1) / kSplit - p.first_split + 1;
    const Scratch::Frame frame(context.scratch());
    ENGINE_ASSIGN(const auto rooms, take_rooms(context, p));
    return attend_split(context, p, rooms);
}

} // namespace engine::ops
