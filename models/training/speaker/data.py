"""Speakers: who is trained on and who is kept apart, their features on disk, and crops of them with noise.

Most of the people here said one sentence only, so a model learns recordings as readily as voices. Against that, half of the crops get a room,
a band and a noise each for itself, and most pairs of crops are of people who don't exist, made of the same recordings by stretching spectra.
"""
from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from scipy.fft import dct
from scipy.signal import resample_poly
from torch import Tensor

from ..speech.augment import coloured_noise, music, room, telephone, tilt
from ..speech.recordings import read
from .fbank import BANDS, RATE, log_fbank

SPEEDS = (1.0, 0.9, 1.1)
VERSIONS = 4  # clean, and three times another room, microphone or telephone
CROP = 200  # frames: 2 s
CAP_SECONDS = 150  # of a speaker with hundreds of clips
TEST = {"librispeech": 37, "vctk": 5, "llvc": 3}
DEV = {"librispeech": 9, "vctk": 1}
TEST_SECONDS = 9.0  # shorter recordings make no trial
PAIRS = 32  # two crops each in a batch
TRUE = 12  # of them as they are; the others are made into people that nobody is
STRANGERS = 500
CLEAN = 0.45  # share of pairs that are left as they were recorded
LOW, STEP = -4.0, 0.125  # one byte a value: ln of power from -4 to 27.9


def people(folder: Path) -> dict[str, list[Path]]:
    """Every speaker's recordings, by a name such as `librispeech/103`."""
    found: dict[str, list[Path]] = {}
    for corpus in ("librispeech", "vctk", "llvc"):
        for path in sorted((folder / "speakers" / corpus).glob("*.ogg")):
            # LLVC's clips are LibriSpeech's too: one name for one person.
            name = f"{'vctk' if corpus == 'vctk' else 'librispeech'}/{path.stem.split('-')[0].split('_')[0]}"
            found.setdefault(name, []).append(path)
    for name, place in (("cathy", "en-cathy"), ("kerstin", "de-kerstin"), ("bdl", "en-arctic/bdl"), ("slt", "en-arctic/slt")):
        if paths := sorted((folder / place).glob("*.ogg")):
            found[name] = paths
    if not found:
        raise SystemExit(f"{folder} holds no speakers/librispeech, speakers/vctk …: name the folder of real recordings with --speech")
    return found


def split(folder: Path, seed: int) -> dict[str, list[str]]:
    """Names of the speakers of 'train', 'dev' and 'test': whole people, drawn by a hash among those with long enough recordings."""
    import soundfile

    everyone = people(folder)
    order = sorted(everyone, key=lambda n: hashlib.sha256(f"{seed}/{n}".encode()).digest())
    long = lambda n: len(everyone[n]) == 1 and soundfile.info(everyone[n][0]).duration >= TEST_SECONDS
    parts: dict[str, list[str]] = {"test": [], "dev": []}
    for part, wanted in (("test", TEST), ("dev", DEV)):
        for corpus, count in wanted.items():
            free = [n for n in order if everyone[n][0].parent.name == corpus and n not in parts["test"] and long(n)]
            parts[part] += free[:count]
    kept = {*parts["test"], *parts["dev"]}
    return {"train": [n for n in sorted(everyone) if n not in kept], **parts}


