"""What accounts are marked with, obeyed: "protect" keeps an account with its rep, "change rep" takes it from its rep.

Owns who gets what by name, or with its unit, on that account; the marks are the planner's, the search is optimise's.
What lies in a locked territory, or is given by name to one, stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from territorymap.geo.contiguity import would_break
from territorymap.i18n import ntr, tr
from territorymap.metrics.comparison import plan_as
from territorymap.model.records import Override
from territorymap.model.variant import Variant
from territorymap.session.commands.checks import enumerate_names
from territorymap.session.solving.still import Still

_NOBODY = -1
_FIRST_LOOK, _WIDER = 16, 8  # neighbours that are looked at first, and how many times more then


def _none() -> NDArray[np.int64]:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Obeyed:
    """A variant in which the marks are obeyed as far as can be, and what came of each."""

    variant: Variant
    n_left_by_unit: int = 0  # marked "change rep" and with another rep because their units are
    n_left_by_name: int = 0
    n_kept_by_name: int = 0  # protected, and given by name to a territory of their rep
    stuck: NDArray[np.int64] = field(default_factory=_none)  # account_ix marked "change rep" that stay
    lost: NDArray[np.int64] = field(default_factory=_none)  # protected account_ix whose rep has no territory left


def has_marks(still: Still) -> bool:
    """Whether an account that has a rep is marked."""
    accounts = still.plan.accounts
    marked = np.flatnonzero(accounts.wants_change | accounts.is_protected)
    return bool((still.variant.rep_ids()[still.plan.territory_of_accounts(marked)] != _NOBODY).any())


def obey(still: Still, variant: Variant) -> Obeyed:
    """Return the variant with accounts given by name where their marks ask for it.

    An account marked "change rep" that would stay with the rep who has it now goes to the territory of another rep that
    is nearest to it; a protected one that would leave its rep to the nearest territory that the rep has. An override
    that says what the unit of the account says by now is taken away again.
    """
    plan, accounts = still.plan, still.plan.accounts
    marked = np.flatnonzero(accounts.wants_change | accounts.is_protected)
    if not len(marked):
        return Obeyed(variant)
    was, now = plan.territory_of_accounts(marked), variant.territory_of_accounts(accounts)[marked]
    rep_was, rep_now = still.variant.rep_ids()[was], variant.rep_ids()[now]
    held = np.array([t.locked for t in plan.territories] + [False])[was]
    has_rep = rep_was != _NOBODY
    leaves = accounts.wants_change[marked] & ~accounts.is_protected[marked] & has_rep
    staying = leaves & (rep_now == rep_was)
    losing = accounts.is_protected[marked] & has_rep & (rep_now != rep_was)
    target = np.full(len(marked), _NOBODY, dtype=np.int64)
    free = np.array([not t.locked for t in variant.territories] + [False])
    of_rep = variant.rep_ids()[:-1]
    away = np.flatnonzero(staying & ~held)
    target[away] = _nearest_of_others(still, variant, marked[away], rep_was[away], free[:-1])
    for rep in np.unique(rep_was[losing & ~held]).tolist():
        at = np.flatnonzero(losing & ~held & (rep_was == rep))
        target[at] = _nearest(still, variant, marked[at], free[:-1] & (of_rep == rep))
    # Those that were given to another rep before the search, in ``obeying``, stay so: the search has evened that.
    is_new = (variant.account_override[marked] >= 0) & (plan.account_override[marked] < 0)
    settled = leaves & ~staying & is_new
    target[settled] = now[settled]
    given = np.flatnonzero(target >= 0)
    after = _with_names(still, variant, marked[given], target[given])
    by_name = leaves & (target >= 0) & (after.account_override[marked] >= 0)
    return Obeyed(
        after,
        n_left_by_unit=int((leaves & ~staying & ~by_name).sum()),
        n_left_by_name=int(by_name.sum()),
        n_kept_by_name=int((losing & (target >= 0)).sum()),
        stuck=marked[staying & (target < 0)],
        lost=marked[losing & (target < 0)],
    )


def _nearest(
    still: Still, variant: Variant, account_ix: NDArray[np.int64], places: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the one of some territories whose ground is nearest to each account; -1 if none of them has any.

    A territory without a unit is nobody's neighbour; where none of them has one the first is taken.
    """
    if not len(account_ix) or not places.any():
        return np.full(len(account_ix), _NOBODY, dtype=np.int64)
    units = still.plan.units
    ground = np.flatnonzero(np.append(places, False)[variant.unit_territory])
    if not len(ground):
        return np.full(len(account_ix), int(np.argmax(places)), dtype=np.int64)
    lon, lat = _places(still, account_ix)
    tree = cKDTree(_on_sphere(units.lon[ground], units.lat[ground]))
    known = np.isfinite(lon) & np.isfinite(lat)
    found = np.full(len(account_ix), int(variant.unit_territory[ground[0]]), dtype=np.int64)
    if known.any():
        _, nearest = tree.query(_on_sphere(lon[known], lat[known]))
        found[known] = variant.unit_territory[ground[nearest]]
    return found


