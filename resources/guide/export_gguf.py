#!/usr/bin/env python3
"""Write the trained guide as a GGUF file: architecture qwen3moe, matrices Q8_0, norms and router F32.

Usage: export_gguf.py WORK_DIR OUT.gguf      (WORK_DIR holds guide.pt and tokenizer.json from train.py)
"""
import json
import sys
from pathlib import Path

import gguf
import numpy as np
import torch
from tokenizers import Tokenizer

from model import CHAT_TEMPLATE, Config, Guide

Q8 = gguf.GGMLQuantizationType.Q8_0


def export(model, tokenizer, path):
    c = model.c
    w = gguf.GGUFWriter(str(path), "qwen3moe")
    w.add_name("Tandem Guide")
    w.add_description("The built-in guide of Tandem: answers questions about Tandem and about running language models.")
    w.add_author("The Tandem authors")
    w.add_license("Apache-2.0")
    w.add_languages(["en"])
    w.add_type(gguf.GGUFType.MODEL)
    w.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    w.add_context_length(c.context)
    w.add_embedding_length(c.dim)
    w.add_block_count(c.layers)
    w.add_feed_forward_length(c.expert_dim)
    w.add_expert_feed_forward_length(c.expert_dim)
    w.add_expert_count(c.experts)
    w.add_expert_used_count(c.top_k)
    w.add_head_count(c.heads)
    w.add_head_count_kv(c.kv_heads)
    w.add_key_length(c.head_dim)
    w.add_value_length(c.head_dim)
    w.add_rope_freq_base(c.rope_theta)
    w.add_layer_norm_rms_eps(c.eps)
    w.add_vocab_size(c.vocab)
    w.add_quantization_version(gguf.GGML_QUANT_VERSION)

    spec = json.loads(tokenizer.to_str())
    vocab = sorted(spec["model"]["vocab"].items(), key=lambda item: item[1])
    special = {t["content"] for t in spec["added_tokens"]}
    w.add_tokenizer_model("gpt2")
    w.add_tokenizer_pre("qwen2")
    w.add_token_list([t for t, _ in vocab])
    w.add_token_types([gguf.TokenType.CONTROL if t in special else gguf.TokenType.NORMAL for t, _ in vocab])
    w.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in spec["model"]["merges"]])
    w.add_eos_token_id(tokenizer.token_to_id("<|im_end|>"))
    w.add_eot_token_id(tokenizer.token_to_id("<|im_end|>"))
    w.add_bos_token_id(tokenizer.token_to_id("<|endoftext|>"))
    w.add_pad_token_id(tokenizer.token_to_id("<|endoftext|>"))
    w.add_add_bos_token(False)
    w.add_chat_template(CHAT_TEMPLATE)

    def quantised(name, tensor):
        data = tensor.detach().float().numpy()
        w.add_tensor(name, gguf.quants.quantize(data, Q8), raw_dtype=Q8)

    def full(name, tensor):
        w.add_tensor(name, np.ascontiguousarray(tensor.detach().float().numpy()))

    quantised("token_embd.weight", model.embed.weight)
    full("output_norm.weight", model.norm.weight)
    for i, b in enumerate(model.blocks):
        p = f"blk.{i}."
        full(p + "attn_norm.weight", b.attention_norm.weight)
        quantised(p + "attn_q.weight", b.attention.q.weight)
        quantised(p + "attn_k.weight", b.attention.k.weight)
        quantised(p + "attn_v.weight", b.attention.v.weight)
        quantised(p + "attn_output.weight", b.attention.o.weight)
        full(p + "attn_q_norm.weight", b.attention.q_norm.weight)
        full(p + "attn_k_norm.weight", b.attention.k_norm.weight)
        full(p + "ffn_norm.weight", b.experts_norm.weight)
        full(p + "ffn_gate_inp.weight", b.experts.router.weight)
        quantised(p + "ffn_gate_exps.weight", b.experts.gate)
        quantised(p + "ffn_up_exps.weight", b.experts.up)
        quantised(p + "ffn_down_exps.weight", b.experts.down)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()
    size = Path(path).stat().st_size
    print(f"{path}: {size} bytes", flush=True)
    assert size <= 16_000_000


def load(work):
    saved = torch.load(Path(work) / "guide.pt", weights_only=True)
    model = Guide(Config(**saved["config"]))
    model.load_state_dict(saved["state"])
    return model.eval(), Tokenizer.from_file(str(Path(work) / "tokenizer.json"))


if __name__ == "__main__":
    export(*load(sys.argv[1]), sys.argv[2])
