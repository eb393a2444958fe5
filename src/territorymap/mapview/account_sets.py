"""Sets of accounts as they cross the channel: a list of positions, or a bit for each account where that is shorter.

Owns the form on this side; resources/web/accounts_sets.js is the other.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

import numpy as np
from numpy.typing import NDArray

_LETTERS_PER_LISTED = 7  # of an account in a list, roughly


def encode_set(account_ix: NDArray[np.integer], n_accounts: int) -> dict[str, Any]:
    """Return the message part for these accounts of a plan with ``n_accounts``; 1,000,000 are 170 kB at most."""
    if len(account_ix) * _LETTERS_PER_LISTED <= n_accounts / 6:  # base64 has 6 bits a letter
        return {"n": n_accounts, "list": [int(a) for a in account_ix]}
    mask = np.zeros(n_accounts, dtype=bool)
    mask[account_ix] = True
    bits = np.packbits(mask, bitorder="little")
    return {"n": n_accounts, "bits": base64.b64encode(bits.tobytes()).decode("ascii")}


def decode_set(data: Any, n_accounts: int) -> NDArray[np.int32]:
    """Return the accounts of a message part, ascending.

    Raises
    ------
    ValueError
        if it is not exactly such a part, or of a plan with another number of accounts.
    """
    if not isinstance(data, dict) or type(data.get("n")) is not int or data["n"] != n_accounts or len(data) != 2:
        raise ValueError("no set of the plan's accounts")
    if "list" in data:
        return _listed(data["list"], n_accounts)
    if not isinstance(data.get("bits"), str):
        raise ValueError("neither a list nor bits")
    try:
        raw = base64.b64decode(data["bits"], validate=True)
    except binascii.Error as error:
        raise ValueError("bits are not base64") from error
    bits = np.unpackbits(np.frombuffer(raw, dtype=np.uint8), bitorder="little")
    if len(bits) != -(-n_accounts // 8) * 8 or bits[n_accounts:].any():
        raise ValueError("bits of another number of accounts")
    return np.flatnonzero(bits).astype(np.int32)


def _listed(values: Any, n_accounts: int) -> NDArray[np.int32]:
    if not isinstance(values, list) or len(values) > n_accounts:
        raise ValueError("no list of accounts")
    last = -1
    for value in values:
        if type(value) is not int or not last < value < n_accounts:
            raise ValueError("not ascending positions of accounts")
        last = value
    return np.array(values, dtype=np.int32)
