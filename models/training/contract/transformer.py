"""The layers that Whisper, Marian and M2M100 have in common, and their merged decoders.

A merged decoder comes in the two kinds that are found on the hub: with `use_cache_branch` and an `If` whose cached branch
gives empty keys of the encoder (Optimum's), and without an `If`, for pasts of length zero.
"""
from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .graph import BOOL, FLOAT, INT64, Graph


@dataclass
class Shape:
    vocabulary: int
    width: int = 16
    heads: int = 2
    layers: int = 2
    inner: int = 32
    activation: str = "relu"
    places: int = 128
    """Most decoder positions."""

    @property
    def head(self) -> int:
        return self.width // self.heads


def heads(g: Graph, x: str, s: Shape) -> str:
    """[B,T,W] → [B,H,T,D]"""
    return g.op("Transpose", g.op("Reshape", x, g.constant([0, 0, s.heads, s.head])), perm=[0, 2, 1, 3])


def attend(g: Graph, name: str, s: Shape, q: str, k: str, v: str, bias: str | None) -> tuple[str, str]:
    """q [B,H,T,D], k and v [B,H,S,D] → [B,T,W] and the weights [B,H,T,S]."""
    scores = g.op("MatMul", g.op("Mul", q, g.constant(s.head**-0.5, np.float32)), g.op("Transpose", k, perm=[0, 1, 3, 2]))
    if bias is not None:
        scores = g.op("Add", scores, bias)
    weights = g.op("Softmax", scores, axis=-1)
    joined = g.op("Reshape", g.op("Transpose", g.op("MatMul", weights, v), perm=[0, 2, 1, 3]), g.constant([0, 0, s.width]))
    return g.linear(joined, f"{name}.out_proj", s.width, s.width), weights


def project(g: Graph, name: str, part: str, x: str, s: Shape) -> str:
    return heads(g, g.linear(x, f"{name}.{part}_proj", s.width, s.width), s)


def feed(g: Graph, name: str, s: Shape, x: str) -> str:
    inside = g.linear(g.norm(x, f"{name}.final_layer_norm", s.width), f"{name}.fc1", s.width, s.inner)
    if s.activation == "gelu":
        inside = gelu(g, inside)
    elif s.activation == "swish":
        inside = g.op("Mul", inside, g.op("Sigmoid", inside))
    else:
        inside = g.op("Relu", inside)
    return g.op("Add", x, g.linear(inside, f"{name}.fc2", s.inner, s.width))


def gelu(g: Graph, x: str) -> str:
    half = g.op("Mul", x, g.constant(0.5, np.float32))
    return g.op("Mul", half, g.op("Add", g.op("Erf", g.op("Mul", x, g.constant(math.sqrt(0.5), np.float32))), g.constant(1, np.float32)))


def sinusoids(g: Graph, places: str, s: Shape) -> str:
    """places: float [T] → [T,W]."""
    half = s.width // 2
    rates = np.exp(-math.log(10000) / max(half - 1, 1) * np.arange(half)).astype(np.float32)[None]
    angles = g.op("MatMul", g.op("Unsqueeze", places, g.constant([-1])), g.keep("rates", rates))
    return g.op("Concat", g.op("Sin", angles), g.op("Cos", angles), axis=-1)


def run(g: Graph, start: str, length: str) -> str:
    """start, start + 1 … (length of them), as int64; both are tensors of one."""
    first = g.op("Squeeze", start)
    return g.op("Range", first, g.op("Add", first, g.op("Squeeze", length)), g.constant(1))


def masked(g: Graph, mask: str) -> str:
    """mask [B,S] int64 → [B,1,1,S]: 0 where a token is, −10⁴ where padding is."""
    away = g.op("Sub", g.constant(1, np.float32), g.op("Cast", mask, to=FLOAT))
    return g.op("Unsqueeze", g.op("Mul", away, g.constant(-1e4, np.float32)), g.constant([1, 2]))


def encoder_layers(g: Graph, s: Shape, x: str, bias: str | None) -> str:
    for i in range(s.layers):
        name = f"encoder.layers.{i}"
        y = g.norm(x, f"{name}.self_attn_layer_norm", s.width)
        q, k, v = (project(g, f"{name}.self_attn", part, y, s) for part in "qkv")
        x = g.op("Add", x, attend(g, f"{name}.self_attn", s, q, k, v, bias)[0])
        x = feed(g, name, s, x)
    return g.norm(x, "encoder.layer_norm", s.width)


