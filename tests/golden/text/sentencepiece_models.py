# Small sentencepiece models and what the library itself makes of texts: the reference for GGUF's "llama" and "t5".
import base64
import io
import tempfile

import sentencepiece
from sentencepiece import sentencepiece_model_pb2 as proto

# Of each kind a few: several characters for one, one for several, one for none, longer before shorter.
RULES = [("\uff21", "A"), ("\ufb01", "fi"), ("\u2026", "..."), ("\u00e4", "a\u0308"), ("e\u0301", "\u00e9"), ("\u200b", ""), ("\u3000", " "), ("\t", " "),
         ("a\u0308", "\u00e4"), ("\uff01\uff1f", "!?"), ("\uff01", "!"), ("\u0130", "i")]


def rules_file():
    file = tempfile.NamedTemporaryFile("w", suffix=".tsv", delete=False, encoding="utf-8")
    with file:
        for source, target in RULES:
            file.write(" ".join(f"{ord(c):X}" for c in source) + "\t" + " ".join(f"{ord(c):X}" for c in target) + "\n")
    return file.name


def train(texts, **options):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(texts), model_writer=model, vocab_size=700, num_threads=1, minloglevel=2,
                                             character_coverage=0.98, **options)
    return model.getvalue()


def models(texts):
    texts = [text for text in texts if "\0" not in text]
    plain = {"normalization_rule_name": "identity", "remove_extra_whitespaces": False}
    ruled = {"normalization_rule_tsv": rules_file()}
    return {
        "bpe": train(texts, model_type="bpe", byte_fallback=True, **plain),
        "bpe without bytes": train(texts, model_type="bpe", add_dummy_prefix=False, **plain),
        "bpe rules": train(texts, model_type="bpe", byte_fallback=True, remove_extra_whitespaces=True, **ruled),
        "bpe user": train(texts, model_type="bpe", byte_fallback=True, user_defined_symbols=["<tool>", "the", "ab c"], **plain),
        "unigram": train(texts, model_type="unigram", byte_fallback=True, **plain),
        "unigram rules": train(texts, model_type="unigram", remove_extra_whitespaces=True, **ruled),
        "unigram user": train(texts, model_type="unigram", byte_fallback=True, user_defined_symbols=["<tool>", "the", "ab c"], **plain),
    }


def described(serialized, texts):
    model = proto.ModelProto()
    model.ParseFromString(serialized)
    processor = sentencepiece.SentencePieceProcessor(model_proto=serialized)
    spec = model.normalizer_spec
    return {
        "model": "llama" if model.trainer_spec.model_type == 2 else "t5",
        "tokens": [piece.piece for piece in model.pieces],
        "scores": [piece.score for piece in model.pieces],
        "types": [piece.type for piece in model.pieces],  # GGUF's numbers are sentencepiece's
        "add_space_prefix": spec.add_dummy_prefix,
        "remove_extra_whitespaces": spec.remove_extra_whitespaces,
        "charsmap": base64.b64encode(spec.precompiled_charsmap).decode(),
        "ids": [processor.encode(text) if "\0" not in text else None for text in texts],
    }


def file_of(name, golden, texts):
    """The tokenizer.model of a described model, which has to give the same ids."""
    model = proto.ModelProto()
    for text, score, kind in zip(golden["tokens"], golden["scores"], golden["types"]):
        model.pieces.add(piece=text, score=score, type=kind)
    model.trainer_spec.model_type = 2 if golden["model"] == "llama" else 1
    model.trainer_spec.byte_fallback = 6 in golden["types"]
    model.trainer_spec.input.append("a field that nobody needs")
    spec = model.normalizer_spec
    spec.name = "user_defined" if golden["charsmap"] else "identity"
    spec.precompiled_charsmap = base64.b64decode(golden["charsmap"])
    spec.add_dummy_prefix = golden["add_space_prefix"]
    spec.remove_extra_whitespaces = golden["remove_extra_whitespaces"]
    serialized = model.SerializeToString()
    processor = sentencepiece.SentencePieceProcessor(model_proto=serialized)
    assert all(ids is None or processor.encode(text) == ids for text, ids in zip(texts, golden["ids"])), name
    return base64.b64encode(serialized).decode()
