"""`python -m training export MODEL`: ONNX, int8, tokenizer and configuration, as the hub lays them out."""
from __future__ import annotations

from argparse import ArgumentParser, Namespace
from importlib import import_module
from pathlib import Path

from .train import MODELS


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent / "starter")


def run(args: Namespace) -> None:
    import_module(f"training.{args.model}.export").run(args)
