"""Tiny random models of every family with the logits and greedy ids that Hugging Face transformers gives.

Run with a Python that has torch, transformers, safetensors and numpy:  python make.py [CASE...]
Per case a folder: the checkpoint as save_pretrained writes it, expected.json and
  prefill.f32   {prompt, vocabulary} float32: the prompt in one pass, computed in float64
  decode.f32    the same fed token by token, only where that gives other numbers (rope that depends on the length)
expected.json: prompt and greedy ids (greedy continues the prompt), `f32_error` = the largest distance of
transformers' own float32 logits from the float64 ones: the yardstick for tolerances.
Weights are random, norms and biases too, so that nothing is at a default that hides a mistake. Seeds are tried
until every greedy choice wins by far more than float32 can blur.
"""

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import safetensors
import safetensors.torch
import torch
import transformers
from transformers import (LlamaConfig, MistralConfig, MixtralConfig, OlmoeConfig, Qwen2Config, Qwen3Config,
                          Qwen3MoeConfig)

HERE = Path(__file__).parent
GREEDY = 64
SMALL = dict(vocab_size=47, hidden_size=18, intermediate_size=26, num_hidden_layers=2, num_attention_heads=3,
             num_key_value_heads=1, bos_token_id=1, eos_token_id=2, pad_token_id=None)


def rope(kind, theta=10000.0, **more):
    return dict(rope_type=kind, rope_theta=theta, **more)


# name -> (config, options): dtype, shard (bytes), fused (experts as transformers holds them), prompt (tokens)
CASES = {
    "llama2_mha": (LlamaConfig(**SMALL | dict(num_key_value_heads=3, rms_norm_eps=1e-5)), {}),
    "llama_bias_tied": (LlamaConfig(**SMALL | dict(hidden_size=20, num_attention_heads=4, num_key_value_heads=2,
                                                   head_dim=10, attention_bias=True, mlp_bias=True,
                                                   tie_word_embeddings=True, intermediate_size=29)), {}),
    "llama3": (LlamaConfig(**SMALL | dict(num_attention_heads=6, num_key_value_heads=2, head_dim=8,
                                          num_hidden_layers=3, max_position_embeddings=512,
                                          rope_parameters=rope("llama3", 500000.0, factor=8.0, low_freq_factor=1.0,
                                                               high_freq_factor=4.0,
                                                               original_max_position_embeddings=24))), {}),
    "llama_linear": (LlamaConfig(**SMALL | dict(rope_parameters=rope("linear", factor=2.5))), {}),
    "llama_dynamic": (LlamaConfig(**SMALL | dict(max_position_embeddings=16,
                                                 rope_parameters=rope("dynamic", factor=2.0))), dict(prompt=23)),
    "llama_yarn": (LlamaConfig(**SMALL | dict(head_dim=16, max_position_embeddings=128,
                                              rope_parameters=rope("yarn", factor=4.0,
                                                                   original_max_position_embeddings=32))), {}),
    "llama_longrope": (LlamaConfig(**SMALL | dict(max_position_embeddings=64, rope_parameters=rope(
        "longrope", factor=4.0, original_max_position_embeddings=16, short_factor=[1.0, 1.1, 1.3],
        long_factor=[1.5, 2.0, 3.5]))), dict(prompt=13)),
    "mistral_window": (MistralConfig(**SMALL | dict(head_dim=14, sliding_window=7, rms_norm_eps=1e-5)),
                       dict(prompt=23)),
    "qwen2_tied": (Qwen2Config(**SMALL | dict(tie_word_embeddings=True)), {}),
    "qwen2_window_yarn": (Qwen2Config(**SMALL | dict(
        hidden_size=20, num_attention_heads=2, num_key_value_heads=2, use_sliding_window=True, sliding_window=5, max_window_layers=1,
        max_position_embeddings=128,
        rope_parameters=rope("yarn", 1e6, factor=4.0, original_max_position_embeddings=32, attention_factor=1.35,
                             truncate=False, beta_fast=8.0, beta_slow=0.5))), dict(prompt=23)),
    "qwen3": (Qwen3Config(**SMALL | dict(head_dim=14, num_attention_heads=4, num_key_value_heads=2,
                                         tie_word_embeddings=True,
                                         rope_parameters=rope("yarn", 1e6, factor=4.0, mscale=1.4, mscale_all_dim=0.6,
                                                              original_max_position_embeddings=32))), {}),
    "qwen3_bias_layers": (Qwen3Config(**SMALL | dict(head_dim=10, attention_bias=True, num_hidden_layers=3,
                                                     use_sliding_window=True, sliding_window=6, layer_types=[
                                                         "sliding_attention", "full_attention",
                                                         "sliding_attention"])), dict(prompt=23)),
    "qwen3moe_norm": (Qwen3MoeConfig(**SMALL | dict(head_dim=12, num_experts=5, num_experts_per_tok=2,
                                                    moe_intermediate_size=14, norm_topk_prob=True,
                                                    num_hidden_layers=3, mlp_only_layers=[1])), {}),
    "qwen3moe_raw": (Qwen3MoeConfig(**SMALL | dict(head_dim=8, num_experts=4, num_experts_per_tok=3,
                                                   moe_intermediate_size=10, norm_topk_prob=False,
                                                   decoder_sparse_step=2, tie_word_embeddings=True)),
                     dict(fused=True)),
    # all layers with experts: the kind that llama.cpp can load too
    "qwen3moe_all": (Qwen3MoeConfig(**SMALL | dict(head_dim=8, num_experts=4, num_experts_per_tok=2,
                                                   moe_intermediate_size=10, norm_topk_prob=True)), {}),
    "mixtral": (MixtralConfig(**SMALL | dict(num_local_experts=5, num_experts_per_tok=2, intermediate_size=14)), {}),
    "mixtral_fused_window": (MixtralConfig(**SMALL | dict(num_local_experts=3, num_experts_per_tok=1,
                                                          intermediate_size=14, sliding_window=5, head_dim=6)),
                             dict(fused=True, prompt=23)),
    "olmoe": (OlmoeConfig(**SMALL | dict(num_key_value_heads=3, num_experts=5, num_experts_per_tok=3,
                                         intermediate_size=14)), {}),
    "olmoe_clip_gqa": (OlmoeConfig(**SMALL | dict(num_experts=4, num_experts_per_tok=2, intermediate_size=10,
                                                  clip_qkv=0.8, norm_topk_prob=True)), {}),
    "llama_bf16_sharded": (LlamaConfig(**SMALL), dict(dtype=torch.bfloat16, shard="6KB")),
    "qwen2_f16": (Qwen2Config(**SMALL), dict(dtype=torch.float16)),
}


