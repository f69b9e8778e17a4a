"""Cardinals and ordinals in words, 0 to 9999, in the six languages."""
from __future__ import annotations

_EN = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_EN_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
_FR = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf".split()
_FR_TENS = "_ _ vingt trente quarante cinquante soixante soixante quatre-vingt quatre-vingt".split()
_ES = ("cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho "
       "diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve").split()
_ES_TENS = "_ _ veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa".split()
_ES_HUNDREDS = "_ ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos".split()
_DE = "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn".split()
_DE_TENS = "_ _ zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig".split()
_IT = ("zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette "
       "diciotto diciannove").split()
_IT_TENS = "_ _ venti trenta quaranta cinquanta sessanta settanta ottanta novanta".split()
_PT = ("zero um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezasseis dezassete dezoito "
       "dezanove").split()
_PT_TENS = "_ _ vinte trinta quarenta cinquenta sessenta setenta oitenta noventa".split()
_PT_HUNDREDS = "_ cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos".split()


def cardinal(n: int, lang: str, feminine: bool = False) -> str:
    """`n` in words as it is said before a noun (German `ein`), 0 ≤ n ≤ 9999."""
    if not 0 <= n <= 9999:
        raise ValueError(f"cardinal out of range: {n}")
    return {"en": _en, "fr": _fr, "es": _es, "de": _de, "it": _it, "pt": _pt}[lang](n, feminine)


