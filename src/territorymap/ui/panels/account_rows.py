"""Which accounts stand in the table and in what order: filter and sort as numpy on the plan's arrays.

Owns masks, ranks and order; knows no widget.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.model.accounts import CONSTANT_COLUMNS
from territorymap.model.plan import Plan
from territorymap.session.commands.accounts import pointless_overrides

IN_SCOPE, OUT_OF_SCOPE = "in_scope", "out_of_scope"
ANY, OVERRIDDEN, POINTLESS, UNPLACED, SELECTED = "any", "overridden", "pointless", "unplaced", "selected"
PROTECTED, WANTS_CHANGE, UNSATISFIED = "protected", "wants_change", "unsatisfied"
UNSATISFIED_BELOW = 7.0  # of 10: detractors, as a net promoter score counts them
ALL_TERRITORIES, UNASSIGNED = -2, -1
Ix = NDArray[np.int64]
_MOST_BYTES = 64


@dataclass(frozen=True)
class AccountFilter:
    """What the planner wants to see; the fields narrow each other."""

    text: str = ""  # every word must be in name, key, city or postal code
    territory_id: int = ALL_TERRITORIES
    level: int = -1  # index into LOCATION_LEVELS, -1 = any
    kind: str = ANY

    @property
    def follows_edits(self) -> bool:
        """Whether moving units or overrides can change what passes."""
        return self.territory_id != ALL_TERRITORIES or self.kind in (OVERRIDDEN, POINTLESS)


class AccountRows:
    """Position in ``shown`` is the row, its value the account_ix."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.filter = AccountFilter()
        self._order: Ix = np.arange(len(plan.accounts))
        self._selected: Ix = np.empty(0, dtype=np.int64)
        self._haystack: list[str] | None = None
        self._ranks: dict[str, NDArray[np.int64]] = {}
        self.shown: Ix = self._order
        self._row_of: NDArray[np.int64] | None = None

    # -- filter ----------------------------------------------------------------------------------------------------

    def show(self, wanted: AccountFilter, selected: Ix) -> None:
        """Filter anew; ``selected`` is what the filter "selected" means."""
        self.filter, self._selected = wanted, selected
        mask = self.mask()
        self.shown = self._order if mask is None else self._order[mask[self._order]]
        self._row_of = None

    def mask(self) -> NDArray[np.bool_] | None:
        """Return which accounts pass, (A,); None = all."""
        parts = (self._by_text(), self._by_territory(), self._by_level(), self._by_kind())
        given = [part for part in parts if part is not None]
        return np.logical_and.reduce(given) if given else None

    def _by_text(self) -> NDArray[np.bool_] | None:
        words = self.filter.text.casefold().split()
        if not words:
            return None
        if self._haystack is None:
            a = self.plan.accounts
            rows = zip(a.name, a.key, a.city, a.postal_code, strict=True)
            self._haystack = ["\n".join(row).casefold() for row in rows]
        mask = np.ones(len(self.plan.accounts), dtype=bool)
        for word in words:
            mask &= np.fromiter((word in text for text in self._haystack), dtype=bool, count=len(mask))
        return mask

    def _by_territory(self) -> NDArray[np.bool_] | None:
        wanted = self.filter.territory_id
        if wanted == ALL_TERRITORIES:
            return None
        ids = [t.territory_id for t in self.plan.territories]
        ix = ids.index(wanted) if wanted in ids else -1
        owner = self.plan.territory_of_accounts()
        # Out of scope nobody is meant to have it.
        return np.equal(owner, ix) if ix >= 0 else (owner < 0) & self.plan.in_scope

    def _by_level(self) -> NDArray[np.bool_] | None:
        return None if self.filter.level < 0 else self.plan.accounts.level == self.filter.level

    def _by_kind(self) -> NDArray[np.bool_] | None:
        kind = self.filter.kind
        if kind == ANY:
            return None
        if kind == OVERRIDDEN:
            return self.plan.account_override >= 0
        if kind == PROTECTED:
            return self.plan.accounts.is_protected
        if kind == WANTS_CHANGE:
            return self.plan.accounts.wants_change
        if kind == UNSATISFIED:
            with np.errstate(invalid="ignore"):
                return self.plan.accounts.satisfaction < UNSATISFIED_BELOW
        if kind in (IN_SCOPE, OUT_OF_SCOPE):
            return self.plan.in_scope if kind == IN_SCOPE else ~self.plan.in_scope
        if kind == UNPLACED:
            return self.plan.accounts.unit_ix < 0
        mask = np.zeros(len(self.plan.accounts), dtype=bool)
        mask[pointless_overrides(self.plan) if kind == POINTLESS else self._selected] = True
        return mask

    def rows_of(self, account_ix: Ix) -> Ix:
        """Return the rows of these accounts, ascending; those filtered out are left out."""
        if self._row_of is None:
            self._row_of = np.full(len(self.plan.accounts), -1, dtype=np.int64)
            self._row_of[self.shown] = np.arange(len(self.shown))
        rows = self._row_of[account_ix]
        return np.sort(rows[rows >= 0])

    # -- order -----------------------------------------------------------------------------------------------------

    def sort(self, key: str, is_descending: bool) -> None:
        """Order by a column; equal ones stay in the plan's order, empty ones come last."""
        values = self.sort_values(key)
        is_empty = np.isnan(values) if values.dtype.kind == "f" else values < 0
        order = np.argsort(-values if is_descending else values, kind="stable")
        self._order = np.concatenate([order[~is_empty[order]], np.flatnonzero(is_empty)])
        self.show(self.filter, self._selected)

    def sort_values(self, key: str) -> NDArray[np.int64] | NDArray[np.float64]:
        """Return a number an account to sort by: its value, or the rank of its text; nan or -1 = empty."""
        a, plan = self.plan.accounts, self.plan
        kind, _, name = key.partition(":")
        if kind == "measure":
            return a.values[name]
        if kind == "constant":
            row: NDArray[np.float64] = a.constants[CONSTANT_COLUMNS.index(name)]
            return row
        if kind == "level":
            return a.level.astype(np.int64)
        if kind == "unit":
            return _picked(self._rank("unit", plan.units.name), a.unit_ix)
        if kind == "territory":
            return _picked(rank_texts(t.name for t in plan.territories), plan.territory_of_accounts())
        if kind == "override":
            return self._override_ranks()
        if kind == "protected":
            return np.where(a.is_protected, 0, -1)
        if kind == "wants_change":
            return np.where(a.wants_change, 0, -1)
        if kind == "satisfaction":
            return a.satisfaction
        texts: Iterable[str] = a.segments[name] if kind == "segment" else getattr(a, kind)
        return self._rank(key, texts)

    def _override_ranks(self) -> NDArray[np.int64]:
        ranks = np.full(len(self.plan.accounts), -1, dtype=np.int64)
        overridden = np.flatnonzero(self.plan.account_override >= 0)
        ids = self.plan.accounts.account_id[overridden]
        ranks[overridden] = rank_texts((self.plan.overrides[int(i)].reason or "-") for i in ids)
        return ranks

    def _rank(self, key: str, texts: Iterable[str]) -> NDArray[np.int64]:
        if key not in self._ranks:
            self._ranks[key] = rank_texts(texts)
        return self._ranks[key]


