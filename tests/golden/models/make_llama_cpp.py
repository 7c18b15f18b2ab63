"""What llama.cpp computes from the GGUF files that the engine writes of the golden models.

Run:  python make_llama_cpp.py BUILD/bin/write_golden_gguf   with llama-cpp-python and numpy, after make.py.
Writes CASE/llama_cpp.f32 ({prompt, vocabulary} float32) and llama_cpp.json (version; distance to prefill.f32).
Left out: what GGUF or llama.cpp cannot say (LEFT_OUT); of sliding windows llama.cpp knows nothing for these
architectures, so only the rows before the window fills are kept.
"""

import ctypes
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import llama_cpp
import numpy as np

HERE = Path(__file__).parent
LEFT_OUT = {
    "llama_dynamic": "rope that depends on the length",
    "llama_longrope": "rope that depends on the length",
    "qwen2_window_yarn": "YaRN whose range is not rounded",
    "qwen3moe_norm": "a dense layer among layers with experts",
    "qwen3moe_raw": "a dense layer among layers with experts",
    "qwen3_bias_layers": "biases on the attention of qwen3",
    "olmoe_clip_gqa": "fewer key than query heads, limits on q, k, v, renormalised routers in olmoe",
}


def logits(path, prompt):
    params = llama_cpp.llama_model_default_params()
    params.n_gpu_layers = 0
    model = llama_cpp.llama_model_load_from_file(str(path).encode(), params)
    assert model, path
    context_params = llama_cpp.llama_context_default_params()
    context_params.n_ctx = 256
    context_params.n_threads = context_params.n_threads_batch = 1
    context_params.type_k = context_params.type_v = llama_cpp.GGML_TYPE_F32
    context_params.flash_attn_type = llama_cpp.LLAMA_FLASH_ATTN_TYPE_DISABLED
    context = llama_cpp.llama_init_from_model(model, context_params)
    vocabulary = llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(model))
    batch = llama_cpp.llama_batch_init(len(prompt), 0, 1)
    batch.n_tokens = len(prompt)
    for i, token in enumerate(prompt):
        batch.token[i], batch.pos[i], batch.logits[i] = token, i, 1
        batch.n_seq_id[i], batch.seq_id[i][0] = 1, 0
    assert llama_cpp.llama_decode(context, batch) == 0
    rows = [np.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(context, i), (vocabulary,)).copy()
            for i in range(len(prompt))]
    llama_cpp.llama_batch_free(batch)
    llama_cpp.llama_free(context)
    llama_cpp.llama_model_free(model)
    return np.stack(rows).astype("<f4")


@llama_cpp.llama_log_callback
def quiet(level, text, user_data):
    if level >= 4:
        print(text.decode(), end="")


def main():
    llama_cpp.llama_log_set(quiet, ctypes.c_void_p(0))
    for expected in sorted(HERE.glob("*/expected.json")):
        folder = expected.parent
        if folder.name in LEFT_OUT:
            continue
        prompt = json.loads(expected.read_text())["prompt"]
        window = json.loads((folder / "config.json").read_text()).get("sliding_window")
        with tempfile.TemporaryDirectory() as temporary:
            path = Path(temporary) / "model.gguf"
            subprocess.run([sys.argv[1], folder, path], check=True)
            ours = logits(path, prompt)[:window]
        ours.tofile(folder / "llama_cpp.f32")
        golden = np.fromfile(folder / "prefill.f32", "<f4").reshape(len(prompt), -1)[:window]
        off = float(np.abs(ours - golden).max())
        (folder / "llama_cpp.json").write_text(
            json.dumps(dict(llama_cpp_python=llama_cpp.__version__, distance_to_transformers=off)) + "\n")
        print(f"{folder.name}: {off:.2e} from transformers")


main()
