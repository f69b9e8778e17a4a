"""The weights of a shipped model, back in the framework: training goes on from them when its own checkpoints are gone."""
from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn


def weights(path: Path) -> dict[str, np.ndarray]:
    """Every weight of a graph as float32; int8 ones times their scale. The exporter numbers matrices: here they are `matrix 0`, `matrix 1`, …"""
    found = {i.name: numpy_helper.to_array(i) for i in onnx.load(str(path)).graph.initializer}
    for name in [n for n in found if n.endswith("_quantized")]:
        stem = name.removesuffix("_quantized")
        zero, scale = found[f"{stem}_zero_point"].astype(np.float32), found[f"{stem}_scale"]
        found[stem] = (found[name].astype(np.float32) - zero) * scale  # scales lie along the last axis, as columns do
    numbered = sorted((n for n in found if re.fullmatch(r"onnx::MatMul_\d+", n)), key=lambda n: int(n.split("_")[1]))
    return {n: v for n, v in found.items() if not n.startswith("onnx::")} | {f"matrix {i}": found[n] for i, n in enumerate(numbered)}


def take_weights(model: nn.Module, graphs: Callable[[Path], tuple[Path, ...]], shipped: Path, scratch: Path) -> list[str]:
    """Copies the weights of the encoder and merged decoder in the folder `shipped` into `model`.

    Which matrix is which parameter, and which are turned over, is read from an export of `model` itself, filled with numbers
    that tell its parameters apart. Returns the names of the parameters that no graph holds; they keep what they had.
    """
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn_like(parameter))
    known = {name: p.detach().numpy().copy() for name, p in model.named_parameters()}
    taken: dict[str, Tensor] = {}
    for own in graphs(scratch):
        there = weights(shipped / f"{own.stem}_quantized.onnx")
        for name, value in weights(own).items():
            for parameter, mine in known.items():
                for turn in (np.asarray, np.transpose):
                    if name in there and value.size and turn(value).shape == mine.shape and np.array_equal(turn(value), mine):
                        taken[parameter] = torch.from_numpy(turn(there[name]).copy())
    model.load_state_dict(before | taken, strict=False)
    return sorted(known.keys() - taken.keys())
