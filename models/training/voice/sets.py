"""Enrolment sets of people who were never trained on, and trials against them: what a voice model will meet, as far as one utterance a person allows.

A set is some pieces of one person's recording; a trial compares its centroid with another piece, 2.5 s or more away from all of them
or of another person. Every piece is there as recorded and in another place (a room or a telephone, and noise).
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..speaker.fbank import RATE
from ..speaker.trials import GAP_SECONDS, spoil
from ..speech.augment import coloured_noise, music
from ..speech.recordings import read
from .centroid import leave_one_out, weighted_centroid

HOP_SECONDS = 0.5
LENGTHS = (1.5, 2.0, 3.0, 5.0, 8.0)  # of a piece in a set, seconds
TRIAL_SECONDS = 3.0
MOST = 5  # pieces in a set
SETS = 300  # tries for each person
STRANGERS = 12  # trials with other people for each set
KINDS = {"pure": 0.55, "one stranger": 0.2, "muddled": 0.25}
"""Shares of the sets. 'one stranger': one piece is somebody else's (in sets of three and more; smaller ones stay pure). 'muddled' (two and more):
each piece but one is, more often than not, somebody else's, each another's, or no voice at all: what samples that don't agree look like."""
MUDDLE, NO_VOICE = 0.6, 0.25  # chance of a piece to be foreign; share of those that are noise or music
NOISES = 24

PLACES = ("as recorded", "trial elsewhere", "each elsewhere or not")


@dataclass
class Pieces:
    """One person's pieces of one length: where each begins, in seconds, and its embeddings [place, piece, 192]."""
    starts: np.ndarray
    vectors: np.ndarray


@dataclass
class Trial:
    person: int
    vectors: np.ndarray
    foreign: np.ndarray
    """Which rows of `vectors` are somebody else's."""
    seconds: float
    place: str
    kind: str
    own: np.ndarray
    """The new piece of the same person."""
    others: np.ndarray
    """[STRANGERS,192]: pieces of other people."""


def embedded(paths: list[Path], embed: Callable[[np.ndarray], np.ndarray], cache: Path, seed: int, say: Callable[[str], None]) -> list[dict[float, Pieces]]:
    """Every person's pieces, by length. Read from `cache`, or made (some minutes)."""
    if not cache.exists():
        arrays: dict[str, np.ndarray] = {}
        for i, path in enumerate(paths):
            sound = read(path)
            for length in LENGTHS:
                rng = np.random.default_rng([seed, i, int(10 * length)])
                starts = np.arange(0, len(sound) / RATE - length + 1e-6, HOP_SECONDS)
                cut = [sound[int(t * RATE) : int((t + length) * RATE)] for t in starts]
                arrays[f"{i}-{length}-starts"] = starts
                arrays[f"{i}-{length}"] = np.stack([[embed(x) for x in cut], [embed(spoil(x, rng)) for x in cut]])
            say(f"embedded {i + 1} of {len(paths)} people")
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.savez(cache, **arrays)
    with np.load(cache) as data:
        return [{length: Pieces(data[f"{i}-{length}-starts"], data[f"{i}-{length}"]) for length in LENGTHS} for i in range(len(paths))]


def no_voices(embed: Callable[[np.ndarray], np.ndarray], seed: int) -> np.ndarray:
    """[NOISES,192]: three seconds each of noise or music."""
    found = []
    for i in range(NOISES):
        rng = np.random.default_rng([seed, 10**7, i])
        found.append(embed((music(3 * RATE, rng) if i % 3 == 0 else 0.1 * coloured_noise(3 * RATE, rng, rng.uniform(0, 2))).astype(np.float32)))
    return np.stack(found)


def trials(people: list[dict[float, Pieces]], noises: np.ndarray, seed: int) -> list[Trial]:
    rng = np.random.default_rng([seed, 10**6])
    found = []
    for person, pieces in enumerate(people):
        for _ in range(SETS):
            news = pieces[TRIAL_SECONDS]
            room = news.starts[-1] - GAP_SECONDS  # for the set, at most
            count = int(rng.integers(1, MOST + 1))
            fitting = [length for length in LENGTHS if count * length <= room]
            if not fitting:
                continue
            length = fitting[rng.integers(len(fitting))]
            own = pieces[length]
            new = int(rng.integers(len(news.starts)))
            begin, end = news.starts[new], news.starts[new] + TRIAL_SECONDS
            chosen: list[int] = []
            for k in rng.permutation(len(own.starts)):
                apart = own.starts[k] >= end + GAP_SECONDS or own.starts[k] + length <= begin - GAP_SECONDS
                if apart and all(abs(own.starts[k] - own.starts[c]) >= length for c in chosen) and len(chosen) < count:
                    chosen.append(int(k))
            if len(chosen) < count:
                continue
            place = int(rng.integers(len(PLACES)))
            each = rng.integers(0, 2, count + 1) if place == 2 else np.array([0] * count + [1 if place == 1 else 0])
            vectors = own.vectors[each[:count], chosen].copy()
            kind = str(rng.choice(list(KINDS), p=list(KINDS.values())))
            if count < (3 if kind == "one stranger" else 2):
                kind = "pure"
            foreign = np.zeros(count, bool)
            if kind == "one stranger":
                foreign[rng.integers(count)] = True
            elif kind == "muddled":
                foreign = rng.random(count) < MUDDLE
                foreign[rng.integers(count)] = False
            taken = {person}
            for at in np.flatnonzero(foreign):
                if kind == "muddled" and rng.random() < NO_VOICE:
                    vectors[at] = noises[rng.integers(len(noises))]
                    continue
                who = other(person, len(people), rng)
                while who in taken:
                    who = other(person, len(people), rng)
                taken.add(who)
                stranger = people[who][length]
                vectors[at] = stranger.vectors[each[at], rng.integers(len(stranger.starts))]
            strangers = []
            for _ in range(STRANGERS):
                theirs = people[other(person, len(people), rng)][TRIAL_SECONDS]
                strangers.append(theirs.vectors[each[count], rng.integers(len(theirs.starts))])
            found.append(Trial(person, vectors, foreign, length * count, PLACES[place], kind, news.vectors[each[count], new], np.stack(strangers)))
    return found


def other(person: int, count: int, rng: np.random.Generator) -> int:
    return int((person + 1 + rng.integers(count - 1)) % count)


@dataclass
class Scored:
    """A trial as the app would see it: outliers set aside, then a centroid."""
    person: int
    place: str
    kind: str
    similarities: np.ndarray
    """Leave-one-out, of the pieces that count."""
    seconds: float
    own: float
    others: np.ndarray


def scored(trial: Trial, aside: np.ndarray) -> Scored:
    """`aside`: which of its pieces the rule for outliers takes away."""
    vectors = trial.vectors[~aside]
    weights = np.ones(len(vectors))
    centre = weighted_centroid(vectors, weights)
    seconds = trial.seconds * len(vectors) / len(trial.vectors)
    return Scored(trial.person, trial.place, trial.kind, leave_one_out(vectors, weights), seconds, float(trial.own @ centre), trial.others @ centre)
