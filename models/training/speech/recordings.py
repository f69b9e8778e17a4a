"""Real recordings, read from the folder that `--speech` names."""
from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile

from .engines import to_rate


def read(path: Path) -> np.ndarray:
    """float32 mono at 16 kHz."""
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return to_rate(samples.mean(axis=1), rate)


def clean(text: str) -> str:
    """The spelling that the grammar uses: straight apostrophes, no quotation marks, plain punctuation."""
    text = text.replace("’", "'").replace("–", ",").replace("—", ",")
    text = re.sub(r"[\"“”„«»()\[\]:;…]", "", text)
    text = re.sub(r"\s+", " ", text).strip()
    return text if re.search(r"[.?!]$", text) or not text else text + "."


def transcribed(folder: Path) -> Iterator[tuple[np.ndarray, str]]:
    """Clips and sentences of a folder with a `transcripts.tsv` (file, text)."""
    with open(folder / "transcripts.tsv", encoding="utf-8") as f:
        for row in csv.reader(f, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row[:1] == ["file"]:
                continue
            path = folder / row[0]
            if path.exists() and len(row) > 1:
                yield read(path), clean(row[-1])
