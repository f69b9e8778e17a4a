"""What happens to sound between a mouth and a recogniser: other vocal tracts, rooms, noise, telephones. And sound that is no speech."""
from __future__ import annotations

import numpy as np
from scipy.signal import butter, fftconvolve, lfilter, resample_poly

RATE = 16000


def coloured_noise(n: int, rng: np.random.Generator, exponent: float) -> np.ndarray:
    """Noise whose power falls as 1/f^exponent (0 white, 1 pink, 2 brown), unit RMS."""
    spectrum = np.fft.rfft(rng.standard_normal(n))
    f = np.maximum(np.arange(len(spectrum)), 1.0)
    noise = np.fft.irfft(spectrum / f ** (exponent / 2), n)
    return (noise / (np.sqrt(np.mean(noise**2)) + 1e-9)).astype(np.float32)


def room(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A room's echo: noise that dies away within 0.35 s, under the direct sound."""
    n = int(RATE * rng.uniform(0.08, 0.35))
    echo = rng.standard_normal(n) * np.exp(-np.arange(n) / (n * rng.uniform(0.1, 0.25)))
    echo[0] = rng.uniform(4, 12)
    wet = fftconvolve(x, echo / np.sqrt(np.sum(echo**2)))[: len(x)]
    return (wet / (np.abs(wet).max() + 1e-6) * 0.6).astype(np.float32)


def tilt(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Darker or thinner, as other microphones are."""
    b, a = butter(1, rng.uniform(0.03, 0.4), "high" if rng.random() < 0.5 else "low")
    w = rng.uniform(0.2, 0.8)
    return ((1 - w) * x + w * lfilter(b, a, x)).astype(np.float32)


def telephone(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    b, a = butter(3, [rng.uniform(200, 350) / 8000, rng.uniform(3000, 3800) / 8000], "band")
    return lfilter(b, a, x).astype(np.float32)


def distort(x: np.ndarray, rng: np.random.Generator, strength: float = 1.0, other: np.ndarray | None = None) -> np.ndarray:
    """A random chain; `strength` 0…1 scales every probability. `other` is speech to make babble of."""
    chance = lambda p: rng.random() < p * strength
    if chance(0.6):  # longer or shorter vocal tract, with pitch and tempo
        up = int(rng.integers(88, 114))
        x = resample_poly(x, up, 100).astype(np.float32)
    if chance(0.3):
        x = room(x, rng)
    if chance(0.35):
        x = tilt(x, rng)
    if chance(0.1):
        x = telephone(x, rng)
    if chance(0.5):
        noise = coloured_noise(len(x), rng, rng.uniform(0, 2))
        if other is not None and rng.random() < 0.25:
            noise = np.resize(sum(np.roll(other, int(k)) for k in rng.integers(0, len(other), 6)), len(x))
        snr = rng.uniform(8, 35)
        level = np.sqrt(np.mean(x**2)) / (np.sqrt(np.mean(noise**2)) + 1e-9) * 10 ** (-snr / 20)
        x = x + noise.astype(np.float32) * level
    return x


def frame(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Random level, silence before and after (digital or faint noise)."""
    peak = np.abs(x).max() + 1e-9
    x = x / peak * 10 ** (rng.uniform(-20, -1) / 20)
    before, after = (int(RATE * rng.exponential(0.15)) for _ in range(2))
    x = np.pad(x, (min(before, RATE), min(after, RATE)))
    if rng.random() < 0.6:
        x = x + rng.standard_normal(len(x)) * 10 ** (rng.uniform(-90, -55) / 20)
    return x.astype(np.float32)


def nothing(rng: np.random.Generator) -> np.ndarray:
    """One to eight seconds with no words: silence, noise, hum, tones, chords, clicks."""
    n = int(RATE * rng.uniform(0.8, 8))
    t = np.arange(n) / RATE
    kind = rng.integers(0, 7)
    if kind == 0:
        x = np.zeros(n)
    elif kind == 1:
        x = coloured_noise(n, rng, rng.uniform(0, 2.5))
    elif kind == 2:
        base = rng.choice([50, 60, 100, 120])
        x = sum(np.sin(2 * np.pi * base * k * t + rng.uniform(0, 6)) / k for k in range(1, 8)) + coloured_noise(n, rng, 1) * 0.3
    elif kind == 3:
        x = np.sin(2 * np.pi * rng.uniform(150, 3000) * t * (1 + rng.uniform(-0.1, 0.1) * t)) * (0.5 + 0.5 * np.sign(np.sin(2 * np.pi * rng.uniform(0.3, 4) * t)))
    elif kind in (4, 5):
        x = music(n, rng)
    else:
        x = np.zeros(n)
        for at in rng.integers(0, n, int(rng.integers(2, 30))):
            m = min(n - at, int(RATE * rng.uniform(0.005, 0.08)))
            x[at : at + m] += rng.standard_normal(m) * np.exp(-np.arange(m) / (m * 0.2))
    x = np.asarray(x, np.float64)
    if rng.random() < 0.5:
        x = x * np.interp(np.arange(n), np.linspace(0, n, 8), rng.uniform(0.05, 1, 8))
    peak = np.abs(x).max()
    x = x / (peak + 1e-9) * 10 ** (rng.uniform(-40, -1) / 20) if peak > 0 else x
    return (x + rng.standard_normal(n) * 10 ** (rng.uniform(-100, -60) / 20)).astype(np.float32)


def music(n: int, rng: np.random.Generator) -> np.ndarray:
    """Plucked and held chords over a beat, with a melody: no voice in it."""
    x = np.zeros(n)
    beat = int(RATE * rng.uniform(0.2, 0.7))
    root = rng.uniform(90, 240)
    scale = np.array([0, 2, 4, 5, 7, 9, 11, 12])
    for at in range(0, n, beat):
        m = min(n - at, int(beat * rng.uniform(0.8, 2.2)))
        t = np.arange(m) / RATE
        envelope = np.exp(-t * rng.uniform(1, 8)) * np.minimum(1, t * 200)
        for note in rng.choice(scale, int(rng.integers(1, 5))):
            f = root * 2 ** ((note + 12 * rng.integers(0, 3)) / 12)
            for k in range(1, int(rng.integers(2, 9))):
                if f * k < 7800:
                    x[at : at + m] += np.sin(2 * np.pi * f * k * t + rng.uniform(0, 6)) * envelope / k ** rng.uniform(0.8, 2)
        if rng.random() < 0.6:
            m = min(n - at, int(RATE * 0.12))
            x[at : at + m] += rng.standard_normal(m) * np.exp(-np.arange(m) / (RATE * rng.uniform(0.005, 0.04))) * rng.uniform(0.3, 2)
    return x
