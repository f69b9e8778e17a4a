"""`python -m training voice calibrate`: what the app's confidence in a voice model is made of, from people who were never trained on."""
from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..speaker.data import people, split
from ..speaker.trials import GAP_SECONDS, equal_error
from . import curve
from .centroid import expected_similarity, set_aside
from .constants import write_constants
from .encoder import encoder
from .sets import KINDS, LENGTHS, MOST, PLACES, STRANGERS, TRIAL_SECONDS, Scored, Trial, embedded, no_voices, scored, trials

FOLDS = 9  # of whole people
LINKS = np.arange(0.0, 0.61, 0.05)
EDGES = np.array([0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0])
RESAMPLES = 300  # of people, for the interval of the equal error rate
POINTS = np.arange(-0.3, 0.951, 0.025)  # of the curve: cosines

FEATURES = {
    "single": lambda t: float(len(t.similarities) < 2),
    "mean": lambda t: float(t.similarities.mean()) if len(t.similarities) > 1 else 0.0,
    "expected": lambda t: expected_similarity(float(t.similarities.mean()), len(t.similarities)) if len(t.similarities) > 1 else 0.0,
    "spread": lambda t: float(t.similarities.std()) if len(t.similarities) > 1 else 0.0,
    "singleLogSeconds": lambda t: float(np.log(t.seconds)) if len(t.similarities) < 2 else 0.0,
    "logCount": lambda t: float(np.log(len(t.similarities))),
    "logSeconds": lambda t: float(np.log(t.seconds)),
}
CANDIDATES = (
    (),
    ("single", "logSeconds"),
    ("single", "mean"),
    ("single", "expected"),
    ("single", "expected", "spread"),
    ("single", "expected", "logSeconds"),
    ("single", "expected", "spread", "logSeconds"),
    ("single", "singleLogSeconds", "expected"),
    ("single", "singleLogSeconds", "expected", "spread"),
    ("single", "mean", "spread", "logCount", "logSeconds"),
)
CHOSEN = ("single", "singleLogSeconds", "expected")
"""The fewest features that come within 0.001 of the best list's log loss; the report has all lists."""


def run(args: Namespace) -> None:
    if args.speech is None:
        raise SystemExit("the calibration listens to recordings: name their folder with --speech")
    everyone, parts = people(args.speech), split(args.speech, args.seed)
    names = [*parts["test"], *parts["dev"]]
    embed = encoder(args.starter / "speaker/onnx/model_quantized.onnx")
    found = trials(embedded([everyone[n][0] for n in names], embed, args.work / "voice/pieces.npz", args.seed, print), no_voices(embed, args.seed), args.seed)
    asides = {float(round(link, 2)): [set_aside(t.vectors, np.ones(len(t.vectors)), float(link)) for t in found] for link in LINKS}
    link, links = choose_link(found, asides, np.ones(len(found), bool))
    rows = [scored(t, o) for t, o in zip(found, asides[link], strict=True)]
    counts = person_weights(np.array([r.person for r in rows]))
    sound = [r for r in rows if r.kind != "muddled"]  # what a voice model should be made of: the operating point is theirs
    rate, threshold = pooled(sound)
    accepted = np.array([r.own >= threshold for r in rows], float)
    weights = curve.fit(table(rows, CHOSEN), accepted, counts)
    seconds = [r.seconds for r in rows if len(r.similarities) == 1]
    report = {
        "comment": "Written by `python -m training voice calibrate --speech DIR`; docs/voice-models.md says what it means.",
        "embeddingModel": "starter/speaker",
        "people": {"count": len({r.person for r in rows}), "test": len(parts["test"]), "choices": len(parts["dev"]), "recordings": len(names)},
        "list": {
            "sets": len(rows), "sameSpeakerTrials": len(rows), "differentSpeakerTrials": sum(len(r.others) for r in rows), "strangersForEachSet": STRANGERS,
            "piecesInASet": [1, MOST], "pieceSeconds": list(LENGTHS), "trialSeconds": TRIAL_SECONDS, "gapSeconds": GAP_SECONDS,
            "secondsInASet": [round(min(r.seconds for r in rows), 2), round(max(r.seconds for r in rows), 2)], "setsByKind": {k: sum(r.kind == k for r in rows) for k in KINDS}, "setsByPlace": {p: sum(r.place == p for r in rows) for p in PLACES}, "seed": args.seed,
        },
        "equalErrorRate": {
            "comment": "without the muddled sets; the interval holds nine of ten resamples of the people", "pooled": round(rate, 4), "interval": interval(sound), **{p: rate_of(sound, lambda r, p=p: r.place == p) for p in PLACES},
            "test people": rate_of(sound, lambda r: r.person < len(parts["test"])), "people of choices": rate_of(sound, lambda r: r.person >= len(parts["test"])),
            "one piece counts": rate_of(sound, lambda r: len(r.similarities) == 1), "three and more count": rate_of(sound, lambda r: len(r.similarities) >= 3),
        },
        "threshold": round(threshold, 4),
        "typicalSimilarity": round(float(np.mean([r.own for r in sound])), 4),
        "curve": points(sound),
        "outliers": {"link": link, "scan": links},
        "confidence": {
            "features": list(CHOSEN), "constant": round(float(weights[0]), 6), "weights": {n: round(float(w), 6) for n, w in zip(CHOSEN, weights[1:], strict=True)},
            "seconds": [round(min(seconds), 3), round(max(seconds), 3)], "expected": [round(float(v), 4) for v in np.quantile([FEATURES["expected"](r) for r in rows if len(r.similarities) > 1], (0, 1))],
            "accepted": round(float(counts @ accepted / counts.sum()), 4),
        },
        "heldOut": held_out(found, asides),
    }
    report["examples"] = examples(report)
    out = Path(__file__).parent / "calibration.json"
    out.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    write_constants(report, args.app)
    print(json.dumps({k: v for k, v in report.items() if k not in ("curve", "examples")}, indent=1))


