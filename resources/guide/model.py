"""The network of the Tandem Guide in PyTorch: a small decoder of the Qwen3-MoE kind."""
from dataclasses import asdict, dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclass
class Config:
    vocab: int = 4096
    dim: int = 256
    layers: int = 4
    heads: int = 4
    kv_heads: int = 2
    head_dim: int = 64
    experts: int = 12
    top_k: int = 2
    expert_dim: int = 192
    context: int = 1024
    rope_theta: float = 10000.0
    eps: float = 1e-6

    def to_dict(self):
        return asdict(self)


class _RMSNorm(torch.autograd.Function):
    """Three times faster on a CPU than the same formula left to autograd: the backward goes through the fused one of the layer norm."""

    @staticmethod
    def forward(ctx, x, weight, eps):
        n = x.shape[-1]
        rows = x.reshape(-1, n).float()
        scale = torch.rsqrt(torch.linalg.vector_norm(rows, dim=-1, keepdim=True).square() / n + eps)
        ctx.save_for_backward(rows, scale, weight)
        ctx.dtype = x.dtype
        return (rows * scale).mul_(weight).view(x.shape).to(x.dtype)

    @staticmethod
    def backward(ctx, grad):
        rows, scale, weight = ctx.saved_tensors
        n = rows.shape[-1]
        g = grad.reshape(-1, n).float()
        dx, dw, _ = torch.ops.aten.native_layer_norm_backward(g, rows, [n], torch.zeros_like(scale), scale, weight, None, [True, True, False])
        dx += scale * (g @ weight / n).unsqueeze(1)   # the layer norm also takes the mean off, the RMS norm does not
        return dx.view(grad.shape).to(ctx.dtype), dw, None


class RMSNorm(nn.Module):
    def __init__(self, size, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x):
        with torch.autocast("cpu", enabled=False):
            return _RMSNorm.apply(x, self.weight, self.eps)


def rope_table(config, length):
    half = config.head_dim // 2
    freq = config.rope_theta ** (-torch.arange(half, dtype=torch.float32) / half)
    angle = torch.outer(torch.arange(length, dtype=torch.float32), freq)
    return angle.cos(), angle.sin()


def rotate(x, cos, sin):
    """Rotary embedding over halves (the "neox" order that Qwen3 uses); x is [batch, head, token, head_dim]."""
    a, b = x.chunk(2, -1)
    cos, sin = cos.to(x.dtype), sin.to(x.dtype)
    return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)


