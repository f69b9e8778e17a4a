"""WeSpeaker's front end: Kaldi's log mel filter bank (feature-window.cc, feature-fbank.cc) without dither."""
from __future__ import annotations

import numpy as np

RATE, LENGTH, HOP, FFT, BANDS = 16000, 400, 160, 512, 80
SCALE = 32768.0
PRE_EMPHASIS = 0.97
FLOOR = 1.1920929e-7
_WINDOW = np.hamming(LENGTH).astype(np.float32)  # symmetric


def mel_bands(low: float = 20.0, high: float = RATE / 2) -> np.ndarray:
    """[257, 80]: triangles in Kaldi's mel scale, 1127·ln(1 + f/700); the last bin, of half the rate, counts for nothing."""
    mel = lambda f: 1127.0 * np.log1p(np.asarray(f) / 700.0)
    edges = np.linspace(mel(low), mel(high), BANDS + 2)
    left, centre, right = edges[:-2], edges[1:-1], edges[2:]
    at = mel(np.arange(FFT // 2) * RATE / FFT)[:, None]
    weights = np.maximum(0, np.minimum((at - left) / (centre - left), (right - at) / (right - centre)))
    return np.pad(weights, ((0, 1), (0, 0))).astype(np.float32)


_BANDS = mel_bands()


def log_fbank(samples: np.ndarray) -> np.ndarray:
    """samples: mono, 16 kHz, −1…1 → [frames, 80], whole frames only, the mean not taken away."""
    count = 1 + (len(samples) - LENGTH) // HOP if len(samples) >= LENGTH else 0
    if count <= 0:
        return np.zeros((0, BANDS), np.float32)
    samples = np.ascontiguousarray(samples, np.float32)
    step = samples.strides[0]
    frames = np.lib.stride_tricks.as_strided(samples, (count, LENGTH), (step * HOP, step), writeable=False) * np.float32(SCALE)
    frames = frames - frames.mean(axis=1, keepdims=True)
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)  # the first sample has none before it but itself
    spectrum = np.fft.rfft((frames - PRE_EMPHASIS * before) * _WINDOW, FFT, axis=1)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    return np.log(np.maximum(power @ _BANDS, FLOOR))


def feats(samples: np.ndarray) -> np.ndarray:
    """What the model takes: [frames, 80], each band's mean over the utterance taken away."""
    x = log_fbank(samples)
    return x - x.mean(axis=0, keepdims=True) if len(x) else x
