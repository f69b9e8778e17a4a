"""Measures the exported speaker encoder through onnxruntime, on people it was not trained on, and writes its figures and its card."""
from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

from .data import people, split
from .export import agreement, embedder
from .fbank import feats
from .trials import equal_error, pieces, scores

SECONDS = 3.0


def run(args: Namespace) -> dict[str, object] | None:
    """The figures; rates are shares, 0…1."""
    out, work = Path(args.out) / "speaker", Path(args.work) / "speaker"
    if args.speech is None:
        print("the speaker encoder is measured on real recordings: skipped, no --speech")
        return None
    small = embedder(out / "onnx/model_quantized.onnx")
    parts = pieces(args.speech, "test", args.seed, SECONDS)
    same, different = scores(parts, small, SECONDS)
    rate, threshold = equal_error(same, different)
    longer = pieces(args.speech, "test", args.seed, 5.0)
    figures: dict[str, object] = {
        "eer": rate, "eer_fp32": None, "trials": len(same) + len(different), "speakers": len({i for i, _, _ in parts}),
        "same_speaker_trials": len(same), "seconds": SECONDS, "threshold": threshold,
        "eer_other_place": equal_error(*scores(parts, small, SECONDS, other_place=True))[0],
        "eer_5s": equal_error(*scores(longer, small, 5.0))[0],
        "eer_choices": equal_error(*scores(pieces(args.speech, "dev", args.seed, SECONDS), small, SECONDS))[0],
        "size_mb": round((out / "onnx/model_quantized.onnx").stat().st_size / 1e6, 2),
    }
    full = work / "model.onnx"  # made by `export`, not shipped
    if full.exists():
        exact = embedder(full)
        figures["eer_fp32"] = equal_error(*scores(parts, exact, SECONDS))[0]
        figures["agreement"] = agreement(exact, small, [feats(s)[None] for _, _, s in parts[::5]])
    (out / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    write_card(out, work, figures, args)
    return figures


def write_card(out: Path, work: Path, figures: dict[str, object], args: Namespace) -> None:
    percent = lambda key: "not measured" if figures.get(key) is None else f"{100 * float(str(figures[key])):.1f} %"
    names = split(args.speech, args.seed)
    done = json.loads((work / "done.json").read_text()) if (work / "done.json").exists() else {}
    everyone = people(args.speech)
    corpora = [everyone[n][0].parent.name for n in names["test"]]
    text = (Path(__file__).parent / "card.md").read_text("utf-8")
    values = {key: percent(key) for key in ("eer", "eer_fp32", "eer_other_place", "eer_5s", "eer_choices")} | {
        "trials": figures["trials"], "same": figures["same_speaker_trials"], "speakers": figures["speakers"], "seconds": f"{SECONDS:.0f}",
        "threshold": f"{figures['threshold']:.2f}", "agreement": f"{figures.get('agreement', 0):.3f}", "size": figures["size_mb"],
        "training_speakers": len(names["train"]), "dev_speakers": len(names["dev"]), "libri": corpora.count("librispeech") + corpora.count("llvc"),
        "vctk": corpora.count("vctk"), "steps": done.get("step", "?"), "minutes": round(done.get("minutes", 0)), "classes": done.get("classes", "?")}
    (out / "README.md").write_text(text.format(**values), "utf-8")
