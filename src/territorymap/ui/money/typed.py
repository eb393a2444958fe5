"""Amounts as they are typed into a cell. Owns reading them; not what they are for."""

from __future__ import annotations

import re

from territorymap.errors import UserError
from territorymap.i18n import number, tr

_BLANKS = dict.fromkeys(map(ord, "\u00a0\u202f '\u2019"))
_NOTHING = ("", "-", "–", "—")
# A sign or code of a currency before or after, and K or M for thousands and millions.
_FORM = re.compile(r"(?:[A-Z]{3}|[^\w\s.,+-])?([+-]?[\d.,]+)([km]?)(?:[A-Z]{3}|[^\w\s.,+-])?", re.IGNORECASE)
_FACTOR = {"": 1.0, "k": 1e3, "m": 1e6}


def read_amount(text: str) -> float | None:
    """Return an amount with or without marks between thousands, the sign of a currency, and K or M; None for nothing.

    Points and commas mean what the locale in use says: in English 12,500 is twelve thousand five hundred, and so is
    12.5k.

    Raises
    ------
    UserError
        if it is no number.
    """
    plain = text.translate(_BLANKS)
    if plain in _NOTHING:
        return None
    found = _FORM.fullmatch(plain)
    decimal = number(1.5, 1)[1]
    digits = found[1].replace("." if decimal == "," else ",", "").replace(decimal, ".") if found is not None else ""
    try:
        return float(digits) * _FACTOR[found[2].casefold() if found is not None else ""]
    except ValueError as error:
        raise UserError(
            tr("{text} is not an amount.", text=repr(text)),
            tr("Write a number such as {example}.", example=number(12500)),
        ) from error