def randomise(model, seed):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in model.named_parameters():
            noise = torch.randn(p.shape, generator=generator, dtype=torch.float64)
            if name.endswith("norm.weight"):
                p.copy_(1 + 0.3 * noise)
            elif p.dim() == 1:
                p.copy_(0.4 * noise)
            elif "embed_tokens" in name:
                p.copy_(noise)
            else:
                p.copy_(1.3 * noise / p.shape[-1] ** 0.5)


def empty(config):
    """The plain implementations: only they run in float64 (where norms and softmax stay float32)."""
    return transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32, attn_implementation="eager",
                                                         experts_implementation="eager")


def build(config, seed, dtype):
    transformers.set_seed(seed)
    model = empty(config)
    randomise(model, seed)
    return model.to(dtype).eval()


def fresh(config, weights, dtype):
    """A model with the same weights in another precision; rope state starts anew."""
    model = empty(config)
    model.load_state_dict(weights.state_dict())
    return model.to(dtype).eval()


@torch.no_grad()
def run(model, prompt, steps):
    """Logits of the prompt in one pass, then greedy: ids and the smallest lead of a choice."""
    out = model(torch.tensor([prompt]), use_cache=True)
    prefill, cache, last = out.logits[0].double().numpy(), out.past_key_values, out.logits[0, -1]
    ids, lead = [], float("inf")
    for _ in range(steps):
        best = torch.topk(last.double(), 2)
        lead = min(lead, float(best.values[0] - best.values[1]))
        ids.append(int(best.indices[0]))
        out = model(torch.tensor([[ids[-1]]]), past_key_values=cache, use_cache=True)
        last = out.logits[0, -1]
    return prefill, ids, lead


@torch.no_grad()
def token_by_token(model, prompt):
    cache, rows = None, []
    for token in prompt:
        out = model(torch.tensor([[token]]), past_key_values=cache, use_cache=True)
        cache = out.past_key_values
        rows.append(out.logits[0, -1].double().numpy())
    return np.stack(rows)


def attempt(config, options, seed):
    weights = build(config, seed, options.get("dtype", torch.float32))
    rng = np.random.default_rng(seed)
    prompt = rng.integers(3, config.vocab_size, options.get("prompt", 17)).tolist()
    prefill, ids, lead = run(fresh(config, weights, torch.float64), prompt, GREEDY)
    prefill32, ids32, _ = run(fresh(config, weights, torch.float32), prompt, GREEDY)
    error = float(np.abs(prefill - prefill32).max())
    good = ids == ids32 and lead > 1000 * error and len(set(ids)) > 6
    decode = token_by_token(fresh(config, weights, torch.float64), prompt)
    return good, weights, prompt, prefill, decode, ids, lead, error


def save(name, config, options, seed, result):
    _, weights, prompt, prefill, decode, ids, lead, error = result
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    weights.save_pretrained(folder, max_shard_size=options.get("shard", "1GB"))
    (folder / "generation_config.json").unlink(missing_ok=True)
    if options.get("fused"):
        state = {k: v.contiguous() for k, v in weights.state_dict().items()
                 if not (k == "lm_head.weight" and config.tie_word_embeddings)}
        safetensors.torch.save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    prefill.astype("<f4").tofile(folder / "prefill.f32")
    if np.abs(prefill - decode).max() > 1e-3:
        decode.astype("<f4").tofile(folder / "decode.f32")
    expected = dict(prompt=prompt, greedy=ids, f32_error=error, smallest_lead=lead, seed=seed,
                    parameters=sum(p.numel() for p in weights.parameters()),
                    versions=dict(transformers=transformers.__version__, torch=torch.__version__,
                                  safetensors=safetensors.__version__))
    (folder / "expected.json").write_text(json.dumps(expected) + "\n")
    print(f"{name}: seed {seed}, f32 error {error:.2e}, smallest lead {lead:.3f}, logits to {np.abs(prefill).max():.1f}"
          f", decode differs by {np.abs(prefill - decode).max():.1e}")


def main():
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    for name in sys.argv[1:] or CASES:
        config, options = CASES[name]
        for seed in range(1000):
            result = attempt(config, options, seed)
            if result[0]:
                save(name, config, options, seed, result)
                break
        else:
            raise SystemExit(f"{name}: no seed gives clear choices")


if __name__ == "__main__":
    main()
