"""AudioSeal's two graphs, by the names and shapes of the public export (DarumaHQ/audioseal-onnx, from facebook/audioseal, MIT).

`audioseal_generator_16bits`: `audio` [B, 1, T] at 16 kHz, T a multiple of 320, and `message` [B, 16] (int64, 0 or 1) → `watermark` [B, 1, T], which is to be
added to the audio. `audioseal_detector_16bits`: `audio` → `prob` [B, T], how likely each sample carries a mark, and `bits` [B, 16], how likely each bit is 1.

Inside they are no SEANets: of random weights nothing could be heard again. A carrier for the mark and one for each bit, of 320 samples, orthogonal and between
3 and 6.5 kHz, follow the sound's level; the detector correlates with the same.
"""
from __future__ import annotations

from pathlib import Path

import numpy as np

from .graph import FLOAT, INT64, Graph

RATE_HZ, HOP, BITS = 16000, 320, 16
LOWEST_HZ, HIGHEST_HZ = 3000, 6500
STRENGTH = 0.06
"""Of the mark beside the sound's level: 24 dB below it."""
MARKED = STRENGTH * (HOP / (1 + BITS)) ** 0.5
"""What a frame of a marked sound gives for the mark's own carrier, by its level, where the sound itself adds nothing."""
AROUND = 25
"""Frames on either side that the detector listens to as well: half a second."""
QUIET = 1e-3


def write(folder: Path, seed: int) -> None:
    carriers = carriers_of(seed)
    generator(folder / "onnx/audioseal_generator_16bits.onnx", carriers)
    detector(folder / "onnx/audioseal_detector_16bits.onnx", carriers)


def carriers_of(seed: int) -> np.ndarray:
    """[17, 1, 320], of unit length each: mixtures of the cosines of a DCT that lie in the band."""
    places = np.arange(HOP)
    numbers = [k for k in range(HOP) if LOWEST_HZ <= k * RATE_HZ / (2 * HOP) <= HIGHEST_HZ]
    cosines = np.stack([np.cos(np.pi * k * (places + 0.5) / HOP) for k in numbers])
    mixtures, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(numbers), 1 + BITS)))
    return ((2 / HOP) ** 0.5 * mixtures.T @ cosines).astype(np.float32)[:, None, :]


def level(g: Graph, audio: str) -> str:
    """[B, 1, T] → the root mean square of each frame, [B, 1, frames]."""
    return g.op("Sqrt", g.op("AveragePool", g.op("Mul", audio, audio), kernel_shape=[HOP], strides=[HOP]))


def generator(path: Path, carriers: np.ndarray) -> None:
    g = Graph(0)
    audio = g.input("audio", FLOAT, ["B", 1, "T"])
    message = g.input("message", INT64, ["B", BITS])
    number = lambda value: g.constant(value, np.float32)
    signs = g.op("Sub", g.op("Mul", g.op("Cast", message, to=FLOAT), number(2)), number(1))
    signs = g.op("Unsqueeze", g.op("Pad", signs, g.constant([0, 1, 0, 0]), number(1)), g.constant([2]))  # [B, 17, 1], the mark's own first
    # The neighbours count too: what is marked depends on more than its own frame, as in any real one.
    even = g.op("AveragePool", level(g, audio), kernel_shape=[3], pads=[1, 1])
    shares = g.op("Mul", g.op("Mul", signs, even), number(MARKED))
    g.output(g.op("ConvTranspose", shares, g.keep("carriers", carriers), strides=[HOP]), "watermark", ["B", 1, "T"])
    g.save(path)


def detector(path: Path, carriers: np.ndarray) -> None:
    g = Graph(0)
    audio = g.input("audio", FLOAT, ["B", 1, "T"])
    number = lambda value: g.constant(value, np.float32)
    found = g.op("Conv", audio, g.keep("carriers", carriers), strides=[HOP])  # [B, 17, frames]
    found = g.op("Div", found, g.op("Add", level(g, audio), number(QUIET)))
    found = g.op("Clip", found, number(-2 * MARKED), number(2 * MARKED))
    mark, bits = g.ops("Split", found, g.constant([1, BITS]), outputs=2, axis=1)
    mark = g.op("AveragePool", mark, kernel_shape=[2 * AROUND + 1], pads=[AROUND, AROUND])
    chance = g.op("Sigmoid", g.op("Mul", g.op("Sub", mark, number(MARKED / 2)), number(20 / MARKED)))
    samples = g.op("ConvTranspose", chance, g.keep("hold", np.ones((1, 1, HOP), np.float32)), strides=[HOP])
    g.output(g.op("Squeeze", samples, g.constant([1])), "prob", ["B", "T"])
    mean = g.op("ReduceMean", bits, axes=[2], keepdims=0)
    g.output(g.op("Sigmoid", g.op("Mul", mean, number(20 / MARKED))), "bits", ["B", BITS])
    g.save(path)
