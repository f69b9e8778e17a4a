"""Runs the graphs that no pipeline knows, and checks what comes out."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime


def session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def verify(folder: Path) -> None:
    random = np.random.default_rng(0)
    normal = lambda *shape: random.standard_normal(shape).astype(np.float32)
    for file in ("model", "model_quantized"):
        encoder = session(folder / f"ecapa/onnx/{file}.onnx")
        a, b = (encoder.run(["embs"], {"feats": normal(2, frames, 80)})[0] for frames in (50, 203))
        assert a.shape == b.shape == (2, 192) and np.isfinite(a).all()
    for frames in (10, 129):
        tone = session(folder / "openvoice/onnx/tone_color_extract_model.onnx").run(None, {"input": np.abs(normal(1, frames, 513))})[0]
        assert tone.shape == (1, 256, 1)
        clone = session(folder / "openvoice/onnx/tone_clone_model.onnx")
        feeds = {"audio": np.abs(normal(1, 513, frames)), "audio_length": np.array([frames]), "src_tone": tone, "dest_tone": normal(1, 256, 1), "tau": np.zeros(1, np.float32)}
        outputs = clone.run(None, feeds)
        assert len(outputs) == 5 and outputs[0].shape == (1, 1, 256 * frames)
        same = clone.run(None, feeds | {"dest_tone": tone})[0]
        assert np.abs(outputs[0] - same).max() > 1e-3  # the voice asked for is heard
    detector = session(folder / "silero/onnx/model.onnx")
    state = np.zeros((2, 1, 128), np.float32)
    for _ in range(3):
        chance, state = detector.run(["output", "stateN"], {"input": normal(1, 576), "state": state, "sr": np.array(16000)})
        assert chance.shape == (1, 1) and 0 <= chance.item() <= 1 and state.shape == (2, 1, 128)
