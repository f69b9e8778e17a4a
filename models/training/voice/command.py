"""`python -m training voice calibrate`: measures what makes a voice model trustworthy, and writes it down for the app."""
from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from . import calibrate

ROOT = Path(__file__).parents[3]


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("what", choices=["calibrate"])
    parser.add_argument("--starter", type=Path, default=ROOT / "models/starter")
    parser.add_argument("--app", type=Path, default=ROOT / "src/lib/voice/training/calibration.ts", help="the constants for the app")


def run(args: Namespace) -> None:
    calibrate.run(args)
