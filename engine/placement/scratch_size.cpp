// The takes of runtime/decoder, its blocks and the verbs, added up in their order. What a take is rounded up
// by (64 bytes) is left out.
#include "engine/placement/scratch_size.h"

#include <algorithm>

namespace engine::placement {

namespace {

constexpr int64_t kFloat = 4;
constexpr int64_t kPanelRows = 96, kPanelDepth = 512, kBlock = 32, kWholeBlock = 256;
constexpr int64_t kVectorTokens = 8; // up to here verbs take the vector path, which packs nothing

int64_t round_up(int64_t n, int64_t to) {
    return (n + to - 1) / to * to;
}

// Formats whose products see their activations as they are.
bool keeps_floats(DType dtype) {
    const FormatFamily family = family_of(dtype);
    return family == FormatFamily::floats || dtype == DType::F8_B128 ||
           (family == FormatFamily::groups && dtype != DType::MXFP4);
}

// Formats whose panels AVX-512 without VNNI keeps in floats.
bool is_wide(DType dtype) {
    switch (dtype) {
        case DType::Q8_0:
        case DType::IQ4_NL:
        case DType::IQ4_XS:
        case DType::IQ1_S:
        case DType::IQ1_M:
        case DType::IQ2_XXS:
        case DType::IQ2_XS:
        case DType::IQ2_S:
        case DType::IQ3_XXS:
        case DType::IQ3_S:
            return true;
        default:
            return false;
    }
}

// What the matrix path of a kernel table takes.
struct Panels {
    int64_t lanes = 16, quant_lanes = 16;
    int64_t float_bytes = 128, quant_bytes = 128; // of one packed row over 32 columns
    int64_t panel_bytes = kPanelRows * kPanelDepth * kFloat;
    int64_t tile = 32;   // queries of prompt attention
    bool rounds = false; // prompt attention in BF16
    bool tiles = false;  // panels of 32 rows, of which a task of matmul has up to eight
    bool wide_as_floats = false;
    int64_t block_bytes = 0; // of one packed row of formats that meet bytes with one scale per 256 columns

    bool takes_blocks(DType dtype) const {
        switch (dtype) {
            case DType::Q3_K:
            case DType::Q4_K:
            case DType::Q5_K:
            case DType::Q6_K:
            case DType::IQ4_XS:
                return block_bytes > 0;
            default:
                return false;
        }
    }
    int64_t packed(DType dtype, int64_t rows, int64_t depth) const {
        const bool floats = family_of(dtype) == FormatFamily::floats || (wide_as_floats && is_wide(dtype));
        const int64_t bytes = floats ? float_bytes : takes_blocks(dtype) ? block_bytes : quant_bytes;
        return round_up(rows, floats ? lanes : quant_lanes) * ((depth + kBlock - 1) / kBlock) * bytes;
    }
};

Panels panels_of(const CpuFeatures& f) {
    Panels panels;
    if (f.amx_bf16 && f.amx_int8 && f.avx512_bf16 && f.avx512_vnni && f.avx512_vbmi) {
        panels.tiles = true;
        panels.block_bytes = 37;
        panels.quant_bytes = 64;  // BF16
        panels.float_bytes = 192; // F32 as three of them
    } else if (f.avx2) {
        panels.quant_bytes = 48; // bytes, scale and sums
        panels.quant_lanes = 8;
        const bool planes = !f.avx512_vnni && !f.avx_vnni; // nibbles of wide bytes stand apart
        panels.panel_bytes = int64_t{4} * kPanelRows * (planes ? 1344 : 832); // four neighbours
    } else {
        panels.lanes = panels.quant_lanes = 1;
        panels.tile = 8;
    }
    panels.rounds = f.avx512_bf16 && f.avx512_vnni;
    panels.wide_as_floats = f.avx512 && !f.avx512_vnni;
    if (f.avx2 && !f.avx512) {
        panels.lanes = 8;
        panels.tile = 16;
    }
    return panels;
}

class Sizes {
 public:
    Sizes(const Footprint& model, const Panels& panels, int workers, int64_t batch)
        : model_(model), panels_(panels), workers_(workers), batch_(batch) {}

    int64_t of(const LayerFootprint& layer) const {
        const int64_t feed_forward = layer.experts > 0 ? mixture(layer) : dense(layer);
        return residual() + std::max(attention(layer), feed_forward);
    }

 private:
    // x, the angles of the ropes, and a normed copy and the block's output.
    int64_t residual() const { return batch_ * (3 * model_.width + model_.rope_dims) * kFloat; }

    int64_t panel_scratch(int64_t rows, int64_t of_task = kPanelRows) const {
        return workers_ * (panels_.panel_bytes + of_task * round_up(rows, panels_.lanes) * kFloat);
    }
    // Rows of a task of products with `rows` rows (ops/panel_product).
    int64_t rows_of_task(DType dtype, int64_t rows) const {
        const bool tiles =
            panels_.tiles && (!keeps_floats(dtype) || dtype == DType::F16 || dtype == DType::BF16);
        if (!tiles) return kPanelRows;
        const int64_t most = std::max(std::min<int64_t>(256, (int64_t{1} << 18) / batch_), kPanelRows);
        return std::clamp(round_up((rows + 4 * workers_ - 1) / (4 * workers_), 32), kPanelRows, most);
    }
    int64_t matmul(DType dtype, int64_t depth, int64_t rows) const {
        if (batch_ <= kVectorTokens) return batch_ * (2 * depth + depth / kBlock * 6 * kFloat);
        return batch_ * 8 + panels_.packed(dtype, batch_, depth) +
               panel_scratch(batch_, rows_of_task(dtype, rows));
    }

