"""The categories that every topic may use: numbers, clock times, dates, lengths of time, prices, people, places.

A value is a small tuple; `render` turns it into words. Values, not words, are what test sets hold out.
"""
from __future__ import annotations

import random
import re

from .morphology import GrammarError, _starts_vowel
from .numbers import cardinal, ordinal

_WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche".split(),
    "es": "lunes martes miércoles jueves viernes sábado domingo".split(),
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag".split(),
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica".split(),
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo".split(),
}
_MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre".split(),
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split(),
}
_UNITS = {  # singular with its article-like one, plural, German dative plural, feminine counting
    "minute": {"en": "minutes", "fr": "minutes", "es": "minutos", "de": "Minuten", "it": "minuti", "pt": "minutos"},
    "hour": {"en": "hours", "fr": "heures", "es": "horas", "de": "Stunden", "it": "ore", "pt": "horas"},
    "day": {"en": "days", "fr": "jours", "es": "días", "de": "Tage", "it": "giorni", "pt": "dias"},
    "week": {"en": "weeks", "fr": "semaines", "es": "semanas", "de": "Wochen", "it": "settimane", "pt": "semanas"},
    "half": {"en": "half an hour", "fr": "une demi-heure", "es": "media hora", "de": "eine halbe Stunde", "it": "mezz'ora", "pt": "meia hora"},
    "quarter": {"en": "a quarter of an hour", "fr": "un quart d'heure", "es": "un cuarto de hora", "de": "eine Viertelstunde",
                "it": "un quarto d'ora", "pt": "um quarto de hora"},
    "one": {"en": "an hour", "fr": "une heure", "es": "una hora", "de": "eine Stunde", "it": "un'ora", "pt": "uma hora"},
}
_UNIT_FEMININE = {"fr": ("minute", "hour", "week"), "es": ("hour", "week"), "it": (), "pt": ("hour", "week"), "en": (), "de": ()}
_UNIT_RANGES = {"minute": [*range(2, 21), 25, 30, 35, 40, 45, 50, 55], "hour": range(2, 13), "day": range(2, 15), "week": range(2, 9)}


def values(category: str, args: str) -> list[tuple]:
    """Every value of a built-in category, in a fixed order."""
    if category in ("number", "ordinal"):
        low, high = (int(x) for x in (args or "2-100").split("-"))
        span = range(low, high + 1)
        step = [n for n in span if n <= 100 or (n < 1000 and n % 10 in (0, 5)) or n % 50 == 0]
        return [(category, n) for n in step]
    if category == "clock":
        return [("clock", h, m) for h in range(1, 13) for m in (0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55)]
    if category in ("weekday", "month"):
        return [(category, i) for i in range(7 if category == "weekday" else 12)]
    if category == "date":
        lengths = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
        return [("date", d, m) for m in range(12) for d in range(1, lengths[m] + 1)]
    if category == "dur":
        return [("dur", u, n) for u, span in _UNIT_RANGES.items() for n in span] + [("dur", "half", 0), ("dur", "quarter", 0), ("dur", "one", 0)]
    if category == "price":
        return [("price", n) for n in [*range(2, 100), *range(100, 1000, 10), *range(1000, 5001, 250)]]
    raise GrammarError(f"unknown category {category!r}")


BUILTIN = ("number", "ordinal", "clock", "weekday", "month", "date", "dur", "price")


def render(value: tuple, form: str, lang: str) -> str:
    return _RENDER[value[0]](value, form, lang)


def _number(v, form, lang):
    if form == "alone" and lang == "es":  # standing by itself: "andén veintiuno", but "veintiún minutos"
        return re.sub("(ú|u)n$", "uno", cardinal(v[1], lang))
    if form not in ("", "f"):
        raise GrammarError(f"no form {form!r} of a number")
    return cardinal(v[1], lang, form == "f")


def _ordinal(v, form, lang):
    return ordinal(v[1], lang, form)


