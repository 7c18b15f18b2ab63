#!/usr/bin/env python3
"""Train the Tandem Guide: expand the corpus, train the tokenizer, train the model, write the GGUF file. Runs offline on a CPU.

Usage: train.py [--work DIR] [--out tandem-guide.gguf] [--check QUESTIONS.tsv]
Everything is seeded; two runs with the same versions give the same corpus and nearly the same weights.
"""
import argparse
import math
import os
import random
import resource
import sys
import time
from pathlib import Path

# Give freed memory back to the next step instead of to the system: page faults cost a third of the time otherwise.
# The C library reads these settings at its start only.
SETTINGS = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "8000000000", "MALLOC_TOP_PAD_": "268435456", "MALLOC_ARENA_MAX": "1"}
if __name__ == "__main__" and any(os.environ.get(k) != v for k, v in SETTINGS.items()):
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **SETTINGS})

import torch
import torch.distributed
import torch.multiprocessing
import torch.nn.functional as F
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

import build_corpus
from model import Config, Guide, render

HERE = Path(__file__).resolve().parent
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
CUT_SHARE, CUT_TOKENS = 0.88, 5
# The pre-tokenizer of Qwen2: GGUF readers know it as tokenizer.ggml.pre = qwen2.
QWEN2_SPLIT = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")


def train_tokenizer(texts, size):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(QWEN2_SPLIT), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=SPECIAL, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
                                  min_frequency=2, show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    assert tokenizer.get_vocab_size() == size, tokenizer.get_vocab_size()
    return tokenizer


def encode_all(tokenizer, conversations, dropout_share, dropout, seed):
    """Conversations -> (ids, reply mask).

    Part of the questions is tokenized with merge dropout, so that rare words and typos are met in pieces. Most conversations end
    after the first tokens of the last reply: these decide which answer is given, the rest is soon known by heart.
    """
    rng = random.Random(seed)
    plain, spots = {}, []
    for number, conversation in enumerate(conversations):
        for m in conversation["messages"]:
            text = f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n"
            spots.append((number, m["role"], text))
    order_plain = [i for i, (_, role, _) in enumerate(spots) if role != "user" or rng.random() >= dropout_share]
    plain_set = set(order_plain)
    order_cut = [i for i in range(len(spots)) if i not in plain_set]
    ids = [None] * len(spots)
    unique = sorted({spots[i][2] for i in order_plain})
    tokenizer.model.dropout = None
    for text, e in zip(unique, tokenizer.encode_batch(unique, add_special_tokens=False)):
        plain[text] = e.ids
    for i in order_plain:
        ids[i] = plain[spots[i][2]]
    tokenizer.model.dropout = dropout
    for i, e in zip(order_cut, tokenizer.encode_batch([spots[i][2] for i in order_cut], add_special_tokens=False)):
        ids[i] = e.ids
    tokenizer.model.dropout = None
    head = len(tokenizer.encode("<|im_start|>assistant\n", add_special_tokens=False).ids)
    last = {number: i for i, (number, role, _) in enumerate(spots) if role == "assistant"}
    for i in last.values():
        if rng.random() < CUT_SHARE:
            ids[i] = ids[i][:head + CUT_TOKENS]
    rows = [([], []) for _ in conversations]
    for (number, role, _), piece in zip(spots, ids):
        row, mask = rows[number]
        row += piece
        if role == "assistant":
            # learnt: the reply and its <|im_end|>, not the line break after it
            learnt = [1] * (len(piece) - head)
            if len(learnt) > CUT_TOKENS:
                learnt[-1] = 0
            mask += [0] * head + learnt
        else:
            mask += [0] * len(piece)
    return rows


def batches(rows, tokens_per_batch, rng):
    """Batches of similar length, in random order."""
    order = list(range(len(rows)))
    rng.shuffle(order)
    out, chunk = [], 4096
    for start in range(0, len(order), chunk):
        part = sorted(order[start:start + chunk], key=lambda i: len(rows[i][0]))
        group, width = [], 0
        for i in part:
            new = max(width, len(rows[i][0]))
            if group and new * (len(group) + 1) > tokens_per_batch:
                out.append(group)
                group, new = [], len(rows[i][0])
            group.append(i)
            width = new
        out.append(group)
    rng.shuffle(out)
    return out


