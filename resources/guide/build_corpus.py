#!/usr/bin/env python3
"""Expand the hand-written topics of corpus/ into training conversations, always the same for the same seed.

Every topic has one answer and many question forms. A form may hold alternatives, "[open|load] a file", and word lists, "{animal}".
Lines of a topic file:
  ## id          a topic begins
  = text         its answer
  n a | b        noun phrases: put into the noun frames ("what is a", "explain b", ...)
  v a | b        verb phrases: put into the verb frames ("how do I a", "where can I b", ...)
  ? form         a whole question
Usage: build_corpus.py OUT.jsonl [--count N] [--seed N]     writes one conversation per line
"""
import argparse
import json
import random
import re
import string
from pathlib import Path

HERE = Path(__file__).resolve().parent
CORPUS = HERE / "corpus"
COUNT, SEED = 340000, 1
DECLINE = "outside"
DECLINE_PHRASE = "I only know about Tandem and running language models on your computer"
SMALL_TALK = {"hello", "howareyou", "thanks", "bye", "joke", "praise", "insult", "ok", "more"}
# Answers whose questions get no decoration such as "in simple words".
PLAIN = SMALL_TALK | {"who", "cando", "cannot", "human", "language"}


# ---- reading -------------------------------------------------------------------------------------------------------

def split_top(text, sep="|"):
    """Split at separators that stand outside brackets."""
    parts, depth, current = [], 0, ""
    for ch in text:
        if ch == "[":
            depth += 1
        elif ch == "]":
            depth -= 1
        if ch == sep and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += ch
    parts.append(current)
    return [p.strip() for p in parts]


class Topic:
    def __init__(self, name):
        self.name, self.answer = name, ""
        self.nouns, self.verbs, self.forms = [], [], []


def read_topics(folder=CORPUS):
    topics = {}
    for path in sorted(folder.glob("[0-9]*.txt")):
        topic = None
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            line = line.strip()
            if not line or (line.startswith("# ")):
                continue
            kind, rest = line[:2], line[2:].strip()
            if line.startswith("## "):
                topic = topics.setdefault(line[3:].strip(), Topic(line[3:].strip()))
            elif kind == "= ":
                assert not topic.answer, (path, number)
                topic.answer = rest
            elif kind == "n ":
                topic.nouns += split_top(rest)
            elif kind == "v ":
                # one entry per line: alternatives stand in brackets
                topic.verbs.append(rest)
            elif kind == "? ":
                topic.forms.append(rest)
            else:
                raise ValueError(f"{path}:{number}: {line}")
            if line.count("[") != line.count("]"):
                raise ValueError(f"{path}:{number}: brackets: {line}")
    return topics


