"""Amounts as they are typed into a cell. Owns reading them; not what they are for."""

from __future__ import annotations

from territorymap.errors import UserError
from territorymap.i18n import number, tr

_BLANKS = "\u00a0\u202f '\u2019"


def read_amount(text: str) -> float | None:
    """Return an amount with or without marks between thousands, signs of a currency and K or M; None for nothing.

    12,500 and 12.500 mean what the locale in use says; 12.5k is 12,500.

    Raises
    ------
    UserError
        if it is no number.
    """
    plain = "".join(c for c in text.strip() if c not in _BLANKS and not c.isalpha() and c not in "$€£¥₹")
    suffix = text.strip()[-1:].casefold()
    factor = {"k": 1e3, "m": 1e6}.get(suffix, 1.0)
    if not plain or plain in ("-", "–", "—"):
        return None
    decimal = number(1.5, 1)[1]
    plain = plain.replace("." if decimal == "," else ",", "").replace(decimal, ".")
    try:
        return float(plain) * factor
    except ValueError as error:
        raise UserError(
            tr("{text} is not an amount.", text=repr(text)),
            tr("Write a number such as {example}.", example=number(12500)),
        ) from error
