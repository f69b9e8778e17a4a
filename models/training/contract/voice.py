"""Voices: a WeSpeaker-like speaker encoder, and a voice-activity detector with Silero's signature."""
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


def write_speechbrain(folder: Path, seed: int) -> None:
    """SpeechBrain's layout: `audio_input` [1, T, 80] → `embedding_output` [1, 1, 192], behind another front end."""
    g = Graph(seed)
    width, inner = 80, 16
    x = g.op("Transpose", g.input("audio_input", FLOAT, [1, "frames", width]), perm=[0, 2, 1])
    x = g.op("Relu", g.conv(x, "blocks.0", width, inner, [5], pads=[2, 2]))
    mean = g.op("ReduceMean", x, axes=[2], keepdims=0)
    high = g.op("ReduceMax", x, axes=[2], keepdims=0)
    g.output(g.op("Unsqueeze", g.linear(g.op("Concat", mean, high, axis=1), "fc", 2 * inner, 192), g.constant([1])), "embedding_output", [1, 1, 192])
    g.save(folder / "onnx/model.onnx")
    write_json(
        folder,
        preprocessor_config={
            "feature_extractor_type": "SpeechBrainFbank", "sampling_rate": 16000, "feature_size": 80, "frame_length_ms": 25, "frame_shift_ms": 10,
            "n_fft": 400, "window_type": "hamming", "top_db": 80, "sentence_norm": True,
        },
    )


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
