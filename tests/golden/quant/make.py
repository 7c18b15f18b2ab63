"""Writes the golden files of this folder with the reference `gguf` Python package.

  NAME.decode   u32 count, `count` blocks, the float32 values that the reference decodes from them
  input.f32     float32 values to encode, in groups of 32
  NAME.encode   what the reference encodes `input.f32` to
  grids.i8      every point of the grids of IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S and IQ1_S, one int8 per value
  bits.f32      float32 bit patterns without NaN, for the 16-bit formats (bits.f16, bits.bf16)

Versions used: gguf 0.19.0, numpy 2.4.6, Python 3.11. Run: python make.py (writes beside itself).
"""
import struct
import warnings
from pathlib import Path

import numpy as np
from gguf import quants
from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType as T
from gguf.quants import dequantize, quantize

warnings.filterwarnings("ignore")
HERE = Path(__file__).parent
rng = np.random.default_rng(20240229)

# Where the IEEE half scales of each block lie, in bytes; MXFP4 has an 8-bit exponent at byte 0 instead.
HALVES = {
    T.Q4_0: [0], T.Q4_1: [0, 2], T.Q5_0: [0], T.Q5_1: [0, 2], T.Q8_0: [0], T.IQ4_NL: [0], T.MXFP4: [],
    T.Q2_K: [80, 82], T.Q3_K: [108], T.Q4_K: [0, 2], T.Q5_K: [0, 2], T.Q6_K: [208], T.IQ4_XS: [0],
}
# Drawn after all else, so that older files stay as they are.
GRIDS = {
    T.IQ2_XXS: [0], T.IQ2_XS: [0], T.IQ2_S: [0], T.IQ3_XXS: [0], T.IQ3_S: [0], T.IQ1_S: [0],
    T.IQ1_M: [],  # in four nibbles
}
# zero, minus zero, smallest and largest subnormal, smallest normal, one, largest
SPECIAL = [0x0000, 0x8000, 0x0001, 0x8001, 0x03FF, 0x0400, 0x3C00, 0xBC00, 0x7BFF, 0xFBFF]


