"""Makes a decoder's graph smaller without changing what it computes.

A tracer writes down every `x.shape[i]` as nodes of its own, and a decoder that runs for one token at a time spends as
long on them as on its matrices. And one graph for every step concatenates the encoder's keys and values, which are long,
with nothing in all steps but the first.
"""
from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import GraphProto, NodeProto, TensorProto, helper, numpy_helper

#: Of operators that onnxruntime has beside ONNX's own.
ATTENTION_DOMAIN = "com.microsoft"


def lean(path: Path) -> None:
    """Changes the file in place: constant shapes, self-attention as one node, and cross-attention that looks at keys and
    values of the past directly."""
    model = onnx.load(str(path))
    graph = model.graph
    constants_outside(graph)
    width, heads = _sizes(graph)
    _fix_reshapes(graph, width, heads)
    fix_scales(graph, width)
    layers = sum(i.name.endswith(".encoder.key") for i in graph.input)
    for layer in range(layers):
        _fuse(graph, layer, heads)
        _branch(graph, layer, [1, heads, 0, width])
    prune(graph)
    _fix_lengths(graph)
    _tell_first(graph)
    prune(graph)
    model.opset_import.append(helper.make_opsetid(ATTENTION_DOMAIN, 1))
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, str(path))


def _sizes(graph: GraphProto) -> tuple[int, int]:
    """Numbers of a head, and heads."""
    dims = next(i for i in graph.input if i.name.startswith("past_key_values")).type.tensor_type.shape.dim
    return dims[3].dim_value, dims[1].dim_value


def makers_of(graph: GraphProto) -> dict[str, NodeProto]:
    return {name: node for node in graph.node for name in node.output}


def replace_nodes(graph: GraphProto, nodes: list[NodeProto]) -> None:
    copies = [NodeProto.FromString(n.SerializeToString()) for n in nodes]
    del graph.node[:]
    graph.node.extend(copies)


def _constant(graph: GraphProto, name: str, value: np.ndarray) -> str:
    if all(i.name != name for i in graph.initializer):
        graph.initializer.append(numpy_helper.from_array(value, name))
    return name


def constants_outside(graph: GraphProto) -> None:
    """So that branches see them, too."""
    for node in graph.node:
        if node.op_type == "Constant":
            graph.initializer.append(numpy_helper.from_array(numpy_helper.to_array(node.attribute[0].t), node.output[0]))
    replace_nodes(graph, [n for n in graph.node if n.op_type != "Constant"])


def _fix_reshapes(graph: GraphProto, width: int, heads: int) -> None:
    """Batch and places stay (0: as they are), the rest is split into heads or put together again."""
    makers = makers_of(graph)
    for node in graph.node:
        shape = makers.get(node.input[1]) if node.op_type == "Reshape" else None
        if shape is None or shape.op_type != "Concat":
            continue
        split = len(shape.input) == 4
        name, target = ("lean.split", [0, 0, heads, width]) if split else ("lean.join", [0, 0, heads * width])
        node.input[1] = _constant(graph, name, np.array(target, np.int64))


def fix_scales(graph: GraphProto, width: int) -> None:
    """The root of a head's width, asked of a tensor's shape each time."""
    makers = makers_of(graph)
    values = {i.name: i for i in graph.initializer}
    for node in graph.node:
        for at, name in enumerate(node.input):
            power = makers.get(name)
            if power is None or power.op_type != "Pow" or makers[power.input[0]].op_type != "Cast":
                continue
            exponent = float(numpy_helper.to_array(values[power.input[1]]))
            node.input[at] = _constant(graph, "lean.scale", np.array(float(width) ** exponent, np.float32))


def _fuse(graph: GraphProto, layer: int, heads: int) -> None:
    """A layer's self-attention as one node, which splits into heads, remembers and looks at no place that follows."""
    makers = makers_of(graph)
    kept = [f"present.{layer}.decoder.{kind}" for kind in ("key", "value")]
    joins = [makers[name] for name in kept]
    last = next(n for n in graph.node if n.op_type == "MatMul" and n.input[1] == kept[1])
    scores = makers[makers[makers[last.input[0]].input[0]].input[0]]  # ← Add of the mask ← Softmax
    scaled = makers[scores.input[0]]
    if scaled.op_type != "Mul" or scaled.input[1] != "lean.scale" or makers[scores.input[1]].input[0] != kept[0]:
        raise ValueError(f"layer {layer}: not the self-attention that is known here")
    scale = next(i for i in graph.initializer if i.name == "lean.scale")
    flat = [makers[makers[name].input[0]].input[0] for name in (scaled.input[0], joins[0].input[1], joins[1].input[1])]
    split = next(n for n in graph.node if n.op_type == "Transpose" and n.input[0] == last.output[0])
    end = next(n for n in graph.node if n.op_type == "Reshape" and n.input[0] == split.output[0])
    whole = helper.make_node("MultiHeadAttention", [*flat, "", "", "", joins[0].input[0], joins[1].input[0]], [end.output[0], *kept],
                             f"/self_attention.{layer}", domain=ATTENTION_DOMAIN, num_heads=heads, unidirectional=1,
                             scale=float(numpy_helper.to_array(scale)))
    gone = [*joins, end]
    replace_nodes(graph, [whole if n is last else n for n in graph.node if n not in gone])


