"""Pocket TTS's five graphs (kyutai-labs/pocket-tts, MIT), as alfredomariamilano/pocket-tts-onnx-export writes them, in a few channels.

`text_conditioner`: pieces → embeddings. `flow_lm_main`: a causal transformer over voice, text and frames, whose keys and values go in and come
out. `flow_lm_flow`: the velocity that carries noise to a frame. `mimi_decoder`: frames → samples in a stream, each layer's context going in and
coming out. `mimi_encoder`: a recording → what the transformer hears of a voice. Left out are SEANet's residual blocks but one, and the
encoder's transformer; the frame rate, the positions a frame and the sizes of the caches are the published ones.
"""
from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic

from .files import WORDS, write_json
from .graph import BOOL, FLOAT, INT64, Graph
from .transformer import gelu
from .translation import LETTERS

LATENT, FRAME, UPSAMPLE = 32, 1920, 16
"""Numbers of a frame, its samples (80 ms of 24 kHz), and the decoder's positions in it."""
CACHE, CONTEXT = 1000, 250
"""Positions of every cache; how far back the decoder's attention goes."""
RATIOS = (6, 5, 4)
END_BIAS, END_SPREAD = -5.2, 1.4
"""Of the logit that ends speech, about: one frame in twelve or so is above −4."""
MARKS = ("<unk>", "<s>", "</s>", "<pad>")


@dataclass
class Size:
    width: int = 16
    heads: int = 2
    layers: int = 2
    flow: int = 16
    codec: int = 8
    codec_heads: int = 2
    codec_layers: int = 2


@dataclass
class State:
    """Tensors that go in as `state_i` and come out as `out_state_i`, in order."""

    g: Graph
    out: list[tuple[str, int, Sequence[int | str]]] = field(default_factory=list)

    def input(self, kind: int, shape: Sequence[int]) -> str:
        name = f"state_{len(self.out)}"
        self.out.append(("", kind, shape))
        return self.g.input(name, kind, shape)

    def set(self, name: str, value: str) -> None:
        i = int(name.removeprefix("state_"))
        self.out[i] = (value, *self.out[i][1:])

    def write(self) -> None:
        for i, (value, kind, shape) in enumerate(self.out):
            self.g.output(value, f"out_state_{i}", shape, kind)


def write(folder: Path, seed: int, size: Size = Size()) -> None:
    pieces = [*MARKS, "▁", *LETTERS, *(f"▁{w}" for w in WORDS)]
    onnx_folder = folder / "onnx"
    conditioner(onnx_folder / "text_conditioner.onnx", size, len(pieces), seed)
    encoder(onnx_folder / "mimi_encoder.onnx", size, seed + 1)
    for i, (name, build) in enumerate((("flow_lm_main", backbone), ("flow_lm_flow", flow), ("mimi_decoder", decoder))):
        to_int8(build(onnx_folder / f"{name}.onnx", size, seed + 2 + i))
    tokenizer(folder, pieces)


def to_int8(path: Path) -> None:
    """Writes `…_int8.onnx` beside a graph: as the exporter does it, the weights of its matrix products alone."""
    logging.getLogger().setLevel(logging.ERROR)
    out = path.with_name(f"{path.stem}_int8.onnx")
    quantize_dynamic(str(path), str(out), op_types_to_quantize=["MatMul"], weight_type=QuantType.QInt8, extra_options={"MatMulConstBOnly": True})
    for file in (path, out):
        shorten(file)


def shorten(path: Path) -> None:
    """With names of a letter or two inside: with so few weights the names are half of a file."""
    model = onnx.load(str(path))
    graph = model.graph
    short = {value.name: value.name for value in (*graph.input, *graph.output)} | {"": ""}
    name = lambda value: short.setdefault(value, f"v{len(short):x}")
    for weight in graph.initializer:
        weight.name = name(weight.name)
    for node in graph.node:
        node.name = ""
        for values in (node.input, node.output):
            values[:] = [name(value) for value in values]
    del graph.value_info[:]
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString(deterministic=True))


