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
    speaker = session(folder / "ecapa-speechbrain/onnx/model.onnx")
    assert speaker.run(None, {"audio_input": normal(1, 57, 80)})[0].shape == (1, 1, 192)
    base = session(folder / "piper/onnx/model.onnx")
    still = np.array([0, 1, 0], np.float32)
    said = lambda phonemes, scales: base.run(None, {"input": np.array([phonemes]), "input_lengths": np.array([len(phonemes)]), "scales": scales})[0]
    short, long, slow = said([1, 0, 30, 0, 2], still), said([1, 0] + [30, 0] * 40 + [2], still), said([1, 0, 30, 0, 2], 2 * still)
    assert short.shape[:3] == (1, 1, 1) and short.shape[3] % 256 == 0 and long.size > 8 * short.size and slow.size > 1.5 * short.size
    assert (short == said([1, 0, 30, 0, 2], still)).all() and 0.05 < np.abs(long).max() <= 1
    detector = session(folder / "silero/onnx/model.onnx")
    state = np.zeros((2, 1, 128), np.float32)
    for _ in range(3):
        chance, state = detector.run(["output", "stateN"], {"input": normal(1, 576), "state": state, "sr": np.array(16000)})
        assert chance.shape == (1, 1) and 0 <= chance.item() <= 1 and state.shape == (2, 1, 128)