def _hours(h: int, m: int, lang: str) -> tuple[str, int]:
    """Clock time without a preposition, and the hour that is named (it governs the article)."""
    nxt = h % 12 + 1
    q, half = m == 15, m == 30
    if lang == "en":
        if m == 0:
            return f"{cardinal(h, 'en')} o'clock", h
        part = "half" if half else "a quarter" if m in (15, 45) else ("twenty-five" if m in (25, 35) else cardinal(min(m, 60 - m), "en"))
        return f"{part} {'past' if m <= 30 else 'to'} {cardinal(h if m <= 30 else nxt, 'en')}", h
    if lang == "fr":
        hour = h if m <= 30 else nxt
        head = f"{cardinal(hour, 'fr', True)} heure{'s' if hour > 1 else ''}" if hour != 12 else "midi"
        if m == 0:
            return head, hour
        if m <= 30:
            return head + (" et quart" if q else " et demie" if half and hour != 12 else " et demi" if half else f" {cardinal(m, 'fr')}"), hour
        return head + (" moins le quart" if m == 45 else f" moins {cardinal(60 - m, 'fr')}"), hour
    if lang in ("es", "it", "pt"):
        hour = h if m <= 30 else nxt
        word = cardinal(hour, lang, True)
        if lang == "it" and hour == 1:
            word = "una"
        join_past, join_to = {"es": ("y", "menos"), "it": ("e", "meno"), "pt": ("e", "menos")}[lang]
        quarter = {"es": "cuarto", "it": "un quarto", "pt": "um quarto"}[lang]
        half_word = {"es": "media", "it": "mezza", "pt": "meia"}[lang]
        if m == 0:
            return word, hour
        if m <= 30:
            return f"{word} {join_past} {half_word if half else quarter if q else cardinal(m, lang)}", hour
        return f"{word} {join_to} {quarter if m == 45 else cardinal(60 - m, lang)}", hour
    one = lambda n: "eins" if n == 1 else cardinal(n, "de")
    if m == 0:
        return f"{cardinal(h, 'de')} Uhr", h
    if half:
        return f"halb {one(nxt)}", h
    if m in (15, 45):
        return f"Viertel {'nach' if q else 'vor'} {one(h if q else nxt)}", h
    if m in (25, 35):
        return f"fünf {'vor' if m == 25 else 'nach'} halb {one(nxt)}", h
    return f"{cardinal(min(m, 60 - m), 'de')} {'nach' if m < 30 else 'vor'} {one(h if m < 30 else nxt)}", h


def _clock(v, form, lang):
    _, h, m = v
    words, hour = _hours(h, m, lang)
    single = hour == 1
    article = {"es": "la" if single else "las", "it": "l'" if single else "le", "pt": "a" if single else "as"}.get(lang, "")
    if lang in ("en", "fr", "de"):
        prefix = {"": "", "at": {"en": "at ", "fr": "à ", "de": "um "}[lang], "is": {"en": "it's ", "fr": "il est ", "de": "es ist "}[lang],
                  "until": {"en": "until ", "fr": "jusqu'à ", "de": "bis "}[lang], "from": {"en": "from ", "fr": "à partir de ", "de": "ab "}[lang]}
        if form not in prefix:
            raise GrammarError(f"no form {form!r} of a clock time")
        return prefix[form] + words
    glue = "" if article.endswith("'") else " "
    full = f"{article}{glue}{words}"
    if lang == "es":
        table = {"": full, "at": f"a {full}", "is": f"{'es' if single else 'son'} {full}", "until": f"hasta {full}", "from": f"desde {full}"}
    elif lang == "it":
        table = {"": full, "at": f"all'{words}" if single else f"alle {words}", "is": f"è {full}" if single else f"sono {full}",
                 "until": f"fino all'{words}" if single else f"fino alle {words}", "from": f"dall'{words}" if single else f"dalle {words}"}
    else:
        s = "" if single else "s"
        bare = f"meio-dia{words.removeprefix('doze')}" if hour == 12 else words
        if hour == 12:
            table = {"": bare, "at": f"ao {bare}", "is": f"é {bare}", "until": f"até ao {bare}", "from": f"a partir do {bare}"}
        else:
            table = {"": bare, "at": f"à{s} {bare}", "is": f"{'é' if single else 'são'} {bare}", "until": f"até à{s} {bare}", "from": f"a partir da{s} {bare}"}
    if form not in table:
        raise GrammarError(f"no form {form!r} of a clock time")
    return table[form]


