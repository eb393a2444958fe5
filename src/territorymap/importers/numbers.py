"""Numbers as people write them: decimal comma, grouping, currency. Owns their reading; not which column is one."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

# What people write where there is no number. Blank is "none", never 0 and never an error.
BLANK_WORDS = frozenset(
    {"", "-", "--", "–", "—", ".", "?", "n/a", "n.a.", "#n/a", "#nv", "na", "nan", "null", "none", "nil", "\\n"}
    | {"(blank)", "(leer)", "leer", "k.a.", "k. a.", "keine angabe"}
)
LARGEST = 1e15  # beyond it a float no longer holds every whole number; no measure of a plan is that large

_CURRENCY = "USD|EUR|GBP|CHF|CAD|AUD|NZD|JPY|CNY|RMB|SEK|NOK|DKK|PLN|CZK|HUF|MXN|BRL|INR|ZAR|TRY|Fr|SFr|kr|zł|Kč|Ft|Rs"
_CURRENCY_BEFORE = re.compile(rf"^(?:{_CURRENCY})\.?\s*(?=[-+(\d.,])", re.IGNORECASE)
_CURRENCY_AFTER = re.compile(rf"(?<=[\d.,)\-])\s*(?:{_CURRENCY})\.?$", re.IGNORECASE)
_LONGEST = 120  # letters; what is longer is no number, and would be looked at for long
_DOLLAR = re.compile(r"(?:\b(?:US|CA|AU|NZ|HK|SG|A|C|R)\s?)?\$")
_ROUND_AMOUNT = re.compile(r"(\d[.,])[-–—]{1,2}$")  # 1.200,- and 1'200.--
_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_PLAIN = {
    ".": re.compile(r"-?(?:\d+|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d+)?\Z", re.ASCII),
    ",": re.compile(r"-?(?:\d+|[1-9]\d{0,2}(?:\.\d{3})+)(?:,\d+)?\Z", re.ASCII),
}
_OTHER_MARK = {".": ",", ",": "."}
_WHOLE = re.compile(r"-?\d+\Z", re.ASCII)
_EXPONENT = re.compile(r"(\d+(?:[.,]\d*)?|[.,]\d+)[eE]([+-]?\d{1,3})\Z", re.ASCII)
_ONE_MARK = re.compile(r"(\d*)([.,])(\d*)\Z", re.ASCII)
_ONE_GROUP = re.compile(r"[1-9]\d{0,2}[.,]\d{3}\Z", re.ASCII)
_GROUPED = re.compile(
    r"[1-9]\d{0,2}(?:(?P<g>[.,' ])\d{3}(?:(?P=g)\d{3})*|(?P<i>,)\d{2}(?:,\d{2})*,\d{3})(?:(?!(?P=g))[.,](?P<d>\d*))?\Z",
    re.ASCII,
)
_DEGREES = re.compile(
    r"(?P<head>[NSEWO])?\s*(?P<sign>[-+]?)(?P<d>\d{1,3}(?:[.,]\d+)?)\s*°?"
    r"(?:\s*(?P<m>\d{1,2}(?:[.,]\d+)?)\s*['′])?(?:\s*(?P<s>\d{1,2}(?:[.,]\d+)?)\s*(?:\"|″|''))?\s*(?P<tail>[NSEWO])?\Z"
)


def is_blank(text: str) -> bool:
    """Return True where a number is told to be absent ("", "-", "n/a", "#N/A" and the like)."""
    return not text or text.strip().casefold() in BLANK_WORDS


def parse_number(text: str, decimal: str = ".") -> float | None:
    """Return the number, nan if blank, None if it cannot be read.

    A value that has one reading only is read so, whatever ``decimal`` says ("1,5", "1.234,50"); "1.234" and "1,234"
    are decided by ``decimal``. Currency signs, grouping by blank or apostrophe, (1,234) and 1,234- are understood;
    12 % is 0.12. Infinite and absurdly large values cannot be read.
    """
    if len(text) > _LONGEST:
        return None
    bare = text[1:] if text[:1] == "$" else text
    if _PLAIN[decimal].match(bare):
        return _bounded(float(bare.replace(_OTHER_MARK[decimal], "").replace(",", ".")))
    if is_blank(text):
        return math.nan
    sign, scale, core = _undress(text)
    value = _parse_core(core, decimal)
    return None if value is None else _bounded(sign * scale * value)


def _bounded(value: float) -> float | None:
    return value if abs(value) <= LARGEST else None


def _undress(text: str) -> tuple[float, float, str]:
    """Return sign, scale and bare digits with their marks."""
    if not text.isascii():
        text = "".join(c for c in text if unicodedata.category(c) != "Sc")
        text = text.replace("−", "-").replace("’", "'").replace("´", "'")
    text = _DOLLAR.sub("", text)
    text = _ROUND_AMOUNT.sub(r"\g<1>0", _SPACES.sub(" ", text).strip())
    text = _CURRENCY_AFTER.sub("", _CURRENCY_BEFORE.sub("", text)).strip()
    scale = 1.0
    if text.endswith("%"):
        text, scale = text[:-1].strip(), 0.01
    sign = 1.0
    if text.startswith("(") and text.endswith(")"):
        text, sign = text[1:-1].strip(), -1.0
    elif text.endswith("-") and not text.startswith("-"):
        text, sign = text[:-1].strip(), -1.0
    if text[:1] in ("-", "+"):
        sign = -sign if text[0] == "-" else sign
        text = text[1:].strip()
    return sign, scale, _CURRENCY_BEFORE.sub("", text)


def _parse_core(core: str, decimal: str) -> float | None:
    if _WHOLE.match(core) and core[0] != "-":
        return float(core)
    if exponent := _EXPONENT.match(core):
        return float(exponent[1].replace(",", ".") + "e" + exponent[2])
    if one := _ONE_MARK.match(core):
        if not (one[1] or one[3]):
            return None
        if _ONE_GROUP.match(core) and one[2] != decimal:
            return float(one[1] + one[3])
        return float(f"{one[1] or '0'}.{one[3] or '0'}")
    if grouped := _GROUPED.match(core):
        mark = grouped["g"] or grouped["i"]
        digits = core[: grouped.start("d") - 1] if grouped["d"] is not None else core
        return float(digits.replace(mark, "") + "." + (grouped["d"] or "0"))
    return None


def decimal_evidence(texts: Iterable[str]) -> tuple[int, int]:
    """Return how many values can only mean a decimal point, and how many only a decimal comma."""
    point = comma = 0
    for text in texts:
        if "." not in text and "," not in text:
            continue
        core = _undress(text)[2] if len(text) <= _LONGEST else ""
        if _ONE_GROUP.match(core):
            continue
        if one := _ONE_MARK.match(core):
            if one[1] or one[3]:
                point, comma = (point + 1, comma) if one[2] == "." else (point, comma + 1)
        elif grouped := _GROUPED.match(core):
            mark = grouped["g"] or grouped["i"]
            if grouped["d"] is None and mark in ("'", " "):
                continue
            is_point = core[grouped.start("d") - 1] == "." if grouped["d"] is not None else mark == ","
            point, comma = (point + 1, comma) if is_point else (point, comma + 1)
    return point, comma


def column_decimal(texts: Iterable[str], otherwise: str) -> str:
    """Return the decimal mark that the column's own values show; ``otherwise`` where they do not."""
    point, comma = decimal_evidence(texts)
    return otherwise if point == comma else "." if point > comma else ","


