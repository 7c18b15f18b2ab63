"""Tiny random models whose matrices are quantised, with the logits of transformers over the decoded weights.

Run with the Python of make.py and the `gguf` package:  python make_quantised.py [CASE...]
  llama_fp8   a checkpoint in DeepSeek's layout: F8_E4M3 weights, F32 scales for blocks of 128 x 128. Widths that are
              no multiple of 128 are among them.
  llama_iq    a GGUF file with a matrix in each IQ1, IQ2 and IQ3 format: random blocks
Beside them prefill.f32 and expected.json as make.py writes them. gguf 0.19.0; the other versions in expected.json.
"""

import json
import shutil
import sys

import gguf
import numpy as np
import safetensors.torch
import torch
import transformers
from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType as T
from transformers import LlamaConfig

import make

BLOCK = 128
BASE = dict(vocab_size=47, hidden_size=256, num_hidden_layers=1, num_attention_heads=4, num_key_value_heads=1,
            bos_token_id=1, eos_token_id=2, pad_token_id=None)
CONFIGS = {
    "llama_fp8": LlamaConfig(**BASE | dict(intermediate_size=136, head_dim=32)),
    "llama_iq": LlamaConfig(**BASE | dict(intermediate_size=256, head_dim=64)),
}
# What the rows of a GGUF name are in transformers, and the format they get.
MATRICES = {
    "ffn_gate": ("mlp.gate_proj", T.IQ1_S), "ffn_up": ("mlp.up_proj", T.IQ1_M), "ffn_down": ("mlp.down_proj", T.IQ2_XXS),
    "attn_q": ("self_attn.q_proj", T.IQ2_XS), "attn_k": ("self_attn.k_proj", T.IQ2_S),
    "attn_v": ("self_attn.v_proj", T.IQ3_XXS), "attn_output": ("self_attn.o_proj", T.IQ3_S),
}


