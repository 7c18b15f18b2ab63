"""rope.json: inverse frequencies and attention factors as Hugging Face transformers computes them, per rule.

Run:  python make_rope.py.  Each case: the text of a config.json, the length, and what transformers makes of it.
"""

import json
from pathlib import Path

import torch
import transformers
from transformers import LlamaConfig
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

BASE = dict(hidden_size=512, num_attention_heads=4, num_key_value_heads=2, num_hidden_layers=1, vocab_size=100,
            intermediate_size=64, max_position_embeddings=4096)
OLD_YARN = dict(type="yarn", factor=4.0, original_max_position_embeddings=1024)
# name -> (keys of config.json on top of BASE, length)
CASES = {
    "default": (dict(rope_theta=500000.0), 100),
    "default in rope_parameters": (dict(rope_parameters=dict(rope_type="default", rope_theta=1234.5)), 100),
    "no theta": ({}, 100),
    "linear, old": (dict(rope_scaling=dict(type="linear", factor=4.0)), 100),
    "linear": (dict(rope_parameters=dict(rope_type="linear", factor=2.5, rope_theta=1e6)), 100),
    "dynamic, short": (dict(rope_scaling=dict(rope_type="dynamic", factor=2.0)), 4096),
    "dynamic, long": (dict(rope_scaling=dict(rope_type="dynamic", factor=2.0)), 9000),
    "llama 3.1": (dict(rope_theta=500000.0, max_position_embeddings=131072, rope_scaling=dict(
        rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
        original_max_position_embeddings=8192)), 100),
    "llama 3.2": (dict(head_dim=64, rope_parameters=dict(
        rope_type="llama3", rope_theta=500000.0, factor=32.0, low_freq_factor=1.0, high_freq_factor=4.0,
        original_max_position_embeddings=2048)), 100),
    "yarn, old": (dict(rope_theta=1e6, rope_scaling=OLD_YARN), 100),
    "yarn, factor 1": (dict(rope_scaling=OLD_YARN | dict(factor=1.0)), 100),
    "yarn, attention factor": (dict(rope_scaling=OLD_YARN | dict(attention_factor=0.7)), 100),
    "yarn, mscale": (dict(rope_scaling=OLD_YARN | dict(mscale=1.3, mscale_all_dim=0.6)), 100),
    "yarn, mscale alone": (dict(rope_scaling=OLD_YARN | dict(mscale=1.3)), 100),
    "yarn, betas": (dict(rope_scaling=OLD_YARN | dict(beta_fast=16, beta_slow=2)), 100),
    "yarn, not rounded": (dict(rope_scaling=OLD_YARN | dict(truncate=False)), 100),
    "yarn, factor from lengths": (dict(rope_scaling=OLD_YARN | dict(factor=None)), 100),
    "yarn, no original length": (dict(rope_scaling=dict(type="yarn", factor=4.0)), 100),
    "longrope, short": (dict(head_dim=8, rope_scaling=dict(type="longrope", short_factor=[1.0, 1.1, 1.2, 1.5],
                                                           long_factor=[1, 2, 4, 9.5],
                                                           original_max_position_embeddings=1024)), 1024),
    "longrope, long": (dict(head_dim=8, original_max_position_embeddings=512, rope_scaling=dict(
        type="longrope", short_factor=[1.0, 1.1, 1.2, 1.5], long_factor=[1, 2, 4, 9.5], factor=8.0)), 1025),
}


def main():
    transformers.logging.set_verbosity_error()
    cases = []
    for name, (keys, length) in CASES.items():
        text = json.dumps(dict(model_type="llama") | BASE | keys)
        config = LlamaConfig.from_dict(json.loads(text))
        kind = config.rope_parameters["rope_type"]
        if kind == "default":
            dims = config.head_dim
            theta = config.rope_parameters["rope_theta"]
            frequencies, scale = 1.0 / (theta ** (torch.arange(0, dims, 2, dtype=torch.float) / dims)), 1.0
        else:
            frequencies, scale = ROPE_INIT_FUNCTIONS[kind](config, "cpu", seq_len=length)
        cases.append(dict(name=name, config=text, length=length, frequencies=frequencies.tolist(), scale=scale))
    text = json.dumps(dict(transformers=transformers.__version__, cases=cases), indent=0)
    (Path(__file__).parent / "rope.json").write_text(text + "\n")


main()
