"""Countries by whatever people call them. Owns name -> ISO 3166 code; places and postal codes are geocode's."""

from __future__ import annotations

from functools import cache, lru_cache

from babel import Locale
from babel.core import get_global

from territorymap.i18n import locale_name
from territorymap.importers.folding import fold_name

_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pl", "pt")
_OTHERS = {
    "uk": "GB", "u k": "GB", "great britain": "GB", "britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
    "northern ireland": "GB", "gb": "GB", "us": "US", "u s": "US", "u s a": "US", "usa": "US", "america": "US",
    "united states of america": "US", "vereinigte staaten von amerika": "US", "holland": "NL", "the netherlands": "NL",
    "brd": "DE", "bundesrepublik deutschland": "DE", "federal republic of germany": "DE", "korea": "KR",
    "republic of korea": "KR", "czech republic": "CZ", "tschechische republik": "CZ", "russian federation": "RU",
    "republic of ireland": "IE", "eire": "IE", "turkey": "TR", "turkiye": "TR", "viet nam": "VN", "schweiz": "CH",
    # number plates, as German files have them
    "d": "DE", "a": "AT", "f": "FR", "i": "IT", "b": "BE", "l": "LU", "e": "ES", "p": "PT", "n": "NO", "s": "SE",
    "fin": "FI", "irl": "IE", "gr": "GR", "h": "HU",
}  # fmt: skip
# Lands of one postal system.
_POSTAL_PARENT = {"PR": "US", "VI": "US", "GU": "US", "AS": "US", "MP": "US"}


def country_name(code: str) -> str:
    """Return the name of a country in the language of the program, the code where nobody knows it."""
    return str(Locale.parse(locale_name()).territories.get(code, code))


@cache
def _code_by_name() -> dict[str, str]:
    codes: dict[str, str] = {}
    names = {str(code): str(name) for code, name in Locale("en").territories.items()}
    iso = {code for code in names if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY}
    for language in reversed(_LANGUAGES):
        for code, name in Locale(language).territories.items():
            if code in iso:
                codes[fold_name(str(name))] = str(code)
    for alias, targets in get_global("territory_aliases").items():
        code = str(alias)
        if len(code) == 3 and code.isalpha() and len(targets) == 1 and targets[0] in iso:
            codes[code.casefold()] = str(targets[0])
    codes.update({code.casefold(): code for code in iso})
    return codes | _OTHERS


_NO_COUNTRY = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})


@lru_cache(maxsize=4096)
def parse_country(text: str) -> str:
    """Return the ISO 3166 two-letter code of a country's name or code, "" if it is not understood."""
    return _code_by_name().get(fold_name(text), "") if text else ""


def postal_country(code: str) -> str:
    """Return the country whose postal codes are used there: "US" for Puerto Rico."""
    return _POSTAL_PARENT.get(code, code)
