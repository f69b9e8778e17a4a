"""Reads the grammar's files and writes sentences: templates, words, slots. The format is in README.md."""
from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from . import builtins
from .morphology import LANGUAGES, GrammarError, Noun, join, noun_form, parse_noun

GRAMMAR_DIR = Path(__file__).parent / "grammar"
_SLOT = re.compile(r"\{([a-z]\w*)(?:\.([a-z.]+)|\?([^{}]*))?\}")


@dataclass
class Category:
    name: str
    kind: str  # noun, phrase, person, city, country
    forms: dict[str, list[str]] = field(default_factory=dict)  # phrase categories: language → form names
    entries: list[dict] = field(default_factory=list)  # language → Noun, list of forms, or text


@dataclass(frozen=True)
class Template:
    id: str
    slots: tuple[tuple[str, str, str], ...]  # name, category, arguments
    text: dict[str, str]


@dataclass
class Grammar:
    categories: dict[str, Category]
    templates: list[Template]

    def values(self, category: str, args: str) -> list[tuple]:
        if category in builtins.BUILTIN:
            return builtins.values(category, args)
        if category not in self.categories:
            raise GrammarError(f"unknown category {category!r}")
        return [("word", category, i) for i in range(len(self.categories[category].entries))]

    def form(self, value: tuple, form: str, lang: str) -> str:
        if value[0] != "word":
            return builtins.render(value, form, lang)
        category = self.categories[value[1]]
        entry = category.entries[value[2]][lang]
        if category.kind == "noun":
            return noun_form(entry, form, lang)
        if category.kind == "person":
            return builtins.person_form(entry[0], entry[1], form, lang)
        if category.kind == "city":
            return builtins.city_form(entry, form, lang)
        if category.kind == "country":
            return builtins.country_form(entry, form, lang)
        names = category.forms[lang]
        if form and form not in names:
            raise GrammarError(f"no form {form!r} of {category.name} in {lang}")
        return entry[names.index(form) if form else 0]

    def gender(self, value: tuple, lang: str) -> tuple[int, bool]:
        """Index of the gender (m 0, f 1, n 2) and whether the word is plural."""
        if value[0] == "word":
            category = self.categories[value[1]]
            entry = category.entries[value[2]][lang]
            if category.kind == "noun":
                return "mfn".index(entry.gender), entry.plural_only
            if category.kind == "person":
                return "mf".index(entry[1]), False
        raise GrammarError(f"no gender: {value}")

    def write(self, template: Template, chosen: dict[str, tuple], lang: str) -> str:
        """One sentence in one language."""

        def slot(m: re.Match) -> str:
            value = chosen[m[1]]
            if m[3] is None:
                return self.form(value, m[2] or "", lang)
            options = m[3].split("|")
            gender, plural = self.gender(value, lang)
            if len(options) == 4:
                return options[2 * plural + min(gender, 1)]
            if gender >= len(options):
                raise GrammarError(f"{template.id} ({lang}): {len(options)} choices for gender {gender}")
            return options[gender]

        return join(_SLOT.sub(slot, template.text[lang]), lang)

    def kept(self, template: Template, chosen: dict[str, tuple], lang: str) -> list[str]:
        """What a translation must keep exactly: the words of numbers, times, dates, prices and names."""
        found = []
        for m in _SLOT.finditer(template.text[lang]):
            value = chosen[m[1]]
            named = value[0] == "word" and self.categories[value[1]].kind in ("person", "city", "country")
            if m[3] is None and (named or value[0] != "word"):
                found.append(join("x " + self.form(value, m[2] or "", lang), lang)[2:])
        return found

    def phrases(self, template: Template, chosen: dict[str, tuple]) -> list[dict[str, str]]:
        """What stands in each slot, in all languages: those that every language writes once, as words of its own."""
        found: list[dict[str, str]] = []
        for name in chosen:
            places = {lang: [m for m in _SLOT.finditer(template.text[lang]) if m[1] == name] for lang in LANGUAGES}
            if all(len(p) == 1 and p[0][3] is None for p in places.values()):
                found.append({lang: join("x " + self.form(chosen[name], p[0][2] or "", lang), lang)[2:] for lang, p in places.items()})
        return found


def load(folder: Path = GRAMMAR_DIR) -> Grammar:
    """The whole grammar. Raises GrammarError with every fault found, one a line."""
    categories: dict[str, Category] = {}
    templates: list[Template] = []
    faults: list[str] = []
    for path in sorted(folder.glob("*.txt")):
        _read(path, categories, templates, faults)
    grammar = Grammar(categories, templates)
    seen: set[str] = set()
    for t in templates:
        if t.id in seen:
            faults.append(f"{t.id}: twice")
        seen.add(t.id)
        faults.extend(_faults(grammar, t))
    if faults:
        raise GrammarError("\n".join(faults))
    return grammar