def _en(n, _f):
    if n >= 1000:
        return f"{_en(n // 1000, _f)} thousand" + (f" {'and ' if n % 1000 < 100 else ''}{_en(n % 1000, _f)}" if n % 1000 else "")
    if n >= 100:
        return f"{_EN[n // 100]} hundred" + (f" and {_en(n % 100, _f)}" if n % 100 else "")
    return _EN[n] if n < 20 else _EN_TENS[n // 10] + (f"-{_EN[n % 10]}" if n % 10 else "")


def _fr(n, f):
    if n >= 1000:
        return ("mille" if n < 2000 else f"{_fr(n // 1000, False)} mille") + (f" {_fr(n % 1000, f)}" if n % 1000 else "")
    if n >= 100:
        head = "cent" if n < 200 else f"{_FR[n // 100]} cent{'s' if n % 100 == 0 else ''}"
        return head + (f" {_fr(n % 100, f)}" if n % 100 else "")
    one = "une" if f else "un"
    if n == 1:
        return one
    if n < 20:
        return _FR[n]
    ten, unit = n // 10, n % 10
    if ten in (7, 9):
        return f"soixante et onze" if n == 71 else f"{_FR_TENS[ten]}-{_FR[10 + unit]}"
    if n == 80:
        return "quatre-vingts"
    if unit == 0:
        return _FR_TENS[ten]
    if unit == 1:
        return f"{_FR_TENS[ten]}-{one}" if ten == 8 else f"{_FR_TENS[ten]} et {one}"
    return f"{_FR_TENS[ten]}-{_FR[unit]}"


def _es(n, f):
    if n >= 1000:
        return ("mil" if n < 2000 else f"{_es(n // 1000, False)} mil") + (f" {_es(n % 1000, f)}" if n % 1000 else "")
    if n == 100:
        return "cien"
    if n > 100:
        head = _ES_HUNDREDS[n // 100]
        if f and n >= 200:
            head = head[:-2] + "as"
        return head + (f" {_es(n % 100, f)}" if n % 100 else "")
    if n < 30:
        if n == 1:
            return "una" if f else "un"
        if n == 21:
            return "veintiuna" if f else "veintiún"
        return _ES[n]
    return _ES_TENS[n // 10] + (f" y {_es(n % 10, f)}" if n % 10 else "")


def _de(n, f):
    if n >= 1000:
        return f"{_DE[n // 1000] if n < 20000 else _de(n // 1000, f)}tausend" + (_de(n % 1000, f) if n % 1000 else "")
    if n >= 100:
        return f"{_DE[n // 100]}hundert" + (_de(n % 100, f) if n % 100 else "")
    if n < 20:
        return _DE[n]
    return (f"{_DE[n % 10]}und" if n % 10 else "") + _DE_TENS[n // 10]


def _it(n, f):
    if n >= 1000:
        return ("mille" if n < 2000 else f"{_it(n // 1000, False)}mila") + (_it(n % 1000, f) if n % 1000 else "")
    if n >= 100:
        head, rest = "cento" if n < 200 else f"{_IT[n // 100]}cento", n % 100
        if rest in (1, 3):
            return head + ("uno" if rest == 1 else "tré")
        return (head[:-1] if rest == 8 or rest // 10 == 8 else head) + (_it(rest, f) if rest else "")
    if n == 1:
        return "una" if f else "un"
    if n < 20:
        return _IT[n]
    ten, unit = _IT_TENS[n // 10], n % 10
    if unit == 0:
        return ten
    if unit in (1, 8):
        ten = ten[:-1]
    return ten + ("tré" if unit == 3 else "uno" if unit == 1 else _IT[unit])


def _pt(n, f):
    if n >= 1000:
        rest = n % 1000
        head = "mil" if n < 2000 else f"{_pt(n // 1000, False)} mil"
        return head + (f" {'e ' if rest < 100 or rest % 100 == 0 else ''}{_pt(rest, f)}" if rest else "")
    if n == 100:
        return "cem"
    if n > 100:
        head = _PT_HUNDREDS[n // 100]
        if f and n >= 200:
            head = head[:-2] + "as"
        return head + (f" e {_pt(n % 100, f)}" if n % 100 else "")
    if n == 1:
        return "uma" if f else "um"
    if n == 2:
        return "duas" if f else "dois"
    if n < 20:
        return _PT[n]
    return _PT_TENS[n // 10] + (f" e {_pt(n % 10, f)}" if n % 10 else "")


_EN_ORD = {1: "first", 2: "second", 3: "third", 5: "fifth", 8: "eighth", 9: "ninth", 12: "twelfth"}
_FR_ORD = {1: ("premier", "première"), 5: ("cinquième",) * 2, 9: ("neuvième",) * 2}
_ES_ORD = "_ primero segundo tercero cuarto quinto sexto séptimo octavo noveno décimo".split()
_IT_ORD = "_ primo secondo terzo quarto quinto sesto settimo ottavo nono decimo".split()
_PT_ORD = "_ primeiro segundo terceiro quarto quinto sexto sétimo oitavo nono décimo".split()
_DE_ORD = {1: "erst", 3: "dritt", 7: "siebt", 8: "acht"}


def ordinal(n: int, lang: str, form: str = "") -> str:
    """Ordinal in words. 1–31 in English, French, German; 1–20 in Spanish, Italian, Portuguese.

    Forms: `m`/`f` (Romance), `dat` (German `-en`; bare is `-e`).
    """
    f = form == "f"
    if lang == "en":
        if n in _EN_ORD:
            return _EN_ORD[n]
        if n < 20:
            return _EN[n] + "th"
        return _EN_TENS[n // 10][:-1] + "ieth" if n % 10 == 0 else f"{_EN_TENS[n // 10]}-{ordinal(n % 10, 'en')}"
    if lang == "fr":
        if n in _FR_ORD:
            return _FR_ORD[n][f]
        words = _fr(n, False)
        if words.endswith(" et un"):
            return words + "ième"
        return (words[:-1] if words.endswith("e") else words + "u" if words.endswith("cinq") else words[:-1] + "v" if words.endswith("neuf") else words.removesuffix("s") if n == 80 else words) + "ième"
    if lang == "de":
        stem = _DE_ORD.get(n) or (_de(n, False) + ("t" if n < 20 else "st"))
        return stem + ("en" if form == "dat" else "e")
    if lang == "es":
        if n <= 10:
            word = _ES_ORD[n]
            if f:
                return word[:-1] + "a"
            return word[:-1] if form == "m" and n in (1, 3) else word
        low = ["", "primero", "segundo", "tercero", "cuarto", "quinto", "sexto", "séptimo", "octavo", "noveno"][n % 10] if n < 20 else ""
        word = {11: "undécimo", 12: "duodécimo", 20: "vigésimo"}.get(n, "decimo" + low)
        return word[:-1] + "a" if f else word[:-1] if form == "m" and n % 10 in (1, 3) and n > 12 else word
    if lang == "it":
        if n <= 10:
            word = _IT_ORD[n]
        else:
            base = _it(n, False)
            word = (base + "esimo" if base[-1] in "é" or n % 10 == 6 else base[:-1] + "esimo").replace("éesimo", "eesimo")
        return word[:-1] + "a" if f else word
    if n <= 10:
        word = _PT_ORD[n]
    elif n < 20:
        word = "décimo " + _PT_ORD[n - 10]
    else:
        word = "vigésimo"
    return " ".join(w[:-1] + "a" for w in word.split()) if f else word