def _weekday(v, form, lang):
    w = _WEEKDAYS[lang][v[1]]
    feminine_pt = v[1] < 5
    table = {
        "en": {"on": f"on {w}", "until": f"until {w}", "next": f"next {w}"},
        "fr": {"on": w, "until": f"jusqu'à {w}", "next": f"{w} prochain"},
        "es": {"on": f"el {w}", "of": f"del {w}", "until": f"hasta el {w}", "next": f"el próximo {w}"},
        "de": {"on": f"am {w}", "until": f"bis {w}", "next": f"nächsten {w}"},
        "it": {"on": w, "until": f"fino a {w}", "next": f"{w} prossim{'a' if v[1] == 6 else 'o'}"},
        "pt": {"on": f"{'na' if feminine_pt else 'no'} {w}", "until": f"até {w}", "next": f"na próxima {w}" if feminine_pt else f"no próximo {w}"},
    }[lang]
    if form == "":
        return w
    if form not in table:
        raise GrammarError(f"no form {form!r} of a weekday")
    return table[form]


def _month(v, form, lang):
    w = _MONTHS[lang][v[1]]
    if form == "":
        return w
    if form != "in":
        raise GrammarError(f"no form {form!r} of a month")
    prefix = {"en": "in ", "fr": "en ", "es": "en ", "de": "im ", "it": "ad " if w[0] == "a" else "a ", "pt": "em "}[lang]
    return prefix + w


def _date(v, form, lang):
    _, d, m = v
    month = _MONTHS[lang][m]
    if lang == "en":
        table = {"on": f"on the {ordinal(d, 'en')} of {month}", "until": f"until the {ordinal(d, 'en')} of {month}", "": f"the {ordinal(d, 'en')} of {month}"}
    elif lang == "de":
        table = {"on": f"am {ordinal(d, 'de', 'dat')} {month}", "until": f"bis zum {ordinal(d, 'de', 'dat')} {month}", "": f"der {ordinal(d, 'de')} {month}", "dat": f"{ordinal(d, 'de', 'dat')} {month}"}
    elif lang == "fr":
        day = f"le {'premier' if d == 1 else cardinal(d, 'fr')} {month}"
        table = {"on": day, "until": f"jusqu'au {day[3:]}", "of": f"du {day[3:]}", "to": f"au {day[3:]}", "": day}
    elif lang == "es":
        number = {1: "uno", 21: "veintiuno", 31: "treinta y uno"}.get(d) or cardinal(d, "es")
        day = f"el {number} de {month}"
        table = {"on": day, "of": f"d{day}", "until": f"hasta {day}", "": day}
    elif lang == "it":
        number = "primo" if d == 1 else cardinal(d, "it")
        article = "l'" if d in (8, 11) else "il "
        day = f"{article}{number} {month}"
        bare = f"l'{number} {month}" if d in (8, 11) else f" {number} {month}"
        table = {"on": day, "until": f"fino al{bare}", "of": f"del{bare}", "from": f"dal{bare}", "": day}
    else:
        day = f"dia {'um' if d == 1 else cardinal(d, 'pt')} de {month}"
        table = {"on": f"no {day}", "until": f"até ao {day}", "": f"o {day}"}
    table.setdefault("dat", table[""])
    if form not in table:
        raise GrammarError(f"no form {form!r} of a date")
    return table[form]


def _dur(v, form, lang):
    _, unit, n = v
    word = _UNITS[unit][lang]
    if form not in ("", "dat"):
        raise GrammarError(f"no form {form!r} of a length of time")
    if form == "dat" and lang == "de":
        word = {"Tage": "Tagen", "eine halbe Stunde": "einer halben Stunde", "eine Viertelstunde": "einer Viertelstunde", "eine Stunde": "einer Stunde"}.get(word, word)
    if n == 0:
        return word
    return f"{cardinal(n, lang, unit in _UNIT_FEMININE[lang])} {word}"


def _price(v, form, lang):
    if form != "":
        raise GrammarError(f"no form {form!r} of a price")
    euro = {"en": "euros", "fr": "euros", "es": "euros", "de": "Euro", "it": "euro", "pt": "euros"}[lang]
    return f"{cardinal(v[1], lang)} {euro}"


_RENDER = {"number": _number, "ordinal": _ordinal, "clock": _clock, "weekday": _weekday, "month": _month, "date": _date, "dur": _dur, "price": _price}


