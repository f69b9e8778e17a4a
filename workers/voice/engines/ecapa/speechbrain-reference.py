"""SpeechBrain's filter bank written straight from its definition with numpy: the reference for speechBrainFbank.test.ts.

speechbrain/processing/features.py: STFT (torch.stft, center=True, pad_mode="constant", torch.hamming_window, which is periodic), spectral_magnitude
(power=1: re² + im²), Filterbank (_triangular_filters, _amplitude_to_DB with top_db=80), InputNormalization (norm_type="sentence", std_norm=False);
the parameters are those of speechbrain/spkrec-ecapa-voxceleb, hyperparams.yaml.
"""
import json, sys, numpy as np
RATE, WIN, HOP, MELS = 16000, 400, 160, 80
n = 4000
t = np.arange(n) / RATE
# Something with pitch and detail, then nothing, so that the floor of 80 dB counts; the test makes the same.
x = (0.4 * np.sin(2 * np.pi * (180 + 900 * t) * t) + 0.1 * np.sin(2 * np.pi * 3150 * t) * np.sin(2 * np.pi * 7 * t)).astype(np.float32)
x[3000:] = 0
padded = np.pad(x.astype(np.float64), WIN // 2)
frames = 1 + n // HOP
window = 0.54 - 0.46 * np.cos(2 * np.pi * np.arange(WIN) / WIN)
dft = np.exp(-2j * np.pi * np.outer(np.arange(WIN // 2 + 1), np.arange(WIN)) / WIN)
power = np.array([np.abs(dft @ (window * padded[HOP * k:HOP * k + WIN])) ** 2 for k in range(frames)])
to_hz = lambda mel: 700 * (10 ** (mel / 2595) - 1)
hz = to_hz(np.linspace(0, 2595 * np.log10(1 + 8000 / 700), MELS + 2))
# Each triangle is as wide above its centre as below, by the distance to the centre before: not as librosa's.
centre, band = hz[1:-1], (hz[1:] - hz[:-1])[:-1]
slope = (np.linspace(0, RATE // 2, WIN // 2 + 1)[None, :] - centre[:, None]) / band[:, None]
bank = np.maximum(0, np.minimum(slope + 1, 1 - slope))
db = 10 * np.log10(np.maximum(power @ bank.T, 1e-10))
db = np.maximum(db, db.max() - 80)
db -= db.mean(0)
STEP = 5
json.dump({"comment": "Filter bank in dB of speechBrainFbank.test.ts's signal, mean removed, made with numpy from SpeechBrain's definition (speechbrain-reference.py).",
           "frames": frames, "step": STEP, "values": [[round(float(v), 4) for v in row] for row in db[::STEP]]}, open(sys.argv[1], "w"))
print(db.shape, db.min(), db.max())
