// Running softmax over tiles of positions (Dao et al. 2022), turned so that queries stand in the lanes.
#include "engine/ops/prompt_attention.h"

#include <algorithm>
#include <limits>

#include "engine/ops/panel_product.h"
#include "engine/ops/split.h"

namespace engine::ops {

namespace {
constexpr int64_t kPositions = 64; // of a tile; tiles end at multiples of it
// Queries that share a decoded tile of keys and values: decoding and turning 64 positions took a third as
// long as what 128 queries compute with them in F32 (AVX-512, profiled). With heads of 128 they and their
// sums take 256 KiB of a second cache.
constexpr int64_t kQueries = 256;
constexpr float kNegativeInfinity = -std::numeric_limits<float>::infinity();

struct Problem {
    const ExecContext& context;
    const AttentionShape& shape;
    ConstMatrix q;
    int64_t first_position;
    const KvLayout& layout;
    std::span<const KvSegment> segments;
    Matrix out;
    const kernels::PanelKernels& panel;      // of F32, or of factors rounded to BF16
    const kernels::RoundedProducts* rounded; // null: F32
    int64_t group;                           // heads per kv head; query = token * group + head of the group
    int64_t tokens_per_block;

    int64_t packed_bytes(int64_t columns, int64_t width) const {
        return round_up(columns, kernels::kQuantBlock) / kernels::kQuantBlock * panel.packed_bytes * width;
    }
    int64_t width_of(int64_t queries) const { return std::min(round_up(queries, panel.lanes), panel.tile); }
    int64_t first_visible(int64_t position) const {
        return shape.window > 0 ? std::max<int64_t>(position - shape.window + 1, 0) : 0;
    }
};

// The queries of one kv head and some tokens.
struct Block {
    int64_t kv_head, first_token, queries;
};

// Up to panel.tile queries of a block, with what is known of them after some positions.
struct Tile {
    int64_t first = 0, count = 0, width = 0;
    std::byte* packed = nullptr; // {key_dim, width}, by blocks of panel.depth
    float *greatest = nullptr, *sum = nullptr, *factor = nullptr; // {width}
    float* values = nullptr;                                      // {value_dim, width}
};

struct Room {                           // of one worker
    std::byte* keys = nullptr;          // panel of kPositions rows
    std::byte* turned_values = nullptr; // panel of value_dim rows, kPositions columns
    float* values = nullptr;            // {kPositions, value_dim}
    float* unrounded = nullptr;         // rows of keys or turned values
    float* scores = nullptr;            // {kPositions, tile}
    std::byte* packed_scores = nullptr; // the same rounded
    std::byte* tiles = nullptr;         // what the Tiles point into
};

int64_t tile_bytes(const Problem& p) {
    const int64_t floats = p.panel.tile * (p.shape.value_dim + 3);
    return p.packed_bytes(p.shape.key_dim, p.panel.tile) + floats * static_cast<int64_t>(sizeof(float));
}

Result<Room*> take_rooms(ExecContext& context, const Problem& p) {
    Scratch& scratch = context.scratch();
    const int workers = context.pool().size();
    const int64_t tiles = (p.tokens_per_block * p.group + p.panel.tile - 1) / p.panel.tile;
    ENGINE_ASSIGN(Room* const rooms, scratch.take<Room>(workers));
    for (int i = 0; i < workers; ++i) {
        ENGINE_ASSIGN(rooms[i].keys, scratch.take<std::byte>(kPositions * p.panel.panel_bytes));
        ENGINE_ASSIGN(
            rooms[i].turned_values,
            scratch.take<std::byte>(round_up(p.shape.value_dim, p.panel.group) * p.panel.panel_bytes));
        ENGINE_ASSIGN(rooms[i].values, scratch.take<float>(kPositions * p.shape.value_dim));
        ENGINE_ASSIGN(rooms[i].scores, scratch.take<float>(kPositions * p.panel.tile));
        ENGINE_ASSIGN(rooms[i].tiles, scratch.take<std::byte>(tiles * tile_bytes(p)));
        if (p.rounded == nullptr) continue;
        const int64_t columns = std::max(p.panel.depth, p.shape.value_dim);
        ENGINE_ASSIGN(rooms[i].unrounded, scratch.take<float>(kPositions * columns));
        ENGINE_ASSIGN(rooms[i].packed_scores,
                      scratch.take<std::byte>(p.packed_bytes(kPositions, p.panel.tile)));
    }
    return rooms;
}

// Packs the queries of tile `index` and clears its sums.
Tile start_tile(const Problem& p, const Block& block, int64_t index, const Room& room) {
    Tile tile;
    tile.first = index * p.panel.tile;
    tile.count = std::min(p.panel.tile, block.queries - tile.first);
    tile.width = p.width_of(tile.count);
    tile.packed = room.tiles + index * tile_bytes(p);
    tile.values = reinterpret_cast<float*>(tile.packed + p.packed_bytes(p.shape.key_dim, tile.width));
    tile.greatest = tile.values + tile.width * p.shape.value_dim;
    tile.sum = tile.greatest + tile.width;
    tile.factor = tile.sum + tile.width;
    std::fill_n(tile.values, tile.width * p.shape.value_dim, 0.0f);
    std::fill_n(tile.greatest, tile.width, kNegativeInfinity);
    std::fill_n(tile.sum, tile.width, 0.0f);
    const float* queries[64];
    ENGINE_CHECK(p.panel.tile <= 64);
    for (int64_t column = 0; column < p.shape.key_dim; column += p.panel.depth) {
        for (int64_t i = 0; i < tile.count; ++i) {
            const int64_t query = tile.first + i;
            queries[i] = p.q.row(block.first_token + query / p.group) +
                         (block.kv_head * p.group + query % p.group) * p.shape.key_dim + column;
        }
        p.panel.pack(queries, tile.count, std::min(p.panel.depth, p.shape.key_dim - column),
                     tile.packed + p.packed_bytes(column, tile.width), tile.width);
    }
    return tile;
}

// Positions of one segment, at most kPositions.
struct Stretch {
    const std::byte *keys, *values; // of the first position and the block's kv head
    int64_t position, count;
};

// Where the rows of a panel are written as floats: into itself, or aside, to be rounded into it.
struct PanelWriter {
    const Problem& p;
    float* rows;
    int64_t stride;