class Muon(torch.optim.Optimizer):
    """Momentum whose update is made orthogonal by a Newton-Schulz iteration; for the matrices of the layers, one or a stack of them.

    Reaches the same loss in fewer steps than AdamW here. The iteration costs as much as a forward and backward pass over 4,096
    tokens, so each process does it for its share of the matrices and sends the result to the others.
    """

    def __init__(self, parameters, rate, momentum=0.95, decay=0.01, rank=0, processes=1):
        super().__init__(parameters, {"lr": rate, "momentum": momentum, "decay": decay})
        self.rank, self.processes = rank, processes

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"][self.rank::self.processes]:
                state = self.state[p]
                if "m" not in state:
                    state["m"] = torch.zeros_like(p)
                state["m"].lerp_(p.grad, 1 - group["momentum"])
                x = p.grad.lerp(state["m"], group["momentum"]).bfloat16()
                wide = x.shape[-1] >= x.shape[-2]
                x = x if wide else x.transpose(-1, -2)
                x = x / (x.float().flatten(-2).norm(dim=-1)[..., None, None] + 1e-7).to(x.dtype)
                for _ in range(5):
                    a = x @ x.transpose(-1, -2)
                    x = 3.4445 * x + (-4.7750 * a + 2.0315 * (a @ a)) @ x
                x = x if wide else x.transpose(-1, -2)
                p.mul_(1 - group["lr"] * group["decay"])
                p.add_(x.float(), alpha=-group["lr"] * max(1.0, p.shape[-2] / p.shape[-1]) ** 0.5)
            if self.processes > 1:
                for i, p in enumerate(group["params"]):
                    torch.distributed.broadcast(p, i % self.processes)


def make_tensors(rows, group, vocab, noise, generator):
    width = -(-max(len(rows[i][0]) for i in group) // 16) * 16   # few different shapes: the matrix kernels are built once per shape
    ids = torch.zeros(len(group), width, dtype=torch.long)
    mask = torch.zeros(len(group), width, dtype=torch.bool)
    real = torch.zeros(len(group), width, dtype=torch.bool)
    for r, i in enumerate(group):
        row, m = rows[i]
        ids[r, :len(row)] = torch.tensor(row)
        mask[r, :len(row)] = torch.tensor(m, dtype=torch.bool)
        real[r, :len(row)] = True
    inputs = ids.clone()
    if noise > 0:   # some tokens of the questions become others
        hit = (torch.rand(ids.shape, generator=generator) < noise) & ~mask & real & (ids >= len(SPECIAL))
        inputs[hit] = torch.randint(len(SPECIAL), vocab, (int(hit.sum()),), generator=generator)
    targets = torch.full_like(ids, -100)
    targets[:, :-1] = torch.where(mask[:, 1:], ids[:, 1:], torch.full_like(ids[:, 1:], -100))
    return inputs, real, targets


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", default="guide-work")
    parser.add_argument("--out", default=str(HERE / "tandem-guide.gguf"))
    parser.add_argument("--count", type=int, default=build_corpus.COUNT)
    parser.add_argument("--seed", type=int, default=build_corpus.SEED)
    parser.add_argument("--processes", type=int, default=2, help="of one thread each: on small matrices this beats as many threads")
    parser.add_argument("--steps", type=int, default=0, help="at most so many steps (0: one pass over the corpus)")
    parser.add_argument("--tokens", type=int, default=4096, help="tokens per batch and process")
    parser.add_argument("--rate", type=float, default=0.02)
    parser.add_argument("--drop", type=float, default=0.08)
    parser.add_argument("--noise", type=float, default=0.05)
    parser.add_argument("--check", default=str(HERE / "corpus" / "held_back.tsv"), help="held-back questions, tried every 300 steps")
    parser.add_argument("--start", default="", help="work folder of an earlier run to go on from")
    args = parser.parse_args()
    if args.processes > 1:
        os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(20000 + os.getpid() % 20000))
        torch.multiprocessing.start_processes(train, (args,), args.processes, start_method="fork")
    else:
        train(0, args)


def average_gradients(model, processes):
    if processes > 1:
        flat = torch.cat([p.grad.reshape(-1) for p in model.parameters()])
        torch.distributed.all_reduce(flat)
        flat /= processes
        start = 0
        for p in model.parameters():
            p.grad.copy_(flat[start:start + p.numel()].view_as(p))
            start += p.numel()


