"""OpenVoice V2 written with torch's own layers from its definition, on the fixture's weights: the reference for reference.test.ts.

`python reference.py ../../../../tests/fixtures/models/openvoice reference.json` (torch and onnx, as in models/training/requirements.txt).
"""
import base64
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch.nn import functional as F

RATE, HOP, WINDOW, TONE = 22050, 256, 1024, 256
folder, out = Path(sys.argv[1]), sys.argv[2]


def weights(name: str) -> dict[str, torch.Tensor]:
    graph = onnx.load(str(folder / f"onnx/{name}.onnx")).graph
    return {w.name: torch.from_numpy(numpy_helper.to_array(w).copy()) for w in graph.initializer}


def voice(pitch: float, length: int) -> torch.Tensor:
    """A buzz with syllables; the test makes the same."""
    t = np.arange(length) / RATE
    x = sum(np.sin(2 * np.pi * pitch * k * t) / k for k in range(1, 13))
    return torch.tensor(0.2 * x * (0.55 + 0.45 * np.sin(2 * np.pi * 4 * t)), dtype=torch.float32)


def spectrogram(samples: torch.Tensor) -> torch.Tensor:
    """[L] → [1, 513, T]"""
    pad = (WINDOW - HOP) // 2
    padded = F.pad(samples[None, None], (pad, pad), mode="reflect")[0]
    found = torch.stft(padded, WINDOW, HOP, WINDOW, torch.hann_window(WINDOW), center=False, onesided=True, return_complex=True)
    return torch.sqrt(found.real ** 2 + found.imag ** 2 + 1e-6)


def tone(w: dict[str, torch.Tensor], spec: torch.Tensor) -> torch.Tensor:
    """[1, 513, T] → [1, 256, 1]"""
    x = F.layer_norm(spec.transpose(1, 2), (513,), w["layernorm.weight"], w["layernorm.bias"])[:, None]
    for i in range(6):
        x = F.relu(F.conv2d(x, w[f"convs.{i}.weight"], w[f"convs.{i}.bias"], stride=2, padding=1))
    x = x.transpose(1, 2).flatten(2)
    hidden = w["gru.r"].shape[2]
    gru = torch.nn.GRU(x.shape[2], hidden, batch_first=True)
    # ONNX's gates come as z, r, h; torch's as r, z, n.
    order = lambda m: torch.cat([m[hidden:2 * hidden], m[:hidden], m[2 * hidden:]])
    given, own = w["gru.b"][0].split(3 * hidden)
    with torch.no_grad():
        for name, value in (("weight_ih_l0", w["gru.w"][0]), ("weight_hh_l0", w["gru.r"][0]), ("bias_ih_l0", given), ("bias_hh_l0", own)):
            getattr(gru, name).copy_(order(value))
    return F.linear(gru(x)[1][0], w["proj.weight"].T, w["proj.bias"])[..., None]


class Converter:
    def __init__(self, w: dict[str, torch.Tensor]):
        self.w = w

    def conv(self, x: torch.Tensor, name: str, dilation: int = 1) -> torch.Tensor:
        weight = self.w[f"{name}.weight"]
        return F.conv1d(x, weight, self.w.get(f"{name}.bias"), padding=(weight.shape[2] - 1) * dilation // 2, dilation=dilation)

    def wavenet(self, x: torch.Tensor, name: str, g: torch.Tensor, layers: int) -> torch.Tensor:
        width, total = x.shape[1], 0
        conditions = self.conv(g, f"{name}.cond").chunk(layers, 1)
        for i, condition in enumerate(conditions):
            a, b = (self.conv(x, f"{name}.in.{i}") + condition).chunk(2, 1)
            y = self.conv(torch.tanh(a) * torch.sigmoid(b), f"{name}.out.{i}")
            if i < layers - 1:
                x = x + y[:, :width]
                y = y[:, width:]
            total = total + y
        return total

    def shift(self, i: int, x0: torch.Tensor, g: torch.Tensor) -> torch.Tensor:
        return self.conv(self.wavenet(self.conv(x0, f"flow.{i}.pre"), f"flow.{i}.enc", g, 4), f"flow.{i}.post")

    def __call__(self, spec: torch.Tensor, source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """At τ = 0, where z is its mean. All frames are speech, so that no mask is needed."""
        nobody = torch.zeros_like(source)
        z = self.conv(self.wavenet(self.conv(spec, "enc_q.pre"), "enc_q.enc", nobody, 16), "enc_q.proj").chunk(2, 1)[0]
        for i in range(4):
            x0, x1 = z.chunk(2, 1)
            z = torch.cat([x0, x1 + self.shift(i, x0, source)], 1).flip(1)
        for i in (3, 2, 1, 0):
            x0, x1 = z.flip(1).chunk(2, 1)
            z = torch.cat([x0, x1 - self.shift(i, x0, target)], 1)
        x = self.conv(z, "dec.conv_pre") + self.conv(nobody, "dec.cond")
        for i, rate in enumerate((8, 8, 2, 2)):
            x = F.conv_transpose1d(F.leaky_relu(x, 0.1), self.w[f"dec.ups.{i}.weight"], self.w[f"dec.ups.{i}.bias"], stride=rate, padding=rate // 2)
            x = torch.stack([self.block(x, f"dec.blocks.{i}.{j}") for j in range(3)]).mean(0)
        return torch.tanh(self.conv(F.leaky_relu(x), "dec.conv_post"))

    def block(self, x: torch.Tensor, name: str) -> torch.Tensor:
        for i, dilation in enumerate((1, 3, 5)):
            y = self.conv(F.leaky_relu(x, 0.1), f"{name}.wide.{i}", dilation)
            x = x + self.conv(F.leaky_relu(y, 0.1), f"{name}.near.{i}")
        return x


def packed(x: torch.Tensor) -> str:
    return base64.b64encode(x.detach().contiguous().numpy().astype("<f4").tobytes()).decode()


length, frames_between, samples_between = 140 * HOP + 100, 20, 7
extract, convert = weights("tone_color_extract_model"), Converter(weights("tone_clone_model"))
with torch.no_grad():
    low, high = (spectrogram(voice(pitch, length)) for pitch in (110, 230))
    source, target = tone(extract, low), tone(extract, high)
    said = convert(low, source, target)[0, 0]
assert said.shape[0] == 140 * HOP
json.dump({
    "comment": "Made by reference.py with torch: little-endian float32 in base64. A voice of 110 Hz given the tone of one of 230 Hz.",
    "length": length, "framesBetween": frames_between, "samplesBetween": samples_between,
    "spectrogram": packed(low[0].T[::frames_between]), "source": packed(source), "target": packed(target), "said": packed(said[::samples_between]),
}, open(out, "w"), indent=1)
print("spectrogram", low.min().item(), low.max().item(), "tones apart", (source - target).norm().item(), "said", said.abs().max().item(), said.std().item())
print("the other voice changes", (convert(low, source, source) - convert(low, source, target)).abs().max().item())