    int64_t attention(const LayerFootprint& layer) const {
        const int64_t q = layer.heads * layer.kv.key_dim, v = layer.heads * layer.kv.value_dim;
        const int64_t kv = layer.kv.rows * (layer.kv.key_dim + layer.kv.value_dim);
        const int64_t rows = batch_ * (q + kv) * kFloat, mixed = batch_ * v * kFloat;
        return rows + std::max({matmul(layer.attention_dtype, model_.width, q + kv), mixed + rooms(layer),
                                mixed + matmul(layer.attention_dtype, v, model_.width)});
    }

    // Of prompt_attention: each worker's tile of positions and its queries. A cache in F32, whose rooms are a
    // third larger where the others' are rounded, is not told apart.
    int64_t rooms(const LayerFootprint& layer) const {
        constexpr int64_t kPositions = 64, kQueries = 256, kRoundedColumns = 256;
        const bool rounds = panels_.rounds && !keeps_floats(layer.attention_dtype);
        const int64_t row = rounds ? kRoundedColumns * 2 + 64 : kPanelDepth * kFloat; // of a panel
        const int64_t keys = layer.kv.key_dim, values = layer.kv.value_dim;
        const int64_t group = std::max<int64_t>(layer.heads / std::max<int64_t>(layer.kv.rows, 1), 1);
        const int64_t tokens = std::clamp<int64_t>(kQueries / group, 1, std::max<int64_t>(batch_, 1));
        const int64_t tiles = (tokens * group + panels_.tile - 1) / panels_.tile;
        int64_t each = (kPositions + values) * row + kPositions * (values + panels_.tile) * kFloat +
                       tiles * panels_.tile * (keys * (rounds ? 2 : kFloat) + (values + 3) * kFloat);
        if (rounds) each += kPositions * (std::max(kRoundedColumns, values) * kFloat + panels_.tile * 2);
        return workers_ * each;
    }

    int64_t dense(const LayerFootprint& layer) const {
        const int64_t rows = 2 * batch_ * layer.feed_forward * kFloat;
        return rows + std::max(matmul(layer.feed_forward_dtype, model_.width, 2 * layer.feed_forward),
                               matmul(layer.feed_forward_dtype, layer.feed_forward, model_.width));
    }

    // Pairs of token and expert keep their output; both stages' packed rows stand side by side. Workers have
    // room for gate and up of a panel's rows. The few pairs of the vector path are not counted.
    int64_t mixture(const LayerFootprint& layer) const {
        const int64_t pairs = batch_ * layer.experts_used;
        const int64_t routing = batch_ * layer.experts * kFloat + pairs * (4 + 4 + 4 + 8 + 8);
        const int64_t group = std::min(batch_, 2 * pairs / std::max<int64_t>(layer.experts, 1) + 1);
        const int64_t of_task = panels_.takes_blocks(layer.feed_forward_dtype) ? kWholeBlock : kPanelRows;
        const int64_t rows = pairs * model_.width * kFloat +
                             workers_ * 2 * group * std::min(of_task, layer.feed_forward) * kFloat;
        const int64_t padded = pairs + std::min(layer.experts, pairs) * panels_.lanes / 2;
        const int64_t packed = panels_.packed(layer.feed_forward_dtype, padded, model_.width) +
                               panels_.packed(layer.feed_forward_dtype, padded, layer.feed_forward);
        return routing + rows + packed + panel_scratch(group, of_task);
    }

    const Footprint& model_;
    const Panels& panels_;
    int64_t workers_, batch_;
};

// Of one token in one layer: what blocks keep, and in mixtures output and packed rows for each pair of token
// and expert.
int64_t elements_per_token(const LayerFootprint& layer, int64_t width) {
    const int64_t attention = (layer.heads + layer.kv.rows) * (layer.kv.key_dim + layer.kv.value_dim);
    if (layer.experts == 0) return std::max(attention, 2 * layer.feed_forward);
    const int64_t inner = layer.feed_forward;
    return std::max(attention,
                    layer.experts + layer.experts_used * (2 * width + inner + std::max(inner, width)));
}

} // namespace

int64_t micro_batch(const Footprint& model) {
    constexpr double kFlops = 5e11;
    constexpr int64_t kLargestScratch = (int64_t{256} << 20) / kFloat;
    int64_t elements = 0;
    for (const LayerFootprint& layer : model.layers)
        elements = std::max(elements, elements_per_token(layer, model.width));
    elements += 3 * model.width;
    const int64_t least = model.has_experts() ? 1024 : 64;
    const double fitting = kFlops / (2 * static_cast<double>(std::max<int64_t>(model.active_parameters, 1)));
    const int64_t by_time = std::max(static_cast<int64_t>(std::min(fitting, 512.0)), least);
    return std::clamp<int64_t>(kLargestScratch / std::max<int64_t>(elements, 1), 1, by_time);
}

int64_t scratch_bytes(const Footprint& model, const CpuFeatures& features, int workers, int64_t tokens) {
    const Panels panels = panels_of(features);
    const int64_t batch = std::clamp<int64_t>(tokens, 1, micro_batch(model));
    const Sizes sizes(model, panels, std::max(workers, 1), batch);
    int64_t most = 0;
    for (const LayerFootprint& layer : model.layers)
        most = std::max(most, sizes.of(layer));
    return std::max<int64_t>(most, 1 << 20);
}

} // namespace engine::placement
