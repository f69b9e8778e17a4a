"""Export and quantisation shared by the models."""
from __future__ import annotations

import warnings
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

OPSET = 17


def export(module: nn.Module, inputs: tuple, path: Path, input_names: list[str], output_names: list[str], dynamic: dict[str, dict[int, str]]) -> None:
    """Traces `module` on `inputs`. `dynamic` names the axes that may change."""
    path.parent.mkdir(parents=True, exist_ok=True)
    module.eval()
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(module, inputs, str(path), input_names=input_names, output_names=output_names, dynamic_axes=dynamic, opset_version=OPSET, dynamo=False)
    onnx.checker.check_model(str(path))


def quantise(source: Path, target: Path, keep: tuple[str, ...] = (), operators: tuple[str, ...] = ("MatMul", "Gather")) -> None:
    """Weights to int8, one scale a channel, activations at run time. Nodes whose name contains one of `keep` stay as they are.

    Eight bits without reduced range: the runtimes of browsers multiply in 16-bit pairs without saturating on signed weights.
    """
    graph = onnx.load(str(source)).graph
    excluded = [n.name for n in graph.node if any(k in n.name for k in keep)]
    quantize_dynamic(str(source), str(target), op_types_to_quantize=list(operators), per_channel=True, reduce_range=False,
                     weight_type=QuantType.QInt8, nodes_to_exclude=excluded, extra_options={"MatMulConstBOnly": True})