def read_lists(name):
    lists = {}
    for line in (CORPUS / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("@"):
            key, values = line[1:].split("=", 1)
            lists.setdefault(key.strip(), []).extend(split_top(values))
    return lists


# ---- expansion -----------------------------------------------------------------------------------------------------

class Expander:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.slots = read_lists("slots.txt")
        self.frames = read_lists("frames.txt")
        self.synonyms = [(re.compile(r"(?<![\w-])" + re.escape(k) + r"(?![\w-])"), v)
                         for k, v in read_lists("synonyms.txt").items()]
        self.slot_names = sorted(self.slots)
        self.fillers = self.frames["filler"]

    def pseudo_word(self):
        """A word that does not exist, for names the model has never met."""
        r = self.rng
        syllables = r.choice((1, 2, 2, 2, 3, 3))
        word = ""
        for _ in range(syllables):
            word += r.choice(("", "b", "br", "c", "ch", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "kl", "l", "m", "n", "p", "pl",
                              "qu", "r", "s", "sh", "st", "str", "t", "th", "tr", "v", "w", "z"))
            word += r.choice(("a", "e", "i", "o", "u", "ai", "ea", "ee", "ou", "io", "y"))
            word += r.choice(("", "", "", "n", "r", "l", "s", "t", "m", "ck", "nd", "rt", "x", "ng"))
        word += r.choice(("", "", "", "", "ing", "tion", "er", "s", "ism", "ology", "ment", "ed", "ity", "ist", "ium", "ous"))
        return word.capitalize() if r.random() < 0.35 else word

    def expand(self, form):
        r = self.rng
        while True:
            match = re.search(r"\[([^\[\]]*)\]", form)
            if not match:
                break
            form = form[:match.start()] + r.choice(match.group(1).split("|")) + form[match.end():]
        while True:
            match = re.search(r"\{(\w+)\}", form)
            if not match:
                break
            name = match.group(1)
            value = self.pseudo_word() if r.random() < 0.12 else r.choice(self.slots[name])
            form = form[:match.start()] + value + form[match.end():]
        return re.sub(r"\s+", " ", form).strip()

    def outside_noun(self):
        r = self.rng
        roll = r.random()
        word = lambda: self.pseudo_word() if r.random() < 0.3 else r.choice(self.slots[r.choice(self.slot_names)])
        if roll < 0.55:
            return word()
        if roll < 0.7:
            return f"the {r.choice(self.slots['adj'])} {word()}"
        if roll < 0.85:
            return f"{word()} and {word()}"
        return f"the {r.choice(('history', 'price', 'colour', 'size', 'name', 'origin', 'future', 'meaning', 'age', 'taste', 'life', 'death', 'family', 'king', 'recipe', 'story', 'end', 'beginning', 'weight', 'theory', 'quality', 'speed', 'memory', 'loss', 'rank', 'temperature', 'model', 'shape', 'sound', 'culture'))} of {word()}"

    def question(self, topic):
        """One plain question of a topic, before decoration and noise."""
        r = self.rng
        kinds = [("form", max(1.0, len(topic.forms)) if topic.forms else 0.0),
                 ("noun", 0.9 * len(topic.nouns) + 2 if topic.nouns else 0.0),
                 ("verb", 4.0 * len(topic.verbs) + 2 if topic.verbs else 0.0)]
        if topic.name == DECLINE:
            kinds.append(("outside", len(topic.forms) * 0.25))
        kind = r.choices([k for k, _ in kinds], [w for _, w in kinds])[0]
        if kind == "form":
            return self.expand(r.choice(topic.forms))
        if kind == "noun":
            return self.expand(r.choice(self.frames["noun"]).replace("<N>", r.choice(topic.nouns)))
        if kind == "verb":
            return self.expand(r.choice(self.frames["verb"]).replace("<V>", r.choice(topic.verbs)))
        return self.expand(r.choice(self.frames["noun"])).replace("<N>", self.outside_noun())

    def replace_synonyms(self, text):
        r = self.rng
        for pattern, values in self.synonyms:
            if r.random() < 0.35 and pattern.search(text):
                text = pattern.sub(lambda _: r.choice(values), text, count=1)
        return text

    def typo(self, word):
        r = self.rng
        if len(word) < 4 or not word.isalpha():
            return word
        i = r.randrange(1, len(word) - 1)
        roll = r.random()
        if roll < 0.3:
            return word[:i] + word[i + 1] + word[i] + word[i + 2:]
        if roll < 0.6:
            return word[:i] + word[i + 1:]
        if roll < 0.8:
            return word[:i] + word[i] + word[i:]
        return word[:i] + r.choice(string.ascii_lowercase) + word[i + 1:]

    def decorate(self, text, name):
        """The ways in which people type the same question of a topic."""
        r = self.rng
        plain = name in PLAIN
        if name != DECLINE:   # a model railway is no LLM railway
            text = self.replace_synonyms(text)
        words = text.split(" ")
        if len(words) > 4 and r.random() < 0.10:          # a small word is forgotten
            small = [i for i, w in enumerate(words) if w.lower() in
                     ("the", "a", "an", "do", "does", "is", "to", "of", "my", "i", "it", "can", "in", "for", "with")]
            if small:
                del words[r.choice(small)]
        if not plain and len(words) > 3 and r.random() < 0.10:   # a filler word comes in
            words.insert(r.randrange(1, len(words)), r.choice(self.fillers))
        if r.random() < 0.07:
            i = r.randrange(len(words))
            words[i] = self.typo(words[i])
        text = " ".join(words)
        if not plain:
            if r.random() < 0.22:
                text = self.expand(r.choice(self.frames["prefix"])) + " " + text
            if r.random() < 0.16:
                text = text + " " + self.expand(r.choice(self.frames["suffix"]))
        ending = r.random()
        if text[-1].isalnum() or text[-1] in ")'`":
            first = text.split(" ")[0].lower().strip(",")
            question = first in ("what", "how", "why", "where", "which", "who", "when", "can", "is", "are", "do", "does", "will", "should", "may")
            if ending < 0.62:
                text += "?" if question or r.random() < 0.5 else "."
            elif ending < 0.66:
                text += r.choice(("??", " ?", "!", "...", "?!"))
        case = r.random()
        if case < 0.55:
            text = text[0].upper() + text[1:]
        elif case < 0.75:
            text = text.lower()
        elif case < 0.77:
            text = text.upper()
        return text


SYSTEM_PROMPTS = ["You are a helpful assistant.", "You are the guide of Tandem.", "Answer briefly.", "You are a friendly assistant. Be brief and polite.",
                  "Be concise.", "You are Tandem Guide.", "You help people with Tandem.", "Answer in one sentence.", "You are a teacher.",
                  "Always be polite.", "You are an expert in language models.", "Answer as well as you can."]


def topic_weights(topics):
    names = sorted(topics)
    inside = [n for n in names if n != DECLINE]
    weights = {n: (0.6 if n in SMALL_TALK else 1.0) for n in inside}
    weights[DECLINE] = 0.40 * sum(weights.values())
    return names, [weights[n] for n in names]


def conversations(count, seed):
    topics = read_topics()
    ex = Expander(seed)
    r = ex.rng
    names, weights = topic_weights(topics)
    for _ in range(count):
        turns = r.choices((1, 2, 3, 4), (0.86, 0.09, 0.035, 0.015))[0]
        messages, ids = [], []
        if r.random() < 0.12:
            messages.append({"role": "system", "content": r.choice(SYSTEM_PROMPTS)})
        for turn in range(turns):
            if turn and r.random() < 0.15:
                name = r.choice(("thanks", "more", "more", "ok", "praise", "bye"))
            else:
                name = r.choices(names, weights)[0]
            topic = topics[name]
            text = ex.decorate(ex.question(topic), name)
            messages.append({"role": "user", "content": text})
            messages.append({"role": "assistant", "content": topic.answer})
            ids.append(name)
        yield {"topics": ids, "messages": messages}


def check_ground(topics):
    """Every word in bold of ground.md has to stand in the answer of its topic."""
    missing = []
    for line in (HERE / "ground.md").read_text(encoding="utf-8").splitlines():
        match = re.match(r"\d+\. `(\w+)` (.*)", line)
        if not match:
            continue
        name, rest = match.groups()
        answer = plain_text(topics[name].answer)
        for term in re.findall(r"\*\*(.+?)\*\*", rest):
            if plain_text(term) not in answer:
                missing.append((name, term))
    return missing


def plain_text(text):
    return re.sub(r"[*`]", "", text).lower()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=SEED)
    args = parser.parse_args()
    topics = read_topics()
    missing = check_ground(topics)
    for name, term in missing:
        print(f"ground.md: {name}: '{term}' is not in the answer")
    assert not missing
    with open(args.out, "w", encoding="utf-8") as out:
        for conversation in conversations(args.count, args.seed):
            out.write(json.dumps(conversation, ensure_ascii=False) + "\n")
    print(f"{len(topics)} topics, {sum(len(t.forms) + len(t.nouns) + len(t.verbs) for t in topics.values())} written forms, "
          f"{args.count} conversations")


if __name__ == "__main__":
    main()
