"""The reference of centroid.test.ts: models/training/voice/centroid.py, plain NumPy, on seeded vectors. Run with PYTHONPATH=models; the argument is the file to write."""
import json, sys
import numpy as np
from training.voice.centroid import expected_similarity, improved, intra_class_variance, leave_one_out, set_aside, unit, weighted_centroid

LINK = 0.2
rng = np.random.default_rng(20)

def near(voice, spread, n):
    """Recordings of a voice: the voice, and as much noise as `spread` says."""
    found = [unit(unit(voice) + spread * unit(rng.standard_normal(len(voice)))) for _ in range(n)]
    # Rounded as they are written, so that both sides begin with the same numbers.
    return np.array([np.float32(np.round(v, 6)) for v in found], np.float64)

def voice(size):
    return unit(rng.standard_normal(size))

def case(name, vectors, weights):
    weights = np.array(weights, float)
    out = set_aside(vectors, weights, LINK)
    kept = np.where(out, 0, weights)
    similarities = leave_one_out(vectors, kept)
    counted = similarities[kept > 0]
    return {"name": name, "vectors": [[float(np.round(x, 6)) for x in v] for v in vectors], "weights": weights.tolist(), "centroid": weighted_centroid(vectors, weights).tolist(), "variance": intra_class_variance(vectors, weights),
            "leaveOneOut": leave_one_out(vectors, weights).tolist(), "aside": out.tolist(), "keptCentroid": weighted_centroid(vectors, kept).tolist(),
            "expected": expected_similarity(float(counted.mean()), len(counted)) if len(counted) > 1 else None}

a, b, c = voice(48), voice(48), voice(48)
whole = voice(192)
cases = [
    case("one voice, 192 numbers, different weights", near(whole, 0.8, 6), [1, 0.5, 0.25, 1, 0.8, 0.1]),
    case("one that is set aside already", near(a, 0.8, 5), [1, 1, 0, 1, 0.5]),
    case("one of another voice among five", np.concatenate([near(a, 0.7, 3), near(b, 0.7, 1), near(a, 0.7, 2)]), [1] * 6),
    case("two voices, the larger comes last", np.concatenate([near(b, 0.7, 3), near(a, 0.7, 5)]), [1] * 8),
    case("two voices, as large: the heavier", np.concatenate([near(b, 0.7, 3), near(a, 0.7, 3)]), [0.5, 0.5, 0.5, 1, 1, 1]),
    case("two voices, as large and as heavy: the earlier", np.concatenate([near(b, 0.7, 2), near(a, 0.7, 2)]), [1] * 4),
    case("one that is half like them", np.concatenate([near(a, 0.2, 6), near(unit(a + 1.6 * c), 0.1, 1)]), [1] * 7),
    case("none like another", np.eye(48)[:4], [1] * 4),
    case("two that are not alike", np.concatenate([near(a, 0.1, 1), near(b, 0.1, 1)]), [1, 1]),
    case("one", near(a, 0.1, 1), [0.4]),
]
old, fresh = near(whole, 0.3, 1)[0], near(whole, 0.9, 1)[0]
json.dump({"comment": "Made by centroid-reference.py with NumPy.", "link": LINK, "cases": cases,
           "improved": {"old": old.tolist(), "fresh": fresh.tolist(), "result": improved(old, fresh, 0.7).tolist()}}, open(sys.argv[1], "w"))
for k in cases: print(k["name"], k["aside"], k["expected"])
