"""`python -m training evaluate`: measures the exported files and prints the table; figures also go to each model's figures.json."""
from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from importlib import import_module
from pathlib import Path

from ..text.morphology import LANGUAGES

STEPS = {"whisper": "training.evaluate.recognition", "translation": "training.evaluate.translation", "speaker": "training.speaker.evaluate"}


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("models", nargs="*", default=list(STEPS), choices=list(STEPS))
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[2] / "starter")
    parser.add_argument("--clips", type=int, default=600, help="test clips of the recogniser")
    parser.add_argument("--messages", type=int, default=60, help="test messages of each of the 30 directions")
    parser.add_argument("--print-only", action="store_true", help="print the table from the figures that are there")


def run(args: Namespace) -> None:
    for name in args.models:
        if not args.print_only:
            figures = import_module(STEPS[name]).run(args)
            if figures is not None:
                (args.out / name / "figures.json").write_text(json.dumps(figures, indent=1), "utf-8")
    print(table(args.out))


def table(out: Path) -> str:
    read = lambda name: json.loads(path.read_text()) if (path := out / name / "figures.json").exists() else {}
    w, t, s = read("whisper"), read("translation"), read("speaker")
    percent = lambda x: "–" if x is None else f"{100 * x:.1f} %"
    number = lambda x: "–" if x is None else f"{x:.2f}"
    by_language = lambda d: " ".join(f"{lang} {percent(d.get(lang))}" for lang in LANGUAGES if d and lang in d)
    rows = [
        ("recognition WER, synthetic, test sentences", "≤ 8 % (20)", percent(w.get("wer_all")), by_language(w.get("wer"))),
        ("language from the first decoder step", "≥ 97 % (90)", percent(w.get("language_all")), by_language(w.get("language"))),
        ("real voices, held-out clips, open text: WER", "reported", percent(w.get("real", {}).get("wer_all")), by_language(w.get("real", {}).get("wer"))),
        ("confidence, right against wrong words: AUC", "≥ 0.90 (0.80)", number(w.get("word_auc")), ""),
        ("confidence, in- against out-of-grammar clips: AUC", "≥ 0.90 (0.80)", number(w.get("grammar_auc")), ""),
        ("noise, music, silence without words", "≥ 99 % (95)", percent(w.get("nothing")), f"speech taken for none: {percent(w.get('speech_called_nothing'))}"),
        ("translation chrF, mean of 30 directions", "≥ 85 (70)", number(t.get("chrf_mean")),
         f"worst {min(t['chrf'], key=t['chrf'].get)} {min(t['chrf'].values()):.1f}" if t else ""),
        ("numbers, times, names kept exactly", "≥ 98 % (95)", percent(t.get("kept")), f"of {t.get('kept_of', 0)}"),
        ("speaker EER, unseen speakers", "≤ 5 % (10)", percent(s.get("eer")), f"fp32 {percent(s.get('eer_fp32'))}"),
        ("int8 against fp32", "≤ a tenth worse", "", f"WER {percent(w.get('wer_int8_part'))} against {percent(w.get('wer_fp32_part'))}; "
         f"chrF {number(t.get('chrf_int8_part'))} against {number(t.get('chrf_fp32_part'))}"),
    ]
    return "\n".join(["| figure | goal (at least) | reached | |", "| --- | --- | --- | --- |", *(f"| {' | '.join(r)} |" for r in rows)])
