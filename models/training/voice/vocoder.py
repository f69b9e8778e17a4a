"""The spectral envelope by CheapTrick's own definition, on a sound that a formula makes: `python -m training.voice.vocoder` prints
the numbers that `workers/synthesize/matched/envelope.test.ts` compares with. The app computes the same without a cepstrum.

Morise, "CheapTrick, a spectral envelope estimator for high-quality speech synthesis", Speech Communication 67, 2015.
"""
from __future__ import annotations

import numpy as np

RATE, FFT = 16000, 810
FORMANTS = ((700, 150, 1.0), (1900, 200, 0.5), (3200, 300, 0.1))
POINTS, TERMS = 64, 24
FLOOR = 1e-7
"""Of the sound's power: below it lies what nobody hears."""


def vowel(pitch: float, count: int = 4000) -> np.ndarray:
    t, x = np.arange(count) / RATE, np.zeros(count)
    for k in range(1, int(7900 / pitch) + 1):
        height = 0.005 + sum(most / (1 + ((k * pitch - at) / width) ** 2) for at, width, most in FORMANTS)
        x += 0.05 * height * np.cos(2 * np.pi * k * pitch * t + k * k)
    return x


def envelope(x: np.ndarray, middle: int, pitch: float, floor: float) -> tuple[np.ndarray, np.ndarray]:
    """Frequencies in Hz, and the envelope there in dB."""
    half = round(1.5 * RATE / pitch)
    i = np.arange(-half, half + 1)
    window = 0.5 + 0.5 * np.cos(np.pi * i * pitch / 1.5 / RATE)
    window /= np.sqrt((window**2).sum())
    frame = x[middle + i] * window
    frame -= window * frame.mean() / window.mean()
    power = np.abs(np.fft.rfft(frame, FFT)) ** 2
    hz = np.arange(FFT // 2 + 1) * RATE / FFT
    low = hz < pitch
    power[low] += np.interp(pitch - hz[low], hz, power.copy())
    around = np.linspace(-1, 1, 2001) * pitch / 3

    def at(f: np.ndarray) -> np.ndarray:
        mirrored = np.where(np.abs(f) > RATE / 2, RATE - np.abs(f), np.abs(f))
        return power[np.round(mirrored * FFT / RATE).astype(int)]

    smooth = np.array([at(f + around).mean() for f in hz])
    q = np.minimum(np.arange(FFT), FFT - np.arange(FFT)) / RATE
    lifter = np.sinc(pitch * q) * (1.3 - 0.3 * np.cos(2 * np.pi * q * pitch))
    return hz, np.fft.rfft(np.fft.irfft(10 * np.log10(smooth + floor), FFT) * lifter).real


def terms(hz: np.ndarray, db: np.ndarray) -> np.ndarray:
    """The curve over mel as cosine terms, without the first, which is its mean."""
    mel = lambda f: 1127 * np.log1p(np.asarray(f) / 700)
    points = 700 * np.expm1(np.linspace(mel(60), mel(7800), POINTS) / 1127)
    cosines = np.cos(np.pi * np.outer(np.arange(1, TERMS + 1), np.arange(POINTS) + 0.5) / POINTS)
    return 2 / POINTS * cosines @ np.interp(points, hz, db)


if __name__ == "__main__":
    for pitch in (95, 140, 230):
        sound = vowel(pitch)
        print(pitch, np.round(terms(*envelope(sound, 2048, pitch, FLOOR * np.mean(sound**2)))[:12], 2).tolist())
