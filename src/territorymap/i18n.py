"""One gettext function for every visible string; numbers, money and dates as people read them.

Owns the catalogue, the locale and which languages there are; does not own any sentence, nor where catalogues stand.
"""

from __future__ import annotations

import gettext as _gettext
import locale as _system
import math
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time, get_date_format, get_datetime_format
from babel.numbers import (
    format_percent,
    get_currency_name,
    get_currency_precision,
    get_currency_symbol,
    get_decimal_symbol,
    get_group_symbol,
    list_currencies,
)

SOURCE_LANGUAGE = "en_US"
DOMAIN = "territorymap"
LANGUAGE_VARIABLE = "TERRITORYMAP_LANGUAGE"
# Each in its own words, so that whoever is lost in a language finds the way out. No name is ever translated.
LANGUAGES = {"en": "English", "zh_CN": "简体中文"}
AS_SYSTEM = "system"
_SOURCE = "en"
_NO_NUMBER = "–"
_CURRENCIES_FIRST = ("USD", "EUR", "GBP", "CNY", "JPY", "CHF", "CAD", "AUD", "INR", "BRL", "MXN")


class _Catalogue:
    """The catalogue in use; a holder, so that the language can change without a restart."""

    translations: _gettext.NullTranslations = _gettext.NullTranslations()
    locale: str = SOURCE_LANGUAGE


def install(translations: _gettext.NullTranslations, locale: str) -> None:
    """Use another catalogue and locale from now on."""
    _Catalogue.translations = translations
    _Catalogue.locale = locale


def use_language(wish: str, folder: Path, system: str | None = None) -> str:
    """Use a language from now on, in this process; return which one it is.

    Parameters
    ----------
    wish : str
        a key of LANGUAGES or any name of such a language ("zh", "zh-Hans", "en_GB"); "" or "system" = as the system.
    folder : Path
        holds ``zh_CN/LC_MESSAGES/territorymap.mo``.
    system : str, optional
        the system's locale, where somebody knows it better than the environment does.

    Raises
    ------
    ValueError
        if there is no such language.
    """
    own = system if system is not None else system_locale()
    language = find_language(own) or _SOURCE if wish in ("", AS_SYSTEM) else find_language(wish)
    if language is None:
        raise ValueError(wish)
    same = next((name for name in (wish, own) if name != AS_SYSTEM and find_language(name) == language), "")
    install(_read_catalogue(language, folder), _full_locale(language, same))
    return language


def find_language(name: str) -> str | None:
    """Return the key of LANGUAGES that a locale's name means, None if we do not speak it.

    Traditional Chinese is not Simplified Chinese: whoever reads it is better served in English.
    """
    parts = name.partition(".")[0].partition("@")[0].replace("-", "_").lower().split("_")
    if parts[0] == "zh":
        return None if {"hant", "tw", "hk", "mo"} & set(parts[1:]) else "zh_CN"
    return _SOURCE if parts[0] == _SOURCE else None


def language() -> str:
    """Return the key of LANGUAGES in use."""
    return find_language(_Catalogue.locale) or _SOURCE


def system_locale() -> str:
    """Return the name of the system's locale, e.g. zh_CN; "" if it has none."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return value
    if sys.platform == "win32":
        import ctypes

        return _system.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
    return _system.getlocale()[0] or ""


def _read_catalogue(language: str, folder: Path) -> _gettext.NullTranslations:
    if language == _SOURCE:
        return _gettext.NullTranslations()
    with (folder / language / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        return _gettext.GNUTranslations(file)


def _full_locale(language: str, wished: str) -> str:
    """Return the locale whose numbers and dates go with a language: with the wished country, if Babel knows it."""
    name = wished.partition(".")[0].partition("@")[0].replace("-", "_")
    try:
        known = Locale.parse(name) if name else None
    except (ValueError, UnknownLocaleError):
        known = None
    if known is None or not known.territory:
        return SOURCE_LANGUAGE if language == _SOURCE else language
    return f"{known.language}_{known.territory}"


def locale_name() -> str:
    """Return the locale in use, e.g. en_US."""
    return _Catalogue.locale


def tr(message: str, /, **values: object) -> str:
    """Return the message in the user's language, named values put in.

    Write whole sentences: ``tr("{name} is locked.", name=territory.name)``.
    """
    text = _Catalogue.translations.gettext(message)
    return text.format(**values) if values else text


def tr_as(sense: str, message: str, /, **values: object) -> str:
    """Return a word that has several meanings in the one of them: ``tr_as("sales role", "Field")``.

    In English the sense is not seen; catalogues tell the meanings apart by it.
    """
    text = _Catalogue.translations.pgettext(sense, message)
    return text.format(**values) if values else text


def ntr(singular: str, plural: str, n: int, /, **values: object) -> str:
    """Return the form for ``n`` things; ``{n}`` is the grouped number."""
    text = _Catalogue.translations.ngettext(singular, plural, n)
    return text.format(n=number(n), **values)


def clauses(parts: Iterable[str]) -> str:
    """Return parts one after another, each with commas of its own: "a, b; c" or "a，b；c"."""
    return ("；" if _Catalogue.locale.startswith("zh") else "; ").join(parts)


def sentence(parts: Iterable[str]) -> str:
    """Return parts that stand on their own as one sentence: "a; b." or "a；b。"."""
    text = clauses(parts)
    return text + ("。" if _Catalogue.locale.startswith("zh") else ".") if text else ""


def told(sentences: Iterable[str]) -> str:
    """Return whole sentences one after another: "A b. C d." or "甲乙。丙丁。"."""
    return ("" if _Catalogue.locale.startswith("zh") else " ").join(text for text in sentences if text)


def data_word(text: str) -> str:
    """Return a word of the data that we ship (maps/layers.json) in the user's language; any other text as it is.

    Files and code keep the English word, by which the program knows the thing; this is for showing it.
    """
    return _Catalogue.translations.gettext(text) if text else text


def number(value: float, digits: int = 0) -> str:
    """Return a number with the locale's grouping, e.g. 12,345.6."""
    # Not babel's format_decimal: a table shows tens of thousands of numbers, and this is 20 times faster.
    text = f"{round(float(value), digits) + 0.0:,.{digits}f}"
    return text.translate(_symbols(_Catalogue.locale))


