"""Whose the territories of a task are before it is solved: locked units, reps and their homes, seeds, vacancies.

Owns what binds a territory to one of the plan, where it grows from and what capacity it has; targets are targets'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.i18n import listed, ntr, number, tr
from territorymap.metrics.team import LEAD, OVERLAY, Seat, team_capacity_h, team_seats
from territorymap.model.plan import Plan
from territorymap.model.records import Rep, Territory
from territorymap.model.role_matrix import PARTNER
from territorymap.optimise.problem import Floats, Labels
from territorymap.session.solving.aims import Wishes
from territorymap.session.solving.still import names_of

_N_NAMED = 5


@dataclass
class Owners:
    """The territories of a task, 0 .. P - 1; positions of units are those in the task."""

    n: int
    bound: dict[int, int] = field(default_factory=dict)  # -> territory_id that it is
    rep_ids: dict[int, int] = field(default_factory=dict)  # -> rep of a territory that is made
    names: dict[int, str] = field(default_factory=dict)  # -> name of a territory that is made
    seed: dict[int, int] = field(default_factory=dict)  # -> unit that it grows from
    stays: Labels = field(default_factory=lambda: np.empty(0, dtype=np.int32))  # (U',) where a unit must be, -1 = free
    capacity_h: Floats | None = None  # (P,) None = targets are equal
    notes: list[str] = field(default_factory=list)

    def rep_of(self, plan: Plan, t: int) -> Rep | None:
        """Return whose territory it is, as far as that is known."""
        if t in self.rep_ids:
            return plan.rep(self.rep_ids[t])
        return plan.rep_of(plan.territory_ix(self.bound[t])) if t in self.bound else None

    def seed_units(self) -> Labels:
        """(P,) -1 = none."""
        seed = np.full(self.n, -1, dtype=np.int32)
        for t, unit in self.seed.items():
            seed[t] = unit
        return seed


def find_owners(plan: Plan, wishes: Wishes, unit_ix: NDArray[np.int64], xy_km: Floats, home_km: Floats) -> Owners:
    """Return whose the territories are.

    Parameters
    ----------
    unit_ix, xy_km : (U',), (U', 2) the units that take part and where they lie
    home_km : (R, 2) homes of ``plan.reps`` in the same plane, nan = not known

    Raises
    ------
    UserError
        if more is bound than there are to be territories, or a seed lies where nothing is built.
    """
    locked = [ix for ix, t in enumerate(plan.territories) if t.locked]
    fixed = np.flatnonzero(plan.units.locked[unit_ix])
    holders = np.unique(plan.unit_territory[unit_ix[fixed]])
    owners = Owners(0, {i: plan.territories[ix].territory_id for i, ix in enumerate(holders.tolist())})
    owners.stays = np.full(len(unit_ix), -1, dtype=np.int32)
    owners.stays[fixed] = np.searchsorted(holders, plan.unit_territory[unit_ix[fixed]])
    owners.n = len(holders)
    if wishes.seeds:
        _bind_seeds(plan, wishes, unit_ix, owners)
    elif wishes.is_bound:
        _bind_reps(plan, wishes, owners)
    _set_count(plan, wishes, owners, len(holders), len(locked))
    if wishes.is_bound:
        _place_homes(plan, owners, xy_km, home_km)
    if wishes.by_capacity:
        owners.capacity_h = _capacities(plan, owners)
    return owners


def locked_territories(plan: Plan) -> list[Territory]:
    return [t for t in plan.territories if t.locked]


def _bind_seeds(plan: Plan, wishes: Wishes, unit_ix: NDArray[np.int64], owners: Owners) -> None:
    place = {int(u): i for i, u in enumerate(unit_ix)}
    names = [*wishes.seed_names, *[""] * len(wishes.seeds)]
    by_id = {territory_id: t for t, territory_id in owners.bound.items()}
    for unit, name in zip(wishes.seeds, names, strict=False):
        shown = names_of(plan, [unit])[0]
        if unit not in place:
            _refuse_seed(plan, unit, shown)
        territory = plan.territory_named(name) if name else None
        if territory is not None and territory.locked:
            raise UserError(
                tr("{name} is locked, so it cannot grow from {unit}.", name=territory.name, unit=shown),
                tr("Unlock it, or leave it out of the seeds."),
            )
        held = int(owners.stays[place[unit]])
        known = by_id.get(territory.territory_id) if territory is not None else None
        if held >= 0 and name and known != held:
            holder = plan.territories[plan.territory_ix(owners.bound[held])].name
            raise UserError(
                tr(
                    "{unit} is locked in {holder}, so {name} cannot grow from it.", unit=shown, holder=holder, name=name
                ),
                tr("Unlock the unit, or choose another seed."),
            )
        t = held if held >= 0 else known
        if t is None:
            t, owners.n = owners.n, owners.n + 1
            if territory is not None:
                owners.bound[t] = territory.territory_id
                by_id[territory.territory_id] = t
            elif name:
                owners.names[t] = " ".join(name.split())
        if t in owners.seed:
            raise UserError(
                tr("Two seeds are for {name}.", name=name or plan.territories[plan.territory_ix(owners.bound[t])].name),
                tr("Give each territory one seed."),
            )
        owners.seed[t] = place[unit]
        owners.stays[place[unit]] = t


def _refuse_seed(plan: Plan, unit: int, shown: str) -> None:
    ix = int(plan.unit_territory[unit])
    if ix >= 0 and plan.territories[ix].locked:
        raise UserError(
            tr("The seed {unit} lies in {name}, which is locked.", unit=shown, name=plan.territories[ix].name),
            tr("Unlock the territory, or choose another seed."),
        )
    raise UserError(
        tr("The seed {unit} is kept from all territories.", unit=shown), tr("Unlock the unit, or choose another seed.")
    )


def free_reps(plan: Plan) -> list[Rep]:
    """Return who has no territory of the alignment in use and could get one.

    Nobody of another role, no partner but in the partners' own alignment, and nobody of a territory's team.

    Examples
    --------
    Field sales; Ann (field) has North, Bob (field) helps there, Ida (inside) and Sun (partner) work elsewhere, Cy and
    Dee are new, Cy of no role yet, Dee (field): Cy and Dee.
    """
    role = plan.alignment.role
    leads = {t.rep_id for t in plan.territories}
    helpers = {member.rep_uuid for t in plan.territories for member in t.team}
    return [
        rep
        for rep in plan.reps
        if rep.rep_id not in leads
        and rep.uuid not in helpers
        and rep.is_partner == (role == PARTNER)
        and (not role or not rep.role or rep.role == role)
    ]


def homes_to_start(plan: Plan) -> list[Rep]:
    """Return whose homes territories of the alignment in use can grow from: who has one, then who could get one."""
    leads = {t.rep_id for t in plan.territories}
    return [rep for rep in (*(r for r in plan.reps if r.rep_id in leads), *free_reps(plan)) if rep.has_home]


def _bind_reps(plan: Plan, wishes: Wishes, owners: Owners) -> None:
    """Bind territories with a rep, then reps in no team; vacancies take what is left of the count."""
    taken = set(owners.bound.values())
    for territory in plan.territories:
        if territory.rep_id is not None and not territory.locked and territory.territory_id not in taken:
            owners.bound[owners.n] = territory.territory_id
            owners.n += 1
    for rep in free_reps(plan):
        if rep.has_home or wishes.by_capacity:
            owners.rep_ids[owners.n] = rep.rep_id
            owners.names[owners.n] = rep.name
            owners.n += 1


def _set_count(plan: Plan, wishes: Wishes, owners: Owners, n_holders: int, n_locked: int) -> None:
    """Set how many territories there are, and bind vacant ones of the plan where territories are bound."""
    vacant = [
        t.territory_id
        for t in plan.territories
        if t.rep_id is None and not t.locked and t.territory_id not in owners.bound.values()
    ]
    n_bound = owners.n
    if wishes.n_territories is not None:
        n = wishes.n_territories - n_locked
    elif wishes.seeds:
        n = n_bound
    elif wishes.is_bound:
        n = n_bound + len(vacant)
    else:
        n = len(plan.territories) - n_locked
    if n_bound > n >= 1:
        _refuse_count(wishes, n_bound, n_holders, n_locked)
    if wishes.is_bound:
        for t, territory_id in zip(range(n_bound, n), vacant, strict=False):
            owners.bound[t] = territory_id
    owners.n = n


def _refuse_count(wishes: Wishes, n_bound: int, n_holders: int, n_locked: int) -> None:
    n = number(wishes.n_territories or 0)
    enough = number(n_bound + n_locked)
    if wishes.seeds:
        raise UserError(
            tr(
                "{seeds} seeds and {locked} locked territories do not fit {n} territories.",
                seeds=number(n_bound),
                locked=number(n_locked),
                n=n,
            ),
            tr("Ask for {n} territories, or leave out some seeds.", n=enough),
        )
    if wishes.is_bound:
        raise UserError(
            tr(
                "{n} territories are too few: {reps} reps have one or live where one begins, and {locked} are locked.",
                n=n,
                reps=number(n_bound),
                locked=number(n_locked),
            ),
            tr("Ask for {n} territories, or build without the reps' homes.", n=enough),
        )
    raise UserError(
        tr(
            "Locked units lie in {holders} territories, and only {n} are to be built.",
            holders=number(n_holders),
            n=number((wishes.n_territories or 0) - n_locked),
        ),
        tr("Unlock some units, or ask for {n} territories.", n=enough),
    )


def _place_homes(plan: Plan, owners: Owners, xy_km: Floats, home_km: Floats) -> None:
    """Let territories grow from the units nearest to the homes of their reps; each from another one."""
    at = {rep.rep_id: i for i, rep in enumerate(plan.reps)}
    homeless: list[str] = []
    taken = set(np.flatnonzero(owners.stays >= 0).tolist())
    for t in range(owners.n):
        rep = owners.rep_of(plan, t)
        if rep is None:
            continue
        home = home_km[at[rep.rep_id]]
        if not np.isfinite(home).all():
            homeless.append(rep.name)
            continue
        if (owners.stays == t).any():
            continue  # it grows from what is locked in it
        km = np.hypot(*(xy_km - home).T)
        for unit in np.argsort(km, kind="stable").tolist():
            if unit not in taken:
                owners.seed[t] = unit
                taken.add(unit)
                break
    if homeless:
        names = listed(homeless[:_N_NAMED]) + (" …" if len(homeless) > _N_NAMED else "")
        owners.notes.append(
            ntr(
                "The home of {n} rep is not known ({names}): the way there counts nothing, and the territory lies "
                "where ground is left.",
                "The homes of {n} reps are not known ({names}): the ways there count nothing, and the territories lie "
                "where ground is left.",
                len(homeless),
                names=names,
            )
        )


def full_job_h(plan: Plan) -> float:
    """Return the hours a year of a full job, by the reps whose capacity is told.

    Raises
    ------
    UserError
        if nobody's is.
    """
    told = [rep for rep in plan.reps if rep.capacity_h is not None and rep.capacity_h > 0]
    if not told:
        raise UserError(
            tr("No rep's capacity is known, so nothing can follow it."),
            tr("Import reps with a column for hours a year, or build with equal targets."),
        )
    return sum(rep.capacity_h or 0.0 for rep in told) / max(sum(rep.fte for rep in told), 1e-9)


def _capacities(plan: Plan, owners: Owners) -> Floats:
    """(P,) hours a year of each territory's team; what nobody told counts as usual, by the share of a full job.

    Who works in several territories that are built or locked is divided among them by the shares, as in the plan's own
    targets by capacity (metrics.team). A vacancy counts as a full job besides what its members have.
    """
    usual = full_job_h(plan)
    by_uuid = {rep.uuid: rep for rep in plan.reps}
    teams: list[list[Seat]] = []
    n_vacant = 0
    for t in range(owners.n):
        lead = owners.rep_of(plan, t)
        n_vacant += lead is None
        if t in owners.bound:
            teams.append(team_seats(plan.territories[plan.territory_ix(owners.bound[t])], by_uuid, lead))
        else:
            teams.append([] if lead is None else [Seat(lead, LEAD, 1.0)])
    counted = {seat.rep.rep_id: seat.rep for team in teams for seat in team if seat.kind != OVERLAY}
    teams += [team_seats(t, by_uuid, plan.rep(t.rep_id)) for t in locked_territories(plan)]
    guessed = [rep.name for rep in counted.values() if not rep.capacity_h or rep.capacity_h <= 0]
    position = {rep.rep_id: at for at, rep in enumerate(plan.reps)}
    hours = [rep.capacity_h or 0.0 for rep in plan.reps]
    seats = [(t, seat) for t, team in enumerate(teams) for seat in team]
    capacity = team_capacity_h(
        np.array([t for t, _ in seats], dtype=np.int64),
        np.array([position[seat.rep.rep_id] for _, seat in seats], dtype=np.int64),
        np.array([seat.share for _, seat in seats], dtype=np.float64),
        np.array([seat.kind != OVERLAY for _, seat in seats], dtype=np.bool_),
        np.array(
            [h if h > 0 else usual * (r.fte if r.fte > 0 else 1.0) for h, r in zip(hours, plan.reps, strict=True)]
        ),
        len(teams),
    )[: owners.n]
    capacity += usual * np.array([owners.rep_of(plan, t) is None for t in range(owners.n)])
    _tell_guesses(owners, n_vacant, guessed, usual)
    return capacity


def _tell_guesses(owners: Owners, n_vacant: int, guessed: Sequence[str], usual: float) -> None:
    if n_vacant:
        owners.notes.append(
            ntr(
                "{n} vacancy counts as a full job of {hours} h a year; in the plan's own targets by capacity it has "
                "none until it has a rep.",
                "{n} vacancies count as full jobs of {hours} h a year; in the plan's own targets by capacity they have "
                "none until they have reps.",
                n_vacant,
                hours=number(round(usual)),
            )
        )
    if guessed:
        names = listed(guessed[:_N_NAMED]) + (" …" if len(guessed) > _N_NAMED else "")
        owners.notes.append(
            tr(
                "No capacity is told of {names}: {hours} h a year for a full job are assumed.",
                names=names,
                hours=number(round(usual)),
            )
        )
