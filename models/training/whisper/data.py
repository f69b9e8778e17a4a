"""Batches from the shards of `python -m training speech`."""
from __future__ import annotations

import json
import random
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from ..text.morphology import LANGUAGES
from .tokenizer import Vocabulary

DISTURBED = 0.4  # share of the clips whose spectrum is warped, tilted or masked, on top of what their sound went through
PROMPT = 4  # start, language, task, no timestamps
MISHEARD = 0.15  # share of the decoder's own past that is wrong, so that it listens instead of knowing messages by heart
_KEEP = re.compile(r"[^\w' ]|_")


def spoken(text: str) -> str:
    """Letters, apostrophes and single spaces, lower case: what CTC spells."""
    return re.sub(r"\s+", " ", _KEEP.sub(" ", unicodedata.normalize("NFC", text).lower())).strip()


@dataclass
class Clip:
    mel: np.ndarray  # uint8 [T, 80]
    top: float
    lang: str
    text: str
    phonemes: str
    engine: str
    kept: list[str]


def read_shard(path: Path) -> list[Clip]:
    with np.load(path) as data:
        meta = json.loads(str(data["meta"]))
        ends = np.cumsum(data["length"])
        mel = data["mel"]
        return [Clip(mel[e - n : e], float(top), m["lang"], m["text"], m["phonemes"], m["engine"], m.get("kept", []))
                for m, e, n, top in zip(meta, ends, data["length"], data["top"])]


def synthetic_hours(paths: list[Path]) -> float:
    total = 0
    for path in paths:
        with np.load(path) as data:
            total += int(data["length"].sum())
    return total / 360000


@dataclass
class Symbols:
    """Characters and phonemes, in order; 0 is CTC's blank."""

    characters: list[str]
    phonemes: list[str]

    @staticmethod
    def of(clips: list[Clip]) -> "Symbols":
        return Symbols(sorted({c for clip in clips for c in spoken(clip.text)}), sorted({p for clip in clips for p in clip.phonemes}))


@dataclass
class Batch:
    mel: Tensor  # [B, 80, T]
    inputs: Tensor  # [B, U]
    targets: Tensor  # [B, U], -100 where nothing is asked
    characters: Tensor
    character_lengths: Tensor
    phonemes: Tensor
    phoneme_lengths: Tensor
    spans: Tensor  # [B, U, 2]: first and last character of the token that each position predicts; -1 for none


def encode(clip: Clip, tokenizer: Tokenizer, v: Vocabulary, draw: random.Random) -> tuple[list[int], list[int], list[tuple[int, int]]]:
    if clip.engine == "nothing":
        lang = v.lang[draw.choice(LANGUAGES)]
        return [v.sot, lang, v.transcribe, v.notimestamps], [v.nospeech, -100, -100, v.eot], [(-1, -1)] * 4
    encoding = tokenizer.encode(" " + clip.text)
    inputs = [v.sot, v.lang[clip.lang], v.transcribe, v.notimestamps, *encoding.ids]
    targets = [v.lang[clip.lang], v.transcribe, v.notimestamps, *encoding.ids, v.eot]
    if clip.engine.startswith("real/"):  # open text: it teaches the encoder, not the grammar's decoder
        return inputs, [-100] * len(targets), [(-1, -1)] * len(targets)
    at = _positions(" " + clip.text)
    spans = [(-1, -1)] * 3
    for start, end in encoding.offsets:
        inside = [at[i] for i in range(start, end) if at[i] >= 0]
        spans.append((inside[0], inside[-1]) if inside else (-1, -1))
    return inputs, targets, [*spans, (-1, -1)]


def _positions(text: str) -> list[int]:
    """For each character of a text its index in `spoken(text)`, or −1."""
    wanted = spoken(text)
    found, j = [], 0
    for c in text.lower():
        if j < len(wanted) and c == wanted[j] and c != " ":
            found.append(j)
            j += 1
        elif j < len(wanted) and wanted[j] == " " and (c == " " or _KEEP.match(c)):
            found.append(-1)
            j += 1
        else:
            found.append(-1)
    return found


