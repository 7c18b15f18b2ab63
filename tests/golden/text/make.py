"""Texts that tokenizers trip over, and what Hugging Face's `tokenizers` and sentencepiece make of them.

Run with a Python that has tokenizers 0.23.3 and sentencepiece 0.2.3:  python make.py
  strings.bin          the nasty strings (nasty.py) and texts around added tokens (variants.py)
  pieces.bin           where each pre-tokenizer of families.py cuts, and hashes over every character of Unicode
  byte_level.json ...  small vocabularies; training is not repeatable, so they are made only when they are missing
  variants.bin         ids of each variant of these files
  sentencepiece.bin    small sentencepiece models with the library's ids; made only when missing, too
  tokenizer_models.bin the same models as the files that sentencepiece reads
The .bin files are JSON as Qt's qCompress() packs it.
"""

import json
import struct
import zlib
from pathlib import Path

import families
import nasty
import sentencepiece_models
import variants
from tokenizers import Tokenizer, models

HERE = Path(__file__).parent
SAMPLE = 9  # of this many texts one comes with its ids, for looking at a failure
SPARSE = 3  # sentencepiece sees one in three


def save(name, value):
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    (HERE / name).write_bytes(struct.pack(">I", len(data)) + zlib.compress(data, 9))


def load(name):
    return json.loads(zlib.decompress((HERE / name).read_bytes()[4:]))


class Hash:
    """FNV-1a over little-endian 32-bit numbers."""

    def __init__(self):
        self.state = 0xCBF29CE484222325

    def add(self, numbers):
        for byte in struct.pack(f"<{len(numbers) + 1}I", len(numbers), *numbers):
            self.state = (self.state ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF

    def text(self):
        return f"{self.state:016x}"


def hash_of(lists):
    total = Hash()
    for numbers in lists:
        total.add(numbers)
    return total.text()


def pre_tokenizer(description):
    file = json.loads(Tokenizer(models.BPE()).to_str()) | {"pre_tokenizer": description}
    return Tokenizer.from_str(json.dumps(file)).pre_tokenizer


def blocks():
    """Every character between others of each kind; of the empty planes one block in thirty-two."""
    for base in range(0, 0x110000, 0x400):
        empty = 0x33000 <= base < 0xE0000 or base >= 0xE0400
        if not 0xD800 <= base < 0xE000 and not (empty and base % 0x8000):
            yield base, "".join(f"{c} x{c}1{c}{c}b {c}.{c}\n" for c in map(chr, range(base, base + 0x400)))


def make_pieces(strings, vocabulary):
    # Pieces are in the byte alphabet: a character is a byte.
    cuts = [{} for _ in strings]
    characters, ids = {}, {}
    for number, (name, description) in enumerate(families.FAMILIES.items()):
        cutter = pre_tokenizer(description)

        def lengths(text):
            return [len(piece) for piece, _ in cutter.pre_tokenize_str(text)]

        for text, found in zip(strings, cuts):
            found.setdefault(tuple(lengths(text)), []).append(number)
        characters[name] = [hash_of([lengths(text)]) for _, text in blocks()]
        file = variants.patched(vocabulary, {"pre_tokenizer": description}, {"ignore_merges": name in families.IGNORE_MERGES})
        tokenizer = Tokenizer.from_str(json.dumps(file))
        tokenizer.encode_special_tokens = True
        ids[name] = hash_of(tokenizer.encode(text, add_special_tokens=False).ids for text in strings)
        print(name)
    save("pieces.bin", {"names": list(families.FAMILIES), "ids": ids, "characters": characters,
                        "blocks": [base for base, _ in blocks()],
                        "cuts": [[[list(lengths), numbers] for lengths, numbers in found.items()] for found in cuts]})


def make_variants(files, texts):
    result = []
    for name, base, sections, model in variants.variants(files):
        tokenizer = Tokenizer.from_str(json.dumps(variants.patched(files[base], sections, model)))
        encoded = [tokenizer.encode(text).ids for text in texts]
        tokenizer.encode_special_tokens = True
        # The unigram model itself finds the control tokens that a person types; here they stay text.
        typed = None if base == "unigram" else hash_of(tokenizer.encode(text).ids for text in texts)
        result.append({"name": name, "base": base, "sections": sections, "model": model, "ids": hash_of(encoded),
                       "typed": typed, "sample": encoded[::SAMPLE]})
    save("variants.bin", {"every": SAMPLE, "variants": result})


def main():
    strings = nasty.strings()
    marked = variants.marked()
    save("strings.bin", {"strings": strings, "marked": marked})
    files = {}
    for name in ("byte_level", "character_bpe", "unigram"):
        path = HERE / f"{name}.json"
        if not path.exists():
            path.write_text(json.dumps(getattr(variants, name)(strings), ensure_ascii=False), encoding="utf-8")
        files[name] = json.loads(path.read_text(encoding="utf-8"))
    if not (HERE / "sentencepiece.bin").exists():
        trained = sentencepiece_models.models(variants.corpus(strings))
        save("sentencepiece.bin", {name: sentencepiece_models.described(model, strings[::SPARSE]) for name, model in trained.items()})
    described = load("sentencepiece.bin")
    save("tokenizer_models.bin", {name: sentencepiece_models.file_of(name, golden, strings[::SPARSE]) for name, golden in described.items()})
    make_pieces(strings, files["byte_level"])
    make_variants(files, strings + marked)


main()