def tokenizer(folder: Path, pieces: list[str]) -> None:
    """SentencePiece unigram as `SentencePieceUnigramTokenizer.from_spm` saves it, without a normaliser and with nothing around the text."""
    score = lambda i, piece: 0.0 if piece in MARKS else -2.0 - 0.01 * i if len(piece) > 1 else -6.0
    space = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": False}
    write_json(
        folder,
        tokenizer={"version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None, "pre_tokenizer": space,
                   "post_processor": None, "decoder": space,
                   "model": {"type": "Unigram", "unk_id": 0, "vocab": [[p, score(i, p)] for i, p in enumerate(pieces)], "byte_fallback": False}},
        tokenizer_config={"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 4096, "unk_token": "<unk>", "pad_token": "<pad>",
                          "eos_token": "</s>", "bos_token": "<s>", "add_bos_token": False, "add_eos_token": False, "legacy": False},
    )


def conditioner(path: Path, size: Size, vocabulary: int, seed: int) -> None:
    g = Graph(seed)
    ids = g.input("token_ids", INT64, [1, "seq_len"])
    g.output(g.op("Gather", g.weight("embed.weight", vocabulary, size.width, spread=1.0), ids), "embeddings", [1, "seq_len", size.width])
    g.save(path)


def encoder(path: Path, size: Size, seed: int) -> None:
    """Causal, a frame for each 1920 samples begun."""
    g = Graph(seed)
    audio = g.input("audio", FLOAT, [1, 1, "audio_len"])
    length = g.size(audio, 2)
    short = g.op("Mod", g.op("Sub", g.constant([FRAME]), g.op("Mod", length, g.constant([FRAME]))), g.constant([FRAME]))
    pads = g.op("Concat", g.constant([0, 0, 0, 0, 0]), short, axis=0)
    x, hidden = g.op("Pad", audio, pads), 4
    x = g.op("Tanh", g.conv(x, "conv.0", 1, hidden, [48], strides=[40], pads=[8, 0]))
    x = g.conv(x, "conv.1", hidden, size.codec, [64], strides=[48], pads=[16, 0])
    x = g.linear(g.op("Tanh", g.op("Transpose", x, perm=[0, 2, 1])), "speaker_proj", size.codec, size.width, bias=False)
    g.output(g.op("Mul", x, g.constant(2, np.float32)), "latents", [1, "frames", size.width])
    g.save(path)


def rotated(g: Graph, x: str, places: str, head: int) -> str:
    """x [1,T,H,D], its pairs turned by their places [T]."""
    half = head // 2
    rates = g.keep(f"rates_{head}", (10000.0 ** (-np.arange(half) / half)).astype(np.float32)[None])
    angles = g.op("Unsqueeze", g.op("MatMul", g.op("Unsqueeze", g.op("Cast", places, to=FLOAT), g.constant([1])), rates), g.constant([0, 2]))
    cos, sin = g.op("Cos", angles), g.op("Sin", angles)  # [1,T,1,D/2]
    pairs = g.op("Reshape", x, g.constant([0, 0, 0, half, 2]))
    a, b = (g.op("Gather", pairs, g.constant(i), axis=4) for i in (0, 1))
    turned = [g.op("Sub", g.op("Mul", a, cos), g.op("Mul", b, sin)), g.op("Add", g.op("Mul", a, sin), g.op("Mul", b, cos))]
    both = g.op("Concat", *(g.op("Unsqueeze", t, g.constant([4])) for t in turned), axis=4)
    return g.op("Reshape", both, g.constant([0, 0, 0, head]))


