"""Postal codes as they should be. Owns their forms by country and the mending of lost zeros; not where they lie."""

from __future__ import annotations

import re
from functools import lru_cache

# Countries whose codes are so many digits; a spreadsheet has taken the zeros in front away.
_DIGITS = {
    "US": 5, "DE": 5, "FR": 5, "IT": 5, "ES": 5, "PL": 5, "AT": 4, "CH": 4, "BE": 4, "NL": 4, "LU": 4, "DK": 4, "NO": 4,
    "SE": 5, "FI": 5, "CZ": 5, "SK": 5, "GR": 5, "EE": 5, "HR": 5, "TR": 5, "MX": 5, "AU": 4, "NZ": 4, "LI": 4, "HU": 4,
    "SI": 4, "BG": 4, "RO": 6, "MC": 5,
}  # fmt: skip
_PREFIX = re.compile(r"^(?:[A-Z]{1,3})[-\s]+(?=\d)")
_FLOAT = re.compile(r"^(\d+)[.,]0+$")
_ZIP4 = re.compile(r"^(\d{3,5})[-\s–](\d{4})$")
_CA = re.compile(r"^([ABCEGHJ-NPRSTVXY]\d[A-Z])\s*-?\s*(\d[A-Z]\d)?$")
_GB = re.compile(r"^([A-Z]{1,2}\d[A-Z\d]?)\s*(\d[A-Z]{2}|\d)?$")
_NL = re.compile(r"^(\d{4})\s*([A-Z]{2})$")
_BLANKS = re.compile(r"[\s\u00a0]+")


@lru_cache(maxsize=300_000)
def mend_postal_code(text: str, country: str) -> str:
    """Return the code as its country writes it: "2139", "02139-1234" and "2139.0" are all "02139" in the US.

    Lost zeros are put back, ZIP+4 is cut, country prefixes ("D-01067") are cut, letters are capitals. What does not
    fit the country's form is returned with blanks folded and nothing else done. GB and CA keep their full code.
    """
    code = _BLANKS.sub(" ", text.strip().upper()).strip("'\"= ")
    if not code or code in ("-", "N/A", "NULL", "NONE"):
        return ""
    if match := _FLOAT.match(code):
        code = match[1]
    if country == "GB":
        match = _GB.match(code)
        return f"{match[1]} {match[2]}" if match and match[2] else match[1] if match else code
    if country == "CA":
        match = _CA.match(code)
        return f"{match[1]} {match[2]}" if match and match[2] else match[1] if match else code
    digits = _DIGITS.get(country)
    if digits is None:
        return code
    bare = _PREFIX.sub("", code)
    if country == "US":
        return _mend_zip(bare)
    if country == "NL" and (match := _NL.match(bare)):
        return f"{match[1]} {match[2]}"
    plain = bare.replace(" ", "").replace("-", "")
    if not plain.isdecimal() or not plain.isascii() or len(plain) > digits or len(plain) < digits - 2:
        return code
    plain = plain.zfill(digits)
    return f"{plain[:2]}-{plain[2:]}" if country == "PL" else plain


def _mend_zip(code: str) -> str:
    if match := _ZIP4.match(code):
        return match[1].zfill(5)
    if not code.isdecimal() or not code.isascii():
        return code
    if len(code) in (8, 9):  # ZIP+4 without its hyphen, perhaps with the first zero lost
        return code.zfill(9)[:5]
    return code.zfill(5) if 3 <= len(code) <= 5 else code


def lookup_key(code: str, country: str) -> tuple[str, ...]:
    """Return what to look a mended code up by, finest first: GB sector then district, CA forward sortation area."""
    if country == "GB":
        outward, _, inward = code.partition(" ")
        return (f"{outward} {inward[0]}", outward) if inward else (outward,)
    if country == "CA":
        return (code[:3],)
    if country == "NL":
        return (code[:4],)
    return (code.replace("-", "") if country == "PL" else code,)


def country_of_shape(text: str) -> str:
    """Return the country that alone writes codes in this shape ("CA", "GB", "NL"), "" where several could."""
    code = _BLANKS.sub(" ", text.strip().upper())
    if match := _CA.match(code):
        # "G1A" could be either; six signs, or a letter that no British code has there, decide.
        if match[2]:
            return "CA"
        return "" if _GB.match(code) and code[0] in "BEGLMNSW" else "CA"  # British one-letter areas
    if (match := _GB.match(code)) and not code.isdecimal():
        return "GB" if match[2] and len(match[2]) == 3 else ""
    return "NL" if _NL.match(code) else ""


def looks_postal(text: str) -> bool:
    """Return True where a cell could be a postal code: short, with a digit, letters at most five."""
    code = text.strip()
    if not 3 <= len(code) <= 10 or not any(c.isdigit() for c in code):
        return False
    if _FLOAT.match(code) or _ZIP4.match(code):
        return True
    return all(c.isalnum() or c in " -" for c in code) and sum(c.isalpha() for c in code) <= 5
