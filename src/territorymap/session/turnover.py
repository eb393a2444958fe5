"""What if a rep leaves: who covers meanwhile, in every alignment, with the least overload and the fewest new owners.

Owns the choice of neighbours and the figures of each option; the division is metrics.turnover's, the step
session.commands.turnover's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.i18n import ntr, number, percent, tr
from territorymap.metrics.comparison import plan_as
from territorymap.metrics.team import OVERLAY, plan_teams
from territorymap.metrics.totals import Totals
from territorymap.metrics.turnover import divide_among
from territorymap.model.coverage import Deal
from territorymap.model.plan import Plan
from territorymap.model.records import Alignment, Rep, Territory
from territorymap.session.commands.checks import enumerate_names, refuse_locked_territories
from territorymap.session.coverages import Coverage
from territorymap.session.session import Session

Floats = NDArray[np.float64]
IsCancelled = Callable[[], bool]
MOST_OWNERS = 4  # neighbours that share one territory
_LOOKED_AT = 6  # of the neighbours, those with most room
_FULL = 1.0
_WORTH = 0.05  # of a full job: so much less overload is worth another owner
_HAIR_H = 1e-6
_DONE_STAGES = ("won", "lost")


@dataclass(frozen=True)
class Heir:
    """Who takes part of a territory: with the territory itself, or with units that go to a territory of the heir."""

    rep: Rep
    territory: Territory  # where the units go: the one of the leaver, where this heir is put in charge of it
    unit_ix: NDArray[np.int64]
    n_accounts: int
    is_main: bool


@dataclass(frozen=True)
class Covered:
    """One territory of the leaver in one alignment."""

    alignment: Alignment
    territory: Territory
    heirs: tuple[Heir, ...]  # the main one first; () = nobody can


@dataclass(frozen=True)
class Load:
    """What one rep has to do, in all alignments."""

    rep: Rep
    before_h: float
    after_h: float
    capacity_h: float  # told, else what is usual
    is_told: bool

    @property
    def before(self) -> float:
        return self.before_h / self.capacity_h if self.capacity_h > 0 else float("nan")

    @property
    def after(self) -> float:
        return self.after_h / self.capacity_h if self.capacity_h > 0 else float("nan")


@dataclass(frozen=True)
class Cover:
    """One way to cover: each territory by so many neighbours at most."""

    most: int
    covered: tuple[Covered, ...]
    loads: tuple[Load, ...]  # of those who take something, the fullest first

    @property
    def n_owners(self) -> int:
        """How many people accounts get to know."""
        return len({heir.rep.rep_id for one in self.covered for heir in one.heirs})

    @property
    def worst(self) -> float:
        """The load of the fullest of them, as a share of the capacity; nan where nobody takes anything."""
        return max((load.after for load in self.loads), default=float("nan"))

    @property
    def overload_h(self) -> float:
        """Hours a year that come on top of what those who cover can do."""
        return sum(
            max(load.after_h - load.capacity_h, 0.0) - max(load.before_h - load.capacity_h, 0.0) for load in self.loads
        )

    @property
    def n_accounts(self) -> int:
        return sum(heir.n_accounts for one in self.covered for heir in one.heirs)


@dataclass(frozen=True)
class Turnover:
    """What is to be decided when a rep leaves."""

    rep: Rep
    options: tuple[Cover, ...]  # by number of new owners; each has less overload than the one before
    best: int  # position of the one that is proposed
    teams: tuple[tuple[Alignment, Territory], ...] = ()  # teams that the rep leaves
    notes: tuple[tuple[str, ...], ...] = ()  # what is to be told of each option


def plan_cover(session: Session, rep_id: int, is_cancelled: IsCancelled = lambda: False) -> Turnover:
    """Return who could cover for a rep, and which of the ways is proposed.

    The fewest new owners are proposed that bear it within their capacities; where none can, another owner is taken as
    long as that makes the hours beyond them fewer by 5 % of a full job.

    Raises
    ------
    UserError
        if there is no such rep, the rep has no territory, or one of them is locked.
    """
    plan = session.plan
    rep = plan.rep(rep_id)
    if rep is None:
        raise UserError(tr("This rep is not in the plan any more."), tr("Choose another one."))
    places = [_Place(session, coverage) for coverage in session.coverages()]
    own = [(place, t) for place in places for t in place.territories_of(rep_id)]
    if not own:
        raise UserError(
            tr("{name} has no territory, so there is nothing to cover.", name=rep.name),
            tr("Choose a rep who is in charge of a territory."),
        )
    refuse_locked_territories([place.territories[t] for place, t in own], plan)
    loads = _Loads(plan, places)
    options: list[Cover] = []
    for most in range(1, MOST_OWNERS + 1):
        if is_cancelled():
            break
        cover = _cover(plan, places, own, loads, rep, most)
        if not options or (cover.n_owners > options[-1].n_owners and _is_less(cover, options[-1])):
            options.append(cover)
        elif most > 2 and cover.n_owners == options[-1].n_owners:
            break
    best = _best(options, loads.usual)
    teams = tuple(
        (place.coverage.alignment, territory)
        for place in places
        for territory in place.territories
        if territory.rep_id != rep_id and any(member.rep_uuid == rep.uuid for member in territory.team)
    )
    notes = tuple(tuple(_notes(session, rep, option, loads, teams)) for option in options)
    return Turnover(rep, tuple(options), best, teams, notes)


def _is_less(one: Cover, other: Cover) -> bool:
    """Whether fewer hours are too much, or, with none in both, the fullest is less full."""
    if one.overload_h > _HAIR_H or other.overload_h > _HAIR_H:
        return one.overload_h < other.overload_h - _HAIR_H
    return one.worst < other.worst - 1e-9


def _best(options: Sequence[Cover], full_h: float) -> int:
    for i, option in enumerate(options[:-1]):
        if option.overload_h <= _HAIR_H or options[i + 1].overload_h > option.overload_h - _WORTH * full_h:
            return i
    return len(options) - 1


class _Place:
    """One alignment with its totals."""

    def __init__(self, session: Session, coverage: Coverage) -> None:
        self.coverage = coverage
        self.adjacency = session.adjacency
        is_in_use = coverage.alignment.alignment_id == session.plan.alignment.alignment_id
        self.plan = plan_as(session.plan, coverage.variant)
        self.totals: Totals = session.totals if is_in_use else session.totals.of_other(self.plan)
        self.row = next(
            (i for i, m in enumerate(session.plan.measures) if m.source == "builtin" and m.column_name == "workload_h"),
            0,
        )
        self.hours = np.nan_to_num(self.totals.unit_measure[self.row])

    @property
    def territories(self) -> Sequence[Territory]:
        return self.coverage.territories

    def territories_of(self, rep_id: int) -> list[int]:
        return [t for t, territory in enumerate(self.territories) if territory.rep_id == rep_id]

    def hours_for(self, t: int, units: NDArray[np.int64], rep: Rep) -> Floats:
        """(n,) hours that each unit of a territory asks of a rep, the ways from that home included."""
        accounts, parts = self.plan.accounts, self.totals.ledger.parts
        of_unit = np.full(len(self.plan.units) + 1, -1, dtype=np.int64)
        of_unit[units] = np.arange(len(units))
        mine = np.flatnonzero((self.coverage.owner == t) & (self.plan.account_override < 0))
        mine = mine[of_unit[accounts.unit_ix[mine]] >= 0]
        lon, lat = (rep.lon, rep.lat) if rep.has_home else (np.nan, np.nan)
        stem_h = parts.stem_h(mine, np.full(len(mine), lon), np.full(len(mine), lat))
        ways = np.bincount(of_unit[accounts.unit_ix[mine]], np.nan_to_num(stem_h), minlength=len(units))
        return np.asarray(self.hours[units] + ways, dtype=np.float64)

    def candidates(self, t: int, leaver: int, reps: dict[int, Rep]) -> list[int]:
        """Return the territories around one that have another rep and are not locked, one a rep: longest border first.

        Where none touches it, the nearest ones.
        """
        unit_territory = self.coverage.unit_territory
        able = {
            ix
            for ix, territory in enumerate(self.territories)
            if territory.rep_id in reps and territory.rep_id != leaver and not territory.locked
        }
        borders: dict[int, int] = {}
        for u in np.flatnonzero(unit_territory == t).tolist():
            for v in self.adjacency.neighbours_of(u):
                other = int(unit_territory[v])
                if other in able:
                    borders[other] = borders.get(other, 0) + 1
        order = sorted(borders, key=lambda ix: (-borders[ix], ix)) or self._nearest(t, able)
        first: dict[int | None, int] = {}
        for ix in order:
            first.setdefault(self.territories[ix].rep_id, ix)
        return list(first.values())

    def _nearest(self, t: int, able: set[int]) -> list[int]:
        units, unit_territory = self.plan.units, self.coverage.unit_territory

        def middle(ix: int) -> tuple[float, float]:
            held = np.flatnonzero(unit_territory == ix)
            if not len(held):
                return float("nan"), float("nan")
            return float(units.lon[held].mean()), float(units.lat[held].mean())

        lon, lat = middle(t)
        away = {}
        for ix in able:
            x, y = middle(ix)
            gap = np.hypot((x - lon) * np.cos(np.radians(lat)), y - lat)
            away[ix] = float(gap) if np.isfinite(gap) else float("inf")
        return sorted(away, key=lambda ix: (away[ix], ix))[:_LOOKED_AT]


class _Loads:
    """Hours a year of each rep in all alignments, and what each can do."""

    def __init__(self, plan: Plan, places: Sequence[_Place]) -> None:
        self.reps = {rep.rep_id: rep for rep in plan.reps}
        self.before: dict[int, float] = dict.fromkeys(self.reps, 0.0)
        for place in places:
            for rep_id, hours in _hours_by_rep(place.plan, place.totals, place.row).items():
                self.before[rep_id] = self.before.get(rep_id, 0.0) + hours
        told = [rep.capacity_h for rep in plan.reps if rep.capacity_h]
        busy = [hours for hours in self.before.values() if hours > 0]
        self.usual = float(np.median(told)) if told else float(np.mean(busy)) if busy else 1.0
        self.is_any_told = bool(told)

    def capacity(self, rep_id: int) -> float:
        hours = self.reps[rep_id].capacity_h
        return hours if hours else self.usual


def _hours_by_rep(plan: Plan, totals: Totals, row: int) -> dict[int, float]:
    """Return what each rep has to do in one alignment; the people of a team share by their shares."""
    found: dict[int, float] = {}
    for hours, seats in zip(totals.territory_total[row].tolist(), plan_teams(plan), strict=True):
        people = [seat for seat in seats if seat.kind != OVERLAY and seat.share > 0]
        shares = sum(seat.share for seat in people)
        for seat in people:
            found[seat.rep.rep_id] = found.get(seat.rep.rep_id, 0.0) + hours * seat.share / shares
    return found


def _cover(
    plan: Plan, places: Sequence[_Place], own: Sequence[tuple[_Place, int]], loads: _Loads, rep: Rep, most: int
) -> Cover:
    """Cover each territory by ``most`` neighbours at most, the heaviest territory first."""
    load = dict(loads.before)
    covered: dict[int, Covered] = {}
    order = sorted(range(len(own)), key=lambda i: -float(own[i][0].totals.territory_total[own[i][0].row, own[i][1]]))
    for i in order:
        place, t = own[i]
        heirs, given, hours = _heirs_of(place, t, loads, load, rep, most)
        covered[i] = _covered(place, t, heirs, given, loads)
        for h, ix in enumerate(heirs):
            heir = place.territories[ix].rep_id
            assert heir is not None
            load[heir] += float(hours[h, given == h].sum())
    done = tuple(covered[i] for i in range(len(own)))
    return Cover(most, done, _loads_after(plan, places, done, loads, rep))


def _heirs_of(
    place: _Place, t: int, loads: _Loads, load: dict[int, float], rep: Rep, most: int
) -> tuple[list[int], NDArray[np.int32], Floats]:
    """Return the territories whose reps cover, the one that gets most first, who gets each unit, and (H, n) hours.

    Another neighbour is taken in only where that makes less hours too much, or, with none, the fullest less full.
    """
    units = np.flatnonzero(place.coverage.unit_territory == t)
    able = place.candidates(t, rep.rep_id, loads.reps)

    def room(ix: int) -> tuple[float, float]:
        rep_id = place.territories[ix].rep_id
        assert rep_id is not None
        return load[rep_id], loads.capacity(rep_id)

    able = sorted(able, key=lambda ix: room(ix)[0] / room(ix)[1])[:_LOOKED_AT]
    if not able:
        return [], np.full(len(units), -1, dtype=np.int32), np.empty((0, len(units)))
    hours_of = {ix: place.hours_for(t, units, loads.reps[place.territories[ix].rep_id or 0]) for ix in able}

    def divided(heirs: list[int]) -> tuple[tuple[float, float], NDArray[np.int32]]:
        rooms = np.array([room(ix) for ix in heirs])
        hours = np.array([hours_of[ix] for ix in heirs])
        given = divide_among(
            units, place.adjacency, place.coverage.unit_territory, heirs, hours, rooms[:, 0], rooms[:, 1]
        )
        taken = np.array([hours[h, given == h].sum() for h in range(len(heirs))])
        then = rooms[:, 0] + taken
        over_h = float(np.maximum(then - rooms[:, 1], 0.0).sum() - np.maximum(rooms[:, 0] - rooms[:, 1], 0.0).sum())
        return (over_h, float((then / rooms[:, 1]).max())), given

    best, given = (float("inf"), float("inf")), np.empty(0, dtype=np.int32)
    heirs: list[int] = []
    for _ in range(min(most, len(able) if len(units) else 1)):
        tried = [([*heirs, ix], *divided([*heirs, ix])) for ix in able if ix not in heirs]
        if not tried:
            break
        found, worst, parts = min(tried, key=lambda one: one[1])
        if worst[0] > best[0] - 1e-9 and (worst[0] > _HAIR_H or worst[1] > best[1] - 1e-9):
            break
        best, heirs, given = worst, found, parts
    return _most_first(heirs, given, np.array([hours_of[ix] for ix in heirs]))


def _most_first(
    heirs: list[int], given: NDArray[np.int32], hours: Floats
) -> tuple[list[int], NDArray[np.int32], Floats]:
    """Return the heirs with the one that gets most first; those that get nothing are left out."""
    if len(heirs) < 2:
        return heirs, given, hours
    n_units = np.bincount(given, minlength=len(heirs))
    taken = [float(hours[h, given == h].sum()) for h in range(len(heirs))]
    order = [h for h in sorted(range(len(heirs)), key=lambda h: (-taken[h], -n_units[h], h)) if n_units[h]]
    at = np.full(len(heirs), -1, dtype=np.int32)
    at[order] = np.arange(len(order))
    return [heirs[h] for h in order], at[given], hours[order]


def _covered(place: _Place, t: int, heirs: Sequence[int], given: NDArray[np.int32], loads: _Loads) -> Covered:
    units = np.flatnonzero(place.coverage.unit_territory == t)
    # What is locked stays in its territory, and with that goes to the main heir.
    given = np.where(place.plan.units.locked[units], 0, given) if len(heirs) else given
    owned = place.coverage.owner == t
    by_name = place.plan.account_override == t
    of_unit = np.full(len(place.plan.units) + 1, -1, dtype=np.int32)
    of_unit[units] = given
    heir_of_account = np.where(by_name, 0, of_unit[place.plan.accounts.unit_ix])
    found = []
    for h, ix in enumerate(heirs):
        rep_id = place.territories[ix].rep_id
        assert rep_id is not None
        found.append(
            Heir(
                loads.reps[rep_id],
                place.territories[t if h == 0 else ix],
                units[given == h],
                int((owned & (heir_of_account == h)).sum()),
                h == 0,
            )
        )
    return Covered(place.coverage.alignment, place.territories[t], tuple(found))


def _loads_after(
    plan: Plan, places: Sequence[_Place], covered: Sequence[Covered], loads: _Loads, rep: Rep
) -> tuple[Load, ...]:
    """Return what those who take something have to do then, ways from their own homes included."""
    after: dict[int, float] = {}
    for place in places:
        mine = [one for one in covered if one.alignment.alignment_id == place.coverage.alignment.alignment_id]
        if not mine:
            hours = _hours_by_rep(place.plan, place.totals, place.row)
        else:
            changed = covered_plan(place.plan, mine, rep)
            hours = _hours_by_rep(changed, place.totals.of_other(changed), place.row)
        for rep_id, amount in hours.items():
            after[rep_id] = after.get(rep_id, 0.0) + amount
    heirs = {heir.rep.rep_id: heir.rep for one in covered for heir in one.heirs}
    found = [
        Load(heir, loads.before[key], after.get(key, 0.0), loads.capacity(key), bool(heir.capacity_h))
        for key, heir in heirs.items()
    ]
    return tuple(sorted(found, key=lambda one: -one.after))


def covered_plan(plan: Plan, covered: Sequence[Covered], rep: Rep) -> Plan:
    """Return one alignment of a plan as it would be while others cover."""
    territories, unit_territory = list(plan.territories), plan.unit_territory.copy()
    at = {territory.territory_id: ix for ix, territory in enumerate(territories)}
    for one in covered:
        ix = at[one.territory.territory_id]
        main = one.heirs[0].rep.rep_id if one.heirs else None
        team = tuple(member for member in one.territory.team if member.rep_uuid != rep.uuid)
        territories[ix] = replace(one.territory, rep_id=main, team=team)
        for heir in one.heirs[1:]:
            unit_territory[heir.unit_ix] = at[heir.territory.territory_id]
    return replace(plan, territories=territories, unit_territory=unit_territory)


def _notes(
    session: Session, rep: Rep, cover: Cover, loads: _Loads, teams: Sequence[tuple[Alignment, Territory]]
) -> list[str]:
    notes = []
    alone = [one.territory.name for one in cover.covered if not one.heirs]
    if alone:
        notes.append(tr("Nobody can cover {names}: no other territory there has a rep.", names=enumerate_names(alone)))
    if not loads.is_any_told:
        notes.append(tr("No rep's capacity is told: what reps have on average counts as full."))
    elif guessed := [load.rep.name for load in cover.loads if not load.is_told]:
        notes.append(
            tr(
                "The capacity of {names} is not told: {hours} h a year are assumed.",
                names=enumerate_names(guessed),
                hours=number(loads.usual),
            )
        )
    over = [load for load in cover.loads if load.after > _FULL]
    if over:
        notes.append(
            ntr(
                "{name} would be at {share} of the capacity.",
                "{n} of them would be beyond their capacity, most of all {name} with {share}.",
                len(over),
                name=over[0].rep.name,
                share=percent(over[0].after),
            )
        )
    if teams:
        notes.append(
            tr("{name} leaves the team of {names}.", name=rep.name, names=enumerate_names([t.name for _, t in teams]))
        )
    n_deals = sum(
        deal.rep_id == rep.rep_id and deal.stage not in _DONE_STAGES for deal in session.register(Deal).values()
    )
    if n_deals:
        notes.append(
            ntr(
                "{n} open deal of {name} needs another owner.",
                "{n} open deals of {name} need other owners.",
                n_deals,
                name=rep.name,
            )
        )
    return notes
