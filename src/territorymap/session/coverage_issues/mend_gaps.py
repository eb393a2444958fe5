"""Mending gaps: accounts given by name, units assigned, vacancies filled. Owns who gets what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.geo.distance import great_circle_km
from territorymap.i18n import money, ntr, number, tr
from territorymap.metrics.coverage.findings import Finding, Holder, grouped
from territorymap.metrics.coverage.judging import joined
from territorymap.metrics.coverage.situation import Ix, Side
from territorymap.model.coverage import Partner
from territorymap.model.covering import rule_of
from territorymap.model.plan import Plan
from territorymap.model.records import Rep, Territory
from territorymap.model.role_matrix import EXCLUSIVE
from territorymap.model.scope import EVERYTHING, Any, Not, PlanFields, Scope, check_scope, mask
from territorymap.session.coverage_issues.mending import Mending, left_out, shortened
from territorymap.session.coverage_issues.naming import alignment_name, holder_text
from territorymap.session.coverage_issues.reading import Look
from territorymap.session.session import Command, Session

_NOT_SELLING = ("candidate", "scored", "left")  # partners who sell nothing: not agreed with yet, or no more
_NEAR_KM = 50.0  # from a partner's ground
_MOST_FAR = 500  # units without a neighbour for which the nearest is looked for


def give_by_name(session: Session, look: Look, findings: Sequence[Finding]) -> Mending | None:
    """Give accounts by name to who has their ground: in the alignment in use, else in the first that has it."""
    return _give(session, look, findings, tr("covered by no scope"))


def give_to_own_sales(session: Session, look: Look, findings: Sequence[Finding]) -> Mending | None:
    """Give by name what partners mean to cover and have no ground for to own sales; only of alignments of partners.

    In any other alignment the account stays a gap of that one, whoever else has it.
    """
    if not all(look.now.sides[s].is_channel for finding in findings for s, _ in finding.holders):
        return None
    return _give(session, look, findings, tr("no partner has its ground"))


def _give(session: Session, look: Look, findings: Sequence[Finding], reason: str) -> Mending | None:
    accounts = joined([finding.accounts for finding in findings])
    unit_ix = look.now.unit_ix[accounts]
    in_use = session.plan.alignment.alignment_id
    order = sorted(range(len(look.coverages)), key=lambda s: look.now.sides[s].alignment_id != in_use)
    side_of, taker = np.full(len(accounts), -1), np.full(len(accounts), -1)
    for s in order:
        ground = look.now.sides[s].by_ground(unit_ix)
        can = (side_of < 0) & (ground >= 0) & _can_take(look, s)[ground]
        side_of[can], taker[can] = s, ground[can]
    groups = {(s, t): members for s in order for t, members in grouped(taker[side_of == s], accounts[side_of == s])}
    if not groups:
        return None
    lines = [
        tr(
            "{holder} gets {n} by name ({revenue}).",
            holder=holder_text(look, holder),
            n=ntr("{n} account", "{n} accounts", len(members)),
            revenue=_money(look, members),
        )
        for holder, members in groups.items()
    ]
    lines = [*shortened(lines), *_shared_words(look, groups)]
    rest = int((side_of < 0).sum())
    if rest:
        lines.append(
            ntr(
                "{n} account lies where nobody could take it, and stays as it is.",
                "{n} accounts lie where nobody could take them, and stay as they are.",
                rest,
            )
        )
    n = len(accounts) - rest
    label = ntr("Give {n} account by name", "Give {n} accounts by name", n)
    return Mending("give", label, tuple(lines), _giving(look, groups, label, reason))


def cover_rest(session: Session, look: Look, findings: Sequence[Finding]) -> Mending | None:
    """Let one alignment of own sales cover what no other one covers: the one in use, else the first."""
    in_use = session.plan.alignment.alignment_id
    direct = [s for s, side in enumerate(look.now.sides) if not side.is_channel]
    if not direct:
        return None
    chosen = next((s for s in direct if look.now.sides[s].alignment_id == in_use), direct[0])
    alignment = look.coverages[chosen].alignment
    others = [rule_of(c.alignment.scope) for s, c in enumerate(look.coverages) if s != chosen]
    rest = Not(Any(tuple(others))) if others else EVERYTHING
    own = rule_of(alignment.scope)
    scope: Scope = Any((*(own.parts if isinstance(own, Any) else (own,)), rest)) if others else EVERYTHING
    try:
        check_scope(scope)
    except UserError:
        return None
    side, name = look.now.sides[chosen], alignment_name(look, chosen)
    entering = np.flatnonzero(mask(scope, PlanFields(look.plan)) & ~side.in_scope)
    if not len(entering):
        return None
    owned = int((side.by_ground(look.now.unit_ix[entering]) >= 0).sum())
    lines = [
        ntr(
            "{n} account with {revenue} enters the scope of {alignment}; those that come later do so too.",
            "{n} accounts with {revenue} enter the scope of {alignment}; those that come later do so too.",
            len(entering),
            revenue=_money(look, entering),
            alignment=name,
        )
    ]
    if owned < len(entering):
        lines.append(
            ntr(
                "{n} of them lies where {alignment} has no territory.",
                "{n} of them lie where {alignment} has no territory.",
                len(entering) - owned,
                alignment=name,
            )
        )
    label = tr("Let {alignment} cover what no other covers", alignment=name)
    values = {alignment.alignment_id: {"scope": scope.to_json()}}
    return Mending(
        "cover",
        label,
        tuple(lines),
        lambda plan: Command(label, lambda writer, plan: writer.update("alignment", values)),
    )


def _can_take(look: Look, s: int) -> NDArray[np.bool_]:
    """(T + 1,) territories with somebody in charge that are not locked; the last, reached by -1, is nobody."""
    side = look.now.sides[s]
    open_ones = [not t.locked and not t.is_outside for t in look.coverages[s].territories]
    return np.append(~side.is_vacant & np.array(open_ones, dtype=np.bool_), False)


def _giving(look: Look, groups: dict[Holder, Ix], label: str, reason: str) -> Callable[[Plan], Command]:
    def build(plan: Plan) -> Command:
        def run(writer: Writer, plan: Plan) -> None:
            for (s, t), members in groups.items():
                territory = look.coverages[s].territories[t]
                with writer.within(alignment_id=look.now.sides[s].alignment_id):
                    writer.set_override(plan.accounts.account_id[members], territory.territory_id, reason)

        return Command(label, run)

    return build


def _money(look: Look, accounts: Ix) -> str:
    return money(float(look.now.money[accounts].sum()), look.plan.info.currency)


# -- units -------------------------------------------------------------------------------------------------------------


def assign_units(session: Session, look: Look, findings: Sequence[Finding]) -> Mending | None:
    """Assign units to the territory with which they share the longest border; islands to the nearest territory."""
    plan = session.plan
    by_side: dict[int, list[Ix]] = {}
    for finding in findings:
        by_side.setdefault(finding.holders[0][0], []).append(finding.units)
    moves: dict[Holder, Ix] = {}
    n_locked = n_lost = 0
    for s, parts in by_side.items():
        units = joined(parts)
        n_locked += int(plan.units.locked[units].sum())
        units = units[~plan.units.locked[units]]
        taker = _takers(session, look, s, units)
        n_lost += int((taker < 0).sum())
        moves |= {(s, t): members for t, members in grouped(taker, units) if t >= 0}
    if not moves:
        return None
    lines = [
        tr(
            "{holder} gets {units} with {n} ({revenue}).",
            holder=holder_text(look, (s, t)),
            units=ntr("{n} unit", "{n} units", len(units)),
            n=ntr("{n} account", "{n} accounts", len(found := _lying_in(look, s, units))),
            revenue=_money(look, found),
        )
        for (s, t), units in moves.items()
    ]
    lines += _shared_words(look, {(s, t): _lying_in(look, s, units) for (s, t), units in moves.items()})
    if n_lost:
        lines.append(ntr("{n} unit has no territory near it.", "{n} units have no territory near them.", n_lost))
    n = sum(len(units) for units in moves.values())
    label = ntr("Assign {n} unit to its neighbour", "Assign {n} units to their neighbours", n)

    def build(plan: Plan) -> Command:
        def run(writer: Writer, plan: Plan) -> None:
            for (s, t), units in moves.items():
                with writer.within(alignment_id=look.now.sides[s].alignment_id):
                    writer.assign(plan.units.unit_id[units], look.coverages[s].territories[t].territory_id)

        return Command(label, run)

    return Mending("assign", label, (*shortened(lines), *left_out(n_locked)), build)


def _lying_in(look: Look, s: int, units: Ix) -> Ix:
    """Return the accounts in these units that an alignment covers and nobody has."""
    side = look.now.sides[s]
    return np.flatnonzero(np.isin(look.now.unit_ix, units) & side.in_scope & (side.owner < 0))


def _shared_words(look: Look, groups: dict[Holder, Ix]) -> list[str]:
    """Say how many of the accounts that territories get become conflicts by that."""
    n = sum(_shared_too(look, s, members) for (s, _), members in groups.items())
    if not n:
        return []
    return [
        ntr(
            "{n} of these accounts belongs to a role already that must not share it: that becomes a conflict.",
            "{n} of these accounts belong to a role already that must not share them: they become conflicts.",
            n,
        )
    ]


def _shared_too(look: Look, s: int, accounts: Ix) -> int:
    """Return how many of some accounts another alignment owns whose role must not share with this one's."""
    role, found = look.now.sides[s].role, np.zeros(len(accounts), dtype=np.bool_)
    for t, other in enumerate(look.now.sides):
        if t != s and look.now.matrix.rule(role, other.role) == EXCLUSIVE:
            found |= other.owner[accounts] >= 0
    return int(found.sum())