def _nearest_of_others(
    still: Still,
    variant: Variant,
    account_ix: NDArray[np.int64],
    rep_ids: NDArray[np.int64],
    free: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Return for each account the nearest territory of another rep than its own; -1 where there is none.

    More and more neighbours are looked at until one is another rep's, so that one tree serves all reps.
    """
    found = np.full(len(account_ix), _NOBODY, dtype=np.int64)
    of_rep = variant.rep_ids()[:-1]
    able = free & (of_rep != _NOBODY)
    ground = np.flatnonzero(np.append(able, False)[variant.unit_territory])
    if not len(account_ix) or not len(ground):
        for rep in np.unique(rep_ids).tolist():
            at = np.flatnonzero(rep_ids == rep)
            found[at] = _nearest(still, variant, account_ix[at], able & (of_rep != rep))
        return found
    lon, lat = _places(still, account_ix)
    known = np.isfinite(lon) & np.isfinite(lat)
    territory = variant.unit_territory[ground]
    owner = of_rep[territory]
    units = still.plan.units
    tree = cKDTree(_on_sphere(units.lon[ground], units.lat[ground]))
    waiting, k = np.flatnonzero(known), _FIRST_LOOK
    while len(waiting):
        k = min(k, len(ground))
        found_near = tree.query(_on_sphere(lon[waiting], lat[waiting]), k=np.arange(1, k + 1))[1]
        near = np.asarray(found_near, dtype=np.int64)
        is_other = owner[near] != rep_ids[waiting, None]
        has_one = is_other.any(axis=1)
        found[waiting[has_one]] = territory[near[has_one, is_other[has_one].argmax(axis=1)]]
        waiting = waiting[~has_one]
        if k == len(ground):
            break
        k *= _WIDER
    for ix in np.flatnonzero((found < 0) & (~known | np.isin(np.arange(len(found)), waiting))).tolist():
        found[ix] = _nearest(still, variant, account_ix[ix : ix + 1], able & (of_rep != rep_ids[ix]))[0]
    return found


def _places(still: Still, account_ix: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where accounts are: the point of their unit, else their own; nan = nowhere."""
    accounts, units = still.plan.accounts, still.plan.units
    at = accounts.unit_ix[account_ix]
    lon = np.where(at >= 0, units.lon[at], accounts.lon[account_ix])
    lat = np.where(at >= 0, units.lat[at], accounts.lat[account_ix])
    return lon, lat


def _on_sphere(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 3) points on the unit sphere: of two, the one that is nearer through it is nearer over it."""
    x, y = np.radians(lon), np.radians(lat)
    return np.stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)], axis=1)


def _with_names(still: Still, variant: Variant, account_ix: NDArray[np.int64], territory: NDArray[np.int64]) -> Variant:
    """Return the variant with accounts given to territories by name."""
    if not len(account_ix):
        return variant
    override, overrides = variant.account_override.copy(), dict(variant.overrides)
    accounts = still.plan.accounts
    by_unit = np.append(variant.unit_territory, np.int32(_NOBODY))[accounts.unit_ix[account_ix]]
    for ix, t, unit_t in zip(account_ix.tolist(), territory.tolist(), by_unit.tolist(), strict=True):
        key = int(accounts.account_id[ix])
        if unit_t == t:  # it was given away by name, and follows its unit again
            override[ix] = _NOBODY
            overrides.pop(key, None)
            continue
        reason = tr("protected: keeps its rep") if accounts.is_protected[ix] else tr("marked: change rep")
        override[ix] = t
        overrides[key] = Override(0, "", key, variant.territories[t].territory_id, reason, "", "")
    return replace(variant, account_override=override, overrides=overrides)


def obeying(still: Still) -> Still:
    """Return the plan as it would be if marks were obeyed now: what a search begins with, so that it evens that."""
    if not still.plan.accounts.wants_change.any():
        return still
    plan = plan_as(still.plan, obey(still, _moved(still)).variant)
    return replace(still, plan=plan, totals=still.totals.of_other(plan))


def _moved(still: Still) -> Variant:
    """Return who has what when units move of which every account is marked "change rep", where nothing breaks.

    Such a unit goes to a neighbouring territory of another rep, to the one with least of what the plan evens first.
    """
    plan, variant = still.plan, still.variant
    unit_territory = variant.unit_territory.copy()
    row = next((i for i, m in enumerate(plan.measures) if m.is_shown), 0)
    load = still.totals.territory_total[row].copy()
    amount = np.nan_to_num(still.totals.unit_measure[row])
    reps = variant.rep_ids()
    for unit in _to_move(still).tolist():
        t = int(unit_territory[unit])
        near = {int(n) for n in unit_territory[still.adjacency.neighbours_of(unit)]} - {t, _NOBODY}
        able = [n for n in near if reps[n] not in (_NOBODY, reps[t]) and not plan.territories[n].locked]
        is_last = int((unit_territory == t).sum()) == 1
        if not able or is_last or would_break(still.adjacency, unit_territory, np.array([unit])):
            continue
        into = min(able, key=lambda n: (float(load[n]), n))
        unit_territory[unit] = into
        load[into] += amount[unit]
        load[t] -= amount[unit]
    return replace(variant, unit_territory=unit_territory)


def _to_move(still: Still) -> NDArray[np.int64]:
    """Return the units in which all accounts that follow their unit are marked "change rep", unlocked ones alone."""
    plan, accounts = still.plan, still.plan.accounts
    follows = (accounts.unit_ix >= 0) & (plan.account_override < 0)
    n = len(plan.units)
    here = np.bincount(accounts.unit_ix[follows], minlength=n)
    wanting = follows & accounts.wants_change & ~accounts.is_protected
    marked = np.bincount(accounts.unit_ix[wanting], minlength=n)
    locked = np.array([t.locked for t in plan.territories] + [True])[plan.unit_territory]
    return np.flatnonzero((marked > 0) & (marked == here) & ~plan.units.locked & ~locked)


def pinned(still: Still, before: Still) -> NDArray[np.bool_]:
    """(U,) units that left their territory because of their marks: they do not go back."""
    return np.asarray(still.plan.unit_territory != before.plan.unit_territory)


def sentences_of(still: Still, obeyed: Obeyed) -> list[str]:
    """Return what to tell of accounts that are marked."""
    found = []
    n = obeyed.n_left_by_unit + obeyed.n_left_by_name
    if n:
        found.append(
            ntr(
                "{n} account marked “change rep” gets another rep: {units} with its unit, {names} by name.",
                "{n} accounts marked “change rep” get other reps: {units} with their units, {names} by name.",
                n,
                units=obeyed.n_left_by_unit,
                names=obeyed.n_left_by_name,
            )
        )
    if obeyed.n_kept_by_name:
        found.append(
            ntr(
                "{n} protected account is given to its rep by name.",
                "{n} protected accounts are given to their reps by name.",
                obeyed.n_kept_by_name,
            )
        )
    if len(obeyed.stuck):
        found.append(
            ntr(
                "{n} account marked “change rep” stays ({names}): its territory is locked, or no other rep has one.",
                "{n} accounts marked “change rep” stay ({names}): their territories are locked, or no other rep has "
                "one.",
                len(obeyed.stuck),
                names=_names(still, obeyed.stuck),
            )
        )
    if len(obeyed.lost):
        found.append(
            ntr(
                "{n} protected account gets another rep ({names}): its rep has no territory in this plan.",
                "{n} protected accounts get other reps ({names}): their reps have no territory in this plan.",
                len(obeyed.lost),
                names=_names(still, obeyed.lost),
            )
        )
    return found


def alter_sentences(still: Still, variant: Variant, moved: NDArray[np.bool_]) -> list[str]:
    """Return what becomes of accounts marked "change rep" where a part of the plan is altered.

    Splitting, dissolving and adding move units for other reasons; the mark is told, and rebalancing obeys it.
    ``moved``: (U,) units that change hands; told of are the accounts of the territories that give them.
    """
    plan = still.plan
    marked = np.flatnonzero(plan.accounts.wants_change & ~plan.accounts.is_protected)
    givers = np.unique(plan.unit_territory[moved])
    was = plan.territory_of_accounts(marked)
    rep_was = still.variant.rep_ids()[was]
    marked, rep_was = (part[np.isin(was, givers[givers >= 0]) & (rep_was != _NOBODY)] for part in (marked, rep_was))
    rep_now = variant.rep_ids()[variant.territory_of_accounts(plan.accounts)[marked]]
    stays = marked[rep_now == rep_was]
    left = marked[(rep_now != rep_was) & (rep_now != _NOBODY)]
    found = []
    if len(left):
        found.append(
            ntr(
                "{n} account marked “change rep” gets another rep ({names}).",
                "{n} accounts marked “change rep” get other reps ({names}).",
                len(left),
                names=_names(still, left),
            )
        )
    if len(stays):
        found.append(
            ntr(
                "{n} account marked “change rep” keeps its rep here ({names}); rebalancing gives it another one.",
                "{n} accounts marked “change rep” keep their reps here ({names}); rebalancing gives them others.",
                len(stays),
                names=_names(still, stays),
            )
        )
    return found


def _names(still: Still, account_ix: NDArray[np.int64]) -> str:
    accounts = still.plan.accounts
    return enumerate_names([str(accounts.name[ix] or accounts.key[ix]) for ix in account_ix.tolist()])
