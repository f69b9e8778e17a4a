"""`python -m training speech`: speaks the messages and stores features in shards that training reads.

Shard k of a part depends on the seed and k alone, so an interrupted run goes on where it stopped and more can be added later.
"""
from __future__ import annotations

import json
import multiprocessing
import random
from argparse import ArgumentParser, Namespace
from pathlib import Path

import numpy as np

from ..text.generate import Generator
from ..text.grammar import load
from ..text.morphology import LANGUAGES
from .augment import distort, frame, nothing
from .engines import RATE, TEST_ENGINES, TRAINING_ENGINES, TRAINING_SHARE, EngineError, Espeak
from .features import log_mel, pack

SHARD = 512
MAX_SECONDS = 14.6
LISTS = 0.3  # share that are lists of slot values, whose words must be heard because nothing foretells them
EMPTY_SHARE = 0.05  # clips with no words in the training part


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--part", choices=("train", "dev", "test"), default=None, help="only this part")
    parser.add_argument("--shards", type=int, default=84, help="training shards of 512 clips")
    parser.add_argument("--first", type=int, default=0, help="number of the first training shard")
    parser.add_argument("--processes", type=int, default=2)


def run(args: Namespace) -> None:
    out = Path(args.work) / "speech"
    out.mkdir(parents=True, exist_ok=True)
    jobs = []
    if args.part in (None, "dev"):
        jobs += [("dev", k, str(out), args.seed) for k in range(1)]
    if args.part in (None, "test"):
        jobs += [("test", k, str(out), args.seed) for k in range(3)]
    if args.part in (None, "train"):
        jobs += [("train", k, str(out), args.seed) for k in range(args.first, args.first + args.shards)]
    with multiprocessing.Pool(args.processes) as pool:
        for line in pool.imap_unordered(_shard, jobs):
            print(line, flush=True)
    if args.speech:
        print(real(Path(args.speech), out), flush=True)


def save(path: Path, clips: list[dict]) -> None:
    """clips: {mel: uint8 [T, 80], top, lang, text, phonemes, engine, …}."""
    temporary = path.with_suffix(".tmp.npz")
    np.savez(temporary, mel=np.concatenate([c["mel"] for c in clips]), length=np.array([len(c["mel"]) for c in clips], np.int32),
             top=np.array([c["top"] for c in clips], np.float32),
             meta=np.array(json.dumps([{k: v for k, v in c.items() if k not in ("mel", "top")} for c in clips], ensure_ascii=False)))
    temporary.rename(path)


_engines: dict = {}


def _engine(kind):
    if kind not in _engines:
        _engines[kind] = kind()
    return _engines[kind]


def _shard(job: tuple) -> str:
    part, k, out, seed = job
    path = Path(out) / f"{part}-{k:04d}.npz"
    if path.exists():
        return f"{path.name}: there already"
    draw = random.Random(f"speech-{part}-{k}-{seed}")
    rng = np.random.default_rng(draw.getrandbits(60))
    generator = Generator(load(), part, seed * 100003 + k)
    clips: list[dict] = []
    babble = None
    lost = 0
    # From nearly clean to disturbed.
    strength = 0.0 if part != "train" else min(0.5, 0.15 + k / 200)
    while len(clips) < SHARD:
        if part == "train" and rng.random() < EMPTY_SHARE:
            mel, top = pack(log_mel(nothing(rng)))
            clips.append({"mel": mel, "top": top, "lang": draw.choice(LANGUAGES), "text": "", "phonemes": "", "engine": "nothing"})
            continue
        lang = LANGUAGES[len(clips) % 6]
        message = generator.next()
        text = message.text[lang]
        if part == "train" and rng.random() < LISTS:
            words = generator.words()[lang]
            text = words[0].upper() + words[1:] + "."
        if part == "train":
            fitting = [e for e in TRAINING_ENGINES if lang in e.languages]
            kind = draw.choices(fitting, [TRAINING_SHARE[e.name] for e in fitting])[0]
        else:
            kind = draw.choice([e for e in TEST_ENGINES if lang in e.languages])
        try:
            samples, voice = _engine(kind).say(text, lang, draw)
            phonemes = _engine(Espeak).phonemes(text, lang)
        except (EngineError, OSError) as error:
            lost += 1
            if lost > SHARD:
                raise EngineError(f"too many failures, the last: {error}") from error
            continue
        if part == "train":
            samples = distort(samples, rng, strength, babble) if rng.random() < 0.75 else samples
            babble = samples if len(samples) > RATE else babble
        samples = frame(samples, rng)
        if not 0.3 < len(samples) / RATE < MAX_SECONDS:
            continue
        mel, top = pack(log_mel(samples))
        clips.append({"mel": mel, "top": top, "lang": lang, "text": text, "phonemes": phonemes, "engine": voice,
                      **({} if part == "train" else {"kept": message.kept[lang]})})
    save(path, clips)
    hours = sum(len(c["mel"]) for c in clips) / 360000
    return f"{path.name}: {hours:.2f} h, {lost} lost"


REAL = {"en-cathy": "en", "de-kerstin": "de", "en-arctic": "en"}


def real(folder: Path, out: Path) -> str:
    """The transcribed real recordings, every twelfth held out for the evaluation."""
    from .recordings import transcribed

    espeak = _engine(Espeak)
    kept: dict[str, list[dict]] = {"train": [], "test": []}
    for name, lang in REAL.items():
        for i, (samples, text) in enumerate(transcribed(folder / name)):
            if len(samples) / RATE > MAX_SECONDS:
                continue
            mel, top = pack(log_mel(samples))
            kept["test" if i % 12 == 0 else "train"].append(
                {"mel": mel, "top": top, "lang": lang, "text": text, "phonemes": espeak.phonemes(text, lang), "engine": f"real/{name}"})
    for part, clips in kept.items():
        random.Random(1).shuffle(clips)
        save(out / f"real-{part}.npz", clips)
    return f"real: {len(kept['train'])} training clips, {len(kept['test'])} held out"
