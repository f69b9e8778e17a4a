"""A voice of Piper (rhasspy/piper, VITS): its inputs, outputs and settings, and the way that a length comes about, in a few channels.

Embedding → convolutions → a duration for each phoneme, `ceil(e^logw · length_scale)` frames → every phoneme as often as it lasts → noise
→ two upsamplings to 256 samples a frame. Left out are the attention of VITS's text encoder, its flow and HiFi-GAN's residual blocks.
"""
from __future__ import annotations

from pathlib import Path

import numpy as np

from .files import write_json
from .graph import FLOAT, INT64, Graph

MARKS = "_^$ !'(),-.:;?"
LETTERS = "abcdefhijklmnopqrstuvwxyzæçðøħŋœɐɑɒɓɔɕɖɗɘəɚɛɜɞɟɠɡɢɣɤɥɦɧɨɪɫɬɭɮɯɰɱɲɳɴɵɶɸɹɺɻɽɾʀʁʂʃʄʈʉʊʋʌʍʎʏʐʑʒʔʕʝʟʲˈˌːˑ˞βθχᵻ0123456789"
ACCENTS = "\u0327\u0303\u032a\u032f\u0329ʰˤ"
SYMBOLS, RATE_HZ, HOP = 256, 22050, 256
FRAMES = 3.0
"""A phoneme lasts about so many, and so does the blank behind it: 35 ms each."""
SPREAD = 0.35
"""Of the logarithms of the lengths, without noise."""


def write(folder: Path, seed: int, hidden: int = 16, wave: int = 8) -> None:
    g = Graph(seed)
    phonemes = g.input("input", INT64, ["batch", "phonemes"])
    lengths = g.input("input_lengths", INT64, ["batch"])
    scales = g.input("scales", FLOAT, [3])
    noise, slowness, noise_w = (g.slice(scales, g.constant([i]), g.constant([i + 1]), 0) for i in range(3))
    places = g.op("Range", g.constant(0), g.op("Squeeze", g.size(phonemes, 1)), g.constant(1))
    within = g.op("Less", places, g.op("Unsqueeze", lengths, g.constant([1])))
    mask = g.op("Cast", g.op("Unsqueeze", within, g.constant([1])), to=FLOAT)  # [B,1,T]

    x = g.op("Transpose", g.op("Gather", g.weight("enc_p.emb", SYMBOLS, hidden, spread=1.0), phonemes, axis=0), perm=[0, 2, 1])
    x = g.op("Mul", g.op("Tanh", g.conv(x, "enc_p.conv", hidden, hidden, [3], pads=[1, 1])), mask)
    logw = g.op("Mul", g.conv(x, "dp.proj", hidden, 1, [1]), g.constant(SPREAD, np.float32))
    varied = g.op("Mul", g.op("RandomNormalLike", logw), g.op("Mul", noise_w, g.constant(SPREAD, np.float32)))
    logw = g.op("Add", g.op("Add", logw, varied), g.constant(float(np.log(FRAMES)), np.float32))
    frames = g.op("Ceil", g.op("Mul", g.op("Mul", g.op("Exp", logw), slowness), mask))

    mean, logs = g.ops("Split", g.conv(x, "enc_p.proj", hidden, 2 * hidden, [1]), g.constant([hidden] * 2), outputs=2, axis=1)
    path = regulated(g, frames)  # [B,frames,T]
    mean, logs = (g.op("Transpose", g.op("MatMul", path, g.op("Transpose", part, perm=[0, 2, 1])), perm=[0, 2, 1]) for part in (mean, logs))
    z = g.op("Add", mean, g.op("Mul", g.op("Mul", g.op("RandomNormalLike", mean), noise), g.op("Exp", logs)))

    y = g.op("LeakyRelu", g.conv(z, "dec.pre", hidden, wave, [5], pads=[2, 2]), alpha=0.1)
    for i, (before, to) in enumerate(((wave, wave // 2), (wave // 2, 1))):
        up = g.weight(f"dec.ups.{i}.weight", before, to, 32, spread=(2 * before) ** -0.5)
        y = g.op("ConvTranspose", y, up, g.weight(f"dec.ups.{i}.bias", to, spread=0.02), strides=[16], pads=[8, 8], kernel_shape=[32])
        y = g.op("Tanh", y) if to == 1 else g.op("LeakyRelu", y, alpha=0.1)
    g.output(g.op("Unsqueeze", y, g.constant([1])), "output", ["batch", 1, 1, "samples"])
    g.save(folder / "onnx/model.onnx")
    write_json(folder, config=settings())


def regulated(g: Graph, frames: str) -> str:
    """Which phoneme each frame belongs to: 1 where the frame lies between those before a phoneme and those with it."""
    ends = g.op("CumSum", frames, g.constant(2))
    total = g.op("Max", g.op("ReduceMax", g.op("ReduceSum", frames, g.constant([1, 2]), keepdims=0), keepdims=0), g.constant(1.0, np.float32))
    steps = g.op("Range", g.constant(0.0, np.float32), total, g.constant(1.0, np.float32))
    steps = g.op("Unsqueeze", steps, g.constant([0, 2]))  # [1,frames,1]
    inside = g.op("And", g.op("Less", steps, ends), g.op("GreaterOrEqual", steps, g.op("Sub", ends, frames)))
    return g.op("Cast", inside, to=FLOAT)


def settings() -> dict[str, object]:
    known = [*MARKS, *LETTERS, *ACCENTS]
    return {
        "audio": {"sample_rate": RATE_HZ, "quality": "medium"},
        "espeak": {"voice": "en-us"},
        "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8},
        "phoneme_type": "espeak",
        "phoneme_map": {},
        "phoneme_id_map": {phoneme: [i] for i, phoneme in enumerate(known)},
        "num_symbols": SYMBOLS,
        "num_speakers": 1,
        "speaker_id_map": {},
        "language": {"code": "en_US", "family": "en"},
        "dataset": "timbre-random",
    }