def _picked(ranks: NDArray[np.int64], ix: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the rank at each position, -1 for position -1."""
    picked: NDArray[np.int64] = np.append(ranks, -1)[ix]
    return picked


def rank_texts(texts: Iterable[str]) -> NDArray[np.int64]:
    """Return the place of each text in the order of all, case aside; equal texts share one, "" has -1."""
    folded = [text.casefold() for text in texts]
    ranks = _rank_bytes(folded)
    if ranks is None:
        place = {text: i for i, text in enumerate(sorted(set(folded)))}
        place[""] = -1
        ranks = np.array([place[text] for text in folded], dtype=np.int64)
    return ranks


def _rank_bytes(folded: list[str]) -> NDArray[np.int64] | None:
    """Return the same from the bytes of the texts, eight at a time as numbers: a million in a quarter of a second.

    UTF-8 sorts as its characters do. None where a text is too long for that, has no UTF-8, or ends in a zero byte,
    which numpy takes off.
    """
    try:
        encoded = [text.encode() for text in folded]
    except UnicodeEncodeError:
        return None
    longest = max(map(len, encoded), default=0)
    if not 0 < longest <= _MOST_BYTES or any(text[-1:] == b"\0" for text in encoded):
        return None
    n_words = -(-longest // 8)
    words = np.array(encoded, dtype=f"S{8 * n_words}").view(">u8").reshape(len(encoded), n_words).astype(np.uint64)
    order = np.lexsort(words.T[::-1])
    ascending = words[order]
    is_new = np.zeros(len(order), dtype=np.int64)
    is_new[1:] = (ascending[1:] != ascending[:-1]).any(axis=1)
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.cumsum(is_new)
    ranks[(words == 0).all(axis=1)] = -1
    return ranks


def runs(rows: Ix) -> list[tuple[int, int]]:
    """Return (first, last) of each run of neighbouring numbers; ``rows`` ascending."""
    if not len(rows):
        return []
    breaks = np.flatnonzero(np.diff(rows) > 1)
    firsts, lasts = rows[np.concatenate([[0], breaks + 1])], rows[np.concatenate([breaks, [len(rows) - 1]])]
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))