def random_halves(count, at):
    scale = rng.integers(0, 65536, count, dtype=np.uint16)
    scale[(scale & 0x7C00) == 0x7C00] ^= 0x4000  # no infinity, no NaN
    scale[: count // 3] = rng.normal(0, 0.01, count // 3).astype(np.float16).view(np.uint16)
    scale[-len(SPECIAL):] = np.roll(np.array(SPECIAL, dtype=np.uint16), at)
    return scale


def random_blocks(kind, halves):
    size = GGML_QUANT_SIZES[kind][1]
    count = 28 if GGML_QUANT_SIZES[kind][0] == 256 else 64
    if kind == T.MXFP4:
        count = 256
    blocks = rng.integers(0, 256, (count, size), dtype=np.uint8)
    # Runs through all byte values in order, then shuffled per position, so that no position misses one side.
    sweep = np.resize(np.arange(256, dtype=np.uint8), (count // 4, size))
    blocks[: count // 4] = sweep
    blocks[count // 4], blocks[count // 4 + 1] = 0, 255
    for at in halves:
        blocks[:, at:at + 2] = random_halves(count, at).reshape(-1, 1).view(np.uint8)
    if kind == T.IQ1_M:  # nibble k of the scale is the high one of byte 49 + 2 k
        scale = random_halves(count, 0)
        for k in range(4):
            blocks[:, 49 + 2 * k] = blocks[:, 49 + 2 * k] & 15 | (scale >> 4 * k & 15) << 4
    if kind == T.MXFP4:
        blocks[:, 0] = np.arange(256)
    return blocks


def groups():
    """Rows of 32 values that weights hold, and those that they should not."""
    rows = [rng.normal(0, 0.02, (120, 32)), rng.standard_t(2, (120, 32)) * 0.05, rng.uniform(-1, 1, (60, 32)),
            rng.normal(0, 1, (20, 32)) * 1e30, rng.normal(0, 1, (20, 32)) * 1e-30, rng.normal(0, 1, (20, 32)) * 6e4,
            rng.normal(0, 1, (20, 32)) * 1e-6, rng.normal(0, 1, (20, 32)) * 1e-41, rng.normal(0, 1, (20, 32)) * 3e-38,
            np.abs(rng.normal(0, 1, (20, 32))), -np.abs(rng.normal(0, 1, (20, 32)))]
    rows += [np.full((1, 32), x) for x in (0.0, -0.0, 1.0, -1.0, 0.1, -3e-5, 65504.0, 7e4, 1e-45)]
    one = np.zeros((6, 32))
    one[0, 31], one[1, 0], one[2, 16], one[3, 15] = 1, -1, 0.25, -8
    one[4, 3], one[4, 30] = 2, -2      # two extremes of equal size: the first counts
    one[5, 3], one[5, 30] = -2, 2
    # Ties: levels that fall exactly between two integers for the 4-, 5- and 8-bit scales.
    ties = [np.arange(-16, 16) / 2.0, np.arange(-32, 0) / 4.0, np.arange(0, 32) * 0.5, np.arange(-15.5, 16.5),
            np.concatenate([np.arange(15) + 0.5, [15.0], -np.arange(15) - 0.5, [0.0]]),
            np.concatenate([np.arange(31) + 0.5, [31.0]]),
            np.concatenate([np.arange(-63.5, -32.5), [127.0]]), np.concatenate([np.arange(0.5, 31.5), [-127.0]]),
            np.concatenate([[6.0], np.tile([0.25, 0.75, 1.25, 1.75, 2.5, 3.5, 5.0, -5.0], 4)[:31]])]
    powers = 2.0 ** np.arange(-126, 127, 8)
    rows += [one, np.array(ties), powers.reshape(1, 32), (powers * (1 - 2.0 ** -24)).reshape(1, 32)]
    return np.concatenate(rows).astype(np.float32)


def write_decoded(formats):
    for kind, halves in formats.items():
        blocks = random_blocks(kind, halves)
        values = dequantize(blocks, kind).astype(np.float32)
        assert not np.isnan(values).any(), kind
        with open(HERE / f"{kind.name.lower()}.decode", "wb") as f:
            f.write(struct.pack("<I", len(blocks)) + blocks.tobytes() + values.tobytes())


def main():
    write_decoded(HALVES)

    values = groups()
    assert np.isfinite(values).all()
    values.tofile(HERE / "input.f32")
    for kind in (T.F16, T.BF16, T.Q4_0, T.Q4_1, T.Q5_0, T.Q5_1, T.Q8_0, T.MXFP4):
        quantize(values, kind).tofile(HERE / f"{kind.name.lower()}.encode")

    bits = rng.integers(0, 2 ** 32, 4096, dtype=np.uint32)
    bits[:1024] = (bits[:1024] & 0xFFFF0000) | 0x8000       # ties of bfloat16
    bits[1024:2048] = (bits[1024:2048] & 0x8FFFE000) | 0x30001000  # ties of half, around 2^-31 .. 2^0
    bits[2048:2560] = (bits[2048:2560] & 0x87FFFFFF) | 0x40000000  # around the largest half
    bits[bits & 0x7F800000 == 0x7F800000] &= 0xFF800000     # infinity stays, NaN does not
    patterns = bits.view(np.float32)
    patterns.tofile(HERE / "bits.f32")
    quantize(patterns, T.F16).tofile(HERE / "bits.f16")
    quantize(patterns.reshape(-1, 32), T.BF16).tofile(HERE / "bits.bf16")
    write_decoded(GRIDS)
    with open(HERE / "grids.i8", "wb") as f:
        for quant in (quants.IQ2_XXS, quants.IQ2_XS, quants.IQ2_S, quants.IQ3_XXS, quants.IQ3_S, quants.IQ1_S):
            quant.init_grid()
            f.write(quant.grid.astype(np.int8).tobytes())


main()
