"""A voice of several recordings' embeddings: what `src/lib/voice/training` does, in plain NumPy, for the calibration and for its tests.

Vectors are rows [n,192] of unit length, weights lie in 0…1, and a recording counts when its weight is above 0.
"""
from __future__ import annotations

import numpy as np

DEVIATIONS = 3.5  # of the others' similarities, robustly: median and 1.4826 times the median absolute deviation (Iglewicz and Hoaglin, 1993)
LEAST_GAP = 0.15  # below the median; in recordings that agree closely nothing is odd that is nearer


def unit(x: np.ndarray) -> np.ndarray:
    return x / np.linalg.norm(x)


def weighted_centroid(vectors: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return unit((vectors * weights[:, None]).sum(axis=0))


def intra_class_variance(vectors: np.ndarray, weights: np.ndarray) -> float:
    """Mean of 1 − cosine to the centroid, over the recordings that count, each once whatever it weighs."""
    return float((1 - vectors[weights > 0] @ weighted_centroid(vectors, weights)).mean())


def leave_one_out(vectors: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Cosine of each recording to the centroid of the others that count; 1 where there is no other."""
    found = np.ones(len(vectors))
    for i in range(len(vectors)):
        others = np.where(np.arange(len(vectors)) == i, 0, weights)
        if others.any():
            found[i] = vectors[i] @ weighted_centroid(vectors, others)
    return found


def improved(old: np.ndarray, new: np.ndarray, old_share: float) -> np.ndarray:
    return unit(old_share * old + (1 - old_share) * new)


def groups(vectors: np.ndarray, link: float) -> list[list[int]]:
    """Average linkage: the two groups whose recordings are the most alike in the mean become one, while that mean is `link` or more."""
    cosine = vectors @ vectors.T
    found = [[i] for i in range(len(vectors))]
    while len(found) > 1:
        best, pair = -np.inf, (0, 0)
        for a in range(len(found)):
            for b in range(a + 1, len(found)):
                mean = cosine[np.ix_(found[a], found[b])].mean()
                if mean > best:
                    best, pair = mean, (a, b)
        if best < link:
            break
        a, b = pair
        found[a] += found.pop(b)
    return found


def set_aside(vectors: np.ndarray, weights: np.ndarray, link: float) -> np.ndarray:
    """Which of the recordings that count belong to another voice or to none: a boolean for each.

    The largest group of recordings that are alike is the voice (then the heavier, then the one with the earliest recording); of its
    members, those go that are far less like the others than usual. Fewer than three, or no two alike: nobody can say which is odd.
    """
    out = np.zeros(len(vectors), bool)
    counted = np.flatnonzero(weights > 0)
    if len(counted) < 3:
        return out
    found = groups(vectors[counted], link)
    voice = counted[sorted(min(found, key=lambda g: (-len(g), -weights[counted[g]].sum(), min(g))))]
    if len(voice) < 2:
        return out
    out[np.setdiff1d(counted, voice)] = True
    if len(voice) >= 4:
        similarity = leave_one_out(vectors[voice], weights[voice])
        middle = np.median(similarity)
        usual = 1.4826 * np.median(np.abs(similarity - middle))
        out[voice[similarity < middle - max(DEVIATIONS * usual, LEAST_GAP)]] = True
    return out


def expected_similarity(mean: float, count: int) -> float:
    """Cosine to expect between a new recording and the centroid of `count`, from their mean leave-one-out similarity.

    With r the mean cosine of two recordings, a recording's to the centroid of m others is r·√m / √(1 + (m − 1)·r) in the mean:
    solved for r with m = count − 1, then used with m = count. So the figure means the same for three recordings as for thirty.
    """
    s, m = max(0.0, mean), count - 1
    r = (s * s * (m - 1) + np.sqrt(s**4 * (m - 1) ** 2 + 4 * m * s * s)) / (2 * m)
    return float(r * np.sqrt(count) / np.sqrt(1 + (count - 1) * r))