def train(rank, args):
    say = print if rank == 0 else lambda *a, **k: None
    if args.processes > 1:
        torch.distributed.init_process_group("gloo", rank=rank, world_size=args.processes)
    began = time.time()
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    work = Path(args.work)
    work.mkdir(parents=True, exist_ok=True)
    config = Config()

    topics = build_corpus.read_topics()
    assert not build_corpus.check_ground(topics)
    conversations = list(build_corpus.conversations(args.count, args.seed))
    texts = (m["content"] for c in conversations[:80000] for m in c["messages"])
    if args.start:
        tokenizer = Tokenizer.from_file(str(Path(args.start) / "tokenizer.json"))
    else:
        tokenizer = train_tokenizer(texts, config.vocab)
    if rank == 0:
        tokenizer.save(str(work / "tokenizer.json"))
    rows = encode_all(tokenizer, conversations, 0.4, 0.12, args.seed)
    lengths = [len(r[0]) for r in rows]
    say(f"corpus: {len(rows)} conversations, {sum(lengths)} tokens, longest {max(lengths)}, {time.time() - began:.0f} s", flush=True)

    model = Guide(config)
    total = sum(p.numel() for p in model.parameters())
    idle = (config.experts - config.top_k) * 3 * config.dim * config.expert_dim * config.layers
    say(f"model: {total} parameters, {total - idle} active per token", flush=True)
    matrices = [p for n, p in model.named_parameters() if p.dim() >= 2 and "embed" not in n and "router" not in n]
    others = [p for n, p in model.named_parameters() if p.dim() < 2 or "embed" in n or "router" in n]
    optimizers = [Muon(matrices, args.rate, rank=rank, processes=args.processes), torch.optim.AdamW(others, lr=args.rate * 0.15, betas=(0.9, 0.98), eps=1e-9, weight_decay=0.0, fused=True)]
    for optimizer in optimizers:
        for g in optimizer.param_groups:
            g["first"] = g["lr"]
    if args.start:
        model.load_state_dict(torch.load(Path(args.start) / "guide.pt", weights_only=True)["state"])
    rng = random.Random(args.seed)
    generator = torch.Generator()
    plan = batches(rows, args.tokens, rng)
    plan = plan[rank:len(plan) // args.processes * args.processes:args.processes]
    steps = min(args.steps or len(plan), len(plan))
    if args.processes > 1:   # merge dropout is not seeded, so the processes' batches may differ in number
        least = torch.tensor(steps)
        torch.distributed.all_reduce(least, torch.distributed.ReduceOp.MIN)
        steps = int(least)
    torch.manual_seed(args.seed + rank)   # each process drops other units
    generator.manual_seed(args.seed + rank)
    warm = 60
    model.train()
    shown, seen, started = 0.0, 0, time.time()
    for step in range(steps):
        progress = step / steps
        factor = min(1.0, (step + 1) / warm) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))
        for optimizer in optimizers:
            for g in optimizer.param_groups:
                g["lr"] = g["first"] * factor
        inputs, real, targets = make_tensors(rows, plan[step], config.vocab, args.noise, generator)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden, balance, z, shares = model(inputs, real, args.drop)
            wanted = targets != -100
            logits = model.logits(hidden[wanted])
        loss = F.cross_entropy(logits.float(), targets[wanted])
        (loss + 0.01 * balance + 0.0005 * z).backward()
        average_gradients(model, args.processes)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        shown = loss.item() if step == 0 else 0.95 * shown + 0.05 * loss.item()
        seen += inputs.numel() * args.processes
        if (step + 1) % 25 == 0 or step + 1 == steps:
            say(f"step {step + 1}/{steps} loss {shown:.4f} balance {balance.item():.3f} share {shares.min():.3f}-{shares.max():.3f} "
                  f"rate {args.rate * factor:.5f} {seen / (time.time() - started):.0f} tok/s {time.time() - began:.0f} s", flush=True)
        if rank == 0 and args.check and ((step + 1) % 300 == 0 or step + 1 == steps):
            model.eval()
            report(model, tokenizer, args.check, topics, verbose=step + 1 == steps)
            model.train()
        if rank == 0 and ((step + 1) % 100 == 0 or step + 1 == steps):
            torch.save({"config": config.to_dict(), "state": model.state_dict()}, work / "guide.pt")
    cpu = resource.getrusage(resource.RUSAGE_SELF)
    print(f"process {rank}: {(time.time() - began) / 60:.1f} min wall, {(cpu.ru_utime + cpu.ru_stime) / 60:.1f} min CPU", flush=True)
    if rank:
        return
    import export_gguf
    export_gguf.export(model, tokenizer, args.out)


def report(model, tokenizer, path, topics, verbose=False):
    """Share of the held-back questions (lines "topic<TAB>question") that get the answer of their topic."""
    pairs = [line.split("\t") for line in Path(path).read_text(encoding="utf-8").splitlines() if "\t" in line and not line.startswith("#")]
    stop = tokenizer.token_to_id("<|im_end|>")
    found = []
    for start in range(0, len(pairs), 64):
        part = pairs[start:start + 64]
        found += model.replies(tokenizer, [[{"role": "user", "content": q}] for _, q in part], stop, 14 if not verbose else 120)
    right = lambda got, name: bool(got) and (topics[name].answer.startswith(got) if not verbose else topics[name].answer == got)
    hits = [right(got, name) for got, (name, _) in zip(found, pairs)]
    inside = [h for h, (n, _) in zip(hits, pairs) if n != build_corpus.DECLINE]
    outside = [h for h, (n, _) in zip(hits, pairs) if n == build_corpus.DECLINE]
    refused = sum(1 for g, (n, _) in zip(found, pairs) if n != build_corpus.DECLINE and g.startswith("Sorry, I can't help"))
    print(f"   held back: inside {sum(inside)}/{len(inside)} (declined {refused}), outside {sum(outside)}/{len(outside)}", flush=True)
    if verbose:
        for h, got, (name, q) in zip(hits, found, pairs):
            if not h:
                print(f"   MISS {name}: {q} -> {got[:70]}", flush=True)


if __name__ == "__main__":
    main()
