"""`python -m training all`: every step, in order. What is there already is not made again."""
from __future__ import annotations

import subprocess
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from .train import MODELS


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--minutes", type=float, default=100, help="time for the recogniser; the others take half and a third of it")


def run(args: Namespace) -> None:
    common = ["--work", str(args.work), "--seed", str(args.seed), *(["--speech", str(args.speech)] if args.speech else [])]

    def step(*words: str) -> None:
        print("—", *words, flush=True)
        subprocess.run([sys.executable, "-m", "training", *words, *common], check=True, cwd=Path(__file__).parents[1])

    step("text")
    step("speech")
    for model, share in zip(MODELS, (1, 0.5, 0.33)):
        step("train", model, "--minutes", str(args.minutes * share))
        step("export", model)
    step("evaluate")
