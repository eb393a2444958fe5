"""The deals of a plan as arrays, and to which territory and rep each counts.

Owns the rule of who a deal counts for; not what is double or against the rules among deals (conflicts).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.metrics.forecasting import Span, kinds_of_deals, probabilities
from territorymap.model.accounts import Accounts
from territorymap.model.coverage import Deal
from territorymap.session.money.ground import Ground

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class DealArrays:
    """All deals; position is that of ``deals``."""

    deals: list[Deal]
    account_ix: Ints  # (D,) -1 = none
    rep_id: Ints  # (D,) -1 = none
    stage: NDArray[np.object_]  # (D,)
    amount: Floats  # (D,)
    probability: Floats  # (D,) nan = by stage
    closed: Ints  # (D,) day ordinals, 0 = none
    expected: Ints
    expires: Ints
    registered: Ints
    _looked: dict[Any, tuple[NDArray[np.int8], Floats]] = field(default_factory=dict, compare=False)

    def __len__(self) -> int:
        return len(self.deals)

    @cached_property
    def rep_ids(self) -> list[int]:
        """Who registered any."""
        return [int(rep_id) for rep_id in np.unique(self.rep_id[self.rep_id >= 0])]

    @cached_property
    def of_rep(self) -> dict[int, Ints]:
        """rep_id -> positions of the deals that he or she registered."""
        order = np.argsort(self.rep_id, kind="stable")
        first = np.searchsorted(self.rep_id[order], self.rep_ids, side="left")
        last = np.searchsorted(self.rep_id[order], self.rep_ids, side="right")
        return {r: order[a:b] for r, a, b in zip(self.rep_ids, first, last, strict=True)}

    def looked_at(self, span: Span, stages: Mapping[str, float]) -> tuple[NDArray[np.int8], Floats]:
        """Return kind and probability of each deal; kept, for edits of the ground change neither."""
        key = span, tuple(sorted(stages.items()))
        if self._looked.get(key) is None:
            self._looked.clear()
            kind = kinds_of_deals(self.stage, self.closed, self.expected, self.expires, self.registered, span)
            self._looked[key] = kind, probabilities(self.stage, self.probability, stages)
        return self._looked[key]


def deal_arrays(records: Iterable[Deal], accounts: Accounts) -> DealArrays:
    """Return the deals as arrays."""
    deals = list(records)
    ix_by_id = {int(account_id): ix for ix, account_id in enumerate(accounts.account_id)} if deals else {}
    texts = np.empty(len(deals), dtype=object)
    texts[:] = [d.stage for d in deals]

    def days(name: str) -> Ints:
        return np.array([_ordinal(getattr(deal, name)) for deal in deals], dtype=np.int64)

    return DealArrays(
        deals,
        np.array([ix_by_id.get(d.account_id, -1) if d.account_id is not None else -1 for d in deals], dtype=np.int64),
        np.array([-1 if d.rep_id is None else d.rep_id for d in deals], dtype=np.int64),
        texts,
        np.array([d.amount for d in deals], dtype=np.float64),
        np.array([np.nan if d.probability is None else d.probability for d in deals], dtype=np.float64),
        days("closed_on"),
        days("expected_on"),
        days("expires_on"),
        days("registered_on"),
    )


@lru_cache(maxsize=20_000)  # many deals, few days
def _ordinal(day: str) -> int:
    try:
        return date.fromisoformat(day).toordinal() if day else 0
    except ValueError:  # another program may have written it: as if no day was told
        return 0


def territories_of_deals(deals: DealArrays, ground: Ground, elsewhere: Collection[int]) -> NDArray[np.int32]:
    """Return the territory that each deal counts for in an alignment, -1 = none.

    A deal counts where its rep works: of his or her territories the one that has the account, else the first. A deal
    of nobody, or of a rep or partner who has no territory in any alignment, counts where its account is. A deal of
    somebody who works in other alignments only counts there, not here.

    Parameters
    ----------
    elsewhere : rep_ids that have a territory in another alignment
    """
    owner = np.full(len(deals), -1, dtype=np.int32)
    known = np.flatnonzero(deals.account_ix >= 0)
    if len(known):
        owner[known] = ground.plan.territory_of_accounts(deals.account_ix[known])
    for rep_id, at in deals.of_rep.items():
        own = ground.territories_of.get(rep_id)
        if own:
            owner[at] = np.where(np.isin(owner[at], own), owner[at], own[0])
        elif rep_id in elsewhere:
            owner[at] = -1
    return owner


def counts_here(deals: DealArrays, ground: Ground, elsewhere: Collection[int]) -> NDArray[np.bool_]:
    """Return whether each deal is any business of this alignment, be it of no territory."""
    out = np.ones(len(deals), dtype=np.bool_)
    for rep_id, at in deals.of_rep.items():
        if rep_id not in ground.territories_of and rep_id in elsewhere:
            out[at] = False
    return out
