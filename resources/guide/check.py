#!/usr/bin/env python3
"""Try the guide on questions it has never met, and see that they share no eight words in a row with the corpus.

The questions: a JSON list of {"question": text, "keywords": [term or [alternative, ...], ...], "kind": "in" | "out"}.
A question inside the ground counts as answered when every keyword (or one of its alternatives) stands in the reply, upper and
lower case and Markdown marks aside. A reply counts as declined when it contains the decline sentence.
The tokens are chosen greedily: by llama.cpp on the GGUF file (where llama-cpp-python is installed), by PyTorch on WORK_DIR (--work).

Usage: check.py QUESTIONS.json [--gguf tandem-guide.gguf] [--work WORK_DIR] [--corpus CORPUS.jsonl] [--verbose]
CORPUS.jsonl is what build_corpus.py writes; without it the corpus of the default size is expanded again.
"""
import argparse
import json
import re
from pathlib import Path

import build_corpus

HERE = Path(__file__).resolve().parent
WINDOW = 8


def words(text):
    return re.findall(r"[a-z0-9]+", text.lower())


def windows(text):
    w = words(text)
    return {tuple(w[i:i + WINDOW]) for i in range(len(w) - WINDOW + 1)}


def has(term, reply):
    alternatives = term if isinstance(term, list) else [term]
    return any(build_corpus.plain_text(a) in reply for a in alternatives)


def llama_replies(path, questions):
    from llama_cpp import Llama
    llm = Llama(str(path), n_ctx=1024, n_threads=2, verbose=False, logits_all=False)
    for q in questions:
        llm.reset()
        out = llm.create_chat_completion([{"role": "user", "content": q}], temperature=0.0, max_tokens=200)
        yield out["choices"][0]["message"]["content"].strip()


def torch_replies(work, questions):
    import export_gguf
    model, tokenizer = export_gguf.load(work)
    stop = tokenizer.token_to_id("<|im_end|>")
    for start in range(0, len(questions), 50):
        yield from model.replies(tokenizer, [[{"role": "user", "content": q}] for q in questions[start:start + 50]], stop, 200)


def judge(cases, replies, title, verbose):
    answered = declined_inside = declined_outside = 0
    inside = [c for c in cases if c["kind"] == "in"]
    for case, reply in zip(cases, replies):
        text = build_corpus.plain_text(reply)
        declined = build_corpus.plain_text(build_corpus.DECLINE_PHRASE) in text
        if case["kind"] == "in":
            good = not declined and all(has(k, text) for k in case["keywords"])
            answered += good
            declined_inside += declined
        else:
            good = declined
            declined_outside += declined
        if verbose and not good:
            print(f"  {case['kind']}: {case['question']} {case.get('keywords', [])}\n      -> {reply}")
    print(f"{title}: answered {answered}/{len(inside)}, of these declined {declined_inside}; "
          f"outside declined {declined_outside}/{len(cases) - len(inside)}")


def overlaps(cases, conversations):
    wanted = {}
    for case in cases:
        for w in windows(case["question"]):
            wanted.setdefault(w, case["question"])
    found = set()
    if wanted:
        for conversation in conversations:
            for m in conversation["messages"]:
                found |= {wanted[w] for w in windows(m["content"]) if w in wanted}
    return sorted(found)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("questions")
    parser.add_argument("--gguf", default=str(HERE / "tandem-guide.gguf"))
    parser.add_argument("--work", default="")
    parser.add_argument("--corpus", default="")
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    cases = json.loads(Path(args.questions).read_text(encoding="utf-8"))
    questions = [c["question"] for c in cases]
    if args.corpus:
        conversations = (json.loads(line) for line in Path(args.corpus).open(encoding="utf-8"))
    else:
        conversations = build_corpus.conversations(build_corpus.COUNT, build_corpus.SEED)
    shared = overlaps(cases, conversations)
    print(f"questions with {WINDOW} words in a row from the corpus: {len(shared)}")
    for q in shared:
        print("  ", q)
    try:
        judge(cases, list(llama_replies(args.gguf, questions)), "llama.cpp", args.verbose)
    except ImportError:
        print("llama.cpp: llama-cpp-python is not installed")
    if args.work:
        judge(cases, list(torch_replies(args.work, questions)), "PyTorch", args.verbose)


if __name__ == "__main__":
    main()
