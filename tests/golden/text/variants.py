# Small vocabularies, trained here, and variants of their tokenizer.json: every part that a file can bring, one by one.
import json
import random

from nasty import CODE, EMOJI, NUMBERS, SCRIPTS, SPACES, WORDS
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

import families

MARK = "\u2581"


def added(token, id, special=False, **flags):
    return {"id": id, "content": token, "special": special, "single_word": False, "lstrip": False, "rstrip": False,
            "normalized": not special} | flags


def corpus(strings):
    rng = random.Random(5)
    words = ("the of and to in is that it was for on are with as they be at one have this from by hot word but what some we can out other were all "
             "there when up use your how said an each she which do their time if will way about many then them write would like so these her long make "
             "thing see him two has look more day could go come did number sound no most people my over know water than call first who may down side been "
             "now find any new work part take get place made live where after back little only round man year came show every good me give our under").split()
    english = [" ".join(rng.choice(words) for _ in range(12)).capitalize() + "." for _ in range(600)]
    return english + SCRIPTS * 3 + CODE * 3 + EMOJI + NUMBERS + strings[::9]


def train(tokenizer, trainer, strings):
    texts = corpus(strings)
    if isinstance(trainer, trainers.UnigramTrainer):
        texts = texts[:600] + SCRIPTS[:14] * 3  # it wants a token for every character
    tokenizer.train_from_iterator(texts, trainer)
    return json.loads(tokenizer.to_str())


def byte_level(strings):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    specials = ["<|begin|>", "<|end|>", "<|im_start|>", "<|im_end|>"]
    file = train(tokenizer, trainers.BpeTrainer(vocab_size=900, special_tokens=specials, show_progress=False,
                                                initial_alphabet=pre_tokenizers.ByteLevel.alphabet()), strings)
    file["added_tokens"] += [added("<tool>", 900), added("  ", 901), added("\u00c9tat", 902)]
    return file


def character_bpe(strings):
    # As Llama 2's file: normaliser instead of a pre-tokenizer, bytes for what has no token.
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend(MARK), normalizers.Replace(" ", MARK)])
    specials = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    file = train(tokenizer, trainers.BpeTrainer(vocab_size=900, special_tokens=specials, limit_alphabet=300, show_progress=False), strings)
    file["added_tokens"] = file["added_tokens"][:3]
    file["decoder"] = sequence_decoder()
    return file


def unigram(strings):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    specials = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    file = train(tokenizer, trainers.UnigramTrainer(vocab_size=900, special_tokens=specials, unk_token="<unk>", show_progress=False), strings)
    file["added_tokens"] = file["added_tokens"][:3]
    return file


