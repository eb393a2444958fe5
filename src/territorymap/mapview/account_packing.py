"""Accounts as the page draws them: along a Z curve, so that what is in view lies together.

Owns their order and the containers "accounts", "account_color" and "account_size"; not how they look (resources/web).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.mapview.container import pack
from territorymap.mapview.mercator import WORLD, project
from territorymap.model.accounts import Accounts
from territorymap.model.units import Strings

MAX_CATEGORIES = 10
SAME_CELL = 255  # of split: at the very place of the account before
_WORLD_BITS = 30


@dataclass(frozen=True)
class AccountOrder:
    """The accounts that have a place, in the order of the page; position in each array is the page's own.

    ``split`` says how finely the world must be divided, into 2^split x 2^split cells, for an account to lie in another
    cell than the one before it: so the cells of every depth begin where ``split <= depth``.
    """

    account_ix: NDArray[np.int32]  # (P,)
    xy: NDArray[np.int32]  # (P, 2) map steps
    split: NDArray[np.uint8]  # (P,) 0..30, or SAME_CELL

    def __len__(self) -> int:
        return len(self.account_ix)


def order_accounts(accounts: Accounts, wanted: NDArray[np.bool_] | None = None) -> AccountOrder:
    """Return the accounts with a place, sorted along a Z curve; one place keeps the order of account_ix.

    ``wanted``: (A,) those to be drawn; None = all.
    """
    is_placed = np.isfinite(accounts.lon) & np.isfinite(accounts.lat)
    placed = np.flatnonzero(is_placed if wanted is None else is_placed & wanted)
    xy = project(accounts.lon[placed], accounts.lat[placed])
    code = _z_code(xy)
    order = np.argsort(code, kind="stable")
    return AccountOrder(placed[order].astype(np.int32), xy[order], _splits(code[order]))


def _z_code(xy: NDArray[np.int32]) -> NDArray[np.uint64]:
    """Return the bits of x and y by turns, (P,); places west of 180 degrees count from a world further west."""
    moved = (xy.astype(np.int64) + WORLD).astype(np.uint64)
    return _spread(moved[:, 0]) | (_spread(moved[:, 1]) << np.uint64(1))


def _spread(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Put a 0 before each of 32 bits (Anderson, Bit Twiddling Hacks: interleave by binary magic numbers)."""
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        bits = (bits | (bits << np.uint64(shift))) & np.uint64(mask)
    return bits


def _splits(code: NDArray[np.uint64]) -> NDArray[np.uint8]:
    split = np.zeros(len(code), dtype=np.uint8)
    differing = code[1:] ^ code[:-1]
    # The exponent of a float is the number of the highest bit; rounding up to the next power of two is guarded below.
    bit = np.frexp(differing.astype(np.float64))[1].astype(np.int64) - 1
    is_rounded = (bit > 0) & ((differing >> np.maximum(bit, 0).astype(np.uint64)) == 0)
    bit[is_rounded] -= 1
    depth = np.maximum(_WORLD_BITS - bit // 2, 0)
    split[1:] = np.where(differing == 0, SAME_CELL, depth)
    return split


def pack_accounts(accounts: Accounts, order: AccountOrder | None = None) -> bytes:
    """Return the container "accounts": where each account is drawn and the unit it lies in."""
    order = order_accounts(accounts) if order is None else order
    arrays: dict[str, NDArray[Any]] = {
        "account_ix": order.account_ix,
        "account_xy": order.xy,
        "account_split": order.split,
        "account_unit": accounts.unit_ix[order.account_ix].astype(np.int32),
    }
    return pack("accounts", arrays, {"n_accounts": len(accounts)})


def pack_no_accounts() -> bytes:
    """Return the container "accounts" of a page that shows none."""
    empty = np.empty(0, dtype=np.int32)
    arrays: dict[str, NDArray[Any]] = {
        "account_ix": empty,
        "account_xy": empty.reshape(0, 2),
        "account_split": empty.astype(np.uint8),
        "account_unit": empty,
    }
    return pack("accounts", arrays, {"n_accounts": 0})


@dataclass(frozen=True)
class Categories:
    """Which of a few kinds each account is of, and what the kinds are called."""

    of_account: NDArray[np.uint8]  # (A,) position in labels
    labels: tuple[str, ...]
    n_other: int  # kinds that stand together in the last one, 0 = there is no such one


def segment_categories(texts: Strings, no_text: str, other: str) -> Categories:
    """Return the kinds of a segment column, the most frequent first; beyond MAX_CATEGORIES they are one, the last.

    Parameters
    ----------
    no_text
        what accounts with nothing in the column are called.
    other
        what the kinds that have no colour of their own are called together.
    """
    number_by_text: dict[str, int] = {}
    code = np.fromiter((number_by_text.setdefault(t.strip(), len(number_by_text)) for t in texts), np.int64, len(texts))
    found = list(number_by_text)
    n_by_kind = np.bincount(code, minlength=len(found))
    by_size = sorted(range(len(found)), key=lambda kind: (-n_by_kind[kind], found[kind]))
    names = [found[kind] or no_text for kind in by_size]
    rank = np.empty(len(found), dtype=np.int64)
    rank[by_size] = np.arange(len(found))
    if len(names) <= MAX_CATEGORIES:
        return Categories(rank[code].astype(np.uint8), tuple(names), 0)
    kept = (*names[:MAX_CATEGORIES], other)
    return Categories(np.minimum(rank[code], MAX_CATEGORIES).astype(np.uint8), kept, len(names) - MAX_CATEGORIES)


def level_categories(accounts: Accounts, labels: Sequence[str]) -> Categories:
    """Return how sure each account's position is, the surest first."""
    return Categories(accounts.level.astype(np.uint8), tuple(labels), 0)


def pack_account_color(order: AccountOrder, categories: Categories, meta: Mapping[str, Any]) -> bytes:
    """Return the container "account_color": the kind of each account, in the order of the page."""
    kinds, head = _kinds(order, categories, meta)
    return pack("account_color", {"account_kind": kinds}, head)


def _kinds(
    order: AccountOrder, categories: Categories, meta: Mapping[str, Any]
) -> tuple[NDArray[np.uint8], dict[str, Any]]:
    kinds = categories.of_account[order.account_ix]
    n = np.bincount(kinds, minlength=len(categories.labels))
    return kinds, {**meta, "labels": list(categories.labels), "n": n.tolist(), "n_other": categories.n_other}


def pack_color_offer(order: AccountOrder, offers: Sequence[tuple[Categories, Mapping[str, Any]]]) -> bytes:
    """Return the container "account_colors": several ways to colour accounts, of which the reader chooses."""
    arrays, choices = {}, []
    for i, (categories, meta) in enumerate(offers):
        arrays[f"account_kind_{i}"], head = _kinds(order, categories, meta)
        choices.append(head)
    return pack("account_colors", arrays, {"choices": choices})


def pack_account_size(order: AccountOrder, values: NDArray[np.float64], meta: Mapping[str, Any]) -> bytes:
    """Return the container "account_size": the number of each account, in the order of the page; nan where unknown."""
    return pack("account_size", {"account_value": values[order.account_ix].astype(np.float64)}, meta)
