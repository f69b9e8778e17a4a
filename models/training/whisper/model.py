"""Whisper's architecture (Radford et al., 2022), small, with two CTC heads that help the encoder to learn.

The encoder takes any length up to its window: positions are cut to the clip, and padding is real silence, never masked.
"""
from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


GUIDED_HEADS = ((0, 0), (0, 1), (1, 0), (1, 1))  # decoder layer, head: the alignment heads of generation_config.json


@dataclass
class Config:
    vocabulary: int
    characters: int
    phonemes: int
    width: int = 256
    heads: int = 4
    encoder_layers: int = 5
    decoder_layers: int = 2
    mels: int = 80
    max_source: int = 750
    max_target: int = 160

    def as_dict(self) -> dict:
        return asdict(self)


def sinusoids(length: int, width: int) -> Tensor:
    step = math.log(10000) / (width // 2 - 1)
    angles = torch.arange(length)[:, None] * torch.exp(-step * torch.arange(width // 2))[None]
    return torch.cat([angles.sin(), angles.cos()], dim=1)


class Attention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads, self.width = heads, width
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, width)

    def split(self, x: Tensor) -> Tensor:
        return x.view(x.shape[0], x.shape[1], self.heads, self.width // self.heads).transpose(1, 2)

    def attend(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """q [B,H,T,D], k and v [B,H,S,D] → output [B,T,W] and weights [B,H,T,S]."""
        scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)
        if mask is not None:
            scores = scores + mask
        weights = scores.softmax(-1)
        out = (weights @ v).transpose(1, 2).flatten(2)
        return self.out_proj(out), weights

    def forward(self, x: Tensor, source: Tensor | None = None, mask: Tensor | None = None):
        source = x if source is None else source
        q, k, v = self.split(self.q_proj(x)), self.split(self.k_proj(source)), self.split(self.v_proj(source))
        return self.attend(q, k, v, mask)


class EncoderLayer(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.self_attn_layer_norm = nn.LayerNorm(c.width)
        self.self_attn = Attention(c.width, c.heads)
        self.final_layer_norm = nn.LayerNorm(c.width)
        self.fc1 = nn.Linear(c.width, 4 * c.width)
        self.fc2 = nn.Linear(4 * c.width, c.width)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.self_attn(self.self_attn_layer_norm(x))[0]
        return x + self.fc2(F.gelu(self.fc1(self.final_layer_norm(x))))


class Encoder(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.conv1 = nn.Conv1d(c.mels, c.width, 3, padding=1)
        self.conv2 = nn.Conv1d(c.width, c.width, 3, stride=2, padding=1)
        self.register_buffer("positions", sinusoids(c.max_source, c.width))
        self.layers = nn.ModuleList(EncoderLayer(c) for _ in range(c.encoder_layers))
        self.layer_norm = nn.LayerNorm(c.width)
        self.middle = c.encoder_layers // 2
        self.middle_norm = nn.LayerNorm(c.width)
        self.phonemes = nn.Linear(c.width, c.phonemes)
        self.characters = nn.Linear(c.width, c.characters)

    def forward(self, mel: Tensor) -> tuple[Tensor, Tensor]:
        """mel [B,80,T], T even → hidden states [B,T/2,W] and those of the middle layer."""
        x = F.gelu(self.conv2(F.gelu(self.conv1(mel)))).transpose(1, 2)
        x = x + self.positions[: x.shape[1]]
        middle = x
        for i, layer in enumerate(self.layers, 1):
            x = layer(x)
            if i == self.middle:
                middle = x
        return self.layer_norm(x), middle


class DecoderLayer(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.self_attn_layer_norm = nn.LayerNorm(c.width)
        self.self_attn = Attention(c.width, c.heads)
        self.encoder_attn_layer_norm = nn.LayerNorm(c.width)
        self.encoder_attn = Attention(c.width, c.heads)
        self.final_layer_norm = nn.LayerNorm(c.width)
        self.fc1 = nn.Linear(c.width, 4 * c.width)
        self.fc2 = nn.Linear(4 * c.width, c.width)

    def forward(self, x: Tensor, source: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        x = x + self.self_attn(self.self_attn_layer_norm(x), mask=mask)[0]
        heard, weights = self.encoder_attn(self.encoder_attn_layer_norm(x), source)
        x = x + heard
        return x + self.fc2(F.gelu(self.fc1(self.final_layer_norm(x)))), weights


class Decoder(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.embed_tokens = nn.Embedding(c.vocabulary, c.width)
        self.embed_positions = nn.Embedding(c.max_target, c.width)
        self.layers = nn.ModuleList(DecoderLayer(c) for _ in range(c.decoder_layers))
        self.layer_norm = nn.LayerNorm(c.width)

    def forward(self, tokens: Tensor, source: Tensor) -> tuple[Tensor, list[Tensor]]:
        """tokens [B,U], source [B,T,W] → logits [B,U,V] and cross-attention weights of each layer."""
        n = tokens.shape[1]
        x = self.embed_tokens(tokens) + self.embed_positions.weight[:n]
        mask = torch.full((n, n), float("-inf"), device=x.device, dtype=x.dtype).triu(1)
        weights = []
        for layer in self.layers:
            x, w = layer(x, source, mask)
            weights.append(w)
        return F.linear(self.layer_norm(x), self.embed_tokens.weight), weights


class Whisper(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.config = c
        self.encoder = Encoder(c)
        self.decoder = Decoder(c)
        for p in self.decoder.embed_tokens.parameters():
            nn.init.normal_(p, std=0.02 * 4)
        nn.init.normal_(self.decoder.embed_positions.weight, std=0.02)