class Decoder:
    """Writes a merged decoder. `positions(g, start, length)` gives [T,W] to add to the embeddings."""

    def __init__(self, s: Shape, positions, mask: bool, cross: bool, scale: float = 1.0, logits_bias: np.ndarray | None = None):
        self.s, self.positions, self.mask, self.cross, self.scale, self.logits_bias = s, positions, mask, cross, scale, logits_bias

    def write(self, g: Graph, branches: bool) -> None:
        s = self.s
        if self.mask:
            g.input("encoder_attention_mask", INT64, ["batch_size", "encoder_sequence_length"])
        g.input("input_ids", INT64, ["batch_size", "decoder_sequence_length"])
        g.input("encoder_hidden_states", FLOAT, ["batch_size", "encoder_sequence_length", s.width])
        for i in range(s.layers):
            for part in ("decoder", "encoder"):
                for what in ("key", "value"):
                    g.input(f"past_key_values.{i}.{part}.{what}", FLOAT, ["batch_size", s.heads, f"past_{part}_sequence_length", s.head])
        kinds: list[tuple[str, list[int | str]]] = [("logits", ["batch_size", "decoder_sequence_length", s.vocabulary])]
        for i in range(s.layers):
            for part in ("decoder", "encoder"):
                length = "past_decoder_sequence_length + 1" if part == "decoder" else "encoder_sequence_length_out"
                kinds += [(f"present.{i}.{part}.{what}", ["batch_size", s.heads, length, s.head]) for what in ("key", "value")]
        if self.cross:
            kinds += [(f"cross_attentions.{i}", ["batch_size", s.heads, "decoder_sequence_length", "encoder_sequence_length"]) for i in range(s.layers)]
        if branches:
            g.input("use_cache_branch", BOOL, [1])
            g.branch("use_cache_branch", kinds, lambda inner: self.body(inner, "cached"), lambda inner: self.body(inner, "first"))
        else:
            for value, (name, shape) in zip(self.body(g, "joined"), kinds, strict=True):
                g.output(value, name, shape)

    def body(self, g: Graph, kind: str) -> list[str]:
        """kind: 'first' ignores the past; 'cached' takes the encoder's keys from it; 'joined' does what the past's length says."""
        s = self.s
        hidden = "encoder_hidden_states"
        length = g.size("input_ids", 1)
        start = g.constant([0]) if kind == "first" else g.size("past_key_values.0.decoder.key", 2)
        x = g.op("Gather", g.weight("decoder.embed_tokens.weight", s.vocabulary, s.width, spread=1 / self.scale), "input_ids")
        if self.scale != 1.0:
            x = g.op("Mul", x, g.constant(self.scale, np.float32))
        x = g.op("Add", x, self.positions(g, start, length))
        rows = g.op("Unsqueeze", run(g, start, length), g.constant([1]))
        columns = g.op("Unsqueeze", run(g, g.constant([0]), g.op("Add", start, length)), g.constant([0]))
        causal = g.op("Where", g.op("Greater", columns, rows), g.constant(-1e4, np.float32), g.constant(0, np.float32))
        bias = masked(g, "encoder_attention_mask") if self.mask else None
        presents, crosses = [], []
        for i in range(s.layers):
            name = f"decoder.layers.{i}"
            past = lambda part, what: f"past_key_values.{i}.{part}.{what}"
            y = g.norm(x, f"{name}.self_attn_layer_norm", s.width)
            q, k, v = (project(g, f"{name}.self_attn", part, y, s) for part in "qkv")
            if kind != "first":
                k, v = g.op("Concat", past("decoder", "key"), k, axis=2), g.op("Concat", past("decoder", "value"), v, axis=2)
            x = g.op("Add", x, attend(g, f"{name}.self_attn", s, q, k, v, causal)[0])
            y = g.norm(x, f"{name}.encoder_attn_layer_norm", s.width)
            other = f"{name}.encoder_attn"
            if kind == "first":
                ck, cv = project(g, other, "k", hidden, s), project(g, other, "v", hidden, s)
                given = [ck, cv]
            elif kind == "cached":
                ck, cv = past("encoder", "key"), past("encoder", "value")
                given = [g.keep("nothing", np.zeros((0, s.heads, 1, s.head), np.float32))] * 2
            else:
                seen = g.size(past("encoder", "key"), 2)
                rest = g.slice(hidden, seen, g.size(hidden, 1), 1)
                ck = g.op("Concat", past("encoder", "key"), project(g, other, "k", rest, s), axis=2)
                cv = g.op("Concat", past("encoder", "value"), project(g, other, "v", rest, s), axis=2)
                given = [ck, cv]
            heard, weights = attend(g, other, s, project(g, other, "q", y, s), ck, cv, bias)
            x = feed(g, name, s, g.op("Add", x, heard))
            presents += [k, v, *given]
            crosses.append(weights)
        logits = g.op("MatMul", g.norm(x, "decoder.layer_norm", s.width), g.weight("lm_head.weight", s.width, s.vocabulary, spread=1.0))
        if self.logits_bias is not None:  # [V], or [places, V]: another one at each place
            table = g.keep("final_logits_bias", self.logits_bias.astype(np.float32))
            logits = g.op("Add", logits, table if self.logits_bias.ndim == 1 else g.op("Gather", table, run(g, start, length)))
        return [logits, *presents, *(crosses if self.cross else [])]
