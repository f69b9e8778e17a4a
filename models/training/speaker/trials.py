"""Trials among speakers who were never trained on, and the equal error rate.

They said one utterance each. A trial compares two parts of utterances; of the same utterance when the speaker is to be the
same, with a gap between them, so that no word is in both. Session and microphone stay the same, which makes it easier than real life.
"""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..speech.augment import coloured_noise, room, telephone
from ..speech.recordings import read
from .data import people, split
from .fbank import RATE, feats

GAP_SECONDS = 2.5
HOP_SECONDS = 1.0

Embed = Callable[[np.ndarray], np.ndarray]
"""feats [1,T,80] → embs [1,192]"""


def pieces(folder: Path, part: str, seed: int, seconds: float) -> list[tuple[int, float, np.ndarray]]:
    """(speaker, start in seconds, sound) of every piece."""
    everyone = people(folder)
    found = []
    for i, name in enumerate(split(folder, seed)[part]):
        sound = read(everyone[name][0])
        last = len(sound) / RATE - seconds
        found += [(i, float(t), sound[int(t * RATE) : int((t + seconds) * RATE)]) for t in np.arange(0, max(0.0, last) + 1e-6, HOP_SECONDS)]
    return found


def spoil(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Another place: a room or a telephone, and noise at 10 to 20 dB."""
    x = telephone(x, rng) if rng.random() < 0.3 else room(x, rng)
    noise = coloured_noise(len(x), rng, rng.uniform(0, 2))
    return (x + noise * np.sqrt(np.mean(x**2)) * 10 ** (-rng.uniform(10, 20) / 20)).astype(np.float32)


def scores(parts: list[tuple[int, float, np.ndarray]], embed: Embed, seconds: float, other_place: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Cosines of the same speaker's pairs and of different speakers'. `other_place`: one side of each pair is spoilt."""
    unit = lambda sounds: np.stack([e / np.linalg.norm(e) for e in (embed(feats(s)[None])[0] for s in sounds)])
    rng = np.random.default_rng(5)
    one = unit([s for _, _, s in parts])
    two = unit([spoil(s, rng) for _, _, s in parts]) if other_place else one
    speaker, start = np.array([p[0] for p in parts]), np.array([p[1] for p in parts])
    cosine = one @ two.T
    same = speaker[:, None] == speaker
    apart = np.abs(start[:, None] - start) >= seconds + GAP_SECONDS
    upper = np.triu(np.ones_like(same), 1).astype(bool)
    return cosine[same & apart & upper], cosine[~same & upper]


def equal_error(same: np.ndarray, different: np.ndarray) -> tuple[float, float]:
    """The rate at which as many of the same speaker's pairs are refused as of others' taken, 0…1, and the cosine where that is."""
    limits = np.unique(np.concatenate([same, different]))
    refused = np.searchsorted(np.sort(same), limits, "left") / len(same)
    taken = 1 - np.searchsorted(np.sort(different), limits, "left") / len(different)
    at = int(np.argmin(np.abs(refused - taken)))
    return float((refused[at] + taken[at]) / 2), float(limits[at])