def disturb(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A room, a microphone, a telephone. Level needs none of this: the front end takes it away."""
    if rng.random() < 0.7:
        x = room(x, rng)
    if rng.random() < 0.5:
        x = tilt(x, rng)
    if rng.random() < 0.3:
        x = telephone(x, rng)
    return x


def pack(x: np.ndarray) -> np.ndarray:
    return np.round((x - LOW) / STEP).clip(0, 255).astype(np.uint8)


def sound_of(paths: list[Path], rng: np.random.Generator) -> np.ndarray:
    if len(paths) > 1:
        paths = [paths[i] for i in rng.permutation(len(paths))]
    clips, total = [], 0.0
    for path in paths:
        clips.append(read(path))
        total += len(clips[-1]) / RATE
        if total > CAP_SECONDS:
            break
    return np.concatenate(clips)


@dataclass
class Features:
    frames: list[list[np.ndarray]]
    """By class (a speaker at a speed), then by version: uint8 [frames, 80]."""
    noise: np.ndarray
    """uint8 [sounds, frames, 80]: no voices."""


def prepare(folder: Path, cache: Path, seed: int, say) -> Features:
    """Reads the cache, or makes it (some minutes)."""
    if not cache.exists():
        names = split(folder, seed)["train"]
        everyone = people(folder)
        arrays: dict[str, np.ndarray] = {}
        for i, name in enumerate(names):
            rng = np.random.default_rng([seed, i])
            sound = sound_of(everyone[name], rng)
            for s, speed in enumerate(SPEEDS):
                x = resample_poly(sound, 100, round(100 * speed)).astype(np.float32) if speed != 1 else sound
                for v in range(VERSIONS):
                    arrays[f"{i}-{s}-{v}"] = pack(log_fbank(disturb(x, rng) if v else x))
            if i % 40 == 0:
                say(f"features of {i} of {len(names)} speakers")
        rng = np.random.default_rng([seed, 10**6])
        sounds = []
        for i in range(120):
            x = music(4 * RATE, rng) if i % 3 == 0 else coloured_noise(4 * RATE, rng, rng.uniform(0, 2.2))
            if i % 3 == 1:  # gusts, traffic: noise that comes and goes
                x = x * np.interp(np.arange(len(x)), np.linspace(0, len(x), 9), rng.uniform(0.1, 1, 9))
            sounds.append(pack(log_fbank((0.1 * x / (np.abs(x).max() + 1e-9)).astype(np.float32))))
        arrays["noise"] = np.stack(sounds)
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.savez(cache.with_suffix(".tmp.npz"), **arrays)
        cache.with_suffix(".tmp.npz").rename(cache)
    with np.load(cache) as data:
        classes = sorted({tuple(map(int, k.split("-")[:2])) for k in data.files if k != "noise"})
        return Features([[data[f"{i}-{s}-{v}"] for v in range(VERSIONS)] for i, s in classes], data["noise"])


def crop(x: np.ndarray, length: int, rng: np.random.Generator) -> np.ndarray:
    if len(x) < length:
        x = np.tile(x, (length // max(1, len(x)) + 1, 1))
    at = int(rng.integers(0, len(x) - length + 1))
    return x[at : at + length]


def strangers(count: int, rng: np.random.Generator) -> Tensor:
    """[count,80,80]: matrices for a log spectrum that make other people of a person: formants moved by a crooked stretch, pitch by another.

    The smooth part of a spectrum (its first 16 cosine terms) is the throat, the rest is the voice's pitch; each is stretched for itself.
    """
    mel = lambda f: 1127.0 * np.log1p(f / 700.0)
    edges = np.linspace(mel(20.0), mel(RATE / 2), BANDS + 2)
    hertz = 700.0 * np.expm1(edges[1:-1] / 1127.0)
    smooth = dct(np.eye(BANDS), norm="ortho", axis=0)[:16]
    smooth = smooth.T @ smooth

    def stretch(logarithm: np.ndarray) -> np.ndarray:
        at = ((mel(hertz * np.exp(-logarithm)) - edges[1]) / (edges[1] - edges[0])).clip(0, BANDS - 1)
        low = np.floor(at).astype(int)
        matrix = np.zeros((BANDS, BANDS))
        matrix[low, np.arange(BANDS)] += 1 - (at - low)
        matrix[np.minimum(low + 1, BANDS - 1), np.arange(BANDS)] += at - low
        return matrix

    found = []
    for _ in range(count):
        common = rng.choice([-1, 1]) * rng.uniform(0.05, 0.15)
        throat = common + np.interp(np.arange(BANDS), np.linspace(0, BANDS - 1, 5), rng.normal(0, 0.04, 5))
        pitch = np.full(BANDS, common + rng.uniform(-0.15, 0.15))
        found.append(smooth @ stretch(throat) + (np.eye(BANDS) - smooth) @ stretch(pitch))
    return torch.from_numpy(np.stack(found).astype(np.float32))


def batches(features: Features, rng: np.random.Generator) -> Iterator[tuple[Tensor, Tensor]]:
    """Endless: crops [2·PAIRS, 200, 80] and the classes of the first TRUE of each half; the second half is other crops of the first's people.

    The rest are strangers, made of other people and again of the true ones: so like them that the recording tells nothing, only the voice.
    """
    count = len(features.frames)
    matrices = strangers(STRANGERS, np.random.default_rng(3))
    fresh = PAIRS - TRUE
    while True:
        order = rng.permutation(count)
        for i in range(0, count - PAIRS + 1, PAIRS - TRUE):
            chosen = order[i : i + PAIRS - TRUE]
            people = np.concatenate([chosen, chosen[:TRUE]])[:PAIRS]
            clean = np.tile(rng.random(PAIRS) < CLEAN, 2)
            versions = [features.frames[k][0 if c else int(rng.integers(0, VERSIONS))] for k, c in zip(np.tile(people, 2), clean, strict=True)]
            crops = torch.from_numpy(np.stack([crop(x, CROP, rng) for x in versions])).float() * STEP + LOW
            made = matrices[torch.from_numpy(rng.integers(0, STRANGERS, fresh))]
            for start in (TRUE, PAIRS + TRUE):
                crops[start : start + fresh] = crops[start : start + fresh] @ made
            yield disturbed(crops, clean, features.noise, rng), torch.from_numpy(people[:TRUE])


def disturbed(x: Tensor, clean: np.ndarray, noises: np.ndarray, rng: np.random.Generator) -> Tensor:
    """Adds noise or other voices (powers add up) to most that are not to stay clean, hides bands and stretches of time, takes the mean away."""
    count, length, _ = x.shape
    noise = torch.from_numpy(np.stack([crop(noises[k], length, rng) for k in rng.integers(0, len(noises), count)])).float() * STEP + LOW
    voices = torch.from_numpy(rng.integers(0, count, (count, 3)))
    babble = torch.logsumexp(x[voices], dim=1)
    kinds = torch.from_numpy(rng.random(count))
    noise = torch.where((kinds < 0.2)[:, None, None], babble, noise)
    power = lambda y: torch.logsumexp(y.flatten(1), dim=1)
    snr = torch.from_numpy(np.where(kinds < 0.2, rng.uniform(10, 25, count), rng.uniform(5, 30, count))).float() * np.log(10) / 10
    gain = power(x) - power(noise) - snr
    noisy = torch.logaddexp(x, noise + gain[:, None, None])
    x = torch.where(((kinds < 0.7) & torch.from_numpy(~clean))[:, None, None], noisy, x)
    x = x - x.mean(dim=1, keepdim=True)
    for k in range(count):
        if rng.random() < 0.5:
            at, width = int(rng.integers(0, 80)), int(rng.integers(1, 12))
            x[k, :, at : at + width] = 0
        if rng.random() < 0.5:
            at, width = int(rng.integers(0, length)), int(rng.integers(1, 20))
            x[k, at : at + width] = 0
    return x
