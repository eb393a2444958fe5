"""What a territory's team has: hours by share, and who is promised to more than there is of them.

Owns the arithmetic on shares; not who may be in a team (session.commands.teams).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import number, tr
from territorymap.metrics.registry import Case, Lines, metric
from territorymap.model.coverage import TEAM_KINDS
from territorymap.model.plan import Plan
from territorymap.model.records import Rep, Territory

Floats = NDArray[np.float64]
LEAD, MEMBER, OVERLAY = TEAM_KINDS


@dataclass(frozen=True)
class Seat:
    """One person in the team of one territory."""

    rep: Rep
    kind: str  # LEAD | MEMBER | OVERLAY
    share: float  # of the person's time that is meant for the territory


def team_seats(territory: Territory, rep_by_uuid: dict[str, Rep], lead: Rep | None) -> list[Seat]:
    """Return the lead first, then members, then overlay specialists; who is gone from the plan is left out.

    The lead's share stands in the team if it is not 1; that of a former lead is nobody's.
    """
    told = {member.rep_uuid: member for member in territory.team}
    seats = []
    if lead is not None:
        own = told.pop(lead.uuid, None)
        seats.append(Seat(lead, LEAD, 1.0 if own is None else own.share))
    for kind in (MEMBER, OVERLAY):
        for uuid, member in told.items():
            rep = rep_by_uuid.get(uuid)
            if rep is not None and member.kind == kind:
                seats.append(Seat(rep, kind, member.share))
    return seats


def plan_teams(plan: Plan) -> list[list[Seat]]:
    """Return the team of each territory of the alignment in use."""
    return teams_of(plan, plan.territories)


def teams_of(plan: Plan, territories: Iterable[Territory]) -> list[list[Seat]]:
    """Return the team of each of these territories, which may be of any alignment."""
    by_id = {rep.rep_id: rep for rep in plan.reps}
    by_uuid = {rep.uuid: rep for rep in plan.reps}
    return [
        team_seats(territory, by_uuid, by_id.get(territory.rep_id) if territory.rep_id is not None else None)
        for territory in territories
    ]


def promised_shares(teams: Iterable[Iterable[Seat]]) -> dict[int, float]:
    """Return for each rep_id the shares that its territories count on, overlay work included."""
    promised: dict[int, float] = {}
    for seats in teams:
        for seat in seats:
            promised[seat.rep.rep_id] = promised.get(seat.rep.rep_id, 0.0) + seat.share
    return promised


def _capacity_lines(case: Case) -> Lines:
    teams = plan_teams(case.plan)
    promised = promised_shares(teams)
    lines = []
    for seat in teams[case.territory_ix]:
        share, all_shares = number(seat.share, 2), promised[seat.rep.rep_id]
        if seat.kind == OVERLAY:
            words = tr("share {share}; an overlay specialist's hours are not counted", share=share)
        elif seat.rep.capacity_h is None:
            words = tr("share {share}; the capacity is not told", share=share)
        elif all_shares > 1:
            hours = number(seat.rep.capacity_h * seat.share / all_shares)
            words = tr(
                "share {share} of {all} promised, of {capacity} h: {hours} h",
                share=share,
                all=number(all_shares, 2),
                capacity=number(seat.rep.capacity_h),
                hours=hours,
            )
        else:
            hours = number(seat.rep.capacity_h * seat.share)
            words = tr(
                "share {share} of {capacity} h: {hours} h",
                share=share,
                capacity=number(seat.rep.capacity_h),
                hours=hours,
            )
        lines.append((seat.rep.name, words))
    total = number(float(territory_capacity_h(case.plan)[case.territory_ix]))
    return [*lines, (tr("Capacity"), tr("{value} h a year", value=total))]


@metric(
    "team_capacity_h",
    scope="territory",
    label=lambda: tr("Team capacity"),
    unit="h a year",
    formula=lambda: tr("Sum over lead and members of capacity × share ÷ max(1, all shares promised)"),
    meaning=lambda: tr(
        "The hours that lead and members have for the territory. Who is promised to more than there is of him or her "
        "is divided in proportion to the shares; overlay specialists own no account and are not counted."
    ),
    lines=_capacity_lines,
)
def team_capacity_h(
    seat_territory: NDArray[np.integer],
    seat_rep: NDArray[np.integer],
    share: Floats,
    is_counted: NDArray[np.bool_],
    rep_capacity_h: Floats,
    n_territories: int,
) -> Floats:
    """Hours a year that each territory has of its team.

    A share is of a person's time. Who is promised to more than there is of him or her is divided in proportion to the
    shares, so a rep who leads three territories, each by the share 1, gives a third of the hours to each. Overlay
    specialists own no account: their hours are not counted, but what they are promised is.

    Parameters
    ----------
    seat_territory : (S,) int, territory of each seat
    seat_rep : (S,) int, position of its rep in ``rep_capacity_h``
    share : (S,) float, >= 0
    is_counted : (S,) bool, False for overlay specialists
    rep_capacity_h : (R,) float, nan = not told
    n_territories : T

    Returns
    -------
    (T,) float, hours a year, >= 0; 0 for a vacancy or where no capacity is told.

    Examples
    --------
    Ann has 1600 h and leads North (share 1) and South (share 1); Bo has 1000 h and is a member of North by 0.5; Cy
    has 2000 h and is an overlay specialist of North by 0.25 and leads East by the share 1. North: 1600 / 2 + 1000 x
    0.5 = 1300. South: 800. East: Cy is promised 1.25, so 2000 x 1 / 1.25 = 1600.

    Source
    ------
    Definition of this program; full-time equivalents added up as in workload build-up (Talley 1961).
    """
    promised = np.bincount(seat_rep, weights=share, minlength=len(rep_capacity_h))
    told = np.where(np.isfinite(rep_capacity_h), np.maximum(rep_capacity_h, 0.0), 0.0)
    hours = told[seat_rep] * share / np.maximum(promised[seat_rep], 1.0)
    found = np.bincount(seat_territory[is_counted], weights=hours[is_counted], minlength=n_territories)
    return found.astype(np.float64)


def territory_capacity_h(plan: Plan) -> Floats:
    """Return (T,) the hours a year that each territory has of its team; 0 for a vacancy or if none is told.

    FTE is for reading only: the capacity is what the rep has, full time or not.
    """
    position = {rep.rep_id: at for at, rep in enumerate(plan.reps)}
    seats = [(ix, seat) for ix, team in enumerate(plan_teams(plan)) for seat in team]
    hours = [np.nan if rep.capacity_h is None else rep.capacity_h for rep in plan.reps]
    return team_capacity_h(
        np.array([ix for ix, _ in seats], dtype=np.int64),
        np.array([position[seat.rep.rep_id] for _, seat in seats], dtype=np.int64),
        np.array([seat.share for _, seat in seats], dtype=np.float64),
        np.array([seat.kind != OVERLAY for _, seat in seats], dtype=np.bool_),
        np.array(hours, dtype=np.float64),
        plan.n_territories,
    )


def rep_work(plan: Plan, total: Floats) -> dict[int, float]:
    """Return by rep_id the work that each rep does: a territory's is divided among lead and members by their shares.

    Overlay specialists own no account and take none of it.

    Examples
    --------
    North has 900 h, Ann leads it by the share 1 and Bo is a member by 0.5: Ann 600, Bo 300. South has 100 h and is
    Ann's alone: Ann 700 in all. East is vacant and has Bo as a member by 0.1: all of its 50 h are Bo's, 350 in all.
    """
    work: dict[int, float] = {}
    for hours, team in zip(total.tolist(), plan_teams(plan), strict=True):
        seats = [seat for seat in team if seat.kind != OVERLAY]
        whole = sum(seat.share for seat in seats)
        for seat in seats:
            part = hours * seat.share / whole if whole > 0 else 0.0
            work[seat.rep.rep_id] = work.get(seat.rep.rep_id, 0.0) + part
    return work
