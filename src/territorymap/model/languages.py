"""Languages people speak: a code for what was written, a name for a code. Owns both directions, by Babel's tables."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale

from territorymap.i18n import locale_name
from territorymap.model.scope import folded

_NAMED_IN = ("en", "de", "fr", "es", "it", "pt", "nl", "zh", "ja", "ko")


def language_code(text: str) -> str:
    """Return the code of a language: "de" for "DE", "de-CH", "German", "Deutsch", "德语"; else the text, small."""
    key = folded(text)
    code = key.replace("_", "-").partition("-")[0]
    if code in Locale("en").languages and code.isascii() and 2 <= len(code) <= 3:
        return code
    return _codes_by_name().get(key, key)


def language_name(code: str) -> str:
    """Return a language as it is called in the user's language; a code that is none stays as it is."""
    return str(Locale.parse(locale_name()).languages.get(code, code))


@lru_cache(maxsize=1)
def _codes_by_name() -> dict[str, str]:
    """Names in the languages of _NAMED_IN, and each of these in itself."""
    found: dict[str, str] = {}
    for language in _NAMED_IN:
        for code, name in Locale(language).languages.items():
            if "_" not in code:
                found.setdefault(folded(str(name)), code)
    return found