def parse_numbers(texts: Sequence[str], decimal: str = ".") -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return values (n,) with nan = blank, and (n,) True where a value cannot be read (nan there too)."""
    values = np.empty(len(texts))
    bad = np.zeros(len(texts), dtype=bool)
    known: dict[str, float | None] = {}
    for i, text in enumerate(texts):
        value = known[text] if text in known else known.setdefault(text, parse_number(text, decimal))
        if value is None:
            values[i], bad[i] = math.nan, True
        else:
            values[i] = value
    return values, bad


def parse_degrees(text: str) -> float | None:
    """Return a longitude or latitude in degrees, nan if blank, None if it cannot be read.

    Any mark is a decimal mark: coordinates are never grouped. "52.5", "52,5", "52.5 N", 52°30'15"N; O is the German
    and French east or west and is not read.
    """
    if is_blank(text):
        return math.nan
    if len(text) > _LONGEST:
        return None
    try:
        return _finite(float(text)) if text.isascii() and "_" not in text else _parse_dms(text)
    except ValueError:
        return _parse_dms(text)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _parse_dms(text: str) -> float | None:
    match = _DEGREES.match(text.strip().replace("−", "-").replace("’", "′").upper())
    if match is None or (match["head"] and match["tail"]):
        return None
    letter = match["head"] or match["tail"] or ""
    if letter == "O" or (letter and match["sign"]):
        return None
    parts = [float((match[part] or "0").replace(",", ".")) for part in ("d", "m", "s")]
    if parts[1] >= 60 or parts[2] >= 60:
        return None
    value = parts[0] + parts[1] / 60 + parts[2] / 3600
    return -value if letter in ("S", "W") or match["sign"] == "-" else value


def number_text(value: float) -> str:
    """Return a number cell of a spreadsheet as text: 2139.0 -> "2139", fifteen digits as Excel shows them."""
    if math.isfinite(value) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(float(f"{value:.15g}"))