def collate(clips: list[Clip], tokenizer: Tokenizer, v: Vocabulary, symbols: Symbols, draw: random.Random, augment: bool) -> Batch:
    if augment:
        clips = [_stretch(c, draw) if draw.random() < DISTURBED else c for c in clips]
    frames = max(len(c.mel) for c in clips)
    frames = min(1500, frames + frames % 2)
    if augment and draw.random() < 0.03 and frames < 1400:
        frames = 1500  # what a feature extractor that always pads will send
    mel = np.zeros((len(clips), frames, 80), np.float32)
    for i, c in enumerate(clips):
        mel[i, : len(c.mel)] = c.mel[:frames]
        if augment and draw.random() < DISTURBED:
            mel[i] = _disturb(mel[i], len(c.mel), draw)
        mel[i] = mel[i] / 127.5 + (c.top - 2.0)
    rows = [encode(c, tokenizer, v, draw) for c in clips]
    if augment:
        mishear = lambda t: draw.randrange(v.eot) if draw.random() < MISHEARD else t
        rows = [([*inputs[:PROMPT], *map(mishear, inputs[PROMPT:])], *rest) for inputs, *rest in rows]
    width = max(len(r[0]) for r in rows)
    pad = lambda values, fill: torch.tensor([list(r) + [fill] * (width - len(r)) for r in values])
    character = {c: i + 1 for i, c in enumerate(symbols.characters)}
    phoneme = {p: i + 1 for i, p in enumerate(symbols.phonemes)}
    chars = [[character[c] for c in spoken(clip.text) if c in character] for clip in clips]
    phones = [[phoneme[p] for p in clip.phonemes if p in phoneme] for clip in clips]
    ragged = lambda lists: torch.tensor([x + [0] * (max(1, max(map(len, lists))) - len(x)) for x in lists])
    return Batch(torch.from_numpy(mel).transpose(1, 2), pad([r[0] for r in rows], v.eot), pad([r[1] for r in rows], -100),
                 ragged(chars), torch.tensor([len(x) for x in chars]), ragged(phones), torch.tensor([len(x) for x in phones]),
                 pad([r[2] for r in rows], (-1, -1)))


def _stretch(clip: Clip, draw: random.Random) -> Clip:
    """Said faster or slower, with the same pitch."""
    length = int(len(clip.mel) * draw.uniform(0.85, 1.2))
    if not 2 * len(spoken(clip.text)) < length <= 1500:
        return clip
    at = np.linspace(0, len(clip.mel) - 1, length)
    low = at.astype(int)
    high = np.minimum(low + 1, len(clip.mel) - 1)
    part = (at - low)[:, None].astype(np.float32)
    return replace(clip, mel=(clip.mel[low] * (1 - part) + clip.mel[high] * part).astype(np.uint8))


def _disturb(x: np.ndarray, length: int, draw: random.Random) -> np.ndarray:
    """A warped and tilted spectrum, and SpecAugment's masks (Park et al., 2019), on a byte-valued log-mel."""
    if draw.random() < 0.5:
        at = np.arange(80) * draw.uniform(0.88, 1.12) + draw.uniform(-2, 2)
        low = np.clip(np.floor(at).astype(int), 0, 78)
        part = np.clip(at - low, 0, 1).astype(np.float32)
        x = x[:, low] * (1 - part) + x[:, low + 1] * part
    if draw.random() < 0.5:
        bins = np.linspace(0, np.pi, 80)
        curve = sum(draw.gauss(0, 9) * np.cos(k * bins) for k in (1, 2, 3, 4))
        x = np.where(x > 0, x + curve.astype(np.float32), 0).clip(0, 255)
    if draw.random() < 0.3:  # broader formants
        x = 0.25 * x[:, np.maximum(np.arange(80) - 1, 0)] + 0.5 * x + 0.25 * x[:, np.minimum(np.arange(80) + 1, 79)]
    if draw.random() < 0.3:
        x = np.clip(x + np.random.default_rng(draw.getrandbits(32)).normal(0, draw.uniform(2, 10), x.shape), 0, 255).astype(np.float32)
    if draw.random() < 0.5:
        for _ in range(2):
            w = draw.randint(0, 9)
            f = draw.randint(0, 79 - w)
            x[:, f : f + w] = 40
        for _ in range(1 + length // 400):
            w = draw.randint(0, 14)
            t = draw.randint(0, max(0, length - w))
            x[t : t + w] = 40
    return x


def batches(paths: list[Path], extra: list[Clip], tokenizer: Tokenizer, v: Vocabulary, symbols: Symbols, seed: int, frames: int) -> Iterator[Batch]:
    """One pass over some shards, clips of like length together. `extra`: real clips, sprinkled in."""
    draw = random.Random(seed)
    clips = [c for p in paths for c in read_shard(p)]
    if extra:
        clips += draw.sample(extra, min(len(extra), len(clips) // 24))
    clips = [c for c in clips if len(c.mel) <= 1500 and 2 * len(spoken(c.text)) < len(c.mel)]
    clips.sort(key=lambda c: len(c.mel) + draw.randint(-15, 15))
    groups, group, longest = [], [], 0
    for c in clips:
        longest = max(longest, len(c.mel))
        if group and longest * (len(group) + 1) > frames:
            groups.append(group)
            group, longest = [], len(c.mel)
        group.append(c)
    groups.append(group)
    draw.shuffle(groups)
    for g in groups:
        yield collate(g, tokenizer, v, symbols, draw, augment=True)