def _fix_lengths(graph: GraphProto) -> None:
    """How many places there are and were: taken from a shape as a list of one number, not as a number that becomes one."""
    values = {i.name: i for i in graph.initializer}
    makers = makers_of(graph)
    lengths: set[str] = set()
    same: dict[str, str] = {}
    for node in graph.node:
        shape = makers.get(node.input[0])
        if node.op_type == "Gather" and shape is not None and shape.op_type == "Shape":
            at = int(numpy_helper.to_array(values[node.input[1]]))
            node.CopyFrom(helper.make_node("Shape", [shape.input[0]], [node.output[0]], node.name, start=at, end=at + 1))
            lengths.add(node.output[0])
        elif node.op_type == "Add" and lengths & set(node.input):
            lengths.add(node.output[0])
        elif node.op_type == "Unsqueeze" and node.input[0] in lengths:
            same[node.output[0]] = node.input[0]
        elif lengths & set(node.input):
            raise ValueError(f"{node.name}: wants a length as a number")
        for i, name in enumerate(node.input):
            node.input[i] = same.get(name, name)


def _branch(graph: GraphProto, layer: int, nothing: list[int]) -> None:
    """A layer's cross-attention as an `If`: at the first step as it was, later on the past's keys and values as they lie.
    What it then gives as the encoder's is empty, as in the hub's exports: whoever runs it keeps those of the first step."""
    makers = makers_of(graph)
    kept = [f"present.{layer}.encoder.{kind}" for kind in ("key", "value")]
    past = [f"past_key_values.{layer}.encoder.{kind}" for kind in ("key", "value")]
    joins = [makers[name] for name in kept]
    fresh = [join.input[1] for join in joins]
    last = next(n for n in graph.node if n.op_type == "MatMul" and n.input[1] == kept[1])
    attention = [n for n in _after(graph, kept[0]) if n in _before(graph, list(last.output))]
    told = {o.name for o in graph.output}
    results = [name for n in attention for name in n.output if name in told or name == last.output[0]]

    def body(name: str, keys: list[str], before: list[NodeProto]) -> GraphProto:
        own = {o: f"{o}/{name}" for n in before + attention for o in n.output}
        names = own | {k: own.get(key, key) for k, key in zip(kept, keys)}
        nodes = [NodeProto.FromString(n.SerializeToString()) for n in before + attention]
        for node in nodes:
            node.name = f"{node.name}/{name}"
            for i, value in enumerate(node.input):
                node.input[i] = names.get(value, value)
            for i, value in enumerate(node.output):
                node.output[i] = own[value]
        empty = _constant(graph, "lean.empty", np.zeros(nothing, np.float32))
        ends = [own.get(key, empty) for key in keys]
        nodes += [helper.make_node("Identity", [end], [f"{k}/{name}"]) for k, end in zip(kept, ends)]
        outputs = [own[r] for r in results] + [f"{k}/{name}" for k in kept]
        return helper.make_graph(nodes, f"layer{layer}/{name}", [], [helper.make_tensor_value_info(o, TensorProto.FLOAT, None) for o in outputs])

    either = helper.make_node("If", ["lean.is_first"], [*results, *kept], f"/cross_attention.{layer}",
                              then_branch=body("first", fresh, _before(graph, fresh)), else_branch=body("later", past, []))
    gone = attention + joins
    replace_nodes(graph, [either if n is last else n for n in graph.node if n is last or n not in gone])


def _before(graph: GraphProto, names: list[str]) -> list[NodeProto]:
    """All nodes that lead to these values, in order."""
    wanted, found = set(names), []
    for node in reversed(graph.node):
        if wanted & set(node.output):
            wanted |= set(node.input)
            found.append(node)
    return found[::-1]


def _after(graph: GraphProto, name: str) -> list[NodeProto]:
    """All nodes that a value leads to, in order."""
    reached, found = {name}, []
    for node in graph.node:
        if reached & set(node.input):
            reached |= set(node.output)
            found.append(node)
    return found


def _tell_first(graph: GraphProto) -> None:
    """The first step is the one without a past."""
    zero = _constant(graph, "lean.zero", np.array([0], np.int64))
    asked = [helper.make_node("Shape", ["past_key_values.0.encoder.key"], ["lean.heard"], "/heard", start=2, end=3),
             helper.make_node("Equal", ["lean.heard", zero], ["lean.is_first"], "/is_first")]
    replace_nodes(graph, asked + list(graph.node))


def _inputs(node: NodeProto) -> set[str]:
    """With what its branches take from outside."""
    bodies = [a.g for a in node.attribute if a.HasField("g")]
    return set(node.input).union(*(_inputs(n) for body in bodies for n in body.node))


def prune(graph: GraphProto) -> None:
    """Drops what no output needs."""
    wanted, kept = {o.name for o in graph.output}, []
    for node in reversed(graph.node):
        if wanted & set(node.output):
            wanted |= _inputs(node)
            kept.append(node)
    replace_nodes(graph, kept[::-1])
    values = [i for i in graph.initializer if i.name in wanted]
    copies = [TensorProto.FromString(i.SerializeToString()) for i in values]
    del graph.initializer[:]
    graph.initializer.extend(copies)
    del graph.value_info[:]