def table(rows: list[Scored], names: tuple[str, ...]) -> np.ndarray:
    return np.array([[FEATURES[n](r) for n in names] for r in rows]).reshape(len(rows), len(names))


def person_weights(who: np.ndarray) -> np.ndarray:
    """Every person counts the same, however many sets their recording had room for; the mean is 1."""
    share = 1 / np.bincount(who)[who]
    return share * len(who) / share.sum()


def pooled(rows: list[Scored]) -> tuple[float, float]:
    return equal_error(np.array([r.own for r in rows]), np.concatenate([r.others for r in rows]))


def interval(rows: list[Scored]) -> list[float]:
    """How far the rate depends on who the people happen to be."""
    by_person: dict[int, list[Scored]] = {}
    for r in rows:
        by_person.setdefault(r.person, []).append(r)
    rng, everyone = np.random.default_rng(13), list(by_person.values())
    rates = [pooled([r for i in rng.integers(len(everyone), size=len(everyone)) for r in everyone[i]])[0] for _ in range(RESAMPLES)]
    return [round(float(q), 4) for q in np.quantile(rates, (0.05, 0.95))]


def rate_of(rows: list[Scored], which: Callable[[Scored], bool]) -> float:
    return round(pooled([r for r in rows if which(r)])[0], 4)


def points(rows: list[Scored]) -> list[dict[str, float]]:
    own, others = np.array([r.own for r in rows]), np.concatenate([r.others for r in rows])
    return [{"threshold": round(float(t), 3), "refused": round(float((own < t).mean()), 5), "taken": round(float((others >= t).mean()), 5)} for t in POINTS]


def choose_link(found: list[Trial], asides: dict[float, list[np.ndarray]], which: np.ndarray) -> tuple[float, list[dict[str, float]]]:
    """The mean cosine that makes two groups one: where most strangers go out and fewest own pieces. `which`: trials that are looked at."""
    scan = []
    for link, out in asides.items():
        sets = [(t, o) for t, o, w in zip(found, out, which, strict=True) if w and t.kind != "muddled" and len(t.vectors) >= 3]
        own, foreign = np.concatenate([o[~t.foreign] for t, o in sets]), np.concatenate([o[t.foreign] for t, o in sets])
        clean = np.array([o.any() for t, o in sets if not t.foreign.any()])
        scan.append({"link": link, "strangersSetAside": round(float(foreign.mean()), 4), "ownSetAside": round(float(own.mean()), 4), "cleanSetsTouched": round(float(clean.mean()), 4)})
    best = max(scan, key=lambda s: s["strangersSetAside"] - s["ownSetAside"])
    return best["link"], scan


