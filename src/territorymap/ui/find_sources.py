"""What can be found in a plan: territories, reps, units, places, accounts, each as lines of a text index.

Owns which fields are searched and where each result lies; not the bar.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import data_word, listed, ntr, tr
from territorymap.session.session import PlanChange, Session
from territorymap.ui.find_index import TextIndex, fold, texts
from territorymap.ui.panels.panel import Bounds, bounds_of_accounts, bounds_of_units
from territorymap.ui.places import Places

_PER_KIND = {"territory": 6, "rep": 5, "unit": 10, "place": 6, "account": 30}
_PLACE_DEGREES = 0.25
_HOME_DEGREES = 0.4


@dataclass(frozen=True)
class Hit:
    """One result. ``key``: territory_id, rep_id, unit_ix, place position or account_ix."""

    kind: str
    key: int
    name: str
    detail: str
    color: str = ""


class Finder:
    """Searches one session; what changed is read again when it is next asked for."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.places: Places | None = None  # takes a second to read: given once it is there

    def plan_changed(self, change: PlanChange) -> None:
        """Forget what a step made stale."""
        delta = change.delta
        if delta.is_full:
            for name in ("_units", "_accounts"):
                self.__dict__.pop(name, None)

    def search(self, query: str) -> list[Hit]:
        """Return results: what bears the very name first, then what begins with it; among these territories first."""
        if not query:
            return []
        hits = [
            *self._territories(query),
            *self._reps(query),
            *self._unit_hits(query),
            *self._place_hits(query),
            *self._account_hits(query),
        ]
        wanted = fold(" ".join(query.split()))
        return sorted(hits, key=lambda hit: _rank(hit.name, wanted))

    def bounds(self, hit: Hit) -> Bounds | None:
        """Return the box to fly to, None if the thing has no place."""
        session = self._session
        if hit.kind == "unit":
            return bounds_of_units(session, np.array([hit.key]))
        if hit.kind == "account":
            return bounds_of_accounts(session.plan, np.array([hit.key]))
        if hit.kind == "territory":
            return self._bounds_of_territory(hit.key)
        if hit.kind == "place":
            return _around(*self.places.position(hit.key), _PLACE_DEGREES) if self.places is not None else None
        rep = session.plan.rep(hit.key)
        if rep is not None and rep.lon is not None and rep.lat is not None:
            return _around(rep.lon, rep.lat, _HOME_DEGREES)
        territory_id = self.territory_of_rep(hit.key)
        return self._bounds_of_territory(territory_id) if territory_id is not None else None

    def territory_of_rep(self, rep_id: int) -> int | None:
        """Return the first territory of a rep."""
        return next((t.territory_id for t in self._session.plan.territories if t.rep_id == rep_id), None)

    @staticmethod
    def as_ix(position: int) -> NDArray[np.int32]:
        return np.array([position], dtype=np.int32)

    # -- sources -------------------------------------------------------------------------------------------------------

    @cached_property
    def _units(self) -> TextIndex:
        units = self._session.plan.units
        return TextIndex([texts(units.name), texts(units.code), texts(units.parent_name)])

    @cached_property
    def _accounts(self) -> TextIndex:
        accounts = self._session.plan.accounts
        return TextIndex([texts(accounts.name), texts(accounts.key), texts(accounts.city), texts(accounts.postal_code)])

    def countries(self) -> frozenset[str]:
        """Return the countries that the units lie in; places elsewhere would only be in the way."""
        return frozenset(str(c) for c in np.unique(self._session.plan.units.country.astype(str)) if c)

    def _territories(self, query: str) -> Iterator[Hit]:
        plan = self._session.plan
        names = TextIndex([[t.name for t in plan.territories]])
        for ix in names.search(query, _PER_KIND["territory"]):
            territory = plan.territories[ix]
            rep = plan.rep_of(ix)
            detail = tr("territory of {rep}", rep=rep.name) if rep is not None else tr("territory")
            yield Hit("territory", territory.territory_id, territory.name, detail, territory.color)

    def _reps(self, query: str) -> Iterator[Hit]:
        plan = self._session.plan
        names = TextIndex([[r.name for r in plan.reps], [r.home_city for r in plan.reps]])
        for ix in names.search(query, _PER_KIND["rep"]):
            rep = plan.reps[ix]
            n = sum(t.rep_id == rep.rep_id for t in plan.territories)
            parts = [tr("rep"), rep.home_city, ntr("{n} territory", "{n} territories", n)]
            yield Hit("rep", rep.rep_id, rep.name, listed(part for part in parts if part))

    def _unit_hits(self, query: str) -> Iterator[Hit]:
        plan = self._session.plan
        word = data_word(plan.info.unit_word) or tr("unit")
        for ix in self._units.search(query, _PER_KIND["unit"]):
            units = plan.units
            parts = [word, str(units.code[ix]), str(units.parent_name[ix])]
            name = str(units.name[ix]) or str(units.code[ix])
            yield Hit("unit", int(ix), name, listed(part for part in parts if part and part != name))

    def _place_hits(self, query: str) -> Iterator[Hit]:
        if self.places is None:
            return
        for ix in self.places.search(query, _PER_KIND["place"]):
            yield Hit("place", ix, self.places.name(ix), tr("place in {where}", where=self.places.where(ix)))

    def _account_hits(self, query: str) -> Iterator[Hit]:
        accounts: Any = self._session.plan.accounts
        for ix in self._accounts.search(query, _PER_KIND["account"]):
            where = str(accounts.city[ix]) or str(accounts.postal_code[ix])
            name = str(accounts.name[ix]) or str(accounts.key[ix])
            parts = [tr("account"), str(accounts.key[ix]) if name != str(accounts.key[ix]) else "", where]
            yield Hit("account", int(ix), name, listed(part for part in parts if part))

    def _bounds_of_territory(self, territory_id: int) -> Bounds | None:
        plan = self._session.plan
        units = plan.units_of(plan.territory_ix(territory_id))
        return bounds_of_units(self._session, units) if len(units) else None


def _rank(name: str, wanted: str) -> int:
    """Return 0 for the very name, 1 for its start, 2 for the start of a word, 3 for the rest."""
    folded = fold(name)
    if folded == wanted:
        return 0
    if folded.startswith(wanted):
        return 1
    return 2 if f" {wanted}" in folded else 3


def _around(lon: float, lat: float, degrees: float) -> Bounds:
    return lon - degrees, lat - degrees, lon + degrees, lat + degrees
