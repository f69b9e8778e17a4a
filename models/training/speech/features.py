"""Whisper's log-mel spectrogram, and its compact form on disk."""
from __future__ import annotations

import librosa
import numpy as np

RATE, N_FFT, HOP, MELS = 16000, 400, 160, 80
_WINDOW = np.hanning(N_FFT + 1)[:-1].astype(np.float32)
_FILTERS = librosa.filters.mel(sr=RATE, n_fft=N_FFT, n_mels=MELS).astype(np.float32)


def log_mel(samples: np.ndarray) -> np.ndarray:
    """[frames, 80] float32, 100 frames a second: log10 of the mel power, floored 8 below the clip's maximum, (x + 4) / 4.

    The definition is that of the Whisper paper's reference code (Radford et al., 2022).
    """
    padded = np.pad(samples.astype(np.float32), N_FFT // 2, mode="reflect") if len(samples) > N_FFT // 2 else np.pad(samples, N_FFT)
    count = len(samples) // HOP
    if count == 0:
        return np.zeros((0, MELS), np.float32)
    frames = np.lib.stride_tricks.as_strided(padded, (count, N_FFT), (padded.strides[0] * HOP, padded.strides[0]))
    power = np.abs(np.fft.rfft(frames * _WINDOW, axis=1).astype(np.complex64)) ** 2
    log = np.log10(np.maximum(power @ _FILTERS.T, 1e-10))
    return (np.maximum(log, log.max() - 8.0) + 4.0) / 4.0


def pack(mel: np.ndarray) -> tuple[np.ndarray, float]:
    """A log-mel lies within 2 below its maximum: one byte a value, and the maximum."""
    top = float(mel.max()) if mel.size else 0.0
    return np.round((mel - (top - 2.0)) * 127.5).clip(0, 255).astype(np.uint8), top


def unpack(packed: np.ndarray, top: float) -> np.ndarray:
    return packed.astype(np.float32) / 127.5 + (top - 2.0)