def _read(path: Path, categories: dict, templates: list, faults: list) -> None:
    head: tuple[str, tuple] | None = None
    text: dict[str, str] = {}
    current: Category | None = None
    kin = False

    def close() -> None:
        nonlocal head, text
        if head:
            missing = [lang for lang in LANGUAGES if lang not in text]
            if missing:
                faults.append(f"{path.name}: {head[0]} lacks {' '.join(missing)}")
            else:
                templates.append(Template(head[0], head[1], text))
        head, text = None, {}

    for number, raw in enumerate(path.read_text("utf-8").splitlines(), 1):
        line = raw.strip()
        where = f"{path.name}:{number}"
        try:
            if not line or line.startswith("//") or re.match(r"#(?!#)", line):
                continue
            if line.startswith("## "):
                close()
                current = None
                name, *slots = [part.strip() for part in line[3:].split("|")]
                parsed = []
                for slot in slots:
                    m = re.fullmatch(r"(\w+)\s*=\s*([\w.]+)(?::([\d-]+))?", slot)
                    if not m:
                        raise GrammarError(f"slot {slot!r}")
                    parsed.append((m[1], m[2], m[3] or ""))
                head = (name, tuple(parsed))
            elif line.startswith("@"):
                close()
                words = line[1:].split()
                kind, kin = words[0].removesuffix("!kin"), words[0].endswith("!kin")
                name = words[1] if len(words) > 1 and ":" not in words[1] else kind
                forms = {w.split(":")[0]: w.split(":")[1].split(",") for w in words[2:]}
                current = categories.setdefault(name, Category(name, kind, forms or {lang: ["a"] for lang in LANGUAGES}))
            elif head and (m := re.match(r"(en|fr|es|de|it|pt): (.+)", line)):
                text[m[1]] = m[2].strip()
            elif current:
                current.entries.append(_entry(line, current, kin))
            else:
                raise GrammarError(f"what is {line!r}?")
        except (GrammarError, ValueError) as error:
            faults.append(f"{where}: {error}")
    close()


def _entry(line: str, category: Category, kin: bool) -> dict:
    cells = [c.strip() for c in re.split(r"\s*\|\s*", line)]
    if category.kind == "person":
        name, gender = cells[0].split()
        return {lang: (name, gender) for lang in LANGUAGES}
    if len(cells) != 6:
        raise GrammarError(f"{len(cells)} cells: {line!r}")
    if category.kind in ("city", "country"):
        return dict(zip(LANGUAGES, cells))
    if category.kind == "noun":
        return {lang: parse_noun(c, lang, kin) for lang, c in zip(LANGUAGES, cells)}
    entry = {}
    for lang, cell in zip(LANGUAGES, cells):
        forms = [f.strip() for f in cell.split(";")]
        wanted = category.forms.get(lang, ["a"])
        category.forms.setdefault(lang, wanted)
        if len(forms) != len(wanted):
            raise GrammarError(f"{lang}: {len(forms)} forms, {len(wanted)} wanted ({', '.join(wanted)}): {cell!r}")
        entry[lang] = forms
    return entry


def _faults(grammar: Grammar, t: Template) -> list[str]:
    faults = []
    names = {name for name, _, _ in t.slots}
    for lang in LANGUAGES:
        used = {m[1] for m in _SLOT.finditer(t.text[lang])}
        if used != names:
            faults.append(f"{t.id} ({lang}): slots {sorted(used ^ names)} not on both sides")
        rest = _SLOT.sub("", t.text[lang])
        if re.search(r"[{}]|\d", rest):
            faults.append(f"{t.id} ({lang}): digit or brace in {rest!r}")
        if not re.search(r"[.?!]$", t.text[lang]):
            faults.append(f"{t.id} ({lang}): no full stop")
        if re.search(r"[;:()\"«»…’“”]", rest):
            faults.append(f"{t.id} ({lang}): punctuation in {rest!r}")
    if faults:
        return faults
    for name, category, args in t.slots:
        try:
            every = grammar.values(category, args)
        except GrammarError as error:
            return [f"{t.id}: {error}"]
        if not every:
            return [f"{t.id}: no words in {category!r}"]
    base = {n: grammar.values(c, a)[0] for n, c, a in t.slots}
    for lang in LANGUAGES:
        try:
            grammar.write(t, base, lang)
            for m in _SLOT.finditer(t.text[lang]):
                category, args = next((c, a) for n, c, a in t.slots if n == m[1])
                _try_all(grammar, category, args, m[2] or "", len(m[3].split("|")) if m[3] is not None else 0, lang)
        except (GrammarError, KeyError, IndexError, ValueError) as error:
            faults.append(f"{t.id} ({lang}): {error}")
    return faults


def _try_all(grammar: Grammar, category: str, args: str, form: str, choices: int, lang: str, seen: set = set()) -> None:
    """Writes a form (or asks for an agreement with so many choices) of every value of a category, once."""
    key = (id(grammar), category, args, form, choices, lang)
    if key in seen:
        return
    for value in grammar.values(category, args):
        if not choices:
            grammar.form(value, form, lang)
        elif grammar.gender(value, lang)[0] >= choices:
            raise GrammarError(f"{choices} choices, but {value} is neuter")
    seen.add(key)
