"""`python -m training text`: checks the grammar, counts words, writes the parts as JSON lines."""
from __future__ import annotations

import json
import re
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from .generate import Generator
from .grammar import load
from .morphology import LANGUAGES, GrammarError

SIZES = {"train": 20000, "dev": 400, "test": 1200}


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="only check and count")
    parser.add_argument("--show", metavar="PREFIX", help="print two examples of each template whose name starts so")
    parser.add_argument("--lang", nargs="*", default=list(LANGUAGES), help="languages to show")


def run(args: Namespace) -> None:
    try:
        grammar = load()
    except GrammarError as error:
        print(error)
        sys.exit(1)
    if args.show is not None:
        _show(grammar, args)
        return
    words = {lang: set() for lang in LANGUAGES}
    for t in grammar.templates:
        values = {name: grammar.values(c, a) for name, c, a in t.slots}
        longest = max([len(v) for v in values.values()] or [1])
        for i in range(longest):
            chosen = {name: v[(i * (k + 1)) % len(v)] for k, (name, v) in enumerate(values.items())}
            for lang in LANGUAGES:
                words[lang].update(re.findall(r"[\w'-]+", grammar.write(t, chosen, lang).lower()))
    print(f"{len(grammar.templates)} templates, {len(grammar.categories)} categories; distinct words: "
          + ", ".join(f"{lang} {len(words[lang])}" for lang in LANGUAGES))
    if args.check:
        return
    out = Path(args.work) / "text"
    out.mkdir(parents=True, exist_ok=True)
    for part, size in SIZES.items():
        messages = Generator(grammar, part, args.seed).take(size)
        with open(out / f"{part}.jsonl", "w", encoding="utf-8") as f:
            for m in messages:
                f.write(json.dumps({"templates": m.templates, "text": m.text, "kept": m.kept}, ensure_ascii=False) + "\n")
        print(f"{part}: {len(messages)} messages")


def _show(grammar, args) -> None:
    import random

    draw = random.Random(args.seed)
    for t in grammar.templates:
        if not t.id.startswith(args.show):
            continue
        print(f"## {t.id}")
        for _ in range(2 if t.slots else 1):
            chosen: dict = {}
            for name, c, a in t.slots:
                chosen[name] = draw.choice([v for v in grammar.values(c, a) if v not in chosen.values()])
            for lang in args.lang:
                print(f"  {lang}: {grammar.write(t, chosen, lang)}")
