"""A logistic curve and how well its probabilities hold."""
from __future__ import annotations

import numpy as np

RIDGE = 1.0  # on all weights but the constant, in features of unit deviation: keeps few people from making steep curves


def logistic(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def fit(features: np.ndarray, accepted: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """[1 + features]: the constant first. `counts` weighs the rows. Newton's method."""
    middle, deviation = features.mean(axis=0), features.std(axis=0) + 1e-12
    x = np.column_stack([np.ones(len(features)), (features - middle) / deviation])
    ridge = np.diag([0.0, *[RIDGE] * features.shape[1]])
    w = np.zeros(x.shape[1])
    for _ in range(50):
        p = logistic(x @ w)
        step = np.linalg.solve((x * (counts * p * (1 - p))[:, None]).T @ x + ridge, x.T @ (counts * (accepted - p)) - ridge @ w)
        w += step
        if np.abs(step).max() < 1e-12:
            break
    slopes = w[1:] / deviation
    return np.array([w[0] - slopes @ middle, *slopes])


def probability(weights: np.ndarray, features: np.ndarray) -> np.ndarray:
    return logistic(weights[0] + features @ weights[1:])


def log_loss(p: np.ndarray, accepted: np.ndarray, counts: np.ndarray) -> float:
    p = p.clip(1e-6, 1 - 1e-6)
    return float(-(counts * (accepted * np.log(p) + (1 - accepted) * np.log(1 - p))).sum() / counts.sum())


def brier(p: np.ndarray, accepted: np.ndarray, counts: np.ndarray) -> float:
    return float((counts * (p - accepted) ** 2).sum() / counts.sum())


def reliability(p: np.ndarray, accepted: np.ndarray, counts: np.ndarray, edges: np.ndarray) -> list[dict[str, float]]:
    """What was expected and what was observed, by bins of what was expected; empty bins are left out."""
    found = []
    for low, high in zip(edges[:-1], edges[1:], strict=True):
        inside = (p >= low) & ((p < high) | (high == edges[-1]))
        if inside.any():
            w = counts[inside] / counts[inside].sum()
            found.append({"from": round(float(low), 3), "to": round(float(high), 3), "trials": int(inside.sum()), "expected": round(float(w @ p[inside]), 4), "observed": round(float(w @ accepted[inside]), 4)})
    return found


def error_of(bins: list[dict[str, float]]) -> float:
    """Expected calibration error: the mean distance of expected and observed, by trials."""
    return float(sum(b["trials"] * abs(b["expected"] - b["observed"]) for b in bins) / sum(b["trials"] for b in bins))