def attention(g: Graph, s: State, name: str, x: str, width: int, heads: int, context: int | None) -> str:
    """Over all that came before: the cache [2,1,1000,H,D] is full up to the counter [1], and new keys are written behind it."""
    head = width // heads
    cache, counter = s.input(FLOAT, [2, 1, CACHE, heads, head]), s.input(INT64, [1])
    length = g.size(x, 1)
    end = g.op("Add", counter, length)
    places = run(g, counter, end)
    q, k, v = (g.op("Reshape", p, g.constant([0, 0, heads, head])) for p in
               g.ops("Split", g.linear(x, f"{name}.in_proj", width, 3 * width, bias=False), g.constant([width] * 3), outputs=3, axis=2))
    q, k = rotated(g, q, places, head), rotated(g, k, places, head)
    new = g.op("Concat", *(g.op("Unsqueeze", p, g.constant([0])) for p in (k, v)), axis=0)
    kept, rest = g.slice(cache, g.constant([0]), counter, 2), g.slice(cache, end, g.constant([CACHE]), 2)
    valid = g.op("Concat", kept, new, axis=2)
    s.set(cache, g.op("Concat", valid, rest, axis=2))
    s.set(counter, end)
    keys, values = (g.op("Transpose", g.op("Gather", valid, g.constant(i), axis=0), perm=perm) for i, perm in ((0, [0, 2, 3, 1]), (1, [0, 2, 1, 3])))
    scores = g.op("MatMul", g.op("Mul", g.op("Transpose", q, perm=[0, 2, 1, 3]), g.constant(head**-0.5, np.float32)), keys)
    back = g.op("Sub", g.op("Unsqueeze", places, g.constant([1])), g.op("Unsqueeze", run(g, g.constant([0]), end), g.constant([0])))
    seen = g.op("GreaterOrEqual", back, g.constant(0))
    if context is not None:
        seen = g.op("And", seen, g.op("Less", back, g.constant(context)))
    scores = g.op("Where", seen, scores, g.constant(-1e9, np.float32))
    heard = g.op("Transpose", g.op("MatMul", g.op("Softmax", scores, axis=-1), values), perm=[0, 2, 1, 3])
    return g.linear(g.op("Reshape", heard, g.constant([0, 0, width])), f"{name}.out_proj", width, width, bias=False)


def run(g: Graph, start: str, end: str) -> str:
    return g.op("Range", g.op("Squeeze", start), g.op("Squeeze", end), g.constant(1))


def layers(g: Graph, s: State, x: str, width: int, heads: int, count: int, context: int | None) -> str:
    for i in range(count):
        name = f"layers.{i}"
        x = g.op("Add", x, attention(g, s, f"{name}.self_attn", g.norm(x, f"{name}.norm1", width), width, heads, context))
        inside = gelu(g, g.linear(g.norm(x, f"{name}.norm2", width), f"{name}.linear1", width, 2 * width, bias=False))
        x = g.op("Add", x, g.linear(inside, f"{name}.linear2", 2 * width, width, bias=False))
    return x


def backbone(path: Path, size: Size, seed: int) -> Path:
    g, width = Graph(seed), size.width
    sequence, text = g.input("sequence", FLOAT, [1, "seq_len", LATENT]), g.input("text_embeddings", FLOAT, [1, "text_len", width])
    s = State(g)
    frames = g.op("Where", g.op("IsNaN", sequence), g.weight("bos_emb", LATENT, spread=1.0), sequence)
    # Larger than what it hears, so that the end of speech is a matter of chance whatever voice and text there are.
    heard = g.op("MatMul", frames, g.weight("input_linear.weight", LATENT, width, spread=4 * LATENT**-0.5))
    x = g.op("Concat", text, heard, axis=1)
    x = g.norm(layers(g, s, x, width, size.heads, size.layers, None), "out_norm", width)
    # What belongs to the text is cut off; of nothing, which is what a text alone leaves, the answer is zero.
    spoken = g.slice(x, g.op("Sub", g.size(x, 1), g.size(sequence, 1)), g.size(x, 1), 1)
    filled = g.op("Concat", spoken, g.constant(np.zeros((1, 1, width)), np.float32), axis=1)
    c = g.op("Gather", filled, g.constant(0), axis=1)
    end = g.op("MatMul", c, g.weight("out_eos.weight", width, 1, spread=END_SPREAD * width**-0.5))
    g.output(c, "conditioning", [1, width])
    g.output(g.op("Add", end, g.constant([END_BIAS], np.float32)), "eos_logit", [1, 1])
    s.write()
    return g.save(path)