class Attention(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c = c
        self.q = nn.Linear(c.dim, c.heads * c.head_dim, bias=False)
        self.k = nn.Linear(c.dim, c.kv_heads * c.head_dim, bias=False)
        self.v = nn.Linear(c.dim, c.kv_heads * c.head_dim, bias=False)
        self.o = nn.Linear(c.heads * c.head_dim, c.dim, bias=False)
        self.q_norm = RMSNorm(c.head_dim, c.eps)
        self.k_norm = RMSNorm(c.head_dim, c.eps)

    def forward(self, x, cos, sin, future):
        c, (b, t, _) = self.c, x.shape
        q = self.q_norm(self.q(x).view(b, t, c.heads, c.head_dim)).transpose(1, 2)
        k = self.k_norm(self.k(x).view(b, t, c.kv_heads, c.head_dim)).transpose(1, 2)
        v = self.v(x).view(b, t, c.kv_heads, c.head_dim).transpose(1, 2)
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        group = c.heads // c.kv_heads
        k, v = k.repeat_interleave(group, 1), v.repeat_interleave(group, 1)
        # Written out: for short rows this is faster on a CPU than the fused attention, backward above all.
        score = (q * c.head_dim ** -0.5) @ k.transpose(2, 3)
        score = score.masked_fill(future[:t, :t], float("-inf")).softmax(-1)
        y = score.to(v.dtype) @ v
        return self.o(y.transpose(1, 2).reshape(b, t, -1))


def _spread(x, source):
    return torch.cat((x, x.new_zeros(1, x.shape[1]))).index_select(0, source)


class Spread(torch.autograd.Function):
    """Rows to their places in the experts' blocks; places without a row are zero."""

    @staticmethod
    def forward(ctx, x, source, place):
        ctx.save_for_backward(place)
        return _spread(x, source)

    @staticmethod
    def backward(ctx, grad):
        return grad.index_select(0, ctx.saved_tensors[0]), None, None


class Collect(torch.autograd.Function):
    """The way back: the inverse of Spread, and its gradient."""

    @staticmethod
    def forward(ctx, x, source, place):
        ctx.save_for_backward(source)
        return x.index_select(0, place)

    @staticmethod
    def backward(ctx, grad):
        return _spread(grad, ctx.saved_tensors[0]), None, None


class Experts(nn.Module):
    """Softmax router, top-k, renormalised weights; SwiGLU experts. Tokens are gathered per expert, so only the chosen ones compute."""

    def __init__(self, c):
        super().__init__()
        self.c = c
        self.router = nn.Linear(c.dim, c.experts, bias=False)
        self.gate = nn.Parameter(torch.empty(c.experts, c.expert_dim, c.dim))
        self.up = nn.Parameter(torch.empty(c.experts, c.expert_dim, c.dim))
        self.down = nn.Parameter(torch.empty(c.experts, c.dim, c.expert_dim))

    def forward(self, x, real):
        """x is [batch, token, dim]; real marks the tokens that are not padding. Returns the sum of experts and the balance loss."""
        c, shape = self.c, x.shape
        flat = x.reshape(-1, c.dim)
        with torch.autocast("cpu", enabled=False):
            logits = F.linear(flat.float(), self.router.weight.float())
            prob = logits.softmax(-1)
            weight, chosen = prob.topk(c.top_k, -1)
            weight = weight / weight.sum(-1, keepdim=True)
            mask = real.reshape(-1, 1).float()
            count = mask.sum()
            share = (F.one_hot(chosen, c.experts).float().sum(1) * mask).sum(0) / (count * c.top_k)
            balance = c.experts * (share * ((prob * mask).sum(0) / count)).sum()
            z = (torch.logsumexp(logits, -1).pow(2) * mask[:, 0]).sum() / count
        # Every expert gets the same number of rows, rounded up, so that the matrix sizes repeat from batch to batch.
        slots = chosen.reshape(-1)
        sizes = torch.bincount(slots, minlength=c.experts)
        capacity = max(16, -(-int(sizes.max()) // 128) * 128 if slots.numel() > 512 else int(sizes.max()))
        order = slots.argsort(stable=True)
        starts = sizes.cumsum(0) - sizes
        place = torch.empty_like(order)
        place[order] = torch.arange(order.numel()) - starts[slots[order]] + slots[order] * capacity
        source = torch.full((c.experts * capacity,), order.numel())   # the row behind the last one is empty
        source[place] = torch.arange(order.numel())
        copies = flat.unsqueeze(1).expand(-1, c.top_k, -1).reshape(-1, c.dim)
        h = Spread.apply(copies, source, place).view(c.experts, capacity, c.dim)
        h = F.silu(h @ self.gate.transpose(1, 2)) * (h @ self.up.transpose(1, 2))
        y = Collect.apply((h @ self.down.transpose(1, 2)).view(-1, c.dim), source, place).view(-1, c.top_k, c.dim)
        out = (y * weight.to(y.dtype).unsqueeze(-1)).sum(1)
        return out.view(shape), balance, z, share


class Layer(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.attention_norm = RMSNorm(c.dim, c.eps)
        self.attention = Attention(c)
        self.experts_norm = RMSNorm(c.dim, c.eps)
        self.experts = Experts(c)

    def forward(self, x, cos, sin, future, real, drop):
        x = x + self.attention(self.attention_norm(x), cos, sin, future)
        y, balance, z, share = self.experts(self.experts_norm(x), real)
        return x + F.dropout(y, drop, self.training), balance, z, share


class Guide(nn.Module):
    """Token ids -> hidden states; the head shares the embedding matrix."""

    def __init__(self, c):
        super().__init__()
        self.c = c
        self.embed = nn.Embedding(c.vocab, c.dim)
        self.blocks = nn.ModuleList(Layer(c) for _ in range(c.layers))
        self.norm = RMSNorm(c.dim, c.eps)
        cos, sin = rope_table(c, c.context)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        self.register_buffer("future", torch.ones(c.context, c.context, dtype=torch.bool).triu(1), persistent=False)
        for name, p in self.named_parameters():
            if p.dim() >= 2:
                std = 0.02
                if name.endswith(("attention.o.weight", "experts.down")):
                    std /= (2 * c.layers) ** 0.5
                nn.init.normal_(p, 0.0, std if "embed" in name else std * 2)

    def forward(self, ids, real=None, drop=0.0):
        real = torch.ones_like(ids, dtype=torch.bool) if real is None else real
        x = F.dropout(self.embed(ids), drop, self.training)
        t = ids.shape[1]
        balance = z = 0.0
        shares = []
        for block in self.blocks:
            x, b, zz, share = block(x, self.cos[:t], self.sin[:t], self.future, real, drop)
            balance, z = balance + b, z + zz
            shares.append(share.detach())
        return self.norm(x), balance / len(self.blocks), z / len(self.blocks), torch.stack(shares)

    def logits(self, hidden):
        return F.linear(hidden, self.embed.weight)

    @torch.no_grad()
    def reply(self, tokenizer, messages, stop, limit=160):
        """Greedy reply to a list of messages; no cache, the model is tiny."""
        return self.replies(tokenizer, [messages], stop, limit)[0]

    @torch.no_grad()
    def replies(self, tokenizer, conversations, stop, limit=160):
        """Greedy replies to many conversations at once, padded on the right (causal attention never sees the padding)."""
        rows = [tokenizer.encode(render(m, True), add_special_tokens=False).ids for m in conversations]
        starts, done = [len(r) for r in rows], [False] * len(rows)
        for _ in range(limit):
            active = [i for i, d in enumerate(done) if not d]
            if not active:
                break
            width = max(len(rows[i]) for i in active)
            ids = torch.tensor([rows[i] + [0] * (width - len(rows[i])) for i in active])
            real = torch.tensor([[1] * len(rows[i]) + [0] * (width - len(rows[i])) for i in active], dtype=torch.bool)
            hidden = self(ids, real)[0]
            last = hidden[torch.arange(len(active)), torch.tensor([len(rows[i]) - 1 for i in active])]
            for i, token in zip(active, self.logits(last).argmax(-1).tolist()):
                rows[i].append(token)
                done[i] = token == stop or len(rows[i]) >= self.c.context
        return [tokenizer.decode(r[s:], skip_special_tokens=True).strip() for r, s in zip(rows, starts)]


CHAT_TEMPLATE = ("{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
                 "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}")


def render(messages, add_generation_prompt=False):
    """What CHAT_TEMPLATE gives, without a template engine."""
    text = "".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in messages)
    return text + ("<|im_start|>assistant\n" if add_generation_prompt else "")
