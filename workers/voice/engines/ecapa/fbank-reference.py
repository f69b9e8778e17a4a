"""Kaldi's filter bank written straight from its definition with numpy: the reference for fbank.test.ts."""
import json, sys, numpy as np
RATE = 16000
n = 2000
t = np.arange(n) / RATE
# Something with pitch, noise-like detail and an offset; the test makes the same.
x = (0.4 * np.sin(2 * np.pi * (180 + 900 * t) * t) + 0.1 * np.sin(2 * np.pi * 3150 * t) * np.sin(2 * np.pi * 7 * t) + 0.02).astype(np.float32)
s = x.astype(np.float64) * 32768
frames = 1 + (n - 400) // 160
rows = []
mel = lambda f: 1127 * np.log(1 + f / 700)
edges = mel(20) + np.arange(82) * (mel(8000) - mel(20)) / 81
bins = mel(np.arange(256) * RATE / 512)
bank = np.array([np.maximum(0, np.minimum((bins - edges[b]) / (edges[b + 1] - edges[b]), (edges[b + 2] - bins) / (edges[b + 2] - edges[b + 1]))) for b in range(80)])
for k in range(frames):
    f = s[160 * k:160 * k + 400]; f = f - f.mean()
    f = np.concatenate([[f[0] - .97 * f[0]], f[1:] - .97 * f[:-1]]) * np.hamming(400)
    p = np.abs(np.fft.rfft(f, 512)[:256]) ** 2
    rows.append(np.log(np.maximum(bank @ p, 1.1920929e-7)))
r = np.array(rows); r -= r.mean(0)
json.dump({"comment": "Log mel filter bank of fbank.test.ts's signal, mean removed, made with numpy from Kaldi's definition (fbank-reference.py).", "frames": frames, "values": [[round(float(v), 5) for v in row] for row in r]}, open(sys.argv[1], "w"))
print(r.shape, r.min(), r.max())
