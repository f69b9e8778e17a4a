"""`python -m training STEP`, run in `models/`: makes the starter models. `python -m training -h` lists the steps."""
from __future__ import annotations

import sys
from argparse import ArgumentParser
from importlib import import_module
from pathlib import Path

STEPS = {
    "text": ("training.text.command", "check the grammar, count words, write train, dev and test messages"),
    "speech": ("training.speech.command", "speak the messages with several engines, compute features"),
    "train": ("training.train", "train one model: whisper, translation or speaker"),
    "export": ("training.export", "write one model's ONNX files, int8, tokenizer and configuration"),
    "evaluate": ("training.evaluate.command", "measure the exported files through onnxruntime and print the table"),
    "voice": ("training.voice.command", "calibrate the confidence in a voice model on people never trained on"),
    "contract": ("training.contract.command", "write the tiny random models that the tests load"),
    "all": ("training.everything", "every step, in order"),
}


def main(argv: list[str]) -> None:
    if not argv or argv[0] not in STEPS:
        print(__doc__)
        for name, (_, what) in STEPS.items():
            print(f"  {name:10} {what}")
        sys.exit(0 if argv[:1] in (["-h"], ["--help"]) else 2)
    module, what = STEPS[argv[0]]
    step = import_module(module)  # only this one: the text needs no torch
    parser = ArgumentParser(prog=f"python -m training {argv[0]}", description=what)
    parser.add_argument("--work", type=Path, default=Path(__file__).parent / "work", help="folder for what is not committed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--speech", type=Path, default=None, metavar="DIR", help="real recordings (en-cathy, de-kerstin, en-arctic, speakers)")
    step.arguments(parser)
    step.run(parser.parse_args(argv[1:]))


if __name__ == "__main__":
    main(sys.argv[1:])
