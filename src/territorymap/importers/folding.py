"""Names made comparable: small, without accents and marks. Owns the folding; not what is compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters that no decomposition takes apart.
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ı": "i", "þ": "th", "ð": "d", "&": " and "}
)
_NOT_WORD = re.compile(r"[\W_]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_SHORT = {"st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount", "hts": "heights", "spgs": "springs"}


@lru_cache(maxsize=200_000)
def fold_name(text: str) -> str:
    """Return words joined by single blanks: "Saint-Étienne" -> "saint etienne"."""
    text = text.strip().casefold().replace("'", "").replace("’", "")
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_LETTERS))
        text = "".join(c for c in text if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", text).strip()


def fold_city(text: str) -> str:
    """Return a folded place name with the usual short forms written out: "St. Louis" -> "saint louis"."""
    words = fold_name(text).split()
    return " ".join(_SHORT.get(word, word) for word in words)


def spell_umlauts(text: str) -> str:
    """Return the text with ä, ö, ü as ae, oe, ue, as keyboards without them have it."""
    return unicodedata.normalize("NFC", text.casefold()).translate(_UMLAUTS)
