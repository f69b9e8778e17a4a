"""Does to a graph, once, what the runtime would else do each time that it is loaded.

There it is slow: what rewrites a graph is a good part of the runtime's program, which a browser compiles while it runs
it, for a model of a few megabytes. The file says what is left to do, and the app asks for no more.
"""
from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import onnxruntime as ort
from onnx import ModelProto, NodeProto, helper, numpy_helper

from .lean import constants_outside, fix_scales, prune, replace_nodes

#: The file's property with the level that the runtime is to be asked for (workers/runtime/session.ts).
LEVEL = "timbre_graph_optimization_level"


def optimise(path: Path, width: int | None = None) -> None:
    """Changes the file in place. `width`: numbers of an attention's head, where the graph still asks for it."""
    model = onnx.load(str(path))
    if width is not None:
        constants_outside(model.graph)
        fix_scales(model.graph, width)
        prune(model.graph)
    _compare_masks(model)
    model = _optimised(model)
    helper.set_model_props(model, {LEVEL: "disabled"})
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def _optimised(model: ModelProto) -> ModelProto:
    """As the runtime does it for any processor; the last level is for one."""
    with TemporaryDirectory() as folder:
        target = str(Path(folder) / "model.onnx")
        options = ort.SessionOptions()
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        options.optimized_model_filepath = target
        options.log_severity_level = 3
        ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        return onnx.load(target)


def _compare_masks(model: ModelProto) -> None:
    """A mask of 0 and 1 in integers, asked which it is. `Cast` would do, but is the runtime's largest function."""
    graph = model.graph
    masks = {i.name for i in graph.input if i.name.endswith("attention_mask")}
    nodes: list[NodeProto] = []
    for node in graph.node:
        if node.op_type != "Cast" or node.input[0] not in masks:
            nodes.append(node)
            continue
        mask = node.input[0]
        values = {f"{mask}/none": np.array(0, np.int64), f"{mask}/0": np.array(0, np.float32), f"{mask}/1": np.array(1, np.float32)}
        none, no, yes = values
        graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in values.items())
        nodes.append(helper.make_node("Equal", [mask, none], [f"{mask}/hidden"], f"{mask}/hidden"))
        nodes.append(helper.make_node("Where", [f"{mask}/hidden", no, yes], list(node.output), f"{mask}/float"))
    replace_nodes(graph, nodes)
