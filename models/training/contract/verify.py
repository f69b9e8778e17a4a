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
    mark, listen = (session(folder / f"audioseal/onnx/audioseal_{part}_16bits.onnx") for part in ("generator", "detector"))
    low = np.convolve(normal(32000), np.hanning(12), "same").astype(np.float32)  # like speech: little where the mark is
    sound, message = low[None, None], random.integers(0, 2, (1, 16))
    added = mark.run(["watermark"], {"audio": sound, "message": message})[0]
    chance, bits = listen.run(["prob", "bits"], {"audio": sound + added})
    assert added.shape == sound.shape and 20 < 20 * np.log10(np.std(sound) / np.std(added)) < 30
    assert chance.shape == (1, 32000) and chance.mean() > 0.9 and ((bits > 0.5) == message).all()
    assert listen.run(["prob"], {"audio": sound})[0].mean() < 0.1
    heard, embed, score, sound = (session(folder / f"chatterbox/onnx/{part}.onnx") for part in ("speech_encoder", "embed_tokens", "language_model", "conditional_decoder"))
    features, tokens, speaker, frames = heard.run(None, {"audio_values": normal(1, 48000)})
    assert features.shape == (1, 5, 16) and tokens.shape == (1, 50) and speaker.shape == (1, 192) and frames.shape == (1, 100, 80)
    ids = np.array([[6563, 255, 40, 0, 6561]])
    embeds = embed.run(None, {"input_ids": ids, "position_ids": np.array([[0, 0, 1, 2, 0]]), "exaggeration": np.array([0.5], np.float32)})[0]
    past = {i.name: np.zeros((1, 2, 0, 8), np.float32) for i in score.get_inputs() if i.name.startswith("past")}
    logits = score.run(["logits"], {"inputs_embeds": np.concatenate([features, embeds], 1), "attention_mask": np.ones((1, 10), np.int64), **past})[0]
    assert logits.shape == (1, 10, 8194) and logits[0, -1].argmax() < 6561
    spoken = sound.run(None, {"speech_tokens": np.r_[tokens[0], [7, 8, 4299]][None], "speaker_embeddings": speaker, "speaker_features": frames})[0]
    assert spoken.shape == (1, 3 * 960) and np.abs(spoken[0, :1920]).max() > 0.05 and (spoken[0, 1920:] == 0).all()
    detector = session(folder / "silero/onnx/model.onnx")
    state = np.zeros((2, 1, 128), np.float32)
    for _ in range(3):
        chance, state = detector.run(["output", "stateN"], {"input": normal(1, 576), "state": state, "sr": np.array(16000)})
        assert chance.shape == (1, 1) and 0 <= chance.item() <= 1 and state.shape == (2, 1, 128)
