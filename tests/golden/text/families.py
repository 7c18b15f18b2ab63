# Pre-tokenizers as the models' own tokenizer.json files have them (or the tiktoken pattern, isolated), by the names
# that GGUF files give them. Where llama.cpp's source is the only witness it is marked "llama.cpp".

def split(pattern):
    return {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False}


def byte_level(regex):
    return {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": regex}


def sequence(*parts):
    return {"type": "Sequence", "pretokenizers": list(parts)}


def splits(*patterns):
    return sequence(*[split(p) for p in patterns], byte_level(False))


DIGITS = {"type": "Digits", "individual_digits": True}
ENDS = r"\s*[\r\n]+|\s+(?!\S)|\s+"
CONTRACTION = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
LLAMA3 = CONTRACTION + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|" + ENDS
QWEN2 = CONTRACTION + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|" + ENDS
QWEN35 = CONTRACTION + r"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|" + ENDS
UPPER, LOWER = r"\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}", r"\p{Ll}\p{Lm}\p{Lo}\p{M}"


def cased(end, numbers, not_han="", slash="/"):
    words = [f"[^\\r\\n\\p{{L}}\\p{{N}}]?[{UPPER}{not_han}]{a}[{LOWER}{not_han}]{b}{end}" for a, b in ("*+", "+*")]
    return "|".join(words) + f"|{numbers}| ?[^\\s\\p{{L}}\\p{{N}}]+[\\r\\n{slash}]*|" + ENDS


O200K = cased(CONTRACTION + "?", r"\p{N}{1,3}")
TEKKEN = cased("", r"\p{N}")
KIMI = r"[\p{Han}]+|" + cased(CONTRACTION + "?", r"\p{N}{1,3}", r"&&[^\p{Han}]", "")
PUNCTUATED = r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|""" + ENDS
KANA = "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+"
CJK = "[\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+"


def cased_letters():
    # The bicameral letters as DeepSeek-LLM lists them.
    ranges = """41-5a 61-7a b5 c0-d6 d8-f6 f8-1ba 1bc-1bf 1c4-293 295-2af 370-373 376 377 37b-37d 37f 386 388-38a 38c 38e-3a1 3a3-3f5 3f7-481
    48a-52f 531-556 10a0-10c5 13a0-13f5 13f8-13fd 1c90-1cba 1cbd-1cbf 1d00-1d2b 1d6b-1d77 1d79-1d9a 1e00-1f15 1f18-1f1d 1f20-1f45 1f48-1f4d
    1f50-1f57 1f59 1f5b 1f5d 1f5f-1f7d 1f80-1fb4 1fb6-1fbc 1fbe 1fc2-1fc4 1fc6-1fcc 1fd0-1fd3 1fd6-1fdb 1fe0-1fec 1ff2-1ff4 1ff6-1ffc 2102 2107
    210a-2113 2115 2119-211d 2124 2126 2128 212a-212d 212f-2134 2139 213c-213f 2145-2149 214e 2183 2184 2c00-2c7b 2c7e-2ce4 2ceb-2cee 2cf2 2cf3
    a640-a66d a680-a69b a722-a76f a771-a787 a78b-a78e ab70-abbf fb00-fb06 fb13-fb17 ff21-ff3a ff41-ff5a 10400-1044f 104b0-104d3 104d8-104fb
    10c80-10cb2 10cc0-10cf2 118a0-118df 1e900-1e943"""
    return "".join("-".join(chr(int(end, 16)) for end in part.split("-")) for part in ranges.split())


FAMILIES = {
    "gpt-2": byte_level(True),
    "llama-bpe": splits(LLAMA3),
    "qwen2": splits(QWEN2),
    "qwen35": splits(QWEN35),
    "gpt-4o": splits(O200K),
    "tekken": splits(TEKKEN),
    "kimi-k2": splits(KIMI),
    "deepseek-llm": sequence(split("[\r\n]"), split(r"\s?[" + cased_letters() + "]+"),
                             split("\\s?[!-/:-~\uff01-\uff0f\uff1a-\uff5e\u2018-\u201f\u3000-\u3002]+"), split(r"\s+$"), split(CJK), DIGITS,
                             byte_level(False)),
    "deepseek-coder": sequence(split("[\r\n]"), split(r"\s?\p{L}+"), split(r"\s?\p{P}+"), split(CJK), DIGITS, byte_level(False)),
    "deepseek-v3": splits(r"\p{N}{1,3}", KANA, PUNCTUATED),
    "falcon": sequence({"type": "Punctuation", "behavior": "Contiguous"}, byte_level(True), {"type": "Digits", "individual_digits": False},
                       split("[0-9][0-9][0-9]")),
    "starcoder": sequence(DIGITS, byte_level(True)),
    "bloom": splits(" ?[^(\\s|[.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c])]+"),
    "viking": sequence(split(" ?[^(\\s|[.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c])]+"), DIGITS, byte_level(False)),
    "bailingmoe": splits(r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"),
    "tiny_aya": splits(r"\d{1,3}(?=(?:\d{3})*\b)", O200K),
    "superbpe": splits(r"\p{N}+", r"(?=(\d{3})+(?!\d))"),  # llama.cpp
    "seed-coder": splits((CONTRACTION + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+|" + ENDS).replace(r"\r\n", "\r\n")),
    "jais-2": splits(LLAMA3[:LLAMA3.index(r"\s+(?!\S)")]
                     + "|".join(rf"\s{{{n}}}(?!\S)" for n in (512, 256, 128, 64, 32, 16, 8, 4)) + r"|\s{1,2}(?!\S)|\s{1}"),
    "exaone-moe": splits(CONTRACTION + r"|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+"),
    "minicpm5": splits(r"\p{N}{1,3}", LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}+")),
    "chameleon": sequence(split("<sentinel:[0-9]+>"), split("(IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z"), split("([\\t\\n]|    |  )"), DIGITS,
                          {"type": "Punctuation", "behavior": "Isolated"}, byte_level(True)),
    "laguna": splits(r"[^\n]+|[\n]+", QWEN2),  # llama.cpp
    "ufakzeka": splits(QWEN2[len(CONTRACTION) + 1:]),  # llama.cpp
    "afmoe": splits(r"\p{N}{1,3}(?=(?:\p{N}{3})*(?!\p{N}))",  # llama.cpp
                    "[\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff\u3040-\u309f\u30a0-\u30ff\uff65-\uff9f\u2f00-\u2fdf\u0e40-\u0e7f\u0e80-\u0eff\u1780-\u17ff"
                    "\u1000-\u109f\uaa60-\uaa7f\ua9e0-\ua9ff\uac00-\ud7af\u1100-\u11ff]+", PUNCTUATED),
    "default": splits(r"[\p{P}\$\+<=>\^~\|]+", r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)", r"\p{N}+",
                      "[0-9][0-9][0-9]"),  # llama.cpp
}
IGNORE_MERGES = {"llama-bpe", "tekken", "minicpm5"}
