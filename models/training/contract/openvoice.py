"""OpenVoice V2's two graphs, as the public port has them (torch's export of myshell-ai/OpenVoice, MIT).

`tone_color_extract_model`: a spectrogram → the tone of its voice: LayerNorm, six convolutions, GRU, Linear.
`tone_clone_model`: VITS's posterior encoder, its flow from the source's voice to none and back to the target's, and HiFi-GAN. Of the
embeddings only the flow knows (`zero_g`). The port draws its noise inside the graph: z = (m + ε·τ·e^logs)·mask, so that τ = 0 leaves none.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .files import write_json
from .graph import FLOAT, INT64, Graph

BINS, TONE = 513, 256
RATES = (8, 8, 2, 2)
KERNELS, DILATIONS = (3, 7, 11), (1, 3, 5)
"""Of HiFi-GAN's residual blocks; the second convolution of each pair is not dilated."""


@dataclass
class Size:
    filters: Sequence[int] = (2, 2, 4, 4, 8, 8)
    recurrent: int = 8
    latent: int = 4
    hidden: int = 2
    wave: int = 16
    """Channels before the first upsampling; each halves them."""
    encoder_layers: int = 16
    flow_layers: int = 4
    flows: int = 4


PUBLISHED = Size(filters=(32, 32, 64, 64, 128, 128), recurrent=128, latent=192, hidden=192, wave=512)


def write(folder: Path, seed: int, size: Size = Size()) -> None:
    extractor(folder / "onnx/tone_color_extract_model.onnx", size, seed)
    converter(folder / "onnx/tone_clone_model.onnx", size, seed + 1)
    write_json(folder, config={"model_type": "openvoice", "version": "v2", "sampling_rate": 22050, "filter_length": 1024, "hop_length": 256, "win_length": 1024,
                               "n_speakers": 0, "gin_channels": TONE, "zero_g": True})


def extractor(path: Path, size: Size, seed: int) -> None:
    g = Graph(seed)
    x = g.norm(g.input("input", FLOAT, [1, "T", BINS]), "layernorm", BINS)
    x = g.op("Unsqueeze", x, g.constant([1]))
    before, bins = 1, BINS
    for i, width in enumerate(size.filters):
        x = g.op("Relu", g.conv(x, f"convs.{i}", before, width, [3, 3], strides=[2, 2], pads=[1, 1, 1, 1]))
        before, bins = width, (bins + 1) // 2
    inside, hidden = before * bins, size.recurrent
    x = g.op("Reshape", g.op("Transpose", x, perm=[2, 0, 1, 3]), g.constant([0, 0, inside]))  # [T/64, 1, channels · bins]
    last = g.ops("GRU", x, g.weight("gru.w", 1, 3 * hidden, inside, spread=0.3), g.weight("gru.r", 1, 3 * hidden, hidden, spread=0.3),
                 g.weight("gru.b", 1, 6 * hidden, spread=0.1), outputs=2, hidden_size=hidden, linear_before_reset=1)[1]
    last = g.op("Squeeze", last, g.constant([0]))
    g.output(g.op("Unsqueeze", g.linear(last, "proj", hidden, TONE), g.constant([2])), "tone_color", [1, TONE, 1])
    g.save(path)


def converter(path: Path, size: Size, seed: int) -> None:
    g = Graph(seed)
    audio = g.input("audio", FLOAT, [1, BINS, "T"])
    length = g.input("audio_length", INT64, [1])
    source, target = (g.input(name, FLOAT, [1, TONE, 1]) for name in ("src_tone", "dest_tone"))
    tau = g.input("tau", FLOAT, [1])
    places = g.op("Range", g.constant(0), g.op("Squeeze", g.size(audio, 2)), g.constant(1))
    mask = g.op("Cast", g.op("Unsqueeze", g.op("Less", places, length), g.constant([0, 1])), to=FLOAT)  # [1,1,T]
    nobody = g.op("Mul", source, g.constant(0, np.float32))
    z = posterior(g, size, audio, mask, nobody, tau)
    z_p = z
    for i in range(size.flows):
        z_p = flipped(g, size, coupling(g, size, f"flow.{i}", z_p, mask, source, "Add"))
    z_hat = z_p
    for i in reversed(range(size.flows)):
        z_hat = coupling(g, size, f"flow.{i}", flipped(g, size, z_hat), mask, target, "Sub")
    g.output(decoded(g, size, g.op("Mul", z_hat, mask), nobody), "output", [1, 1, "samples"])
    g.output(mask, "y_mask", [1, 1, "T"])
    for value, name in ((z, "z"), (z_p, "z_p"), (z_hat, "z_hat")):
        g.output(value, name, [1, size.latent, "T"])
    g.save(path)


