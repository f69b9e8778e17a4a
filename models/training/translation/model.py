"""M2M100's architecture (Fan et al., 2020), small: one encoder and one decoder for all directions.

Positions are sinusoidal and start at 2, as in the original; embeddings are scaled by √width and tied to the output.
"""
from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..whisper.model import Attention
from .tokenizer import MAX_POSITIONS


@dataclass
class Config:
    vocabulary: int
    width: int = 256
    heads: int = 4
    encoder_layers: int = 3
    decoder_layers: int = 2

    def as_dict(self) -> dict:
        return asdict(self)


def positions(length: int, width: int) -> Tensor:
    half = width // 2
    angles = torch.arange(length)[:, None] * torch.exp(torch.arange(half) * -(math.log(10000) / (half - 1)))[None]
    return torch.cat([angles.sin(), angles.cos()], dim=1)


class Layer(nn.Module):
    def __init__(self, c: Config, decoder: bool):
        super().__init__()
        self.self_attn_layer_norm = nn.LayerNorm(c.width)
        self.self_attn = Attention(c.width, c.heads)
        if decoder:
            self.encoder_attn_layer_norm = nn.LayerNorm(c.width)
            self.encoder_attn = Attention(c.width, c.heads)
        self.final_layer_norm = nn.LayerNorm(c.width)
        self.fc1 = nn.Linear(c.width, 4 * c.width)
        self.fc2 = nn.Linear(4 * c.width, c.width)

    def forward(self, x: Tensor, mask: Tensor, source: Tensor | None = None, source_mask: Tensor | None = None) -> Tensor:
        x = x + self.self_attn(self.self_attn_layer_norm(x), mask=mask)[0]
        if source is not None:
            x = x + self.encoder_attn(self.encoder_attn_layer_norm(x), source, mask=source_mask)[0]
        return x + self.fc2(F.relu(self.fc1(self.final_layer_norm(x))))


class Stack(nn.Module):
    def __init__(self, c: Config, decoder: bool, embedding: nn.Embedding):
        super().__init__()
        self.embed_tokens = embedding
        self.scale = math.sqrt(c.width)
        self.register_buffer("positions", positions(MAX_POSITIONS + 2, c.width))
        self.layers = nn.ModuleList(Layer(c, decoder) for _ in range(c.decoder_layers if decoder else c.encoder_layers))
        self.layer_norm = nn.LayerNorm(c.width)

    def embed(self, tokens: Tensor, past: int = 0) -> Tensor:
        return self.embed_tokens(tokens) * self.scale + self.positions[past + 2 : past + 2 + tokens.shape[1]]


class Translator(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.config = c
        self.shared = nn.Embedding(c.vocabulary, c.width)
        nn.init.normal_(self.shared.weight, std=c.width**-0.5)
        self.encoder = Stack(c, False, self.shared)
        self.decoder = Stack(c, True, self.shared)

    def encode(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """tokens [B,S], mask [B,S] (1 where a token is) → hidden states [B,S,W]."""
        x = self.encoder.embed(tokens)
        bias = (1 - mask.to(x.dtype))[:, None, None] * -1e4
        for layer in self.encoder.layers:
            x = layer(x, bias)
        return self.encoder.layer_norm(x)

    def decode(self, tokens: Tensor, source: Tensor, mask: Tensor) -> Tensor:
        """tokens [B,T], source [B,S,W] → logits [B,T,V]."""
        n = tokens.shape[1]
        x = self.decoder.embed(tokens)
        causal = torch.full((n, n), -1e4, device=x.device, dtype=x.dtype).triu(1)
        bias = (1 - mask.to(x.dtype))[:, None, None] * -1e4
        for layer in self.decoder.layers:
            x = layer(x, causal, source, bias)
        return F.linear(self.decoder.layer_norm(x), self.shared.weight)
