"""Forms of nouns, articles and possessives in the six languages, and the joints between words.

A noun cell of the lexicon becomes a `Noun`; `noun_form` writes one of the forms that the README's table lists;
`join` mends a finished sentence where neighbouring words change each other (elision, contraction, euphony).
"""
from __future__ import annotations

import re
from dataclasses import dataclass

LANGUAGES = ("en", "fr", "es", "de", "it", "pt")
VOWELS = "aeiouyàâäáãéèêëíìîïóòôöõúùûüœæ"


class GrammarError(ValueError):
    """A template or a word that the grammar cannot use; the message names the file and line."""


@dataclass(frozen=True)
class Noun:
    singular: str
    plural: str
    gender: str  # m, f, n; "" in English
    plural_only: bool = False
    marked: bool = False  # French aspirated h, Spanish feminine with `el`, German weak masculine (den Kunden), Italian kin noun with article (il mio padrino)
    kin: bool = False  # Italian family noun: no article before the possessive


def parse_noun(cell: str, lang: str, kin: bool = False) -> Noun:
    plural = None
    if "/" in cell:
        cell, plural = (part.strip() for part in cell.split("/", 1))
    gender, marked, plural_only = "", False, False
    words = cell.split()
    tag = re.fullmatch(r"(m|f|n|mp|fp|p)(\*?)", words[-1]) if len(words) > 1 else None
    if tag:
        words.pop()
        marked = bool(tag[2])
        plural_only = tag[1].endswith("p")
        gender = tag[1].rstrip("p")
    singular = " ".join(words)
    if lang != "en" and not gender and not plural_only:
        raise GrammarError(f"no gender: {cell!r} ({lang})")
    if lang == "de" and not plural and not plural_only:
        plural = singular
    return Noun(singular, plural or (singular if plural_only else regular_plural(singular, lang, gender)),
                gender or "m", plural_only, marked, kin)


def regular_plural(noun: str, lang: str, gender: str) -> str:
    head, *rest = noun.split(" ") if lang in ("fr", "es", "it", "pt") else [noun]
    tail = (" " + " ".join(rest)) if rest else ""
    return _plural_word(head, lang, gender) + tail


def _plural_word(w: str, lang: str, gender: str) -> str:
    if lang == "en":
        if re.search(r"[^aeiou]y$", w):
            return w[:-1] + "ies"
        return w + ("es" if re.search(r"(s|x|z|ch|sh)$", w) else "s")
    if lang == "fr":
        if re.search(r"(s|x|z)$", w):
            return w
        if re.search(r"(eau|eu)$", w):
            return w + "x"
        return w[:-2] + "aux" if w.endswith("al") else w + "s"
    if lang == "es":
        if w.endswith("z"):
            return w[:-1] + "ces"
        if re.search(r"[aeiouáéó]$", w):
            return w + "s"
        if re.search(r"[aeiou]s$", w):
            return w
        for accented, plain in zip("áéíóú", "aeiou"):
            if re.search(accented + r"[nsl]$", w):
                return w[:-2] + plain + w[-1] + "es"
        return w + "es"
    if lang == "it":
        if re.search(r"[àèéìòù]$", w) or not re.search(r"[aeio]$", w):
            return w
        if re.search(r"[cg]a$", w):
            return w[:-1] + "he"
        if re.search(r"[^aeiou](cia|gia)$", w):
            return w[:-2] + "e"
        if w.endswith("io"):
            return w[:-1]
        if re.search(r"[cg]o$", w):
            return w[:-1] + "hi"
        if w.endswith("a"):
            return w[:-1] + ("e" if gender == "f" else "i")
        return w[:-1] + "i"
    if lang == "pt":
        if w.endswith("ão"):
            return w[:-2] + "ões"
        if w.endswith("m"):
            return w[:-1] + "ns"
        if re.search(r"[rz]$", w):
            return w + "es"
        if w.endswith("ol"):
            return w[:-2] + "óis"
        if re.search(r"[au]l$", w):
            return w[:-1] + "is"
        if w.endswith("el"):
            return w[:-2] + "éis"
        if w.endswith("s"):
            return w
        return w + "s"
    return w


def _starts_vowel(w: str) -> bool:
    return w[:1].lower() in VOWELS