def money(value: float | None, currency: str, digits: int = 0) -> str:
    """Return an amount in a currency, e.g. $1,234 or ¥1,234; a plain number where the plan has none.

    Parameters
    ----------
    value : float or None
        None and nan give a dash.
    currency : str
        ISO 4217 code, "" = none.
    digits : int
        decimals; more than the currency has (none, for the yen) are not shown.
    """
    if value is None or not math.isfinite(value):
        return _NO_NUMBER
    if not currency:
        return number(value, digits)
    form = _money_form(currency, _Catalogue.locale)
    text = number(abs(value), min(digits, form.digits))
    is_negative = value < 0 and any(c in "123456789" for c in text)
    return ("-" if is_negative else "") + form.before + text + form.after


def currency_sign(currency: str) -> str:
    """Return how a currency is written beside an amount, e.g. $; "" where there is none."""
    return get_currency_symbol(currency, locale=_Catalogue.locale) if currency else ""


def currency_name(currency: str) -> str:
    """Return the name of a currency in the user's language, e.g. US Dollar."""
    return str(get_currency_name(currency, locale=_Catalogue.locale))


def is_currency(code: str) -> bool:
    """Tell whether this is the ISO 4217 code of a currency that is or was paid with."""
    return code in list_currencies(SOURCE_LANGUAGE)


def currencies() -> list[str]:
    """Return the codes of all currencies, the common ones first."""
    rest = {code for code in list_currencies(SOURCE_LANGUAGE) if len(code) == 3} - set(_CURRENCIES_FIRST)
    return [*_CURRENCIES_FIRST, *sorted(rest)]


def listed(names: Iterable[object]) -> str:
    """Return names one after another, divided as the language does: "a, b" or "a、b"."""
    return ("、" if _Catalogue.locale.startswith("zh") else ", ").join(str(name) for name in names)


def percent(ratio: float, digits: int = 0) -> str:
    """Return a ratio as percent: 0.125 -> 12.5 %."""
    sign = "%" if _Catalogue.locale.startswith("zh") else " %"
    pattern = "#,##0" + ("." + "0" * digits if digits else "") + sign
    return str(format_percent(float(ratio), pattern, locale=_Catalogue.locale))


def day(value: date) -> str:
    """Return a date in the locale's medium form."""
    return str(format_date(value, "medium", locale=_Catalogue.locale))


def day_pattern() -> str:
    """Return how ``day`` writes a date, in CLDR's letters with a year of four digits: "MMM d, yyyy"."""
    pattern = str(get_date_format("medium", locale=_Catalogue.locale).pattern)
    return re.sub(r"y+", "yyyy", pattern)


def day_text(text: str) -> str:
    """Return a day as the plan keeps it, 2027-01-31, in the locale's medium form; any other text as it is."""
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text


def moment(value: datetime) -> str:
    """Return date and time in the locale's short form."""
    return str(format_datetime(value, "short", locale=_Catalogue.locale))


def moments(values: Sequence[datetime]) -> list[str]:
    """Return moments of one list as texts that all differ: with seconds where two are of one minute, else as moment.

    What is of one second, too, is numbered as it stands in the list, the second of them by (2).
    """
    short = [moment(value) for value in values]
    of_one_minute = {text for text, n in Counter(short).items() if n > 1}
    n_told: Counter[str] = Counter()
    texts = []
    for value, text in zip(values, short, strict=True):
        exact = _to_the_second(value) if text in of_one_minute else text
        n_told[exact] += 1
        texts.append(f"{exact} ({number(n_told[exact])})" if n_told[exact] > 1 else exact)
    return texts


def _to_the_second(value: datetime) -> str:
    locale = _Catalogue.locale
    both = str(get_datetime_format("short", locale=locale)).replace("'", "")  # as format_datetime does it
    time = str(format_time(value, "medium", locale=locale))
    return both.replace("{0}", time).replace("{1}", str(format_date(value, "short", locale=locale)))


@lru_cache(maxsize=16)
def _symbols(locale: str) -> dict[int, str]:
    return str.maketrans({",": get_group_symbol(locale), ".": get_decimal_symbol(locale)})


class _MoneyForm:
    """What stands before and after an amount, and how many decimals a currency has."""

    def __init__(self, before: str, after: str, digits: int) -> None:
        self.before, self.after, self.digits = before, after, digits


@lru_cache(maxsize=64)
def _money_form(currency: str, locale: str) -> _MoneyForm:
    # Not babel's format_currency: a table shows tens of thousands of amounts, and this is 20 times faster.
    pattern = str(Locale.parse(locale).currency_formats["standard"].pattern).partition(";")[0]
    before, after = pattern[: _first(pattern)], pattern[_last(pattern) + 1 :]
    sign = get_currency_symbol(currency, locale=locale)
    before, after = before.replace("¤", sign), after.replace("¤", sign)
    if before and before[-1].isalpha():  # "CHF 5", not "CHF5"
        before += "\N{NO-BREAK SPACE}"
    return _MoneyForm(before, after, get_currency_precision(currency))


def _first(pattern: str) -> int:
    return next(i for i, c in enumerate(pattern) if c in "#0")


def _last(pattern: str) -> int:
    return max(i for i, c in enumerate(pattern) if c in "#0")
