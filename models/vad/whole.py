"""Writes silero_vad_v6_whole.onnx: Silero VAD v6 for 16 kHz as one graph over many hops.

The published graph takes one hop of 512 samples at a time, which costs the runtime far more than the arithmetic
does: on WASM it was a third of all the work of a transcription. The same weights, taken from the npm package
@ricky0123/vad-web, here stand in a graph whose convolutions see all hops at once and whose LSTM runs along them.
The results are the same (workers/transcribe/engines/silero/vad.test.ts compares them hop by hop).

Inputs: magnitude f32[hops, 4, 129], of the Fourier transforms of four frames a hop (workers/transcribe/engines/silero),
state f32[2, 1, 128] (h and c).
Outputs: output f32[hops], stateN f32[2, 1, 128].

Run in the repository's root: python models/vad/whole.py
"""
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "node_modules/@ricky0123/vad-web/dist/silero_vad_v6.onnx"
TARGET = Path(__file__).with_name("silero_vad_v6_whole.onnx")
BRANCH = "If_0_then_branch__Inline_0__"  # 16 kHz; the other branch is for 8 kHz

published = onnx.load(SOURCE)
choice = next(node for node in published.graph.node if node.op_type == "If")
branch = next(a.g for a in choice.attribute if a.name == "then_branch")
stored = {
    node.output[0].removeprefix(BRANCH): numpy_helper.to_array(node.attribute[0].t)
    for node in branch.node
    if node.op_type == "Constant" and node.attribute[0].name == "value"
}

nodes, weights = [], []


def weight(name: str, value) -> str:
    weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
    return name


def node(kind: str, inputs: list[str], output: str, **attributes) -> str:
    nodes.append(helper.make_node(kind, inputs, [output], **attributes))
    return output


def numbers(name: str, *values: int) -> str:
    return weight(name, np.array(values, np.int64))


AXIS = {axis: numbers(f"axis{axis}", axis) for axis in (0, 1, 2)}


def cut(source: str, axis: int, begin: int, end: int, step: int, output: str) -> str:
    bounds = [numbers(f"{output}.{name}", value) for name, value in (("begin", begin), ("end", end))]
    return node("Slice", [source, *bounds, AXIS[axis], numbers(f"{output}.step", step)], output)


# The published graph's first convolution is a Fourier transform under a Hann window, which is quicker done as one.
basis = stored["stft.forward_basis_buffer"][:, 0]  # [258, 256]: 129 cosines, 129 sines
size, bins = basis.shape[1], basis.shape[0] // 2
window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)
turns = 2 * np.pi * np.outer(np.arange(bins), np.arange(size)) / size
assert np.abs(basis - np.concatenate([np.cos(turns), -np.sin(turns)]) * window).max() < 1e-6
x = "magnitude"
FRAMES = 4

# Convolutions of 3 over the frames, as products: the three neighbours of each place side by side.
places = FRAMES
for i, stride in enumerate((1, 2, 2, 1)):
    kernel = stored[f"encoder.{i}.reparam_conv.weight"]  # [out, in, 3]
    out = (places - 1) // stride + 1
    wide = node("Pad", [x, numbers(f"edges{i}", 0, 1, 0, 0, 1, 0)], f"wide{i}")
    neighbours = [cut(wide, 1, k, k + stride * (out - 1) + 1, stride, f"near{i}.{k}") for k in range(3)]
    matrix = weight(f"kernel{i}", kernel.transpose(2, 1, 0).reshape(-1, kernel.shape[0]))
    product = node("MatMul", [node("Concat", neighbours, f"near{i}", axis=2), matrix], f"product{i}")
    x = node("Relu", [node("Add", [product, weight(f"bias{i}", stored[f"encoder.{i}.reparam_conv.bias"])], f"sum{i}")], f"out{i}")
    places = out
assert places == 1


def onnx_order(gates: np.ndarray) -> np.ndarray:
    """PyTorch's order of gates is i f g o, ONNX's is i o f c."""
    i, f, g, o = np.split(gates, 4)
    return np.concatenate([i, o, f, g])


# [hops, 1, 128] is a sequence of one row each.
lstm = {name: onnx_order(stored[f"decoder.rnn.{name}"])[None] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")}
states = [cut("state", 0, i, i + 1, 1, name) for i, name in enumerate(("h", "c"))]
nodes.append(
    helper.make_node(
        "LSTM",
        [x, weight("w", lstm["weight_ih"]), weight("r", lstm["weight_hh"]), weight("b", np.concatenate([lstm["bias_ih"], lstm["bias_hh"]], 1)), "", *states],
        ["heard", "hN", "cN"],
        hidden_size=128,
    )
)
node("Concat", ["hN", "cN"], "stateN", axis=0)
last = stored["decoder.decoder.2.weight"][0, :, 0]  # [128]
score = node("MatMul", [node("Relu", ["heard"], "relu"), weight("last", last[:, None])], "score")  # [hops, 1, 1, 1]
score = node("Add", [score, weight("offset", stored["decoder.decoder.2.bias"])], "shifted")
node("Reshape", [node("Sigmoid", [score], "probability"), numbers("flat", -1)], "output")

value = helper.make_tensor_value_info
graph = helper.make_graph(
    nodes,
    "silero_vad_v6_whole",
    [value("magnitude", TensorProto.FLOAT, ["hops", FRAMES, bins]), value("state", TensorProto.FLOAT, [2, 1, 128])],
    [value("output", TensorProto.FLOAT, ["hops"]), value("stateN", TensorProto.FLOAT, [2, 1, 128])],
    weights,
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 16)], ir_version=8, producer_name="timbre")
# Nothing in it is left for the runtime to optimise (models/training/optimise.py).
helper.set_model_props(model, {"timbre_graph_optimization_level": "disabled"})
onnx.checker.check_model(model, full_check=True)
onnx.save(model, TARGET)
print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size / 1e6:.2f} MB")