def _fr_elides(noun: Noun, word: str) -> bool:
    return not noun.marked and (_starts_vowel(word) and not word.startswith("y") or word[:1].lower() == "h")


def _it_heavy(w: str) -> bool:
    """Italian `lo`, `gli`, `uno`: before z, s + consonant, gn, ps, pn, x, y and i + vowel."""
    return bool(re.match(r"(z|s[^aeiouh]|gn|ps|pn|x|y|i[aeou])", w.lower()))


def _definite(n: Noun, w: str, plural: bool, lang: str) -> str:
    f = n.gender == "f"
    if lang == "en":
        return f"the {w}"
    if lang == "fr":
        if plural:
            return f"les {w}"
        return f"l'{w}" if _fr_elides(n, w) else f"{'la' if f else 'le'} {w}"
    if lang == "es":
        if plural:
            return f"{'las' if f else 'los'} {w}"
        return f"{'la' if f and not n.marked else 'el'} {w}"
    if lang == "it":
        if plural:
            return f"{'le' if f else 'gli' if _it_heavy(w) or _starts_vowel(w) else 'i'} {w}"
        if _starts_vowel(w) and not _it_heavy(w):
            return f"l'{w}"
        return f"{'la' if f else 'lo' if _it_heavy(w) else 'il'} {w}"
    if lang == "pt":
        return f"{('as' if f else 'os') if plural else ('a' if f else 'o')} {w}"
    raise GrammarError(lang)


def _indefinite(n: Noun, w: str, lang: str) -> str:
    f = n.gender == "f"
    if n.plural_only:
        return {"en": w, "fr": f"des {w}", "es": f"{'unas' if f else 'unos'} {w}",
                "it": f"{'delle' if f else 'degli' if _it_heavy(w) or _starts_vowel(w) else 'dei'} {w}",
                "pt": f"{'umas' if f else 'uns'} {w}"}[lang]
    if lang == "en":
        return f"a {w}"
    if lang == "fr":
        return f"{'une' if f else 'un'} {w}"
    if lang == "es":
        return f"{'una' if f and not n.marked else 'un'} {w}"
    if lang == "it":
        if f:
            return f"un'{w}" if _starts_vowel(w) and not _it_heavy(w) else f"una {w}"
        return f"{'uno' if _it_heavy(w) else 'un'} {w}"
    return f"{'uma' if f else 'um'} {w}"


def _possessive(n: Noun, w: str, plural: bool, who: str, lang: str) -> str:
    f = n.gender == "f"
    if lang == "en":
        return f"{who} {w}"
    if lang == "fr":
        table = {"my": ("mon", "ma", "mes"), "your": ("ton", "ta", "tes"), "our": ("notre", "notre", "nos")}[who]
        if plural:
            return f"{table[2]} {w}"
        return f"{table[1] if f and not _fr_elides(n, w) else table[0]} {w}"
    if lang == "es":
        if who == "our":
            return f"nuestr{'a' if f else 'o'}{'s' if plural else ''} {w}"
        return f"{'mi' if who == 'my' else 'tu'}{'s' if plural else ''} {w}"
    if lang == "it":
        stem = {"my": ("mio", "mia", "miei", "mie"), "your": ("tuo", "tua", "tuoi", "tue"),
                "our": ("nostro", "nostra", "nostri", "nostre")}[who][2 * plural + f]
        article = "" if n.kin and not n.marked and not plural else ({(0, 0): "il ", (0, 1): "la ", (1, 0): "i ", (1, 1): "le "}[int(plural), int(f)])
        return f"{article}{stem} {w}"
    stem = {"my": ("o meu", "a minha", "os meus", "as minhas"), "your": ("o teu", "a tua", "os teus", "as tuas"),
            "our": ("o nosso", "a nossa", "os nossos", "as nossas")}[who][2 * plural + f]
    return f"{stem} {w}"


_THIS = {"en": ("this", "this", "these", "these"), "fr": ("ce", "cette", "ces", "ces"),
         "es": ("este", "esta", "estos", "estas"), "it": ("questo", "questa", "questi", "queste"),
         "pt": ("este", "esta", "estes", "estas")}

_DE_DER = {"nom": ("der", "die", "das", "die"), "acc": ("den", "die", "das", "die"),
           "dat": ("dem", "der", "dem", "den"), "gen": ("des", "der", "des", "der")}