def person_form(name: str, gender: str, form: str, lang: str) -> str:
    o = "o" if gender == "m" else "a"
    if lang == "pt":
        table = {"": name, "s": f"{o} {name}", "obj": f"{o} {name}", "to": f"{'ao' if o == 'o' else 'à'} {name}", "of": f"d{o} {name}", "poss": f"d{o} {name}"}
    else:
        to = {"en": f"to {name}", "fr": f"à {name}", "es": f"a {name}", "de": name, "it": f"{'ad' if name[0] == 'A' else 'a'} {name}"}[lang]
        of = {"en": f"of {name}", "fr": f"d'{name}" if _starts_vowel(name) or name[0] == "H" else f"de {name}", "es": f"de {name}", "de": f"von {name}", "it": f"di {name}"}[lang]
        poss = {"en": f"{name}'s", "de": f"{name}s"}.get(lang, of)
        table = {"": name, "s": name, "obj": f"a {name}" if lang == "es" else name, "to": to, "of": of, "poss": poss}
    if form not in table:
        raise GrammarError(f"no form {form!r} of a person")
    return table[form]


def city_form(cell: str, form: str, lang: str) -> str:
    article = re.match(r"(o|a) (.+)", cell) if lang == "pt" else None
    name = article[2] if article else cell
    if form in ("", "bare"):
        return cell if article else name
    if lang == "pt" and article:
        o = article[1]
        table = {"in": f"n{o} {name}", "to": f"para {o} {name}", "from": f"d{o} {name}"}
    else:
        table = {"en": {"in": f"in {name}", "to": f"to {name}", "from": f"from {name}"},
                 "fr": {"in": f"à {name}", "to": f"à {name}", "from": f"d'{name}" if _starts_vowel(name) else f"de {name}"},
                 "es": {"in": f"en {name}", "to": f"a {name}", "from": f"de {name}"},
                 "de": {"in": f"in {name}", "to": f"nach {name}", "from": f"aus {name}"},
                 "it": {"in": f"{'ad' if name[0] == 'A' else 'a'} {name}", "to": f"{'ad' if name[0] == 'A' else 'a'} {name}", "from": f"da {name}"},
                 "pt": {"in": f"em {name}", "to": f"para {name}", "from": f"de {name}"}}[lang]
    if form not in table:
        raise GrammarError(f"no form {form!r} of a city")
    return table[form]


def country_form(cell: str, form: str, lang: str) -> str:
    cell = re.sub(r"\s+(mp|fp|m|f|n|p)$", lambda m: "\t" + m[1], cell.strip())
    text, _, gender = cell.partition("\t")
    if form in ("", "bare"):
        return text
    name = re.sub(r"^(l'|le |la |les |il |lo |i |gli |o |a |os |as |die |der |das |el |the )", "", text)
    plural = gender.endswith("p") or bool(re.match(r"(les|i|gli|os|as|los) ", text))
    if lang == "en":
        table = {"in": f"in {text}", "to": f"to {text}", "from": f"from {text}"}
    elif lang == "es":
        table = {"in": f"en {text}", "to": f"a {text}", "from": f"de {text}"}
    elif lang == "fr":
        masculine = gender == "m" and not _starts_vowel(name)
        if plural:
            table = {"in": f"aux {name}", "to": f"aux {name}", "from": f"des {name}"}
        elif masculine:
            table = {"in": f"au {name}", "to": f"au {name}", "from": f"du {name}"}
        else:
            table = {"in": f"en {name}", "to": f"en {name}", "from": f"d'{name}" if _starts_vowel(name) else f"de {name}"}
    elif lang == "de":
        if name == text:
            table = {"in": f"in {name}", "to": f"nach {name}", "from": f"aus {name}"}
        elif plural:
            table = {"in": f"in den {name}n".replace("nn", "n"), "to": f"in die {name}", "from": f"aus den {name}n".replace("nn", "n")}
        else:
            table = {"in": f"in der {name}", "to": f"in die {name}", "from": f"aus der {name}"}
    elif lang == "it":
        if plural:
            table = {"in": f"nei {name}", "to": f"nei {name}", "from": f"dai {name}"}
        else:
            frm = "dall'" if _starts_vowel(name) else "dalla " if text.startswith("la ") else "dal "
            table = {"in": f"in {name}", "to": f"in {name}", "from": f"{frm}{name}"}
    else:
        article = re.match(r"(o|a|os|as) ", text)
        table = ({"in": f"n{article[1]} {name}", "to": f"para {article[1]} {name}", "from": f"d{article[1]} {name}"} if article
                 else {"in": f"em {name}", "to": f"para {name}", "from": f"de {name}"})
    if form not in table:
        raise GrammarError(f"no form {form!r} of a country")
    return table[form]
