"""ONNX graphs written node by node, with random weights from one seeded generator: the same bytes at every run."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET, IR = 17, 8
FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
Shape = Sequence[int | str]


class Graph:
    """Each method adds a node and returns the name of its output. Weights lie in the outermost graph, once."""

    def __init__(self, seed: int, parent: Graph | None = None):
        self.parent = parent
        self.nodes: list[onnx.NodeProto] = []
        self.inputs: list[onnx.ValueInfoProto] = []
        self.outputs: list[onnx.ValueInfoProto] = []
        self.root: Graph = parent.root if parent else self
        if parent is None:
            self.initializers: dict[str, onnx.TensorProto] = {}
            self.random = np.random.default_rng(seed)
            self.count = 0

    # What goes in and out.

    def input(self, name: str, kind: int, shape: Shape) -> str:
        self.inputs.append(helper.make_tensor_value_info(name, kind, list(shape)))
        return name

    def output(self, value: str, name: str, shape: Shape, kind: int = FLOAT) -> None:
        self.nodes.append(helper.make_node("Identity", [value], [name], name=self.fresh("out")))
        self.outputs.append(helper.make_tensor_value_info(name, kind, list(shape)))

    def fresh(self, stem: str) -> str:
        self.root.count += 1
        return f"{stem}_{self.root.count}"

    # Numbers.

    def keep(self, name: str, values: np.ndarray) -> str:
        if name not in self.root.initializers:
            self.root.initializers[name] = numpy_helper.from_array(np.array(values, order="C"), name)
        return name

    def weight(self, name: str, *shape: int, spread: float | None = None) -> str:
        """Normal values; 1/√(inputs) wide unless told, where the inputs are all dimensions but the last."""
        if name in self.root.initializers:
            return name
        spread = float(np.prod(shape[:-1])) ** -0.5 if spread is None else spread
        return self.keep(name, (self.root.random.standard_normal(shape) * spread).astype(np.float32))

    def constant(self, values: object, kind: type = np.int64) -> str:
        array = np.asarray(values, kind)
        text = "_".join(str(v).replace("-", "m").replace(".", "p") for v in array.ravel()[:8]) if array.size <= 8 else self.fresh("many")
        return self.keep(f"{np.dtype(kind).name}_{'x'.join(map(str, array.shape))}_{text}", array)

    # Operators.

    def op(self, kind: str, *inputs: str, outputs: int = 1, **attributes: object) -> str:
        return self.ops(kind, *inputs, outputs=outputs, **attributes)[0]

    def ops(self, kind: str, *inputs: str, outputs: int, **attributes: object) -> list[str]:
        names = [self.fresh(kind) for _ in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, name=f"n_{names[0]}", **attributes))
        return names

    def linear(self, x: str, name: str, width: int, to: int, bias: bool = True) -> str:
        y = self.op("MatMul", x, self.weight(f"{name}.weight", width, to))
        return self.op("Add", y, self.weight(f"{name}.bias", to, spread=0.1)) if bias else y

    def norm(self, x: str, name: str, width: int) -> str:
        scale = self.keep(f"{name}.weight", np.ones(width, np.float32))
        return self.op("LayerNormalization", x, scale, self.weight(f"{name}.bias", width, spread=0.1), axis=-1, epsilon=1e-5)

    def conv(self, x: str, name: str, width: int, to: int, kernel: Sequence[int], **attributes: object) -> str:
        spread = float(width * np.prod(kernel)) ** -0.5
        return self.op("Conv", x, self.weight(f"{name}.weight", to, width, *kernel, spread=spread), self.weight(f"{name}.bias", to, spread=0.1), **attributes)

    def size(self, x: str, axis: int) -> str:
        """The length along an axis, as a tensor of one int64."""
        return self.op("Shape", x, start=axis, end=axis + 1)

    def slice(self, x: str, start: str, end: str, axis: int) -> str:
        return self.op("Slice", x, start, end, self.constant([axis]))

    def branch(self, condition: str, kinds: list[tuple[str, Shape]], yes: Callable[[Graph], list[str]], no: Callable[[Graph], list[str]]) -> None:
        """An `If` whose two branches give the outputs named in `kinds`."""
        bodies = []
        for write, suffix in ((yes, "then"), (no, "else")):
            inner = Graph(0, self)
            for value, (name, shape) in zip(write(inner), kinds, strict=True):
                inner.output(value, f"{name}_{suffix}", shape)
            bodies.append(helper.make_graph(inner.nodes, suffix, [], inner.outputs))
        self.nodes.append(helper.make_node("If", [condition], [name for name, _ in kinds], name="if_cached", then_branch=bodies[0], else_branch=bodies[1]))
        self.outputs += [helper.make_tensor_value_info(name, FLOAT, list(shape)) for name, shape in kinds]

    def save(self, path: Path) -> Path:
        graph = helper.make_graph(self.nodes, "main", self.inputs, self.outputs, list(self.initializers.values()))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR, producer_name="timbre")
        onnx.checker.check_model(model)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(model.SerializeToString(deterministic=True))
        return path
