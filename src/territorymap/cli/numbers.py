"""Numbers as they are typed. Owns how they are read, and needs nothing that is slow to import."""

from __future__ import annotations

from territorymap.errors import UserError
from territorymap.i18n import tr


def read_ratio(key: str, text: str) -> float:
    """Return a share written as 0.05 or 5%."""
    text = text.strip()
    return read_number(key, text.removesuffix("%")) / 100 if text.endswith("%") else read_number(key, text)


def read_number(key: str, text: str) -> float:
    """Return a number; UserError if it is none."""
    try:
        return float(text.strip())
    except ValueError as error:
        raise UserError(
            tr("{key} must be a number, not {text}.", key=key, text=repr(text)),
            tr("Write it with a point, e.g. 1.3"),
        ) from error
