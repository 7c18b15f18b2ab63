#!/usr/bin/env python3
"""Writes the golden files of the chat templates from Python's jinja2 as Hugging Face sets it up.

    pip install jinja2 transformers
    python make.py                       # constructs.json and templates.json
    python make.py --public FOLDER       # and public.json: what FOLDER/*.jinja render, as length and 16 digits of sha256

The environment is transformers' own; only its clock is stopped, at NOW in UTC.
"""
import argparse
import datetime
import glob
import hashlib
import json
import os
import sys

sys.dont_write_bytecode = True
os.environ["TZ"] = "UTC"
from transformers.utils import chat_template_utils as hf

import constructs
import conversations

HERE = os.path.dirname(os.path.abspath(__file__))
NOW = 1732812345  # Thu 2024-11-28 16:45:45


class StoppedClock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.fromtimestamp(NOW, datetime.timezone.utc).replace(tzinfo=None)


hf.datetime = StoppedClock


def line_of(error):
    """The template's line that jinja2 names, or None."""
    if getattr(error, "lineno", None):
        return error.lineno
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in ("<template>", "<unknown>"):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def render(source, variables):
    """(text, where {% generation %} blocks lie in its UTF-8), or an exception with the line."""
    template = hf._compile_jinja_template(source)
    blocks, marks = [], []
    with template.environment.activate_tracker(blocks, marks):
        for block in template.generate(**variables):
            blocks.append(block)
    text = "".join(blocks)
    return text, [[len(text[:a].encode()), len(text[:b].encode())] for a, b in marks]


def golden(source, variables):
    try:
        text, marks = render(source, variables)
        text.encode()
    except Exception as error:
        failure = {"fails": type(error).__name__, "reason": str(error)[:120]}
        # What only Python's own compiler refuses has a line of the code that jinja2 generated.
        line = None if type(error) is SyntaxError else line_of(error)
        return {**failure, "line": line} if line else failure
    return {"text": text, "assistant": marks} if any(a < b for a, b in marks) else {"text": text}


def write(name, value):
    path = os.path.join(HERE, name)
    with open(path, "w", encoding="utf-8") as file:
        rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in value["cases"])
        head = {key: item for key, item in value.items() if key != "cases"}
        file.write(json.dumps(head, ensure_ascii=False)[:-1] + (", " if head else "") + '"cases": [\n' + rows + "\n]}\n")
    print(name, len(value["cases"]), "cases,", os.path.getsize(path), "bytes")


def make_constructs():
    cases = []
    for group, lines in constructs.GROUPS.items():
        sources = lines.removeprefix("\n").removesuffix("\n").split("\n")
        cases += [(f"{group} {i}", source) for i, source in enumerate(sources, 1)]
    for group, sources in constructs.LONG.items():
        cases += [(f"{group} {i}", source) for i, source in enumerate(sources, 1)]
    write("constructs.json", {
        "now": NOW, "context": constructs.CONTEXT,
        "cases": [{"name": name, "template": source, **golden(source, constructs.CONTEXT)} for name, source in cases]})


def variables_of(conversation):
    defaults = {"tools": None, "documents": None, "add_generation_prompt": False, "bos_token": "<s>", "eos_token": "</s>"}
    return {**defaults, **conversation}


def sources_in(folder):
    for path in sorted(glob.glob(os.path.join(folder, "*.jinja"))):
        with open(path, encoding="utf-8") as file:
            yield os.path.basename(path), file.read()


def make_templates():
    cases = [{"template": name, "conversation": i, **golden(source, variables_of(conversation))}
             for name, source in sources_in(HERE) for i, conversation in enumerate(conversations.OWN)]
    write("templates.json", {"now": NOW, "conversations": conversations.OWN, "cases": cases})


def make_public(folder):
    cases = []
    for name, source in sources_in(folder):
        for i, conversation in enumerate(conversations.PUBLIC):
            result = golden(source, variables_of(conversation))
            if "text" in result:
                text = result["text"].encode()
                cases.append([name, i, len(text), hashlib.sha256(text).hexdigest()[:16]])
            else:
                cases.append([name, i, result["reason"][:60]])
    write("public.json", {"now": NOW, "conversations": conversations.PUBLIC, "cases": cases})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--public", metavar="FOLDER", help="folder of published templates")
    options = parser.parse_args()
    make_constructs()
    make_templates()
    if options.public:
        make_public(options.public)
