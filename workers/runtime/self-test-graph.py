"""Writes self-test-graph.ts: the small graph that every device must agree on with WASM.

It has the operators that a speech model leans on: convolution, attention (MatMul, Softmax), layer
normalisation, GELU and an embedding look-up, with fixed pseudo-random weights.
Run: python workers/runtime/self-test-graph.py
"""
import base64
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

D, T, HEADS = 16, 24, 2
rng = np.random.default_rng(20)


def weight(name, *shape):
    return numpy_helper.from_array((rng.standard_normal(shape) / np.sqrt(shape[-1])).astype(np.float32), name)


weights = [weight(n, D, D) for n in ("q", "k", "v", "o")]
weights += [weight("conv", D, 8, 3), weight("table", T, D)]
weights += [numpy_helper.from_array(np.ones(D, np.float32), "g"), numpy_helper.from_array(np.zeros(D, np.float32), "b")]
weights += [
    numpy_helper.from_array(np.array([T, HEADS, D // HEADS], np.int64), "split"),
    numpy_helper.from_array(np.array([T, D], np.int64), "join"),
    numpy_helper.from_array(np.array(np.sqrt(D / HEADS), np.float32), "scale"),
    numpy_helper.from_array(np.array(0.7071067811865476, np.float32), "r2"),
    numpy_helper.from_array(np.array(1.0, np.float32), "one"),
    numpy_helper.from_array(np.array(0.5, np.float32), "half"),
]
node = helper.make_node
nodes = [
    node("Conv", ["x", "conv"], ["c"], pads=[1, 1], kernel_shape=[3]),
    node("Squeeze", ["c"], ["c2"]),
    node("Transpose", ["c2"], ["c3"], perm=[1, 0]),
    node("Gather", ["table", "ids"], ["e"]),
    node("Add", ["c3", "e"], ["h0"]),
    node("LayerNormalization", ["h0", "g", "b"], ["h"]),
]
for n in "qkv":
    nodes += [node("MatMul", ["h", n], [n + "1"]), node("Reshape", [n + "1", "split"], [n + "2"])]
nodes += [
    node("Transpose", ["q2"], ["qh"], perm=[1, 0, 2]),
    node("Transpose", ["k2"], ["kh"], perm=[1, 2, 0]),
    node("Transpose", ["v2"], ["vh"], perm=[1, 0, 2]),
    node("MatMul", ["qh", "kh"], ["a0"]),
    node("Div", ["a0", "scale"], ["a1"]),
    node("Softmax", ["a1"], ["a2"], axis=-1),
    node("MatMul", ["a2", "vh"], ["a3"]),
    node("Transpose", ["a3"], ["a4"], perm=[1, 0, 2]),
    node("Reshape", ["a4", "join"], ["a5"]),
    node("MatMul", ["a5", "o"], ["a6"]),
    node("Mul", ["a6", "r2"], ["g0"]),
    node("Erf", ["g0"], ["g1"]),
    node("Add", ["g1", "one"], ["g2"]),
    node("Mul", ["a6", "g2"], ["g3"]),
    node("Mul", ["g3", "half"], ["y"]),
]
graph = helper.make_graph(
    nodes,
    "self-test",
    [
        helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 8, T]),
        helper.make_tensor_value_info("ids", TensorProto.INT64, [T]),
    ],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, [T, D])],
    weights,
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
onnx.checker.check_model(model)
text = base64.b64encode(model.SerializeToString()).decode()
lines = "\n".join(f"  '{text[i:i + 110]}'," for i in range(0, len(text), 110))
out = pathlib.Path(__file__).with_name("self-test-graph.ts")
out.write_text(
    "/** Written by self-test-graph.py. Inputs: x f32[1,8,24], ids i64[24]; output: y f32[24,16]. Base64. */\n"
    f"export const SELF_TEST_GRAPH = [\n{lines}\n].join('');\n"
)
