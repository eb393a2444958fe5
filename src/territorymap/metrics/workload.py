"""Hours a year that accounts ask for. Owns the estimate and its parts; not sums over territories (totals)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from territorymap.geo.distance import great_circle_km
from territorymap.i18n import number, tr
from territorymap.metrics.registry import Case, Lines, metric
from territorymap.model.accounts import CONSTANT_COLUMNS
from territorymap.model.plan import Plan
from territorymap.model.records import WorkloadConstants

HOP_FACTOR = 0.7124  # mean tour length per stop in units of sqrt(area per stop)
_VISITS, _VISIT_MIN, _SPEED, _DETOUR, _STOPS = range(5)

Floats = NDArray[np.float64]


def _hours(value: float) -> str:
    return tr("{value} h", value=number(value, 1))


def _workload_lines(case: Case) -> Lines:
    """The parts of one territory's workload, and the constants that made them."""
    plan, t = case.plan, case.territory_ix
    held = np.flatnonzero(plan.territory_of_accounts() == t)
    parts = case.totals.ledger.parts
    constants = filled_constants(plan.accounts.constants, plan.info.constants)[:, held]
    base_h, hop_h = float(parts.base_h[held].sum()), float(parts.hop_h[held].sum())
    lon, lat = case.totals.home[:, t]
    stem_h = float(parts.stem_h(held, lon, lat).sum())
    stem_km = parts.stem_km(held, lon, lat)
    rep = plan.rep_of(t)
    lines = [
        (tr("Accounts"), number(len(held))),
        (tr("Visits a year"), number(float(constants[_VISITS].sum()), 1)),
        (tr("Service time at the accounts"), _hours(base_h)),
        (tr("Driving between stops"), _hours(hop_h)),
        (tr("Driving from home and back"), _hours(stem_h)),
        (tr("Workload a year"), _hours(base_h + hop_h + stem_h)),
    ]
    if len(held):
        hops = account_hop_km(plan)[held]
        lines.append((tr("Mean hop between stops"), tr("{value} km", value=number(float(hops.mean()), 1))))
        lines.append((tr("Mean stem from home"), tr("{value} km", value=number(float(stem_km.mean()), 1))))
    if rep is None:
        lines.append((tr("Home"), tr("The territory has no rep, so stems count as 0.")))
    elif not rep.has_home:
        lines.append((tr("Home"), tr("The home of {name} is not known, so stems count as 0.", name=rep.name)))
    else:
        lines.append((tr("Home"), tr("{name}, {place}", name=rep.name, place=rep.home_city or rep.home_postal_code)))
    return [*lines, *_constant_lines(plan, held)]


def _constant_lines(plan: Plan, held: NDArray[np.int64]) -> Lines:
    c = plan.info.constants
    n_own = int(np.isfinite(plan.accounts.constants[:, held]).any(axis=0).sum())
    return [
        (tr("Visits a year of an account"), number(c.visits, 1)),
        (tr("Minutes a visit"), number(c.visit_min, 1)),
        (tr("Speed"), tr("{value} km/h", value=number(c.speed_kmh, 1))),
        (tr("Detour factor"), number(c.detour, 2)),
        (tr("Stops a trip"), number(c.stops_per_trip, 1)),
        (tr("Accounts with constants of their own"), number(n_own)),
    ]


@metric(
    "workload_h",
    scope="territory",
    label=lambda: tr("Workload"),
    unit="h",
    formula=lambda: tr(
        "Sum over its accounts of visits × (visit_min + drive_min) ÷ 60, with drive_min = 60 × detour ÷ speed_kmh × "
        "(2 × stem_km ÷ stops_per_trip + hop_km) and hop_km = 0.7124 × √(unit area ÷ accounts in the unit)"
    ),
    meaning=lambda: tr(
        "Hours a year that the territory asks for. It is an estimate: distances are as the crow flies times the detour "
        "factor, from the home of the rep who has the account."
    ),
    lines=_workload_lines,
)
def account_workload_h(constants: Floats, hop_km: ArrayLike, stem_km: ArrayLike) -> Floats:
    """Hours a year that each account asks for.

    visits x (visit_min + drive_min) / 60, with
    drive_min = 60 x detour / speed_kmh x (2 x stem_km / stops_per_trip + hop_km).

    Parameters
    ----------
    constants : (5, A) float, rows visits a year, visit_min, speed_kmh, detour, stops_per_trip; none of them nan, speed
        and stops above 0 (see :func:`filled_constants`)
    hop_km : (A,) float, way between two stops of a trip
    stem_km : (A,) float, great circle from the rep's home; 0 if there is no home

    Returns
    -------
    (A,) float, hours a year, >= 0 for constants >= 0; empty for no account.

    Source
    ------
    Own estimate (design, section 7): service time plus way to and from the home shared by the stops of a trip, plus
    the way between stops.
    """
    visits, visit_min, speed_kmh, detour, stops = constants
    way_km = 2 * np.asarray(stem_km) / stops + np.asarray(hop_km)
    drive_min = 60 * detour / speed_kmh * way_km
    return np.asarray(visits * (visit_min + drive_min) / 60)