def flow(path: Path, size: Size, seed: int) -> Path:
    g, batch = Graph(seed), "batch"
    given = [g.input(name, FLOAT, [batch, width]) for name, width in (("c", size.width), ("s", 1), ("t", 1), ("x", LATENT))]
    x = g.linear(g.op("Concat", *given, axis=1), "input", size.width + 2 + LATENT, size.flow)
    x = g.linear(g.op("Mul", x, g.op("Sigmoid", x)), "output", size.flow, LATENT)
    g.output(x, "flow_dir", [batch, LATENT])
    return g.save(path)


def streamed(g: Graph, s: State, name: str, x: str, width: int, to: int, kernel: int) -> str:
    """A convolution whose context is what came before."""
    first, previous = s.input(BOOL, [1]), s.input(FLOAT, [1, width, kernel - 1])
    whole = g.op("Concat", previous, x, axis=2)
    s.set(first, first)
    s.set(previous, whole if kernel == 1 else g.slice(whole, g.constant([1 - kernel]), g.size(whole, 2), 2))
    if kernel == 1:
        s.set(previous, previous)
    return g.conv(whole, name, width, to, [kernel])


def widened(g: Graph, s: State, name: str, x: str, width: int, to: int, ratio: int, group: int = 1) -> str:
    """A transposed convolution of two strides: the half that reaches beyond is kept for what comes next."""
    partial = s.input(FLOAT, [1, to, ratio])
    weight = g.weight(f"{name}.weight", width, to // group, 2 * ratio, spread=(2 * width / group) ** -0.5)
    y = g.op("ConvTranspose", x, weight, strides=[ratio], kernel_shape=[2 * ratio], group=group)
    begun, rest = g.slice(y, g.constant([0]), g.constant([ratio]), 2), g.slice(y, g.constant([ratio]), g.size(y, 2), 2)
    whole = g.op("Concat", g.op("Add", begun, partial), rest, axis=2)
    s.set(partial, g.slice(whole, g.constant([-ratio]), g.size(whole, 2), 2))
    bias = g.op("Unsqueeze", g.weight(f"{name}.bias", to, spread=0.02), g.constant([1]))
    return g.op("Add", g.slice(whole, g.constant([0]), g.constant([-ratio]), 2), bias)


def decoder(path: Path, size: Size, seed: int) -> Path:
    g, width = Graph(seed), size.codec
    latent = g.input("latent", FLOAT, [1, "seq_len", LATENT])
    s = State(g)
    x = g.op("Transpose", g.linear(latent, "quantizer", LATENT, width, bias=False), perm=[0, 2, 1])
    x = g.op("Transpose", widened(g, s, "upsample", x, width, width, UPSAMPLE, group=width), perm=[0, 2, 1])
    x = g.op("Transpose", layers(g, s, x, width, size.codec_heads, size.codec_layers, CONTEXT), perm=[0, 2, 1])
    x = streamed(g, s, "decoder.0", x, width, width, 7)
    for i, (ratio, to) in enumerate(zip(RATIOS, (width // 2, width // 2, width // 4), strict=True)):
        x = widened(g, s, f"decoder.{i + 1}", g.op("Elu", x), width, to, ratio)
        width = to
    inside = streamed(g, s, "block.0", g.op("Elu", x), width, width, 3)
    x = g.op("Add", x, streamed(g, s, "block.1", g.op("Elu", inside), width, width, 1))
    g.output(g.op("Tanh", streamed(g, s, "decoder.last", g.op("Elu", x), width, 1, 3)), "audio_frame", [1, 1, "samples"])
    s.write()
    return g.save(path)