def held_out(found: list[Trial], asides: dict[float, list[np.ndarray]]) -> dict[str, object]:
    """Each fold of people is judged with the link, the threshold and the curve of the others."""
    who = np.array([t.person for t in found])
    fold = np.random.default_rng(7).permutation(who.max() + 1)[who] % FOLDS
    counts = person_weights(who)
    accepted, expected = np.zeros(len(found)), {names: np.zeros(len(found)) for names in CANDIDATES}
    thresholds, links = [], []
    for k in range(FOLDS):
        inside = fold == k
        link, _ = choose_link(found, asides, ~inside)
        rows = [scored(t, o) for t, o in zip(found, asides[link], strict=True)]
        _, threshold = pooled([r for r, i in zip(rows, inside, strict=True) if not i and r.kind != "muddled"])
        label = np.array([r.own >= threshold for r in rows], float)
        accepted[inside] = label[inside]
        for names in CANDIDATES:
            x = table(rows, names)
            w = curve.fit(x[~inside], label[~inside], counts[~inside])
            expected[names][inside] = curve.probability(w, x[inside])
        thresholds.append(round(threshold, 4))
        links.append(link)
    bins = curve.reliability(expected[CHOSEN], accepted, counts, EDGES)
    scores = [{"features": list(n), "logLoss": round(curve.log_loss(p, accepted, counts), 4), "brier": round(curve.brier(p, accepted, counts), 4)} for n, p in expected.items()]
    place = {p: reliability_of(np.array([t.place == p for t in found]), expected[CHOSEN], accepted, counts) for p in PLACES}
    kind = {}
    for k in KINDS:
        which = np.array([t.kind == k for t in found])
        kind[k] = reliability_of(which, expected[CHOSEN], accepted, counts) | {"bins": curve.reliability(expected[CHOSEN][which], accepted[which], counts[which], EDGES)}
    return {
        "folds": FOLDS, "thresholds": thresholds, "links": links, "candidates": scores, "reliability": bins, "calibrationError": round(curve.error_of(bins), 4),
        "byPlace": place, "byKind": kind,
    }


def reliability_of(which: np.ndarray, p: np.ndarray, accepted: np.ndarray, counts: np.ndarray) -> dict[str, float]:
    w = counts[which] / counts[which].sum()
    return {"expected": round(float(w @ p[which]), 4), "observed": round(float(w @ accepted[which]), 4)}


def examples(report: dict) -> list[dict[str, object]]:
    """Probabilities for some lists of similarities, by the constants as they are written: the app's code is tested against them."""
    found = []
    rng = np.random.default_rng(11)
    for count, mean, spread, seconds in ((1, 0, 0, 2.0), (1, 0, 0, 12.0), (2, 0.3, 0.0, 4.0), (3, 0.55, 0.05, 6.0), (5, 0.7, 0.1, 9.0), (5, 0.1, 0.2, 9.0), (30, 0.8, 0.04, 120.0), (30, -0.05, 0.1, 120.0)):
        similarities = [1.0] if count == 1 else [round(float(v), 4) for v in (mean + spread * rng.standard_normal(count)).clip(-1, 1)]
        found.append({"similarities": similarities, "seconds": seconds, "probability": round(confidence(report, np.array(similarities), seconds), 9)})
    return found


def confidence(report: dict, similarities: np.ndarray, seconds: float) -> float:
    curve_, known = report["confidence"], len(similarities) > 1
    limit = lambda x, name: float(np.clip(x, *curve_[name]))
    values = {
        "single": float(not known),
        "expected": limit(expected_similarity(float(similarities.mean()), len(similarities)), "expected") if known else 0.0,
        "singleLogSeconds": 0.0 if known else float(np.log(limit(seconds, "seconds"))),
    }
    return float(curve.logistic(curve_["constant"] + sum(w * values[n] for n, w in curve_["weights"].items())))
