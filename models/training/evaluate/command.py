"""`python -m training evaluate`: measures the exported files, writes each model's figures.json and card, and prints the table."""
from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from importlib import import_module
from pathlib import Path

from .cards import rows, table, write_card

STEPS = {"whisper": "training.evaluate.recognition", "translation": "training.evaluate.translation", "speaker": "training.speaker.evaluate"}


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("models", nargs="*", default=list(STEPS), choices=list(STEPS))
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[2] / "starter")
    parser.add_argument("--clips", type=int, default=600, help="test clips of the recogniser")
    parser.add_argument("--messages", type=int, default=60, help="test messages of each of the 30 directions")
    parser.add_argument("--print-only", action="store_true", help="print the table from the figures that are there")


def run(args: Namespace) -> None:
    for name in args.models:
        if args.print_only:
            continue
        figures = import_module(STEPS[name]).run(args)
        if figures is None:
            continue
        (args.out / name / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    for name in args.models:
        write_card(name, args.out, args.work)
    print(table([row for found in rows(args.out).values() for row in found]))
