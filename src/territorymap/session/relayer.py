"""What becomes of a plan on other units: whose territory each new unit is, which unit each account lies in.

Owns the choice and the report of what changes; writes nothing (commands.relayer).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.geo.carry import Overlaps, overlaps_of, shared_by_ground
from territorymap.geo.layer import Geometries, UnitLayer
from territorymap.geo.locate import UnitLocator
from territorymap.geo.topology import build_topology
from territorymap.i18n import tr
from territorymap.model.ownership import owner_of_accounts
from territorymap.model.plan import Plan
from territorymap.model.units import Units
from territorymap.model.variant import Variant
from territorymap.session.packed import load_packed

RULES = ("area", "accounts")
LEAST_SHARE = 0.01  # of a unit: less common ground than this is two drawings of one border, not a split
TIE = 1e-9  # relative
SNAP_KM = 5.0  # an address on a generalised coast may lie in the sea
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Split:
    """A new unit whose ground, or whose accounts, were in more than one territory."""

    unit_ix: int
    shares: tuple[tuple[int, float], ...]  # (territory_ix before, share 0..1), the largest first; -1 = unassigned
    is_tie: bool


@dataclass(frozen=True)
class TerritoryChange:
    """One territory before and after; numbers by measure name."""

    name: str
    n_units: tuple[int, int]
    n_accounts: tuple[int, int]
    totals: dict[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Relayering:
    """A plan carried over to another unit layer, before it is done. Positions are those of ``layer``."""

    layer: UnitLayer
    rule: str
    unit_territory: NDArray[np.int32]  # (N,) -1 = unassigned
    locked: NDArray[np.bool_]  # (N,)
    account_unit: NDArray[np.int32]  # (A,) -1 = in none
    values: dict[str, NDArray[np.float64]]  # column of the plan -> (N,) the layer's own number, else shared by area
    lost_ix: NDArray[np.int64]  # units of the plan that no new unit covers
    splits: list[Split]
    new_unassigned_ix: NDArray[
        np.int64
    ]  # new units that no territory gets, on ground that was not wholly unassigned before
    n_still_unassigned: int  # new units on ground that was unassigned before
    account_moved_ix: NDArray[np.int64]  # accounts that change territory
    account_lost_ix: NDArray[np.int64]  # accounts that lay in a unit and lie in none now
    n_by_unit: int  # accounts without a position: they go where most of their unit went
    territories: list[TerritoryChange]
    moved_totals: dict[str, float]  # measure of the accounts -> what the moved ones have
    others: list[tuple[Variant, NDArray[np.int32]]]  # each other scenario: (N,) positions in its own territories

    @property
    def ties(self) -> list[Split]:
        return [split for split in self.splits if split.is_tie]


class Carrying:
    """A plan beside another layer, compared once; :meth:`by` then gives what each rule would make of it."""

    def __init__(
        self,
        plan: Plan,
        geometry: Geometries,
        layer: UnitLayer,
        progress: Progress = lambda fraction, text: None,
        *,
        others: Sequence[Variant] = (),
    ) -> None:
        """Compare the boundaries and place the accounts; ``progress`` gets a ratio and a sentence, and may raise.

        ``others``: the scenarios of the plan that are not in use; they are carried over too.

        Raises
        ------
        UserError
            if the layer has no units.
        """
        if not len(layer):
            raise UserError(tr("The new layer has no units."), tr("Choose another file or layer."))
        self.plan, self.layer, self._others = plan, layer, others
        compare = tr("Comparing the boundaries…")
        progress(0.0, compare)
        self._overlaps = overlaps_of(geometry, layer.geometry, lambda f: progress(0.8 * f, compare))
        progress(0.8, tr("Placing the accounts…"))
        self._account_unit, self._n_by_unit = _account_units(plan, layer, self._overlaps)
        progress(0.95, tr("Carrying the territories over…"))
        self._by_ground = _ranked(*self._overlaps.by_label(plan.unit_territory, plan.n_territories), n_new=len(layer))
        self._values = {c: shared_by_ground(v, self._overlaps) for c, v in plan.units.values.items()}
        for name, brought in layer.values.items():
            known = plan.measure_named(name)
            if known is not None and known.source == "unit":
                self._values[known.column_name] = brought
        progress(1.0, "")

    def pack_ahead(self, folder: Path) -> None:
        """Make the new layer ready for the map, in the folder of things that can be computed again."""
        layer, info = self.layer, self.plan.info
        order = _order_in_plan(self.plan, layer)
        info = replace(info, unit_layer_title=layer.title, unit_word=layer.unit_word, attribution=layer.attribution)
        units = Units(
            unit_id=np.arange(len(layer)),
            code=layer.code[order],
            name=layer.name[order],
            parent_code=layer.parent_code[order],
            parent_name=layer.parent_name[order],
            country=layer.country[order],
            lon=layer.lon[order],
            lat=layer.lat[order],
            area_km2=layer.area_km2[order],
            locked=np.zeros(len(layer), dtype=np.bool_),
        )
        load_packed(build_topology(layer.geometry[order]), replace(self.plan, units=units, info=info), folder)

    def by(self, rule: str) -> Relayering:
        """Return the plan carried over.

        ``rule``: "area": a new unit goes to the territory that had most of its ground; "accounts": to the one that
        had most of the accounts in it, by ground where it has none or as many of each. Locks follow the ground.
        """
        if rule not in RULES:
            raise ValueError(rule)
        plan, layer, account_unit = self.plan, self.layer, self._account_unit
        ranked = self._by_ground if rule == "area" else _by_accounts(plan, account_unit, self._by_ground)
        unit_territory = _first(ranked)
        was_unassigned = np.array(
            [bool(shares) and shares[0][0] < 0 and shares[0][1] > 1 - LEAST_SHARE for shares in self._by_ground]
        )
        was_unassigned &= unit_territory < 0
        before = plan.territory_of_accounts()
        after = owner_of_accounts(unit_territory, account_unit, plan.account_override, plan.in_scope)
        moved = np.flatnonzero(before != after)
        return Relayering(
            layer=layer,
            rule=rule,
            unit_territory=unit_territory,
            locked=_locks(plan, self._overlaps),
            account_unit=account_unit,
            values=self._values,
            lost_ix=np.flatnonzero(self._overlaps.covered_share() < LEAST_SHARE),
            splits=_splits(ranked),
            new_unassigned_ix=np.flatnonzero((unit_territory < 0) & ~was_unassigned),
            n_still_unassigned=int(was_unassigned.sum()),
            account_moved_ix=moved,
            account_lost_ix=np.flatnonzero((plan.accounts.unit_ix >= 0) & (account_unit < 0)),
            n_by_unit=self._n_by_unit,
            territories=_territory_changes(plan, unit_territory, before, after, self._values),
            moved_totals={
                m.name: float(np.nansum(plan.accounts.values[m.column_name][moved]))
                for m in plan.measures
                if m.source == "account"
            },
            others=[(variant, self._of_other(variant, rule)) for variant in self._others],
        )

    def _of_other(self, variant: Variant, rule: str) -> NDArray[np.int32]:
        """Return who has each new unit in another scenario."""
        plan = replace(
            self.plan,
            territories=variant.territories,
            unit_territory=variant.unit_territory,
            account_override=variant.account_override,
            in_scope=self.plan.in_scope if variant.in_scope is None else variant.in_scope,
        )
        labels = self._overlaps.by_label(plan.unit_territory, plan.n_territories)
        by_ground = _ranked(*labels, n_new=len(self.layer))
        return _first(by_ground if rule == "area" else _by_accounts(plan, self._account_unit, by_ground))


def _order_in_plan(plan: Plan, layer: UnitLayer) -> NDArray[np.int64]:
    """Return the units of the layer as the plan will have them: those of a known code in their order, then the new."""
    known = plan.units.ix_by_code
    place = [known.get(str(code), len(known) + ix) for ix, code in enumerate(layer.code)]
    return np.argsort(place, kind="stable")


Ranked = list[list[tuple[int, float]]]  # by new unit: (territory_ix, share), the largest first


def _ranked(new_ix: NDArray[np.int64], label: NDArray[np.int64], amount: NDArray[np.float64], n_new: int) -> Ranked:
    """Return the shares of each new unit by territory; of equal ones that of the first territory stands first."""
    ranked: Ranked = [[] for _ in range(n_new)]
    total = np.bincount(new_ix, amount, minlength=n_new)
    for ix, territory, part in zip(new_ix.tolist(), label.tolist(), amount.tolist(), strict=True):
        ranked[ix].append((territory, part / total[ix]))
    for shares in ranked:
        # Rounded, so that two halves that differ in the last digit are a tie; an unassigned half comes last.
        shares.sort(key=lambda share: (-round(share[1], 9), share[0] < 0, share[0]))
    return ranked


def _first(ranked: Ranked) -> NDArray[np.int32]:
    return np.array([shares[0][0] if shares else -1 for shares in ranked], dtype=np.int32)


def _by_accounts(plan: Plan, account_unit: NDArray[np.int32], by_ground: Ranked) -> Ranked:
    """Rank by the number of accounts, those given by name left out; by ground where accounts do not decide."""
    here = np.flatnonzero((account_unit >= 0) & (plan.accounts.unit_ix >= 0) & plan.goes_with_unit())
    n = plan.n_territories + 1
    holder = plan.unit_territory[plan.accounts.unit_ix[here]].astype(np.int64)
    key, count = np.unique(account_unit[here].astype(np.int64) * n + holder + 1, return_counts=True)
    by_accounts = _ranked(key // n, key % n - 1, count.astype(np.float64), len(by_ground))
    return [
        ground if not accounts or _is_tie(accounts) else accounts
        for accounts, ground in zip(by_accounts, by_ground, strict=True)
    ]


def _is_tie(shares: list[tuple[int, float]]) -> bool:
    return len(shares) > 1 and abs(shares[0][1] - shares[1][1]) <= TIE


def _splits(ranked: Ranked) -> list[Split]:
    return [
        Split(ix, tuple(shares), _is_tie(shares))
        for ix, shares in enumerate(ranked)
        if len(shares) > 1 and shares[1][1] >= LEAST_SHARE
    ]


def _locks(plan: Plan, overlaps: Overlaps) -> NDArray[np.bool_]:
    """Return which new units are locked: those with more locked ground than other."""
    sign = np.where(plan.units.locked[overlaps.old_ix], 1.0, -1.0)
    return np.bincount(overlaps.new_ix, overlaps.km2 * sign, minlength=len(overlaps.new_km2)) > 0


def _account_units(plan: Plan, layer: UnitLayer, overlaps: Overlaps) -> tuple[NDArray[np.int32], int]:
    """Return the new unit of each account by position, else where most of its unit went; and how many are so."""
    accounts = plan.accounts
    found = UnitLocator(layer.geometry).units_at(accounts.lon, accounts.lat, SNAP_KM)
    unplaced = ~(np.isfinite(accounts.lon) & np.isfinite(accounts.lat)) & (accounts.unit_ix >= 0)
    heir = np.full(len(plan.units), -1, dtype=np.int32)
    order = np.argsort(overlaps.km2, kind="stable")  # the largest is written last
    heir[overlaps.old_ix[order]] = overlaps.new_ix[order]
    found[unplaced] = heir[accounts.unit_ix[unplaced]]
    return found, int(unplaced.sum())


def _territory_changes(
    plan: Plan,
    unit_territory: NDArray[np.int32],
    before: NDArray[np.int32],
    after: NDArray[np.integer],
    values: dict[str, NDArray[np.float64]],
) -> list[TerritoryChange]:
    n = plan.n_territories

    def counted(label: NDArray[np.integer]) -> list[int]:
        return [int(x) for x in np.bincount(label[label >= 0], minlength=n)]

    def summed(label: NDArray[np.integer], amount: NDArray[np.float64]) -> list[float]:
        held = label >= 0
        return [float(x) for x in np.bincount(label[held], np.nan_to_num(amount[held]), minlength=n)]

    units = counted(plan.unit_territory), counted(unit_territory)
    accounts = counted(before), counted(after)
    totals: dict[str, tuple[list[float], list[float]]] = {}
    for measure in plan.measures:
        column = measure.column_name
        if measure.source == "account":
            amount = plan.accounts.values[column]
            totals[measure.name] = summed(before, amount), summed(after, amount)
        elif measure.source == "unit":
            old = plan.units.values[column]
            totals[measure.name] = summed(plan.unit_territory, old), summed(unit_territory, values[column])
    return [
        TerritoryChange(
            territory.name,
            (units[0][t], units[1][t]),
            (accounts[0][t], accounts[1][t]),
            {name: (was[t], now[t]) for name, (was, now) in totals.items()},
        )
        for t, territory in enumerate(plan.territories)
    ]