def to_fp8(w):
    """Weight and block scales, as the tensors of the file; then the values that they mean."""
    rows, columns = -(-w.shape[0] // BLOCK), -(-w.shape[1] // BLOCK)
    padded = torch.zeros(rows * BLOCK, columns * BLOCK)
    padded[:w.shape[0], :w.shape[1]] = w
    scale = padded.reshape(rows, BLOCK, columns, BLOCK).abs().amax(dim=(1, 3)) / 448
    spread = scale.repeat_interleave(BLOCK, 0).repeat_interleave(BLOCK, 1)[:w.shape[0], :w.shape[1]]
    small = (w / spread).to(torch.float8_e4m3fn)
    return small, scale, small.float() * spread


def quantise_fp8(model, seed):
    tensors = {}
    for name, p in model.named_parameters():
        if p.dim() == 2 and "embed_tokens" not in name and "lm_head" not in name:
            tensors[name], tensors[name + "_scale_inv"], decoded = to_fp8(p.data)
            p.data.copy_(decoded)
        else:
            p.data.copy_(p.data.bfloat16().float())
            tensors[name] = p.data.bfloat16()
    return tensors


def set_scales(blocks, kind, d):
    halves = d.astype(np.float16).view(np.uint16)
    if kind == T.IQ1_M:  # in the high nibbles of the last four shorts
        for k in range(4):
            blocks[:, 49 + 2 * k] = blocks[:, 49 + 2 * k] & 15 | (halves >> 4 * k & 15) << 4
    else:
        blocks[:, :2] = halves.reshape(-1, 1).view(np.uint8)


def random_blocks(kind, rows, columns, rng):
    """Random code words with scales that give weights of the usual size."""
    size, block_bytes = GGML_QUANT_SIZES[kind]
    blocks = rng.integers(0, 256, (rows * columns // size, block_bytes), dtype=np.uint8)
    set_scales(blocks, kind, np.ones(len(blocks)))
    spread = gguf.quants.dequantize(blocks, kind).std()
    set_scales(blocks, kind, 1.3 / columns ** 0.5 / spread * rng.uniform(0.7, 1.3, len(blocks)))
    return blocks.reshape(rows, -1), gguf.quants.dequantize(blocks, kind).reshape(rows, columns)


def to_halves(w, heads):
    """GGUF keeps the pairs that rope turns side by side; transformers half a head apart."""
    return w.reshape(heads, w.shape[0] // heads // 2, 2, -1).swapaxes(1, 2).reshape(w.shape)


def quantise_iq(model, seed):
    rng = np.random.default_rng(seed)
    state, tensors = dict(model.named_parameters()), {}
    for name, (path, kind) in MATRICES.items():
        p = state[f"model.layers.0.{path}.weight"]
        blocks, values = random_blocks(kind, *p.shape, rng)
        if name in ("attn_q", "attn_k"):
            values = to_halves(values, p.shape[0] // model.config.head_dim)
        p.data.copy_(torch.from_numpy(np.ascontiguousarray(values)))
        tensors[f"blk.0.{name}.weight"] = (blocks, kind)
    for name, path in (("token_embd", "model.embed_tokens"), ("output", "lm_head")):
        p = state[path + ".weight"]
        p.data.copy_(p.data.half().float())
        tensors[name + ".weight"] = (p.data.half().numpy(), None)
    for name, path in (("blk.0.attn_norm", "model.layers.0.input_layernorm"), ("output_norm", "model.norm"),
                       ("blk.0.ffn_norm", "model.layers.0.post_attention_layernorm")):
        tensors[name + ".weight"] = (state[path + ".weight"].data.numpy(), None)
    return tensors


def write_fp8(folder, config, tensors):
    safetensors.torch.save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    config.quantization_config = dict(quant_method="fp8", fmt="e4m3", activation_scheme="dynamic",
                                      weight_block_size=[BLOCK, BLOCK])
    config.save_pretrained(folder)


def write_iq(folder, config, tensors):
    writer = gguf.GGUFWriter(folder / "model.gguf", "llama")
    writer.add_block_count(1)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_rope_dimension_count(config.head_dim)
    writer.add_rope_freq_base(10000.0)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_vocab_size(config.vocab_size)
    for name, (data, kind) in tensors.items():
        writer.add_tensor(name, data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def attempt(config, quantise, seed):
    weights = make.build(config, seed, torch.float32)
    with torch.no_grad():
        tensors = quantise(weights, seed)
    prompt = np.random.default_rng(seed).integers(3, config.vocab_size, 17).tolist()
    prefill, ids, lead = make.run(make.fresh(config, weights, torch.float64), prompt, make.GREEDY)
    prefill32, ids32, _ = make.run(make.fresh(config, weights, torch.float32), prompt, make.GREEDY)
    error = float(np.abs(prefill - prefill32).max())
    good = ids == ids32 and lead > 1000 * error and len(set(ids)) > 6
    return good, weights, tensors, prompt, prefill, ids, lead, error


def save(name, seed, result):
    _, weights, tensors, prompt, prefill, ids, lead, error = result
    folder = make.HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (write_fp8 if name == "llama_fp8" else write_iq)(folder, CONFIGS[name], tensors)
    prefill.astype("<f4").tofile(folder / "prefill.f32")
    expected = dict(prompt=prompt, greedy=ids, f32_error=error, smallest_lead=lead, seed=seed,
                    parameters=sum(p.numel() for p in weights.parameters()),
                    versions=dict(transformers=transformers.__version__, torch=torch.__version__,
                                  safetensors=safetensors.__version__))
    (folder / "expected.json").write_text(json.dumps(expected) + "\n")
    print(f"{name}: seed {seed}, f32 error {error:.2e}, smallest lead {lead:.3f}")


def main():
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    for name in sys.argv[1:] or CONFIGS:
        for seed in range(1000):
            result = attempt(CONFIGS[name], quantise_fp8 if name == "llama_fp8" else quantise_iq, seed)
            if result[0]:
                save(name, seed, result)
                break
        else:
            raise SystemExit(f"{name}: no seed gives clear choices")


if __name__ == "__main__":
    main()
