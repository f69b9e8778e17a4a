"""Pocket TTS's loop as kyutai-labs/pocket-tts runs it, in numpy over the fixture's graphs in full precision, with noise from outside: the
reference for pocket.test.ts.

`python reference.py ../../../../tests/fixtures/models/pocket reference.json` (numpy and onnxruntime, as in models/training/requirements.txt).
"""
import base64
import json
import math
import sys
from pathlib import Path

import numpy as np
import onnxruntime

RATE, FRAME, LATENT, THRESHOLD, TEMPERATURE, TAIL, SEED = 24000, 1920, 32, -4.0, 0.7, 3, 1
IDS = [4, 59, 73, 158, 151, 159, 18]
folder, out = Path(sys.argv[1]), sys.argv[2]
KINDS = {"tensor(float)": np.float32, "tensor(int64)": np.int64, "tensor(bool)": np.bool_}


class Graph:
    def __init__(self, name: str):
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(str(folder / f"onnx/{name}.onnx"), options, providers=["CPUExecutionProvider"])
        self.outputs = [o.name for o in self.session.get_outputs()]
        self.state = {i.name: np.full(i.shape, i.type == "tensor(bool)", KINDS[i.type]) for i in self.session.get_inputs() if i.name.startswith("state_")}

    def __call__(self, **feeds: np.ndarray) -> dict[str, np.ndarray]:
        """Runs in a stream: what comes out as state goes in next time."""
        given = dict(zip(self.outputs, self.session.run(None, feeds | self.state)))
        self.state = {name: given[f"out_{name}"] for name in self.state}
        return given


def voice(pitch: float, length: int) -> np.ndarray:
    """A buzz with syllables; the test makes the same."""
    t = np.arange(length) / RATE
    x = sum(np.sin(2 * np.pi * pitch * k * t) / k for k in range(1, 13))
    return (0.2 * x * (0.55 + 0.45 * np.sin(2 * np.pi * 4 * t))).astype(np.float32)


def noise(frame: int) -> np.ndarray:
    """The test's too, instead of chance."""
    x = 43758.5453 * np.sin(12.9898 * (LATENT * frame + np.arange(LATENT) + 1) + SEED)
    return (math.sqrt(12 * TEMPERATURE) * (x - np.floor(x) - 0.5)).astype(np.float32)[None]


def packed(x: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(x).astype("<f4").tobytes()).decode()


def spoken(limit: int) -> tuple[np.ndarray, list[float]]:
    """The frames [n, 32] and the logits of their end."""
    main, flow = Graph("flow_lm_main"), Graph("flow_lm_flow")
    nothing = np.zeros((1, 0, LATENT), np.float32)
    main(sequence=nothing, text_embeddings=prompt)
    main(sequence=nothing, text_embeddings=embedded)
    last, frames, logits, end = np.full((1, 1, LATENT), np.nan, np.float32), [], [], None
    for step in range(limit):
        said = main(sequence=last, text_embeddings=np.zeros((1, 0, prompt.shape[2]), np.float32))
        logits.append(said["eos_logit"].item())
        if end is None and logits[-1] > THRESHOLD:
            end = step
        if end is not None and step >= end + TAIL:
            return np.concatenate(frames)[:, 0], logits
        x = noise(step)
        x = x + flow(c=said["conditioning"], s=np.zeros((1, 1), np.float32), t=np.ones((1, 1), np.float32), x=x)["flow_dir"]
        last = x[None]
        frames.append(last)
    raise SystemExit("it comes to no end: other noise is needed")


length = 30 * FRAME
prompt = Graph("mimi_encoder")(audio=voice(110, length)[None, None])["latents"]
embedded = Graph("text_conditioner")(token_ids=np.array([IDS]))["embeddings"]
frames, logits = spoken(math.ceil((len(IDS) / 3 + 2) * 12.5))
samples = Graph("mimi_decoder")(latent=frames[None])["audio_frame"][0, 0]
streamed = Graph("mimi_decoder")
parts = [streamed(latent=frames[None, i:i + 1])["audio_frame"][0, 0] for i in range(len(frames))]
assert np.abs(np.concatenate(parts) - samples).max() < 1e-5
assert min(abs(logit - THRESHOLD) for logit in logits) > 1e-3  # no rounding moves the end
between = 23
json.dump({
    "comment": "Made by reference.py: little-endian float32 in base64.",
    "length": length, "ids": IDS, "tailFrames": TAIL, "seed": SEED, "samplesBetween": between,
    "prompt": packed(prompt[0]), "frames": packed(frames), "samples": packed(samples[::between]),
}, open(out, "w"), indent=1)
open(out, "a").write("\n")
print("frames", len(frames), "prompt", prompt.std(), "frames", frames.std(), "samples", samples.std(), "logits", min(logits), max(logits))