def sequence_decoder():
    return {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": MARK}, "content": " "}, {"type": "ByteFallback"},
                                             {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}


def metaspace(scheme="always", split=True):
    return {"type": "Metaspace", "replacement": MARK, "prepend_scheme": scheme, "split": split}


def chain(*types, **last):
    steps = [{"type": t} if isinstance(t, str) else t for t in types]
    return {"type": "Sequence", "normalizers": steps}


def cut(pattern, behavior, invert=False):
    return {"type": "Split", "pattern": pattern, "behavior": behavior, "invert": invert}


def template(before, after):
    tokens = [{"SpecialToken": {"id": t, "type_id": 0}} for t, _ in before] + [{"Sequence": {"id": "A", "type_id": 0}}]
    tokens += [{"SpecialToken": {"id": t, "type_id": 0}} for t, _ in after]
    return {"type": "TemplateProcessing", "single": tokens, "pair": tokens + [{"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {t: {"id": t, "ids": [i], "tokens": [t]} for t, i in before + after}}


def variants(files):
    """name, base, sections to replace, model options to set"""
    out = []

    def add(name, base, sections=None, **model):
        out.append((name, base, sections or {}, model))

    own = files["byte_level"]["added_tokens"]
    for base in files:
        add(f"{base}", base)
    for name in ("llama-bpe", "qwen2", "gpt-4o", "deepseek-v3", "falcon"):
        add(f"byte_level {name}", "byte_level", {"pre_tokenizer": families.FAMILIES[name]}, ignore_merges=name in families.IGNORE_MERGES)
    level = {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}
    add("byte_level prefix space", "byte_level", {"pre_tokenizer": level})
    add("byte_level prefix space, no pattern", "byte_level", {"pre_tokenizer": level | {"use_regex": False}})
    for form in ("NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Nmt", "ByteLevel"):
        sections = {"normalizer": {"type": form}}
        if form == "ByteLevel":
            sections["pre_tokenizer"] = None
        add(f"byte_level {form}", "byte_level", sections)
    for left, right in ((True, True), (True, False), (False, True)):
        add(f"byte_level strip {left} {right}", "byte_level", {"added_tokens": own[:5], "normalizer": {"type": "Strip", "strip_left": left, "strip_right": right}})
    for behavior in ("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"):
        for invert in (False, True):
            steps = [cut({"Regex": r"\s|\p{N}+"}, behavior, invert), families.byte_level(False)]
            add(f"byte_level {behavior} {invert}", "byte_level", {"pre_tokenizer": families.sequence(*steps)})
        steps = [{"type": "Punctuation", "behavior": behavior}, families.byte_level(True)]
        add(f"byte_level punctuation {behavior}", "byte_level", {"pre_tokenizer": families.sequence(*steps)})
    for flags in ({"lstrip": True}, {"rstrip": True}, {"lstrip": True, "rstrip": True}, {"single_word": True},
                  {"single_word": True, "lstrip": True}, {"normalized": False}):
        tokens = own[:4] + [added("<tool>", 900, **flags), added("mask", 901, special=True, **flags), added("\u00c9tat", 902, **flags)]
        for normalizer in (None, {"type": "Lowercase"}, {"type": "NFD"}):
            name = " ".join(k for k in flags) + (" " + normalizer["type"] if normalizer else "")
            add(f"byte_level added {name}", "byte_level", {"added_tokens": tokens, "normalizer": normalizer})
    tokens = own[:4] + [added(text, 900 + i) for i, text in enumerate(("ab", "abc", "bcd", "b", " a", "\n", "é", "<|im_end|>\n"))]
    add("byte_level added overlapping", "byte_level", {"added_tokens": tokens})
    ends = template([("<|begin|>", 0)], [("<|end|>", 1)])
    add("byte_level template", "byte_level", {"post_processor": {"type": "Sequence", "processors": [families.byte_level(True), ends]}})
    add("byte_level roberta", "byte_level", {"post_processor": {"type": "RobertaProcessing", "sep": ["<|end|>", 1], "cls": ["<|begin|>", 0],
                                                                "trim_offsets": True, "add_prefix_space": False}})
    for base in ("character_bpe", "unigram"):
        clean = {} if base == "unigram" else {"normalizer": None}
        for scheme in ("always", "first", "never"):
            for split in (True, False):
                add(f"{base} metaspace {scheme} {split}", base, clean | {"pre_tokenizer": metaspace(scheme, split),
                    "decoder": {"type": "Metaspace", "replacement": MARK, "prepend_scheme": scheme, "split": split}})
        replace = {"type": "Replace", "pattern": {"String": " "}, "content": MARK}
        squeeze = {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}
        prepend = {"type": "Prepend", "prepend": MARK}
        for name, steps in {"nfkc": ("NFKC", squeeze, prepend, replace), "accents": ("NFD", "StripAccents", "Lowercase", replace),
                            "nmt": ("Nmt", {"type": "Strip", "strip_left": True, "strip_right": True}, prepend, replace), "none": ()}.items():
            add(f"{base} {name}", base, {"normalizer": chain(*steps), "pre_tokenizer": None, "decoder": sequence_decoder()})
        for text in ("Whitespace", "WhitespaceSplit"):
            add(f"{base} {text}", base, clean | {"pre_tokenizer": {"type": text}})
        add(f"{base} digits", base, clean | {"pre_tokenizer": families.sequence({"type": "Digits", "individual_digits": True}, metaspace("first"))})
        add(f"{base} delimiter", base, clean | {"pre_tokenizer": {"type": "CharDelimiterSplit", "delimiter": "a"}})
        tokens = files[base]["added_tokens"] + [added("<tool>", 900), added("mask", 901, special=True, lstrip=True), added("  ", 902, normalized=False)]
        add(f"{base} added", base, {"added_tokens": tokens})
        tokens = [token | {"normalized": True} for token in tokens]
        add(f"{base} added normalized", base, {"added_tokens": tokens})
        add(f"{base} ends", base, {"post_processor": template([("<s>", 1)], [("</s>", 2)])})
    add("character_bpe no bytes", "character_bpe", byte_fallback=False)
    add("character_bpe no bytes, no fusing", "character_bpe", byte_fallback=False, fuse_unk=False)
    add("character_bpe nothing unknown", "character_bpe", byte_fallback=False, unk_token=None)
    add("character_bpe ignore merges", "character_bpe", ignore_merges=True)
    add("character_bpe words, ignore merges", "character_bpe", {"normalizer": None, "pre_tokenizer": metaspace()}, ignore_merges=True)
    return out


def patched(file, sections, model):
    file = json.loads(json.dumps(file)) | sections
    file["model"] |= model
    return file


def marked():
    """Texts around added tokens."""
    rng = random.Random(99)
    marks = ["<|begin|>", "<|end|>", "<|im_start|>", "<|im_end|>", "<s>", "</s>", "<unk>", "<tool>", "<TOOL>", "mask", "État", "E\u0301tat", "état", "  ", "abcd",
             "<|im_end|>\n", "<0x41>", "<0x0A>", MARK, "\u0120", "\u2581the", "the the"]
    texts = list(marks)
    for _ in range(380):
        texts.append("".join(rng.choice(rng.choice([marks, marks, WORDS, SPACES, [" ", "", "\n"]])) for _ in range(rng.randint(2, 9))))
    return list(dict.fromkeys(texts))
