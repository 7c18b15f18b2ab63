// Names: see names.h.
#include "engine/model/names.h"

#include <array>

namespace engine::model {

namespace {

using enum TensorForm;

constexpr std::array kGguf = {
    NamePattern{Role::token_embedding, alone, "token_embd.weight"},
    NamePattern{Role::output_norm, alone, "output_norm.weight"},
    NamePattern{Role::output, alone, "output.weight"},
    NamePattern{Role::rope_factors, alone, "rope_freqs.weight"},
    NamePattern{Role::mixer_norm, alone, "blk.{L}.attn_norm.weight"},
    NamePattern{Role::query, alone, "blk.{L}.attn_q.weight"},
    NamePattern{Role::query, fused_qkv, "blk.{L}.attn_qkv.weight"},
    NamePattern{Role::key, alone, "blk.{L}.attn_k.weight"},
    NamePattern{Role::key, fused_qkv, "blk.{L}.attn_qkv.weight"},
    NamePattern{Role::value, alone, "blk.{L}.attn_v.weight"},
    NamePattern{Role::value, fused_qkv, "blk.{L}.attn_qkv.weight"},
    NamePattern{Role::attention_output, alone, "blk.{L}.attn_output.weight"},
    NamePattern{Role::query_norm, alone, "blk.{L}.attn_q_norm.weight"},
    NamePattern{Role::key_norm, alone, "blk.{L}.attn_k_norm.weight"},
    NamePattern{Role::feed_forward_norm, alone, "blk.{L}.ffn_norm.weight"},
    NamePattern{Role::gate, alone, "blk.{L}.ffn_gate.weight"},
    NamePattern{Role::up, alone, "blk.{L}.ffn_up.weight"},
    NamePattern{Role::down, alone, "blk.{L}.ffn_down.weight"},
    NamePattern{Role::router, alone, "blk.{L}.ffn_gate_inp.weight"},
    NamePattern{Role::gate, stacked, "blk.{L}.ffn_gate_exps.weight"},
    NamePattern{Role::up, stacked, "blk.{L}.ffn_up_exps.weight"},
    NamePattern{Role::down, stacked, "blk.{L}.ffn_down_exps.weight"},
    NamePattern{Role::gate, fused_gate_up, "blk.{L}.ffn_gate_up_exps.weight"},
    NamePattern{Role::up, fused_gate_up, "blk.{L}.ffn_gate_up_exps.weight"},
    // Mixtral files of 2023
    NamePattern{Role::gate, alone, "blk.{L}.ffn_gate.{E}.weight"},
    NamePattern{Role::up, alone, "blk.{L}.ffn_up.{E}.weight"},
    NamePattern{Role::down, alone, "blk.{L}.ffn_down.{E}.weight"},
};

constexpr std::array kHuggingFace = {
    NamePattern{Role::token_embedding, alone, "model.embed_tokens.weight"},
    NamePattern{Role::output_norm, alone, "model.norm.weight"},
    NamePattern{Role::output, alone, "lm_head.weight"},
    NamePattern{Role::mixer_norm, alone, "model.layers.{L}.input_layernorm.weight"},
    NamePattern{Role::query, alone, "model.layers.{L}.self_attn.q_proj.weight"},
    NamePattern{Role::key, alone, "model.layers.{L}.self_attn.k_proj.weight"},
    NamePattern{Role::value, alone, "model.layers.{L}.self_attn.v_proj.weight"},
    NamePattern{Role::attention_output, alone, "model.layers.{L}.self_attn.o_proj.weight"},
    NamePattern{Role::query_norm, alone, "model.layers.{L}.self_attn.q_norm.weight"},
    NamePattern{Role::key_norm, alone, "model.layers.{L}.self_attn.k_norm.weight"},
    NamePattern{Role::feed_forward_norm, alone, "model.layers.{L}.post_attention_layernorm.weight"},
    NamePattern{Role::gate, alone, "model.layers.{L}.mlp.gate_proj.weight"},
    NamePattern{Role::up, alone, "model.layers.{L}.mlp.up_proj.weight"},
    NamePattern{Role::down, alone, "model.layers.{L}.mlp.down_proj.weight"},
    NamePattern{Role::router, alone, "model.layers.{L}.mlp.gate.weight"},
    NamePattern{Role::gate, alone, "model.layers.{L}.mlp.experts.{E}.gate_proj.weight"},
    NamePattern{Role::up, alone, "model.layers.{L}.mlp.experts.{E}.up_proj.weight"},
    NamePattern{Role::down, alone, "model.layers.{L}.mlp.experts.{E}.down_proj.weight"},
    // as transformers 5 holds them in memory
    NamePattern{Role::gate, fused_gate_up, "model.layers.{L}.mlp.experts.gate_up_proj"},
    NamePattern{Role::up, fused_gate_up, "model.layers.{L}.mlp.experts.gate_up_proj"},
    NamePattern{Role::down, stacked, "model.layers.{L}.mlp.experts.down_proj"},
    // Mixtral
    NamePattern{Role::router, alone, "model.layers.{L}.block_sparse_moe.gate.weight"},
    NamePattern{Role::gate, alone, "model.layers.{L}.block_sparse_moe.experts.{E}.w1.weight"},
    NamePattern{Role::up, alone, "model.layers.{L}.block_sparse_moe.experts.{E}.w3.weight"},
    NamePattern{Role::down, alone, "model.layers.{L}.block_sparse_moe.experts.{E}.w2.weight"},
    NamePattern{Role::gate, fused_gate_up, "model.layers.{L}.block_sparse_moe.experts.gate_up_proj"},
    NamePattern{Role::up, fused_gate_up, "model.layers.{L}.block_sparse_moe.experts.gate_up_proj"},
    NamePattern{Role::down, stacked, "model.layers.{L}.block_sparse_moe.experts.down_proj"},
};

void replace(std::string& text, std::string_view mark, int32_t number) {
    if (const size_t at = text.find(mark); at != std::string::npos)
        text.replace(at, mark.size(), std::to_string(number));
}

} // namespace

std::span<const NamePattern> name_patterns(formats::Container container) {
    if (container == formats::Container::gguf) return kGguf;
    return kHuggingFace;
}

std::string tensor_name(std::string_view pattern, const WeightId& id) {
    constexpr std::string_view kWeight = ".weight";
    std::string name(pattern);
    replace(name, "{L}", id.layer);
    replace(name, "{E}", id.expert);
    if (id.bias && name.ends_with(kWeight))
        name.replace(name.size() - kWeight.size(), kWeight.size(), ".bias");
    return name;
}

} // namespace engine::model
