"""Whisper's architecture (Radford et al., 2022), small, with convolutions in its encoder and two CTC heads that help it to learn.

The encoder takes any length up to its window: positions are cut to the clip, and padding is real silence, never masked.
"""
from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


GUIDED_HEADS = ((0, 0), (0, 1), (1, 0), (1, 1))  # decoder layer, head: the alignment heads of generation_config.json

CTC_PLACES = 2  # in a position of the encoder


@dataclass
class Config:
    vocabulary: int
    characters: int
    phonemes: int
    width: int = 256
    heads: int = 4
    encoder: str = "ccccacca"  # layers from the sound upwards: convolution or attention
    expansion: int = 3
    decoder_layers: int = 2
    mels: int = 80
    max_source: int = 375
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


class ConvolutionLayer(nn.Module):
    """ConvNeXt's block (Liu et al., 2022) in one dimension: every channel looks 0.44 s around itself, then the channels mix."""

    def __init__(self, c: Config):
        super().__init__()
        self.around = nn.Conv1d(c.width, c.width, 11, padding=5, groups=c.width)
        self.norm = nn.LayerNorm(c.width)
        self.fc1 = nn.Linear(c.width, c.expansion * c.width)
        self.fc2 = nn.Linear(c.expansion * c.width, c.width)

    def forward(self, x: Tensor) -> Tensor:
        y = self.around(x.transpose(1, 2)).transpose(1, 2)
        return x + self.fc2(F.gelu(self.fc1(self.norm(y))))


class AttentionLayer(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.self_attn_layer_norm = nn.LayerNorm(c.width)
        self.self_attn = Attention(c.width, c.heads)
        self.final_layer_norm = nn.LayerNorm(c.width)
        self.fc1 = nn.Linear(c.width, c.expansion * c.width)
        self.fc2 = nn.Linear(c.expansion * c.width, c.width)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.self_attn(self.self_attn_layer_norm(x))[0]
        return x + self.fc2(F.gelu(self.fc1(self.final_layer_norm(x))))


class Encoder(nn.Module):
    """Convolutions that see what is near, attention that sees the whole, one position for 40 ms.

    Whisper's own encoder, attention alone, has to learn first that sound is local: it reached a quarter of the way in the same time.
    """

    def __init__(self, c: Config):
        super().__init__()
        self.conv1 = nn.Conv1d(c.mels, c.width, 5, stride=2, padding=2)
        self.conv2 = nn.Conv1d(c.width, c.width, 5, stride=2, padding=2)
        self.first_norm = nn.LayerNorm(c.width)
        self.register_buffer("positions", sinusoids(c.max_source, c.width))
        self.layers = nn.ModuleList(AttentionLayer(c) if kind == "a" else ConvolutionLayer(c) for kind in c.encoder)
        self.layer_norm = nn.LayerNorm(c.width)
        self.middle = len(c.encoder) // 2
        self.middle_norm = nn.LayerNorm(c.width)
        self.phonemes = nn.Linear(c.width, CTC_PLACES * c.phonemes)
        self.characters = nn.Linear(c.width, CTC_PLACES * c.characters)

    def forward(self, mel: Tensor) -> tuple[Tensor, Tensor]:
        """mel [B,80,T] → hidden states [B,⌈T/4⌉,W] and those of the middle layer."""
        x = F.gelu(self.conv2(F.gelu(self.conv1(without_channel(mel))))).transpose(1, 2)
        x = self.first_norm(x) + self.positions[: x.shape[1]]
        middle = x
        for i, layer in enumerate(self.layers, 1):
            x = layer(x)
            if i == self.middle:
                middle = x
        return self.layer_norm(x), middle

    def ctc(self, head: nn.Linear, hidden: Tensor) -> Tensor:
        """Log-probabilities [B, CTC_PLACES · T, symbols] in float32: a position holds several places, so that fast speech finds room."""
        b, t, _ = hidden.shape
        return head(hidden).float().view(b, t * CTC_PLACES, -1).log_softmax(-1)


def without_channel(mel: Tensor) -> Tensor:
    """mel [B,80,T] less the mean of each band over what is louder than the floor: microphones and voices tilt the spectrum, silence must not count."""
    floor = mel.amax((1, 2), keepdim=True) - 2.0  # Whisper's: 8 decades below the loudest
    loud = (mel - floor).mean(1, keepdim=True)
    return mel - (mel * loud).sum(2, keepdim=True) / (loud.sum(2, keepdim=True) + 1e-3)


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