def posterior(g: Graph, size: Size, audio: str, mask: str, tone: str, tau: str) -> str:
    x = g.op("Mul", g.conv(audio, "enc_q.pre", BINS, size.hidden, [1]), mask)
    x = wavenet(g, size, "enc_q.enc", x, mask, tone, size.encoder_layers)
    stats = g.op("Mul", g.conv(x, "enc_q.proj", size.hidden, 2 * size.latent, [1]), mask)
    mean, logs = g.ops("Split", stats, g.constant([size.latent] * 2), outputs=2, axis=1)
    noise = g.op("Mul", g.op("Mul", g.op("RandomNormalLike", mean), tau), g.op("Exp", logs))
    return g.op("Mul", g.op("Add", mean, noise), mask)


def wavenet(g: Graph, size: Size, name: str, x: str, mask: str, tone: str, layers: int) -> str:
    """Gated convolutions of width 5; each layer's part of the projected tone is added before its gate."""
    hidden = size.hidden
    given = g.conv(tone, f"{name}.cond", TONE, 2 * hidden * layers, [1])
    total = None
    for i in range(layers):
        part = g.slice(given, g.constant([2 * hidden * i]), g.constant([2 * hidden * (i + 1)]), 1)
        both = g.op("Add", g.conv(x, f"{name}.in.{i}", hidden, 2 * hidden, [5], pads=[2, 2]), part)
        a, b = g.ops("Split", both, g.constant([hidden] * 2), outputs=2, axis=1)
        gated = g.op("Mul", g.op("Tanh", a), g.op("Sigmoid", b))
        last = i == layers - 1
        out = g.conv(gated, f"{name}.out.{i}", hidden, hidden if last else 2 * hidden, [1])
        skip = out
        if not last:
            kept, skip = g.ops("Split", out, g.constant([hidden] * 2), outputs=2, axis=1)
            x = g.op("Mul", g.op("Add", x, kept), mask)
        total = skip if total is None else g.op("Add", total, skip)
    return g.op("Mul", total, mask)


def coupling(g: Graph, size: Size, name: str, x: str, mask: str, tone: str, way: str) -> str:
    """One half of the channels shifts the other: there with `Add`, back with `Sub`."""
    half = size.latent // 2
    known, moved = g.ops("Split", x, g.constant([half] * 2), outputs=2, axis=1)
    h = g.op("Mul", g.conv(known, f"{name}.pre", half, size.hidden, [1]), mask)
    h = wavenet(g, size, f"{name}.enc", h, mask, tone, size.flow_layers)
    shift = g.op("Mul", g.conv(h, f"{name}.post", size.hidden, half, [1]), mask)
    return g.op("Concat", known, g.op("Mul", g.op(way, moved, shift), mask), axis=1)


def flipped(g: Graph, size: Size, x: str) -> str:
    """The channels in reverse order."""
    return g.op("Gather", x, g.constant(list(range(size.latent))[::-1]), axis=1)


def decoded(g: Graph, size: Size, z: str, tone: str) -> str:
    """[1, latent, T] → [1, 1, 256·T]"""
    x = g.op("Add", g.conv(z, "dec.conv_pre", size.latent, size.wave, [7], pads=[3, 3]), g.conv(tone, "dec.cond", TONE, size.wave, [1]))
    width = size.wave
    for i, rate in enumerate(RATES):
        to, kernel = width // 2, 2 * rate
        up = g.weight(f"dec.ups.{i}.weight", width, to, kernel, spread=(2 * width) ** -0.5)
        x = g.op("ConvTranspose", g.op("LeakyRelu", x, alpha=0.1), up, g.weight(f"dec.ups.{i}.bias", to, spread=0.1),
                 strides=[rate], pads=[rate // 2] * 2, kernel_shape=[kernel])
        blocks = [residual(g, f"dec.blocks.{i}.{j}", x, to, kernel) for j, kernel in enumerate(KERNELS)]
        total = g.op("Add", g.op("Add", blocks[0], blocks[1]), blocks[2])
        x = g.op("Div", total, g.constant(len(KERNELS), np.float32))
        width = to
    last = g.weight("dec.conv_post.weight", 1, width, 7, spread=(7 * width) ** -0.5)
    return g.op("Tanh", g.op("Conv", g.op("LeakyRelu", x, alpha=0.01), last, pads=[3, 3]))


def residual(g: Graph, name: str, x: str, width: int, kernel: int) -> str:
    for i, dilation in enumerate(DILATIONS):
        y = x
        for part, step in (("wide", dilation), ("near", 1)):
            pad = (kernel - 1) * step // 2
            y = g.conv(g.op("LeakyRelu", y, alpha=0.1), f"{name}.{part}.{i}", width, width, [kernel], pads=[pad] * 2, dilations=[step])
        x = g.op("Add", x, y)
    return x