_DE_EIN = {"nom": ("", "e", "", "e"), "acc": ("en", "e", "", "e"), "dat": ("em", "er", "em", "en")}


def _german(n: Noun, form: str) -> str:
    base, _, case = form.partition(".")
    case = case or "nom"
    plural = n.plural_only or base.endswith("pl")
    base = base.removesuffix("pl") or ("" if form.startswith("pl") else base)
    column = 3 if plural else "mfn".index(n.gender)
    w = n.plural if plural or n.marked and case != "nom" else n.singular
    if plural and case == "dat" and not re.search(r"(n|s)$", w):
        w += "n"
    if base == "":
        return w
    if base == "def":
        return f"{_DE_DER[case][column]} {w}"
    if base == "this":
        return f"{'dies' + {'der': 'er', 'die': 'e', 'das': 'es', 'den': 'en', 'dem': 'em'}[_DE_DER[case][column]]} {w}"
    if base == "indef" and plural:
        return w
    stems = {"indef": "ein", "my": "mein", "your": "dein", "our": "unser", "no": "kein"}
    if base not in stems:
        raise GrammarError(f"no German form {form!r}")
    return f"{stems[base]}{_DE_EIN[case][column]} {w}"


def noun_form(n: Noun, form: str, lang: str) -> str:
    """One form of the README's table. Raises GrammarError for a form that the language does not have."""
    if lang == "de":
        return _german(n, form)
    plural = n.plural_only or form.endswith("pl")
    base = form.removesuffix("pl")
    w = n.plural if plural else n.singular
    f = n.gender == "f"
    if base == "":
        return w
    if base == "def":
        return _definite(n, w, plural, lang)
    if base == "indef":
        return _indefinite(n, w, lang)
    if base in ("my", "your", "our"):
        return _possessive(n, w, plural, base, lang)
    if base == "this":
        if lang == "fr" and not plural and not f and _fr_elides(n, w):
            return f"cet {w}"
        if lang == "it" and not plural and _starts_vowel(w) and not _it_heavy(w):
            return f"quest'{w}"
        return f"{_THIS[lang][2 * plural + f]} {w}"
    if base == "no":
        if lang == "fr":
            return f"d'{w}" if _fr_elides(n, w) else f"de {w}"
        if lang == "es":
            return f"{'ninguna' if f and not n.marked else 'ningún'} {w}"
        if lang == "it":
            return (f"nessun'{w}" if _starts_vowel(w) else f"nessuna {w}") if f else f"{'nessuno' if _it_heavy(w) else 'nessun'} {w}"
        return {"en": f"no {w}", "pt": f"{'nenhuma' if f else 'nenhum'} {w}"}[lang]
    raise GrammarError(f"no form {form!r} of a noun in {lang}")


_FR_NO_ELISION = r"(?!(?:onz|oui\b|huit|yaourt|yoga|ouistiti|harpe|haie|hareng|haricot|halte|hangar|harnais|haine|hamac|hublot|hutte|hurl|haltère|hausse|havre|hambourg|hérit?isson|homard|hamburger|hall\b|haut|hasard|hockey|hamster|hibou|hors\b|homard|handball|hérisson|héros\b|housse|hache|hauteur|hanche|hangar|un mètre|uns\b))"
_FR_ELIDE = re.compile(rf"(?<!-)\b(de|que|ne|je|me|te|se|le|la|jusque|lorsque|puisque) {_FR_NO_ELISION}(?=[aeiouhàâéèêëîïôùûœ])", re.I)
_IT_PREP = {"di": "del", "a": "al", "in": "nel", "da": "dal", "su": "sul"}
_DE_FUSE = {("in", "dem"): "im", ("in", "das"): "ins", ("an", "dem"): "am", ("an", "das"): "ans", ("zu", "dem"): "zum",
            ("zu", "der"): "zur", ("von", "dem"): "vom", ("bei", "dem"): "beim"}
_PT_PREP = {"de": "d", "em": "n", "por": "pel"}
_KEEP = "\u0001"  # marks a place where the rule must not apply


def _upper_like(model: str, text: str) -> str:
    return text[:1].upper() + text[1:] if model[:1].isupper() else text


