"""The shipped speaker encoder, asked as `workers/voice/embed.ts` asks it."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime

from ..speaker.fbank import RATE, feats
from .centroid import unit

LONGEST_PART = 20 * RATE


def encoder(path: Path) -> Callable[[np.ndarray], np.ndarray]:
    """Sound, 16 kHz → 192 numbers of unit length: the mean of its equal parts' embeddings."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def embed(sound: np.ndarray) -> np.ndarray:
        parts = np.array_split(sound, max(1, -(-len(sound) // LONGEST_PART)))
        return unit(np.sum([unit(session.run(["embs"], {"feats": feats(part)[None]})[0][0].astype(np.float64)) for part in parts], axis=0))

    return embed