def _takers(session: Session, look: Look, s: int, units: Ix) -> Ix:
    """(n,) territory position for each unit, -1 = none; a hole is filled from its rim inwards."""
    side, adjacency = look.now.sides[s], session.adjacency
    open_ones = [not t.locked and not t.is_outside for t in look.coverages[s].territories]
    can_take = np.array([*open_ones, False], dtype=np.bool_)
    owner = np.where(can_take[side.unit_territory], side.unit_territory, -1).astype(np.int64)
    width = max(1, len(side.teams))
    rest = units
    while len(rest):
        slots = adjacency.slots_of(rest)
        unit = np.repeat(rest, adjacency.start[rest + 1] - adjacency.start[rest])
        holder = owner[adjacency.neighbour[slots]]
        is_held = holder >= 0
        codes, at = np.unique(unit[is_held] * width + holder[is_held], return_inverse=True)
        if not len(codes):
            break
        border = np.bincount(at, adjacency.border_km[adjacency.pair_ix[slots[is_held]]])
        order = np.lexsort([codes, -border, codes // width])
        found, first = np.unique(codes[order] // width, return_index=True)
        owner[found] = codes[order][first] % width
        rest = rest[owner[rest] < 0]
    if 0 < len(rest) <= _MOST_FAR:
        # Partners are agreed for a ground: what lies far from it is not theirs to take.
        limit_km = _NEAR_KM if side.is_channel else np.inf
        owner[rest] = _nearest(session.plan, side, owner, rest, can_take, limit_km)
    return owner[units]


def _nearest(plan: Plan, side: Side, owner: Ix, rest: Ix, can_take: NDArray[np.bool_], limit_km: float = np.inf) -> Ix:
    held = np.flatnonzero((owner >= 0) & can_take[side.unit_territory])
    if not len(held):
        return np.full(len(rest), -1)
    lon, lat = plan.units.lon, plan.units.lat
    km = great_circle_km(lon[rest][:, None], lat[rest][:, None], lon[held][None], lat[held][None])
    nearest: Ix = np.where(km.min(axis=1) <= limit_km, owner[held[np.argmin(km, axis=1)]], -1)
    return nearest


# -- vacancies ---------------------------------------------------------------------------------------------------------


def fill_vacancies(session: Session, look: Look, findings: Sequence[Finding]) -> Mending | None:
    """Put somebody in charge: who has no territory yet and lives nearest, else, for the time being, a neighbour."""
    # A specialist who helps in a territory has work, too.
    busy = Counter(rep for side in look.now.sides for team in (*side.teams, *side.overlays) for rep in team)
    busy.update(partner.rep_id for partner in session.register(Partner).values() if partner.status in _NOT_SELLING)
    chosen: list[tuple[Holder, Territory, Rep, str]] = []
    n_locked = 0
    for finding in findings:
        (holder,) = finding.holders
        territory = look.territory(holder)
        assert territory is not None
        if territory.locked or territory.is_outside:
            n_locked += 1
            continue
        found = _free_rep(look, finding, busy) or _neighbour(session, look, holder)
        if found is not None:
            rep, why = found
            busy[rep.rep_id] += 1
            chosen.append((holder, territory, rep, why))
    if not chosen:
        return None
    lines = [why for *_, why in chosen]
    label = ntr("Fill {n} vacancy", "Fill {n} vacancies", len(chosen))

    def build(plan: Plan) -> Command:
        def run(writer: Writer, plan: Plan) -> None:
            for (s, _), territory, rep, _ in chosen:
                with writer.within(alignment_id=look.now.sides[s].alignment_id):
                    writer.update("territory", {territory.territory_id: {"rep_id": rep.rep_id, "vacant_since": ""}})

        return Command(label, run)

    return Mending("fill", label, (*shortened(lines), *left_out(n_locked)), build)


def _free_rep(look: Look, finding: Finding, busy: Counter[int]) -> tuple[Rep, str] | None:
    """Return who has no territory and lives nearest; of a partner alignment only companies, of others only people."""
    holder = finding.holders[0]
    wants_partner = look.now.sides[holder[0]].is_channel
    free = [rep for rep in look.plan.reps if not busy[rep.rep_id] and rep.is_partner == wants_partner]
    if not free:
        return None
    units, units_of = look.plan.units, look.now.sides[holder[0]].unit_territory == holder[1]
    territory = look.territory(holder)
    assert territory is not None
    names = {"territory": territory.name, "alignment": alignment_name(look, holder[0])}
    lon, lat = (float(at[units_of].mean()) if units_of.any() else np.nan for at in (units.lon, units.lat))

    def away(rep: Rep) -> float:
        if rep.lon is None or rep.lat is None or not np.isfinite(lon):
            return np.inf
        return float(great_circle_km(np.array([rep.lon]), np.array([rep.lat]), np.array([lon]), np.array([lat]))[0])

    role = look.now.sides[holder[0]].role.casefold()
    rep = min(free, key=lambda one: (bool(one.role) and one.role.casefold() != role, away(one), one.rep_id))
    names["rep"] = rep.name
    km = away(rep)
    if not np.isfinite(km):
        return rep, tr("{rep}, who has no territory, takes {territory} of {alignment}.", **names)
    return rep, tr(
        "{rep}, who has no territory and lives {km} km from its middle, takes {territory} of {alignment}.",
        **names,
        km=number(km),
    )


def _neighbour(session: Session, look: Look, holder: Holder) -> tuple[Rep, str] | None:
    """Return the neighbour with the fewest accounts, for the time being."""
    s, t = holder
    side = look.now.sides[s]
    units = np.flatnonzero(side.unit_territory == t)
    around = side.unit_territory[session.adjacency.neighbour[session.adjacency.slots_of(units)]]
    near = [int(other) for other in np.unique(around) if other not in (-1, t) and side.teams[other]]
    if not near:
        return None
    load = np.bincount(side.owner[side.owner >= 0], minlength=len(side.teams))
    best = min(near, key=lambda other: (load[other], other))
    rep, territory = look.lead((s, best)), look.territory(holder)
    assert territory is not None
    if rep is None:
        return None
    return rep, tr(
        "{rep} of {neighbour} covers {territory} of {alignment} for the time being: of its neighbours the one with the "
        "fewest accounts, {n}.",
        rep=rep.name,
        neighbour=look.coverages[s].territories[best].name,
        territory=territory.name,
        alignment=alignment_name(look, s),
        n=number(int(load[best])),
    )
