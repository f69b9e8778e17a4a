"""The table of figures, and each model's card made of its text (`training/<model>/card.md`) and its figures."""
from __future__ import annotations

import json
from pathlib import Path

from ..text.morphology import LANGUAGES

Row = tuple[str, str, str, str]


def percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def by_language(shares: dict[str, float] | None) -> str:
    return ", ".join(f"{lang} {percent(shares[lang])}" for lang in LANGUAGES if lang in shares) if shares else ""


def read(out: Path, model: str) -> dict:
    path = out / model / "figures.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def rows(out: Path) -> dict[str, list[Row]]:
    """For each model: figure, goal (at least), reached, details."""
    w, t, s = read(out, "whisper"), read(out, "translation"), read(out, "speaker")
    return {
        "whisper": [
            ("recognition WER, synthetic, test sentences", "≤ 8 % (20)", percent(w.get("wer_all")), by_language(w.get("wer"))),
            ("language from the first decoder step", "≥ 97 % (90)", percent(w.get("language_all")), by_language(w.get("language"))),
            ("real voices, held-out clips, open text: WER", "reported", percent(w.get("real", {}).get("wer_all")), by_language(w.get("real", {}).get("wer"))),
            ("confidence, right against wrong words: AUC", "≥ 0.90 (0.80)", number(w.get("word_auc")), ""),
            ("confidence, in- against out-of-grammar clips: AUC", "≥ 0.90 (0.80)", number(w.get("grammar_auc")), ""),
            ("noise, music, silence without words", "≥ 99 % (95)", percent(w.get("nothing")), f"speech taken for none: {percent(w.get('speech_called_nothing'))}"),
            ("WER, int8 against fp32", "no worse by a tenth", f"{percent(w.get('wer_int8_part'))} against {percent(w.get('wer_fp32_part'))}", ""),
        ],
        "translation": [
            ("translation chrF, mean of 30 directions", "≥ 85 (70)", number(t.get("chrf_mean")),
             f"worst {min(t['chrf'], key=t['chrf'].get)} {min(t['chrf'].values()):.1f}" if t else ""),
            ("numbers, times, dates and names kept exactly", "≥ 98 % (95)", percent(t.get("kept")), f"of {t.get('kept_of', 0)}"),
            ("chrF, int8 against fp32", "no worse by a tenth", f"{number(t.get('chrf_int8_part'))} against {number(t.get('chrf_fp32_part'))}", ""),
        ],
        "speaker": [("speaker EER, unseen speakers", "≤ 5 % (10)", percent(s.get("eer")), f"fp32 {percent(s.get('eer_fp32'))}")],
    }


def table(found: list[Row]) -> str:
    return "\n".join(["| figure | goal (at least) | reached | |", "| --- | --- | --- | --- |", *(f"| {' | '.join(r)} |" for r in found)])


def write_card(model: str, out: Path, work: Path) -> None:
    """The speaker encoder's card is written by its own evaluation, which knows its trials."""
    figures = read(out, model)
    if model == "speaker" or not figures:
        return
    log = work / model / "done.json"
    done = json.loads(log.read_text()) if log.exists() else figures.get("training", {})
    values: dict[str, object] = {"table": table(rows(out)[model]), "steps": f"{done.get('step', 0):,}", "minutes": round(done.get("minutes", 0)),
                                 "hours": round(done.get("synthetic_hours", 0))}
    if model == "whisper":
        real = figures.get("real", {})
        values |= {"clips": figures["clips"], "wer": " | ".join(percent(figures["wer"].get(lang)) for lang in LANGUAGES),
                   "language": " | ".join(percent(figures["language"].get(lang)) for lang in LANGUAGES), "real_wer": percent(real.get("wer_all")),
                   "real_clips": real.get("clips", 0), "real_by_language": by_language(real.get("wer"))}
    if model == "translation":
        cell = lambda a, b: "–" if a == b else f"{figures['chrf'][f'{a}-{b}']:.1f}"
        values |= {"directions": "\n".join(f"| **{a}** | {' | '.join(cell(a, b) for b in LANGUAGES)} |" for a in LANGUAGES)}
    text = (Path(__file__).parents[1] / model / "card.md").read_text("utf-8")
    (out / model / "README.md").write_text(text.format(**values), "utf-8")
