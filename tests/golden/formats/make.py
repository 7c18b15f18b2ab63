"""Writes small model files with the reference packages, for the readers of engine/formats.

  all_types.gguf          every metadata type, a tensor of every type that the package knows, alignment 64
  split-0000N-of-00003.gguf   the package's own way of splitting
  sharded/                safetensors with index, an odd header, tensors of 0, 1 and 5 dimensions

Versions used: gguf 0.19.0, safetensors 0.8.0, numpy 2.4.6, Python 3.11. Run: python make.py (writes beside itself).
"""
import json
from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType as T
from gguf import GGUFValueType as V
from safetensors.numpy import save_file

HERE = Path(__file__).parent


def all_types():
    w = gguf.GGUFWriter(str(HERE / "all_types.gguf"), "test")
    w.add_custom_alignment(64)
    numbers = {V.UINT8: 200, V.INT8: -100, V.UINT16: 60000, V.INT16: -30000, V.UINT32: 4000000000,
               V.INT32: -2000000000, V.UINT64: 2 ** 63 + 5, V.INT64: -2 ** 62, V.FLOAT32: 0.1, V.FLOAT64: 0.1,
               V.BOOL: True}
    for kind, value in numbers.items():
        w.add_key_value(f"scalar.{kind.name.lower()}", value, kind)
    w.add_string("scalar.string", "naïve 🦙\n")
    w.add_array("array.int32", [1, -2, 3])
    w.add_array("array.float32", [0.5, -1.5])
    w.add_array("array.bool", [True, False, True])
    w.add_array("array.string", ["a", "", "ü"])
    w.add_array("array.uint8", b"\x00\xff\x10")
    for kind in T:
        block, size = gguf.GGML_QUANT_SIZES[kind]
        raw = (np.arange(3 * 2 * size) % 251).astype(np.uint8).reshape(3, 2 * size)
        w.add_tensor(f"tensor.{kind.name}", raw, raw_dtype=kind)
    w.add_tensor("cube", np.arange(24, dtype=np.float32).reshape(2, 3, 4))
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def split():
    w = gguf.GGUFWriter(str(HERE / "split.gguf"), "test", split_max_tensors=2)
    w.add_string("general.name", "in three parts")
    for i in range(5):
        w.add_tensor(f"t{i}", np.full((2, 8), i, dtype=np.float32))
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def sharded():
    folder = HERE / "sharded"
    folder.mkdir(exist_ok=True)
    first = {"b": np.arange(6, dtype=np.float16).reshape(2, 3), "a": np.array(7.5, dtype=np.float32),
             "odd": np.arange(3, dtype=np.uint8)}
    second = {"video": np.arange(32, dtype=np.float32).reshape(2, 2, 2, 2, 2), "none": np.zeros((0, 4), dtype=np.int64)}
    files = {"model-00001-of-00002.safetensors": first, "model-00002-of-00002.safetensors": second}
    for name, tensors in files.items():
        save_file(tensors, folder / name, metadata={"format": "pt"})
    index = {"metadata": {"total_size": 163}, "weight_map": {t: f for f, ts in files.items() for t in ts}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    (folder / "config.json").write_text('{"model_type": "llama"}\n')
    (folder / "tokenizer.json").write_text('{"version": "1.0"}\n')
    (folder / "chat_template.jinja").write_text("{{ messages }}")


all_types()
split()
sharded()
