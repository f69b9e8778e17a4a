"""Tiny random models in the exact layout of every family that the app loads, for tests. They say nothing; their shapes are right."""
from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from . import audioseal, chatterbox, openvoice, piper, pocket, translation, voice, whisper
from .verify import verify

LIMIT = 4_000_000
SIZED = "whisper-tiny-sized"
"""Too large for the fixtures: written where `--out` says when it is asked for alone, for the bench."""
FIXTURES = Path(__file__).resolve().parents[3] / "tests/fixtures/models"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, default=FIXTURES)
    parser.add_argument("--only", nargs="*", metavar="NAME", help="write these alone")


def run(args: Namespace) -> None:
    if args.only == [SIZED]:
        whisper.write_sized(args.out / SIZED, 1000 * args.seed)
        return
    families = {
        "whisper": lambda folder, seed: whisper.write(folder, 30, False, seed),
        "whisper-timestamps": lambda folder, seed: whisper.write(folder, 15, True, seed),
        "marian": translation.write_marian,
        "m2m100": lambda folder, seed: translation.write_many(folder, False, seed),
        "nllb": lambda folder, seed: translation.write_many(folder, True, seed),
        "ecapa": voice.write_ecapa,
        "openvoice": openvoice.write,
        "silero": voice.write_silero,
        "whisper-fixed": lambda folder, seed: whisper.write(folder, 4, False, seed, table=True),
        "piper": piper.write,
        "ecapa-speechbrain": voice.write_speechbrain,
        "pocket": pocket.write,
        "chatterbox": chatterbox.write,
        "audioseal": audioseal.write,
    }
    for i, (name, write) in enumerate(families.items()):
        if not args.only or name in args.only:
            write(args.out / name, 1000 * args.seed + 10 * i)
            print(f"{name:20} {size(args.out / name) / 1000:7.0f} kB")
    verify(args.out)
    if size(args.out) > LIMIT:
        raise SystemExit(f"{args.out} holds {size(args.out)} bytes, more than {LIMIT}")


def size(folder: Path) -> int:
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
