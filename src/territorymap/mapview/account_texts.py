"""What an exported page says of single accounts: names, keys, places, and numbers where they were asked for.

Owns the container "account_texts" and its fields; whether it goes into a file is for the export to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.mapview.container import pack
from territorymap.mapview.strings import level_labels
from territorymap.model.accounts import Accounts


def pack_account_texts(
    accounts: Accounts, territory: NDArray[np.int32], numbers: Sequence[tuple[str, NDArray[np.float64]]]
) -> bytes:
    """Return the container of all accounts, in the order of account_ix.

    Parameters
    ----------
    territory : (A,) territory_ix, -1 = none
    numbers
        label and (A,) values of each measure that is told, nan = not known.
    """
    values = np.array([column for _, column in numbers], dtype=np.float64).reshape(len(numbers), len(accounts))
    arrays: dict[str, NDArray[Any]] = {
        "territory": territory.astype(np.int32),
        "unit": accounts.unit_ix.astype(np.int32),
        "level": accounts.level.astype(np.uint8),
        "value": values,
    }
    meta = {
        "name": _texts(accounts.name),
        "key": _texts(accounts.key),
        "postal": _texts(accounts.postal_code),
        "city": _texts(accounts.city),
        "state": _texts(accounts.state),
        "levels": level_labels(),
        "numbers": [label for label, _ in numbers],
    }
    return pack("account_texts", arrays, meta)


def pack_no_account_texts() -> bytes:
    """Return the container of a page that tells of no single account."""
    empty = np.empty(0, dtype=np.int32)
    arrays: dict[str, NDArray[Any]] = {
        "territory": empty,
        "unit": empty,
        "level": empty.astype(np.uint8),
        "value": np.empty((0, 0)),
    }
    meta: dict[str, list[str]] = {name: [] for name in ("name", "key", "postal", "city", "state", "levels", "numbers")}
    return pack("account_texts", arrays, meta)


def _texts(column: NDArray[np.object_]) -> list[str]:
    return [str(text or "") for text in column]
