"""Messages from the grammar, in six languages at once, in three parts that share no message.

What the development and test parts hold out, by a hash that depends on nothing but the words themselves:
- for every template and slot a tenth of the values (test) and a twentieth (development): the template is known and the
  value is known from other templates, the two are never seen together;
- a twentieth of all numbers, times, dates, lengths and prices altogether, in every template;
- a sixth of all pairs of templates: never neighbours in a training message.
Every test message has at least one of these; no training message has any.
"""
from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass

from .grammar import Grammar, Template
from .morphology import LANGUAGES

COMPOSED = ("number", "clock", "date", "dur", "price")


@dataclass(frozen=True)
class Message:
    templates: tuple[str, ...]
    text: dict[str, str]
    """What a translation must keep exactly, per language, in the order of the text."""
    kept: dict[str, list[str]]


def _share(*key) -> float:
    return int.from_bytes(hashlib.sha256(repr(key).encode()).digest()[:6], "big") / 2**48


def part_of_value(template: str, slot: str, value: tuple, grammar: Grammar) -> str:
    key = value
    if value[0] == "word":  # by the word, so that a reordered list changes nothing
        key = ("word", value[1], str(grammar.categories[value[1]].entries[value[2]]["en"]))
    if value[0] in COMPOSED and _share("value", key) < 0.05:
        return "test"
    s = _share(template, slot, key)
    return "test" if s < 0.10 else "dev" if s < 0.15 else "train"


def part_of_pair(first: str, second: str) -> str:
    s = _share("pair", first, second)
    return "test" if s < 1 / 6 else "dev" if s < 1 / 5 else "train"


class Generator:
    """Endless seeded messages of one part (`train`, `dev` or `test`); `sentences`: how often they have one, two, three."""

    def __init__(self, grammar: Grammar, part: str, seed: int, max_words: int = 26, sentences: tuple[float, ...] = (0.5, 0.35, 0.15)):
        self.grammar, self.part, self.max_words, self.sentences = grammar, part, max_words, sentences
        self.random = random.Random(f"{part}-{seed}")
        self._pools: dict[tuple[str, str], dict[str, list[tuple]]] = {}
        for t in grammar.templates:
            for name, category, args in t.slots:
                pools: dict[str, list[tuple]] = {"train": [], "dev": [], "test": []}
                for value in grammar.values(category, args):
                    pools[part_of_value(t.id, name, value, grammar)].append(value)
                if not pools["train"]:
                    pools["train"] = pools["dev"] + pools["test"]
                self._pools[t.id, name] = pools
        self._deck: list[Template] = []

    def _next_template(self) -> Template:
        """Every template equally often: drawn like cards, not with replacement."""
        if not self._deck:
            self._deck = list(self.grammar.templates)
            self.random.shuffle(self._deck)
        return self._deck.pop()

    def _fill(self, t: Template) -> tuple[dict[str, tuple], bool]:
        chosen: dict[str, tuple] = {}
        held = False
        special = self.random.randrange(len(t.slots)) if t.slots else -1
        for i, (name, _, _) in enumerate(t.slots):
            pools = self._pools[t.id, name]
            pool = pools["train"]
            if self.part != "train" and i == special and pools[self.part]:
                pool = pools[self.part]
            options = [v for v in pool if v not in chosen.values()] or pool
            chosen[name] = self.random.choice(options)
            held = held or pool is pools[self.part] and self.part != "train"
        return chosen, held

    def next(self) -> Message:
        while True:
            count = self.random.choices(range(1, len(self.sentences) + 1), self.sentences)[0]
            parts: list[tuple[Template, dict]] = []
            held = False
            words = 0
            for _ in range(count * 3):
                t = self._next_template()
                if parts:
                    pair = part_of_pair(parts[-1][0].id, t.id)
                    if pair not in ("train", self.part):
                        continue
                    held = held or pair == self.part != "train"
                chosen, fresh = self._fill(t)
                size = len(self.grammar.write(t, chosen, "fr").split())
                if parts and words + size > self.max_words:
                    continue
                parts.append((t, chosen))
                words += size
                held = held or fresh
                if len(parts) == count:
                    break
            if self.part != "train" and not held:
                continue
            g = self.grammar
            return Message(tuple(t.id for t, _ in parts),
                           {lang: " ".join(g.write(t, c, lang) for t, c in parts) for lang in LANGUAGES},
                           {lang: [k for t, c in parts for k in g.kept(t, c, lang)] for lang in LANGUAGES})

    def words(self) -> dict[str, str]:
        """One to four values without their sentences, in all languages: words learnt so are known wherever they stand."""
        wanted = self.random.choice((1, 2, 2, 3, 4))
        found: list[dict[str, str]] = []
        while len(found) < wanted:
            t = self._next_template()
            phrases = self.grammar.phrases(t, self._fill(t)[0])
            found += self.random.sample(phrases, min(1, len(phrases)))
        return {lang: ", ".join(p[lang] for p in found) for lang in LANGUAGES}

    def take(self, n: int) -> list[Message]:
        """`n` messages; development and test messages are all different."""
        if self.part == "train":
            return [self.next() for _ in range(n)]
        found: dict[str, Message] = {}
        for _ in range(n * 20):
            m = self.next()
            found.setdefault(m.text["en"], m)
            if len(found) == n:
                break
        return list(found.values())