    PanelWriter(const Problem& problem, const Room& room, std::byte* panel, int64_t columns)
        : p(problem),
          rows(problem.rounded != nullptr ? room.unrounded : reinterpret_cast<float*>(panel)),
          stride(problem.rounded != nullptr ? columns : problem.panel.depth) {}

    void write(int64_t count, int64_t columns, std::byte* panel) const {
        if (p.rounded == nullptr) return;
        for (int64_t r = 0; r < count; r += p.panel.rows)
            p.rounded->round(rows + r * stride, stride * static_cast<int64_t>(sizeof(float)),
                             std::min(p.panel.rows, count - r), columns, panel + r * p.panel.panel_bytes,
                             nullptr);
    }
};

void read_values(const Problem& p, const Stretch& s, const Room& room) {
    const float* rows[kPositions];
    const auto decode = p.context.format(p.layout.dtype).decode;
    for (int64_t r = 0; r < s.count; ++r) {
        float* const row = room.values + r * p.shape.value_dim;
        decode(s.values + r * p.layout.value_stride, row, p.shape.value_dim);
        rows[r] = row;
    }
    const PanelWriter to(p, room, room.turned_values, kPositions);
    p.context.kernels().transpose(rows, s.count, p.shape.value_dim, to.rows, to.stride);
    to.write(p.shape.value_dim, s.count, room.turned_values);
}

void read_keys(const Problem& p, const Stretch& s, int64_t column, int64_t length, const Room& room) {
    const auto decode = p.context.format(p.layout.dtype).decode;
    const PanelWriter to(p, room, room.keys, p.panel.depth);
    for (int64_t r = 0; r < s.count; ++r)
        decode(s.keys + r * p.layout.key_stride + row_bytes(p.layout.dtype, column), to.rows + r * to.stride,
               length);
    to.write(s.count, length, room.keys);
}

// {rows, width}, or added to it.
void multiply(const Problem& p, const std::byte* panel, int64_t rows, const void* packed, int64_t width,
              int64_t depth, float* to, bool add) {
    for (int64_t r = 0; r < rows; r += p.panel.rows)
        p.panel.multiply(panel + r * p.panel.panel_bytes, std::min(p.panel.rows, rows - r), packed, width,
                         depth, to + r * width, add);
}

// Scores of positions that a query may not look at become -infinity.
void hide(const Problem& p, const Block& block, const Tile& tile, const Stretch& s, float* scores) {
    for (int64_t i = 0; i < tile.count; ++i) {
        const int64_t own = p.first_position + block.first_token + (tile.first + i) / p.group;
        const int64_t begin = std::clamp<int64_t>(p.first_visible(own) - s.position, 0, s.count);
        const int64_t end = std::clamp<int64_t>(own + 1 - s.position, begin, s.count);
        for (int64_t r = 0; r < begin; ++r)
            scores[r * tile.width + i] = kNegativeInfinity;
        for (int64_t r = end; r < s.count; ++r)
            scores[r * tile.width + i] = kNegativeInfinity;
    }
}

// The keys of the stretch stand in room.keys (of the last block of columns, where there are several).
void attend(const Problem& p, const Block& block, const Tile& tile, const Stretch& s, const Room& room) {
    const auto& kernels = p.context.kernels();
    for (int64_t column = 0; column < p.shape.key_dim; column += p.panel.depth) {
        const int64_t length = std::min(p.panel.depth, p.shape.key_dim - column);
        if (p.shape.key_dim > p.panel.depth) read_keys(p, s, column, length, room);
        multiply(p, room.keys, s.count, tile.packed + p.packed_bytes(column, tile.width), tile.width, length,
                 room.scores, column > 0);
    }
    hide(p, block, tile, s, room.scores);
    kernels.soften_columns(room.scores, s.count, tile.width, p.shape.scale, tile.greatest, tile.sum,
                           tile.factor);
    kernels.scale_columns(tile.values, p.shape.value_dim, tile.width, tile.factor);
    const void* weights = room.scores;
    if (p.rounded != nullptr) {
        p.rounded->pack_columns(room.scores, s.count, tile.width, room.packed_scores);
        weights = room.packed_scores;
    }
    multiply(p, room.turned_values, p.shape.value_dim, weights, tile.width, s.count, tile.values, true);
}

void finish(const Problem& p, const Block& block, const Tile& tile) {
    for (int64_t t = 0; t < tile.width; ++t)
        tile.factor[t] = 1.0f / tile.sum[t];
    p.context.kernels().scale_columns(tile.values, p.shape.value_dim, tile.width, tile.factor);
    for (int64_t i = 0; i < tile.count;) { // the heads of one token lie side by side in the output
        const int64_t query = tile.first + i;
        const int64_t heads = std::min(p.group - query % p.group, tile.count - i);
        float* const to = p.out.row(block.first_token + query / p.group) +
                          (block.kv_head * p.group + query % p.group) * p.shape.value_dim;
        p.panel.store(tile.values + i, p.shape.value_dim, tile.width, heads, nullptr, to, p.shape.value_dim);
        i += heads;
    }
}

// fn(Stretch) for the positions [begin, end), cut at the ends of segments and at multiples of kPositions.
template <typename F>
void for_stretches(const Problem& p, int64_t kv_head, int64_t begin, int64_t end, F&& fn) {
    int64_t segment_begin = 0;
    for (const auto& segment : p.segments) {
        const int64_t stop = std::min(end, segment_begin + segment.positions);
        for (int64_t at = std::max(begin, segment_begin); at < stop;) {
            const int64_t n = std::min((at / kPositions + 1) * kPositions, stop) - at;
            const int64_t local = at - segment_begin;
            fn(Stretch{segment.keys + local * p.layout.key_stride + kv_head * p.layout.key_head_stride,
                       segment.values + local * p.layout.value_stride + kv_head * p.layout.value_head_stride,
                       at, n});
            at += n;
        }
        segment_begin += segment.positions;
    }
}

void attend_block(const Problem& p, const Block& block, const Room& room) {
    Tile tiles[kQueries];
    ENGINE_CHECK(block.queries <= kQueries * p.panel.tile);
    int64_t count = 0;
    for (int64_t first = 0; first < block.queries; first += p.panel.tile, ++count)
        tiles[count] = start_tile(p, block, count, room);
    const int64_t own = p.first_position + block.first_token; // of the first query
    const int64_t last = own + (block.queries - 1) / p.group;
    for_stretches(p, block.kv_head, p.first_visible(own), last + 1, [&](const Stretch& s) {
        if (p.context.stopped()) return;
        if (p.shape.key_dim <= p.panel.depth) read_keys(p, s, 0, p.shape.key_dim, room);
        read_values(p, s, room);
        for (int64_t i = 0; i < count; ++i) {
            const int64_t latest = own + (tiles[i].first + tiles[i].count - 1) / p.group;
            if (latest >= s.position) attend(p, block, tiles[i], s, room);
        }
    });
    for (int64_t i = 0; i < count; ++i)
        finish(p, block, tiles[i]);
}
} // namespace

Result<void> prompt_attention(ExecContext& context, const AttentionShape& shape, ConstMatrix q,
                              int64_t first_position, const KvLayout& layout,
                              std::span<const KvSegment> segments, Matrix out) {
    const int64_t group = shape.heads / shape.kv_heads;
    const kernels::RoundedProducts& products = context.kernels().rounded;
    const bool rounds = products.panel != nullptr && shape.may_round && layout.dtype != DType::F32;
    const Problem p{context,
                    shape,
                    q,
                    first_position,
                    layout,
                    segments,
                    out,
                    rounds ? *products.panel : *context.format(DType::F32).panel,
                    rounds ? &products : nullptr,
                    group,
                    std::clamp<int64_t>(kQueries / group, 1, q.rows)};
    const Scratch::Frame frame(context.scratch());
    ENGINE_ASSIGN(const Room* const rooms, take_rooms(context, p));
    const int64_t blocks = (q.rows + p.tokens_per_block - 1) / p.tokens_per_block;
    context.pool().run(shape.kv_heads * blocks, 1, [&](int64_t begin, int64_t end, int worker) {
        const Entered entered(p.panel);
        for (int64_t i = begin; i < end && !context.stopped(); ++i) {
            // The last tokens see most positions: they go first, so that no worker is left alone with them.
            const int64_t first = (blocks - 1 - i / shape.kv_heads) * p.tokens_per_block;
            const int64_t tokens = std::min(p.tokens_per_block, q.rows - first);
            attend_block(p, {i % shape.kv_heads, first, tokens * group}, rooms[worker]);
        }
    });
    return context.unless_stopped();
}

} // namespace engine::ops
