"""`python -m training train MODEL`: trains one of the models; goes on from its last checkpoint."""
from __future__ import annotations

from argparse import ArgumentParser, Namespace
from importlib import import_module
from pathlib import Path

MODELS = ("whisper", "translation", "speaker")


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("--minutes", type=float, default=90, help="time to train for in all, checkpoints included")
    parser.add_argument("--start-from", type=Path, default=None, metavar="DIR", help="whisper, translation: without a checkpoint, go on from the models in DIR")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rate", type=float, default=1.5e-3, help="highest learning rate")
    parser.add_argument("--frames", type=int, default=12000, help="whisper: mel frames in a batch")
    parser.add_argument("--ctc-share", type=float, default=0.15, help="whisper: share of the time before the decoder joins")


def run(args: Namespace) -> None:
    import_module(f"training.{args.model}.train").run(args)
