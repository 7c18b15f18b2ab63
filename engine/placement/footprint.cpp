// Sums over spec and inventory.
#include "engine/placement/footprint.h"

#include <algorithm>
#include <numeric>

namespace engine::placement {

using model::Role;
using model::WeightEntry;

FormatFamily family_of(DType dtype) {
    switch (dtype) {
        case DType::Q4_0:
        case DType::Q4_1:
        case DType::Q5_0:
        case DType::Q5_1:
            return FormatFamily::legacy;
        case DType::Q4_K:
        case DType::Q5_K:
        case DType::Q8_K:
            return FormatFamily::k_quants;
        case DType::Q2_K:
        case DType::Q3_K:
        case DType::Q6_K:
            return FormatFamily::k_quants_16;
        case DType::IQ1_S:
        case DType::IQ1_M:
        case DType::IQ2_XXS:
        case DType::IQ2_XS:
        case DType::IQ2_S:
        case DType::IQ3_XXS:
        case DType::IQ3_S:
            return FormatFamily::grids;
        case DType::IQ4_NL:
        case DType::IQ4_XS:
            return FormatFamily::i_quants;
        case DType::Q8_0:
        case DType::Q8_1:
        case DType::F8_B128:
        case DType::F8_E4M3:
            return FormatFamily::bytes;
        case DType::MXFP4:
        case DType::I4_G32:
        case DType::I4_G64:
        case DType::I4_G128:
        case DType::I8_G32:
        case DType::I8_G64:
        case DType::I8_G128:
            return FormatFamily::groups;
        default:
            return FormatFamily::floats;
    }
}

DType measured_type(FormatFamily family) {
    switch (family) {
        case FormatFamily::floats:
            return DType::BF16;
        case FormatFamily::bytes:
            return DType::Q8_0;
        case FormatFamily::legacy:
            return DType::Q4_0;
        case FormatFamily::k_quants:
            return DType::Q4_K;
        case FormatFamily::i_quants:
            return DType::IQ4_XS;
        case FormatFamily::groups:
            return DType::MXFP4;
        case FormatFamily::k_quants_16:
            return DType::Q6_K;
        case FormatFamily::grids:
            return DType::IQ2_XXS;
    }
    return DType::BF16;
}

int64_t Work::all_bytes() const {
    return std::accumulate(bytes.begin(), bytes.end(), int64_t{0});
}
int64_t Work::all_parameters() const {
    return std::accumulate(parameters.begin(), parameters.end(), int64_t{0});
}

void Work::add(const WeightEntry& entry) {
    const auto family = static_cast<size_t>(family_of(entry.dtype));
    bytes[family] += entry.bytes();
    parameters[family] += entry.shape.elements();
    ++matrices;
}

int64_t held_bytes(const WeightEntry& entry) {
    if (entry.shape.rank == 1) return row_bytes(DType::F32, entry.shape.elements());
    return entry.bytes();
}

int64_t Footprint::experts_bytes() const {
    int64_t sum = 0;
    for (const LayerFootprint& layer : layers)
        sum += layer.experts_bytes();
    return sum;
}

int64_t Footprint::weight_bytes() const {
    int64_t sum = table_bytes + end_bytes + experts_bytes();
    for (const LayerFootprint& layer : layers)
        sum += layer.dense_bytes;
    return sum;
}

std::vector<KvShape> Footprint::kv_shapes() const {
    std::vector<KvShape> shapes;
    for (const LayerFootprint& layer : layers)
        shapes.push_back(layer.kv);
    return shapes;
}

bool Footprint::has_experts() const {
    return std::any_of(layers.begin(), layers.end(), [](const auto& layer) { return layer.experts > 0; });
}

namespace {

LayerFootprint numbers_of(const model::LayerSpec& spec) {
    LayerFootprint layer;
    const auto& attention = std::get<model::GqaSpec>(spec.mixer);
    layer.kv = kv_shape(attention);
    layer.heads = attention.heads;
    if (const auto* moe = std::get_if<model::MoeSpec>(&spec.feed_forward)) {
        layer.experts = moe->experts;
        layer.experts_used = moe->used;
        layer.feed_forward = moe->width;
    } else {
        layer.feed_forward = std::get<model::DenseMlpSpec>(spec.feed_forward).width;
    }
    return layer;
}

// Experts of a layer are alike in all files that are known; one with larger ones would count for all.
void add_expert(LayerFootprint& layer, const WeightEntry& entry) {
    if (entry.id.expert > 0) return;
    layer.expert_bytes += held_bytes(entry);
    layer.expert.add(entry);
}

void add_to_layer(LayerFootprint& layer, const WeightEntry& entry) {
    if (entry.id.role == Role::gate && !entry.id.bias) layer.feed_forward_dtype = entry.dtype;
    if (entry.id.role == Role::query && !entry.id.bias) layer.attention_dtype = entry.dtype;
    if (entry.id.expert >= 0) return add_expert(layer, entry);
    layer.dense_bytes += held_bytes(entry);
    if (entry.shape.rank > 1) layer.dense.add(entry);
}

void add_end(Footprint& out, const WeightEntry& entry) {
    const bool table = entry.id.role == Role::token_embedding;
    (table ? out.table_bytes : out.end_bytes) += held_bytes(entry);
    if (entry.id.role == Role::output || (table && out.tied_head)) out.head.add(entry);
}

} // namespace

Footprint footprint_of(const model::ModelSpec& spec, const model::Inventory& inventory) {
    Footprint out;
    out.architecture = spec.architecture;
    out.tied_head = spec.tied_head;
    out.vocabulary = spec.vocabulary;
    out.width = spec.width;
    out.trained_context = spec.context;
    for (const model::RopeSpec& rope : spec.ropes)
        out.rope_dims += rope.dims;
    for (const model::LayerSpec& layer : spec.layers)
        out.layers.push_back(numbers_of(layer));
    std::array<int64_t, kDTypeCount> by_dtype{};
    for (const WeightEntry& entry : inventory.entries()) {
        if (entry.shape.rank > 1) {
            by_dtype[static_cast<size_t>(entry.dtype)] += entry.bytes();
            out.widest_row = std::max(out.widest_row, entry.shape.inner());
        }
        if (entry.id.layer < 0) {
            add_end(out, entry);
        } else {
            add_to_layer(out.layers[static_cast<size_t>(entry.id.layer)], entry);
        }
    }
    out.main_dtype =
        static_cast<DType>(std::max_element(by_dtype.begin(), by_dtype.end()) - by_dtype.begin());
    out.active_parameters = inventory.active_parameters(spec);
    // Strings, maps, merges and the file's header: measured with vocabularies of 4,096 and 151,936 tokens.
    constexpr int64_t kPerToken = 255, kBase = 1'800'000;
    out.tokenizer_bytes = kBase + spec.vocabulary * kPerToken;
    return out;
}

} // namespace engine::placement
