"""Voices: a WeSpeaker-like speaker encoder, OpenVoice V2's two graphs, and a voice-activity detector with Silero's signature."""
from __future__ import annotations

from pathlib import Path

import numpy as np

from .files import quantize, write_json
from .graph import FLOAT, INT64, Graph


def write_ecapa(folder: Path, seed: int) -> None:
    g = Graph(seed)
    width, inner = 80, 16
    x = g.op("Transpose", g.input("feats", FLOAT, ["B", "T", width]), perm=[0, 2, 1])
    x = g.op("Relu", g.conv(x, "layer1", width, inner, [5], pads=[2, 2]))
    x = g.op("Add", x, g.op("Relu", g.conv(x, "layer2", inner, inner, [3], pads=[2, 2], dilations=[2])))
    weights = g.op("Softmax", g.conv(g.op("Tanh", g.conv(x, "pool.linear1", inner, 8, [1])), "pool.linear2", 8, inner, [1]), axis=2)
    mean = g.op("ReduceSum", g.op("Mul", weights, x), g.constant([2]), keepdims=0)
    square = g.op("ReduceSum", g.op("Mul", weights, g.op("Mul", x, x)), g.constant([2]), keepdims=0)
    spread = g.op("Sqrt", g.op("Max", g.op("Sub", square, g.op("Mul", mean, mean)), g.constant(1e-7, np.float32)))
    g.output(g.linear(g.op("Concat", mean, spread, axis=1), "linear", 2 * inner, 192), "embs", ["B", 192])
    quantize(g.save(folder / "onnx/model.onnx"))
    write_json(
        folder,
        config={"model_type": "wespeaker-ecapa", "architectures": ["ECAPA_TDNN"], "feat_dim": width, "embed_dim": 192, "pooling_func": "ASTP"},
        preprocessor_config=WESPEAKER,
    )


WESPEAKER = {
    "feature_extractor_type": "WeSpeakerFeatureExtractor", "sampling_rate": 16000, "feature_size": 80, "num_mel_bins": 80, "frame_length_ms": 25,
    "frame_shift_ms": 10, "fft_size": 512, "low_freq": 20, "high_freq": 8000, "preemphasis": 0.97, "window_type": "hamming", "dither": 0.0,
    "scale": 32768, "fbank_centering_span": None, "min_num_frames": 9, "padding_value": 0.0, "return_attention_mask": False,
}


def write_openvoice(folder: Path, seed: int) -> None:
    bins, vector, hidden = 513, 256, 8
    g = Graph(seed)
    x = g.norm(g.input("input", FLOAT, [1, "T", bins]), "layernorm", bins)
    x = g.op("Unsqueeze", x, g.constant([1]))
    before = 1
    for i, width in enumerate((2, 2, 4, 4, 8, 8)):  # 513 bins → 9
        x = g.op("Relu", g.conv(x, f"convs.{i}", before, width, [3, 3], strides=[2, 2], pads=[1, 1, 1, 1]))
        before = width
    x = g.op("Reshape", g.op("Transpose", x, perm=[2, 0, 1, 3]), g.constant([0, 0, 72]))  # [T/64, 1, 8·9]
    last = g.ops("GRU", x, g.weight("gru.w", 1, 3 * hidden, 72, spread=0.3), g.weight("gru.r", 1, 3 * hidden, hidden, spread=0.3),
                 g.weight("gru.b", 1, 6 * hidden, spread=0.1), outputs=2, hidden_size=hidden, linear_before_reset=1)[1]
    last = g.op("Squeeze", last, g.constant([0]))
    g.output(g.op("Unsqueeze", g.linear(last, "proj", hidden, vector), g.constant([2])), "tone_color", [1, vector, 1])
    g.save(folder / "onnx/tone_color_extract_model.onnx")

    g = Graph(seed + 1)
    audio = g.input("audio", FLOAT, [1, bins, "T"])
    length = g.input("audio_length", INT64, [1])
    source, target = (g.input(name, FLOAT, [1, vector, 1]) for name in ("src_tone", "dest_tone"))
    tau = g.input("tau", FLOAT, [1])
    places = g.op("Range", g.constant(0), g.op("Squeeze", g.size(audio, 2)), g.constant(1))
    mask = g.op("Cast", g.op("Unsqueeze", g.op("Less", places, length), g.constant([0, 1])), to=FLOAT)  # [1,1,T]
    mean = g.conv(audio, "enc_q.mean", bins, hidden, [3], pads=[1, 1])
    width = g.op("Exp", g.op("Tanh", g.conv(audio, "enc_q.logs", bins, hidden, [1])))
    noise = g.op("Mul", g.op("Mul", g.op("RandomNormalLike", mean), width), tau)
    z = g.op("Mul", g.op("Add", mean, noise), mask)
    # The flow, one shift that the embedding sets: taken away for the source, given for the target.
    shift = lambda tone: g.conv(tone, "flow.cond", vector, hidden, [1])
    z_p = g.op("Mul", g.op("Sub", z, shift(source)), mask)
    z_hat = g.op("Mul", g.op("Add", z_p, shift(target)), mask)
    wave, inside = z_hat, hidden
    for i, step in enumerate((8, 8, 2, 2)):
        to = 4 if i < 3 else 1
        wave = g.op("ConvTranspose", wave, g.weight(f"dec.ups.{i}", inside, to, 2 * step, spread=0.4), strides=[step], pads=[step // 2, step - step // 2])
        wave = g.op("Tanh" if i == 3 else "LeakyRelu", wave)
        inside = to
    g.output(wave, "output", [1, 1, "samples"])
    g.output(mask, "y_mask", [1, 1, "T"])
    for value, name in ((z, "z"), (z_p, "z_p"), (z_hat, "z_hat")):
        g.output(value, name, [1, hidden, "T"])
    g.save(folder / "onnx/tone_clone_model.onnx")
    write_json(folder, config={"model_type": "openvoice", "version": "v2", "sampling_rate": 22050, "filter_length": 1024, "hop_length": 256, "win_length": 1024,
                               "n_speakers": 0, "gin_channels": vector, "zero_g": True})


def write_silero(folder: Path, seed: int) -> None:
    g = Graph(seed)
    x = g.input("input", FLOAT, ["batch", 576])
    state = g.input("state", FLOAT, [2, "batch", 128])
    g.input("sr", INT64, [])
    old, cell = (g.op("Gather", state, g.constant(i), axis=0) for i in (0, 1))
    y = g.op("Tanh", g.linear(x, "in", 576, 8))
    gate = g.op("Sigmoid", g.linear(g.op("Concat", y, old, axis=1), "gate", 136, 128))
    fresh = g.op("Tanh", g.linear(y, "cell", 8, 128))
    kept = g.op("Add", g.op("Mul", gate, cell), g.op("Mul", g.op("Sub", g.constant(1, np.float32), gate), fresh))
    hidden = g.op("Tanh", kept)
    g.output(g.op("Sigmoid", g.linear(hidden, "out", 128, 1)), "output", ["batch", 1])
    both = g.op("Concat", *(g.op("Unsqueeze", part, g.constant([0])) for part in (hidden, kept)), axis=0)
    g.output(both, "stateN", [2, "batch", 128])
    g.save(folder / "onnx/model.onnx")
    write_json(folder, config={"model_type": "silero-vad", "sampling_rate": 16000})