def _sub(pattern: str, fix, text: str) -> str:
    return re.sub(pattern, lambda m: _upper_like(m[0], fix(m)), text, flags=re.I)


def join(text: str, lang: str) -> str:
    """Elision, contraction and euphony over a whole sentence."""
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r" ([.,!?])", r"\1", text)
    if lang == "en":
        text = re.sub(r"\b([Aa]) (?=(?:[aeio]|u(?!ni|se|su|ti|k)|hour|honest|heir)(?!ne[ -]|nce\b|uro))", r"\1n ", text)
    elif lang == "fr":
        text = _FR_ELIDE.sub(lambda m: m[1][:-1] + "'", text)
        text = re.sub(r"\b([Ss])i (?=ils?\b)", r"\1'", text)
        for plain, fused in (("de le", "du"), ("à le", "au"), ("de les", "des"), ("à les", "aux")):
            text = _sub(rf"\b{plain}\b(?! \b(?:faire|voir|dire|prendre|mettre|lire|trouver|garder|rendre)\b)", lambda m, x=fused: x, text) if plain.startswith("d") \
                else _sub(rf"(?<!\w){plain}\b(?! \b(?:faire|voir|dire|prendre|mettre|lire|trouver|garder|rendre)\b)", lambda m, x=fused: x, text)
    elif lang == "es":
        text = re.sub(r"\b(de|a) el (?=\w)", lambda m: ("del " if m[1] == "de" else "al "), text)
        text = re.sub(r"\by (?=[Hh]?[Ii](?!e))", "e ", text)
        text = re.sub(r"\bo (?=[Hh]?[Oo])", "u ", text)
    elif lang == "de":
        text = _sub(r"\b(in|an|zu|von|bei) (dem|das|der)\b", lambda m: _DE_FUSE.get((m[1].lower(), m[2]), f"{m[1]} {m[2]}"), text)
    elif lang == "it":
        text = _sub(r"\b(di|a|in|da|su) (il|lo|la|i|gli|le) (?=\w)",
                    lambda m: {"il": _IT_PREP[m[1].lower()], "i": _IT_PREP[m[1].lower()][:-1] + "i",
                               "gli": _IT_PREP[m[1].lower()][:-1] + "gli"}.get(m[2], _IT_PREP[m[1].lower()] + m[2]) + " ", text)
        text = _sub(r"\b(di|a|in|da|su) l'", lambda m: _IT_PREP[m[1].lower()] + "l'", text)
        # before the vowel of a number: "l'ottavo", "all'undici per cento", "negli otto giorni"
        text = _sub(r"\b(il|al|del|dal|nel|sul) (?=ott|undic)", lambda m: "l'" if m[1].lower() == "il" else f"{m[1]}l'", text)
        text = _sub(r"\b(a|de|da|ne|su|)i (?=ott|undic)", lambda m: f"{m[1]}gli ", text)
        text = _sub(r"\ba (?=a)", lambda m: "ad ", text)
        text = _sub(r"\be (?=[eè])", lambda m: "ed ", text)
    elif lang == "pt":
        text = _sub(r"\b(de|em) (est|ess|aquel|el)(e|a|es|as|ei)\b(?! [rs]e?\b)", lambda m: f"{_PT_PREP[m[1].lower()]}{m[2]}{m[3]}", text)
        text = _sub(r"\bde aqui\b", lambda m: "daqui", text)
        text = _sub(r"\b(de|em|por) (o|a|os|as) (?=\w)", lambda m: f"{_PT_PREP[m[1].lower()]}{m[2]} ", text)
        text = _sub(r"\bem (um|uma|uns|umas) (?=\w)", lambda m: f"num{m[1][2:]} " if m[1].startswith("um") else f"nun{m[1][2:]} ", text)
        text = _sub(r"(?<!\w)a (os?) (?=\w)", lambda m: f"a{m[1]} ", text)
        text = _sub(r"(?<!\w)a (as?) (?=\w)", lambda m: f"à{m[1][1:]} ", text)
    text = text.replace(_KEEP, "")
    return _capitalise(text)


def _capitalise(text: str) -> str:
    return re.sub(r"(^[¿¡]?|[.!?] [¿¡]?)(\w)", lambda m: m[1] + m[2].upper(), text)