def hop_km(area_km2: ArrayLike, n_accounts: ArrayLike) -> Floats:
    """Mean way between neighbouring stops of a trip.

    Parameters
    ----------
    area_km2 : (n,) float, of the unit
    n_accounts : (n,) int, all accounts in scope lying in the unit, those given away by override included

    Returns
    -------
    (n,) float, km, >= 0; 0 where there is no account.

    Source
    ------
    0.7124 x sqrt(area / stops): Beardwood, Halton & Hammersley 1959, as used by Daganzo 1984.
    """
    area, n = np.asarray(area_km2, dtype=np.float64), np.asarray(n_accounts, dtype=np.float64)
    return np.asarray(HOP_FACTOR * np.sqrt(np.where(n > 0, area / np.maximum(n, 1), 0.0)))


def filled_constants(own: Floats, plan: WorkloadConstants) -> Floats:
    """Return (5, A) constants: the account's own, the plan's where it has none.

    A speed or a number of stops that is not above 0 counts as none, since no time can be had from it.
    """
    told = np.isfinite(own)
    told[_SPEED] &= own[_SPEED] > 0
    told[_STOPS] &= own[_STOPS] > 0
    default = np.array([getattr(plan, name) for name in CONSTANT_COLUMNS])[:, None]
    return np.where(told, own, default)


@dataclass(frozen=True)
class WorkloadParts:
    """workload_a = base_h + hop_h + stem_weight x stem_km; only stem_km depends on who has the account."""

    base_h: Floats  # (A,) service time, hours a year
    hop_h: Floats  # (A,) between stops, hours a year; 0 for an account in no unit
    stem_weight: Floats  # (A,) hours a year per km of stem
    lon: Floats  # (A,) where the stem leads: own position, else the unit's point; nan = neither
    lat: Floats  # (A,)

    def stem_km(self, account_ix: NDArray[np.integer], home_lon: ArrayLike, home_lat: ArrayLike) -> Floats:
        """Return the great circle from the home to each of these accounts; 0 without home or position."""
        km = great_circle_km(home_lon, home_lat, self.lon[account_ix], self.lat[account_ix])
        return np.where(np.isfinite(km), km, 0.0)

    def stem_h(self, account_ix: NDArray[np.integer], home_lon: ArrayLike, home_lat: ArrayLike) -> Floats:
        """Return the hours a year on the way from home to each of these accounts and back."""
        return np.asarray(self.stem_weight[account_ix] * self.stem_km(account_ix, home_lon, home_lat))


def workload_parts(plan: Plan) -> WorkloadParts:
    """Return the parts of the workload of every account of the plan."""
    accounts = plan.accounts
    constants = filled_constants(accounts.constants, plan.info.constants)
    visits, visit_min, speed_kmh, detour, stops = constants
    hours_per_km = visits * detour / speed_kmh
    lon, lat = stem_points(plan)
    return WorkloadParts(
        base_h=visits * visit_min / 60,
        hop_h=hours_per_km * account_hop_km(plan),
        stem_weight=hours_per_km * 2 / stops,
        lon=lon,
        lat=lat,
    )


def account_hop_km(plan: Plan) -> Floats:
    """Return the hop of every account, (A,) km: by its unit's area and accounts in scope; 0 in no unit.

    An account out of scope that is given by override is a stop of its own, where none of its unit is in scope.
    """
    unit_ix = plan.accounts.unit_ix
    n_units = len(plan.units)
    is_in = unit_ix >= 0
    n_in_unit = np.bincount(unit_ix[is_in & plan.in_scope], minlength=n_units)
    km = np.zeros(len(unit_ix))
    km[is_in] = hop_km(plan.units.area_km2, np.maximum(n_in_unit, 1))[unit_ix[is_in]]
    return km


def stem_points(plan: Plan) -> tuple[Floats, Floats]:
    """Return (lon, lat) where each account's stem leads: its own position, else its unit's point; nan = neither."""
    accounts, units = plan.accounts, plan.units
    is_placed = np.isfinite(accounts.lon) & np.isfinite(accounts.lat)
    by_unit = ~is_placed & (accounts.unit_ix >= 0)
    lon, lat = np.full(len(accounts), np.nan), np.full(len(accounts), np.nan)
    lon[is_placed], lat[is_placed] = accounts.lon[is_placed], accounts.lat[is_placed]
    lon[by_unit] = units.lon[accounts.unit_ix[by_unit]]
    lat[by_unit] = units.lat[accounts.unit_ix[by_unit]]
    return lon, lat


def homes(plan: Plan) -> Floats:
    """Return (2, T + 1) lon and lat of each territory's home, nan = none; the last column stands for unassigned."""
    rep_by_id = {rep.rep_id: rep for rep in plan.reps}
    home = np.full((2, plan.n_territories + 1), np.nan)
    for ix, territory in enumerate(plan.territories):
        rep = rep_by_id.get(territory.rep_id) if territory.rep_id is not None else None
        if rep is not None and rep.lon is not None and rep.lat is not None:
            home[:, ix] = rep.lon, rep.lat
    return home
