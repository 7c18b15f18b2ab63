"""Writes llama_cpp_mse.json: the mean squared error of llama.cpp's (ggml's) quantisers on random rows.

The rows come from Philox4x32-10 (engine/base/random.h), so that the test makes the same ones. Each record: format,
distribution, seed, whether importances were given, and sum(w (x - decoded)^2) / sum(w) with w = 1 without them.

Versions used: pywhispercpp 1.5.1 (the libggml-base 0.13.1 in its wheel), gguf 0.19.0, numpy 2.4.6.
Run: python make_mse.py FOLDER_OF_LIBGGML_BASE (writes beside itself).
"""
import ctypes
import json
import sys
from pathlib import Path

import numpy as np
from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType as T
from gguf.quants import dequantize

HERE = Path(__file__).parent
ROWS, COLUMNS = 64, 512
FORMATS = [T.Q4_0, T.Q4_1, T.Q5_0, T.Q5_1, T.Q8_0, T.Q2_K, T.Q3_K, T.Q4_K, T.Q5_K, T.Q6_K, T.IQ4_NL, T.IQ4_XS, T.MXFP4]


def philox(seed, counters, stream):
    mask = np.uint64(0xFFFFFFFF)
    shift = np.uint64(32)
    c = [counters & mask, counters >> shift, np.full_like(counters, stream), np.zeros_like(counters)]
    k0, k1 = seed & 0xFFFFFFFF, seed >> 32
    for _ in range(10):
        p0, p1 = np.uint64(0xD2511F53) * c[0], np.uint64(0xCD9E8D57) * c[2]
        c = [(p1 >> shift) ^ c[1] ^ np.uint64(k0), p1 & mask, (p0 >> shift) ^ c[3] ^ np.uint64(k1), p0 & mask]
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c


def normals(seed, count, stream):
    u = [(x.astype(np.float64) + 0.5) / 2 ** 32 for x in philox(seed, np.arange(count, dtype=np.uint64), stream)]
    r, s = np.sqrt(-2 * np.log(u[0])), np.sqrt(-2 * np.log(u[2]))
    a, b = 2 * np.pi * u[1], 2 * np.pi * u[3]
    return r * np.cos(a), r * np.sin(a), s * np.cos(b), s * np.sin(b)


def rows(distribution, seed):
    g = normals(seed, ROWS * COLUMNS, 0)
    x = g[0] if distribution == "gaussian" else g[0] / np.sqrt((g[1] ** 2 + g[2] ** 2 + g[3] ** 2) / 3)
    return (0.02 * x).astype(np.float32).reshape(ROWS, COLUMNS)


def importances(seed):
    return np.exp(1.5 * normals(seed, COLUMNS, 1)[0]).astype(np.float32)


def error(x, decoded, w):
    square = (x.astype(np.float64) - decoded) ** 2
    return float((square * w).sum() / (w.sum() * len(x)))


def main():
    ggml = ctypes.CDLL(str(next(Path(sys.argv[1]).glob("libggml-base*.so*"))))
    ggml.ggml_quantize_chunk.restype = ctypes.c_size_t
    ggml.ggml_quantize_chunk.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64,
                                         ctypes.c_int64, ctypes.c_void_p]
    records = []
    for distribution in ("gaussian", "student_t3"):
        for seed in (1, 2):
            x, w = rows(distribution, seed), importances(seed)
            for kind in FORMATS:
                block, size = GGML_QUANT_SIZES[kind]
                for given in (False, True):
                    out = np.zeros((ROWS, COLUMNS // block * size), np.uint8)
                    done = ggml.ggml_quantize_chunk(int(kind), x.ctypes.data, out.ctypes.data, 0, ROWS, COLUMNS,
                                                    w.ctypes.data if given else None)
                    assert done == out.size
                    weights = w.astype(np.float64) if given else np.ones(COLUMNS)
                    records.append({"format": kind.name, "distribution": distribution, "seed": seed,
                                    "importance": given, "mse": error(x, dequantize(out, kind), weights)})
    lines = ",\n".join(json.dumps(r) for r in records)
    (HERE / "llama_cpp_mse.json").write_text("[\n" + lines + "\n]\n")


if __name__ == "__main__":
    main()
